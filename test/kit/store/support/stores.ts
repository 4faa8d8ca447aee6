import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Miniflare } from 'miniflare';
import { createMemoryStore } from '../../../../src/kit/registration/memory-store.ts';
import type { RegistrationStore } from '../../../../src/kit/registration/ports.ts';
import { openD1RegistrationStore } from '../../../../src/registration-store/open-d1-store.ts';
import { openSqliteRegistrationStore } from '../../../../src/registration-store/open-sqlite-store.ts';
import { expectOk } from '../../../support/issuer.ts';

const MIGRATIONS = join(import.meta.dirname, '..', '..', '..', '..', 'drizzle', 'registration');

/** An empty store for one test. */
export type OpenedStore = { readonly store: RegistrationStore; readonly close: () => Promise<void> };

/** Opens empty stores of one kind for the tests of a file. */
export type StoreKind = {
  readonly name: string;
  readonly open: () => Promise<OpenedStore>;
  /** After the last test of the file. */
  readonly stop: () => Promise<void>;
};

/** The three that must not differ in anything a caller can see. */
export function storeKinds(): readonly StoreKind[] {
  return [memory, sqlite, d1()];
}

const memory: StoreKind = {
  name: 'memory',
  open: async () => ({ store: createMemoryStore(), close: async () => {} }),
  stop: async () => {},
};

const sqlite: StoreKind = {
  name: 'SQLite',
  open: async () => {
    const file = databaseFile();
    const { store, close } = expectOk(openSqliteRegistrationStore(file.path));
    return {
      store,
      close: async () => {
        close();
        file.remove();
      },
    };
  },
  stop: async () => {},
};

/** The path of a database file that does not exist yet, in a directory of its own. */
export function databaseFile(): { readonly path: string; readonly remove: () => void } {
  const directory = mkdtempSync(join(tmpdir(), 'imprimatur-registration-'));
  return {
    path: join(directory, 'registration.sqlite'),
    remove: () => rmSync(directory, { recursive: true, force: true }),
  };
}

/** One workerd for a file, one of its databases for each test. */
function d1(): StoreKind {
  const names = Array.from({ length: 60 }, (_, i) => `DB${i}`);
  let workerd: Miniflare | undefined;
  let used = 0;
  return {
    name: 'D1',
    open: async () => {
      workerd ??= new Miniflare({
        modules: true,
        script: 'export default { fetch: () => new Response() }',
        d1Databases: names,
        cf: false,
      });
      const name = names[used];
      if (name === undefined) throw new Error('more tests than databases');
      used += 1;
      const database = await workerd.getD1Database(name);
      for (const file of readdirSync(MIGRATIONS)
        .filter((found) => found.endsWith('.sql'))
        .toSorted())
        await database.batch(
          readFileSync(join(MIGRATIONS, file), 'utf8')
            .split('--> statement-breakpoint')
            .map((statement) => database.prepare(statement)),
        );
      return { store: openD1RegistrationStore(database), close: async () => {} };
    },
    stop: async () => {
      await workerd?.dispose();
      workerd = undefined;
    },
  };
}
