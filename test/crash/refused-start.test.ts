import {
  mkdirSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bundle, end, startServer, type Script } from '../support/server-process.ts';
import type { Directories } from './directories.ts';
import { findLosses } from './inspect.ts';
import { copyOf, prepare, type Prepared } from './prepared.ts';

let script: Script;
let prepared: Prepared;
beforeAll(async () => {
  script = await bundle('test/support/serve.ts');
  prepared = await prepare(script);
});
afterAll(() => {
  prepared.directories.remove();
  script.remove();
});

type Case = {
  readonly cause: string;
  /** Part of what stderr says. */
  readonly says: RegExp;
  readonly spoil?: (directories: Directories) => void;
  readonly environment?: Readonly<Record<string, string>>;
  /** Undoes `spoil`. */
  readonly repair?: (directories: Directories) => void;
};

const aside = (path: string) => `${path}.aside`;
const statementKey = ({ keys }: Directories) =>
  join(keys, readdirSync(keys).find((name) => /^[A-Za-z0-9_-]{43}\.jwe$/.test(name)) ?? '');

/** Puts something in the place of a file or directory, which `restore` brings back. */
function replaced(path: string, put: () => void): void {
  renameSync(path, aside(path));
  put();
}

function restore(path: string): void {
  rmSync(path, { recursive: true, force: true });
  renameSync(aside(path), path);
}

function spoilStatementKey(directories: Directories, spoil: (path: string) => void): void {
  const path = statementKey(directories);
  const before = readFileSync(path);
  replaced(path, () => {
    writeFileSync(path, before, { mode: 0o600 });
    spoil(path);
  });
}

function restoreStatementKey({ keys }: Directories): void {
  const name = readdirSync(keys).find((file) => file.endsWith('.aside')) ?? '';
  restore(join(keys, name.slice(0, -'.aside'.length)));
}

const CASES: readonly Case[] = [
  {
    cause: 'a file stands in place of the data directory',
    says: /data directory/,
    spoil: ({ data }) => replaced(data, () => writeFileSync(data, '')),
    repair: ({ data }) => restore(data),
  },
  {
    cause: 'a directory stands in place of the database',
    says: /cannot open the database/,
    spoil: ({ database }) => replaced(database, () => mkdirSync(database)),
    repair: ({ database }) => restore(database),
  },
  {
    cause: 'the database is no database',
    says: /cannot open the database|up to date/,
    spoil: ({ database }) => replaced(database, () => writeFileSync(database, 'x'.repeat(10_000))),
    repair: ({ database }) => restore(database),
  },
  {
    cause: 'a file stands in place of the keys directory',
    says: /keys directory/,
    spoil: ({ keys }) => replaced(keys, () => writeFileSync(keys, '')),
    repair: ({ keys }) => restore(keys),
  },
  {
    cause: 'one character of a key file is another',
    says: /\.jwe/,
    spoil: (directories) =>
      spoilStatementKey(directories, (path) => {
        const text = readFileSync(path, 'utf8');
        const at = Math.floor(text.length * 0.7);
        writeFileSync(path, text.slice(0, at) + (text[at] === 'A' ? 'B' : 'A') + text.slice(at + 1));
      }),
    repair: restoreStatementKey,
  },
  {
    cause: 'a key file is cut short',
    says: /\.jwe/,
    spoil: (directories) => spoilStatementKey(directories, (path) => truncateSync(path, 100)),
    repair: restoreStatementKey,
  },
  {
    cause: 'a key file is empty',
    says: /\.jwe/,
    spoil: (directories) => spoilStatementKey(directories, (path) => truncateSync(path, 0)),
    repair: restoreStatementKey,
  },
  {
    cause: 'the keys directory is empty',
    says: /active signing key|not in custody|IMPRIMATUR_KEYS/,
    spoil: ({ keys }) => replaced(keys, () => mkdirSync(keys)),
    repair: ({ keys }) => restore(keys),
  },
  {
    cause: 'the key-encryption key is another',
    says: /IMPRIMATUR_KEY_ENCRYPTION_KEY|passphrase|key-encryption key/i,
    environment: { IMPRIMATUR_KEY_ENCRYPTION_KEY: Buffer.alloc(32, 7).toString('base64url') },
  },
  {
    cause: 'a passphrase is given where the keys were sealed otherwise',
    says: /IMPRIMATUR_KEY|passphrase/i,
    environment: {
      IMPRIMATUR_KEY_ENCRYPTION_KEY: '',
      IMPRIMATUR_KEY_PASSPHRASE: 'correct horse battery staple',
    },
  },
  {
    cause: 'neither passphrase nor key-encryption key is given',
    says: /IMPRIMATUR_KEY_PASSPHRASE/,
    environment: { IMPRIMATUR_KEY_ENCRYPTION_KEY: '' },
  },
  {
    cause: 'a newer version has changed the database',
    says: /newer version/,
    spoil: ({ database }) =>
      onDatabase(
        database,
        `INSERT INTO __drizzle_migrations (hash, created_at) VALUES ('of a later version', 9999999999999)`,
      ),
    repair: ({ database }) =>
      onDatabase(database, `DELETE FROM __drizzle_migrations WHERE created_at = 9999999999999`),
  },
  {
    cause: 'the database was founded as another issuer',
    says: /founded as https:\/\/issuer\.example/,
    environment: { IMPRIMATUR_ISSUER: 'https://other.example' },
  },
  {
    cause: 'entries that a checkpoint covers are gone',
    says: /restore/,
    spoil: ({ database }) => {
      writeFileSync(aside(database), readFileSync(database));
      onDatabase(database, 'DELETE FROM ledger_entries WHERE seq > 10');
    },
    repair: ({ database }) => restore(database),
  },
];

function onDatabase(path: string, sql: string): void {
  const database = new Database(path);
  database.exec(sql);
  database.close();
}

describe('a start that is refused', () => {
  it.each(CASES)(
    'says so, ends with 1 and damages nothing when $cause',
    async ({ says, spoil, environment, repair }) => {
      const { directories, memory } = copyOf(prepared);
      spoil?.(directories);
      const refused = startServer({
        script: script.path,
        environment: { ...directories.environment, ...environment },
      });
      const { code, signal, stdout, stderr } = await refused.exited;
      expect({ code, signal, stdout }).toEqual({ code: 1, signal: null, stdout: '' });
      expect(stderr).toMatch(says);
      expect(stderr.trim().split('\n'), 'one sentence for a person, no stack').toHaveLength(1);

      repair?.(directories);
      const server = startServer({ script: script.path, environment: directories.environment });
      const { url, founding } = await server.ready;
      expect(founding).toEqual({ founded: false });
      expect(await findLosses(url, directories.database, memory)).toEqual([]);
      await end(server, 'SIGTERM');
      directories.remove();
    },
  );

  it('leaves the first server alone when a second one starts on its database', async () => {
    const { directories, memory } = copyOf(prepared);
    const { environment } = directories;
    const first = startServer({ script: script.path, environment });
    const { url } = await first.ready;
    const second = await startServer({ script: script.path, environment }).exited;
    expect(second).toMatchObject({ code: 1, signal: null, stdout: '' });
    expect(second.stderr).toMatch(/another imprimatur serves the database/);
    expect(await findLosses(url, directories.database, memory)).toEqual([]);
    await end(first, 'SIGKILL');

    // A lock that outlived its owner would keep everybody out.
    const third = startServer({ script: script.path, environment });
    await third.ready;
    await end(third, 'SIGTERM');
    directories.remove();
  });
});
