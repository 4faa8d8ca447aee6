import { writeSync } from 'node:fs';
import type { RegistrationStore } from '../../../../src/kit/registration/ports.ts';
import { openSqliteRegistrationStore } from '../../../../src/registration-store/open-sqlite-store.ts';
import { entry, governing, ISSUER, next, registration, software } from './rows.ts';

/**
 * A process that registers clients of one software in a database file, a few at a time, and writes the id of each that was answered.
 * Arguments: the file, a name for what is its own, and how many clients (all that it can, when 0).
 */

const SOFTWARE = 'software-1';
const AT_ONCE = 4;

async function registerOne(store: RegistrationStore, clientId: string): Promise<void> {
  const row = registration(clientId, { governing: governing() });
  for (;;) {
    const known = await store.software(ISSUER, SOFTWARE);
    const committed = await store.commit(
      [
        entry({ id: `${clientId}-a`, clientId }),
        entry({ id: `${clientId}-b`, clientId, kind: 'client.updated' }),
      ],
      [
        { insert: 'registration', row },
        known === undefined
          ? { insert: 'software', row: software(SOFTWARE) }
          : { replace: 'software', row: next(known, { registrations: known.registrations + 1 }) },
      ],
    );
    if (committed.ok) break;
  }
  writeSync(1, `${clientId}\n`);
}

async function main([path = '', name = '', count = '0']: readonly string[]): Promise<void> {
  const opened = openSqliteRegistrationStore(path);
  if (!opened.ok) throw new Error(`${opened.error.code}: ${opened.error.detail}`);
  const { store, close } = opened.value;
  writeSync(1, 'ready\n');
  const last = Number(count) === 0 ? Infinity : Number(count);
  let made = 0;
  await Promise.all(
    Array.from({ length: AT_ONCE }, async () => {
      while (made < last) {
        made += 1;
        await registerOne(store, `${name}-${made}`);
      }
    }),
  );
  close();
}

await main(process.argv.slice(2));
