import { hash } from 'node:crypto';
import Database from 'better-sqlite3';
import { decodeBase64url } from '../../src/domain/base64url.ts';
import { verifyLedger } from '../../src/domain/ledger/verify-ledger.ts';
import type { Checkpoint, StoredEntry } from '../../src/domain/ledger/entry.ts';
import { openSqliteStore } from '../../src/store/open-sqlite-store.ts';
import { accept } from './accept.ts';

/**
 * In a process of its own, so that its memory is its own: `verify <database> <checkpoint key> <origin>` checks the
 * ledger, `hash <database>` takes one SHA-256 of each entry's octets, which lie in memory.
 */
const [, , work = '', path = '', publicKey = '', origin = ''] = process.argv;
const milliseconds = work === 'verify' ? await verify() : hashAll();
process.stdout.write(
  `${JSON.stringify({ milliseconds, peakOctets: process.resourceUsage().maxRSS * 1024 })}\n`,
);

async function verify(): Promise<number> {
  const { store, close } = accept(openSqliteStore(path));
  const started = performance.now();
  accept(
    await verifyLedger({
      entries: entriesOf((after) => store.entriesAfter(after, 1_000)),
      checkpoints: checkpointsOf((after) => store.checkpointsAfter(after, 1_000)),
      publicKey: accept(decodeBase64url(publicKey)),
      origin,
    }),
  );
  const took = performance.now() - started;
  close();
  return took;
}

function hashAll(): number {
  const database = new Database(path, { readonly: true });
  const texts = database.prepare<[], Buffer>('SELECT CAST(text AS BLOB) FROM ledger_entries').pluck().all();
  database.close();
  const started = performance.now();
  for (const text of texts) hash('sha256', text, 'binary');
  return performance.now() - started;
}

async function* entriesOf(
  read: (after: number) => Promise<readonly StoredEntry[]>,
): AsyncGenerator<StoredEntry> {
  for (let after = 0; ;) {
    const batch = await read(after);
    yield* batch;
    const last = batch.at(-1);
    if (last === undefined) return;
    after = last.seq;
  }
}

async function* checkpointsOf(
  read: (after: number) => Promise<readonly Checkpoint[]>,
): AsyncGenerator<Checkpoint> {
  for (let after = 0; ;) {
    const batch = await read(after);
    yield* batch;
    const last = batch.at(-1);
    if (last === undefined) return;
    after = last.size;
  }
}
