import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createMemoryStore } from '../../../../src/kit/registration/memory-store.ts';
import type { RegistrationStore } from '../../../../src/kit/registration/ports.ts';
import { openD1RegistrationStore } from '../../../../src/registration-store/open-d1-store.ts';
import { openSqliteRegistrationStore } from '../../../../src/registration-store/open-sqlite-store.ts';
import { startD1Databases, type D1Databases } from '../../../support/d1-databases.ts';
import { expectOk } from '../../../support/issuer.ts';

const MIGRATIONS = join(import.meta.dirname, '..', '..', '..', '..', 'drizzle', 'registration');
/** No file has more tests, nor runs of a property. */
const MOST_DATABASES = 60;

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
  let databases: Promise<D1Databases> | undefined;
  return {
    name: 'D1',
    open: async () => {
      databases ??= startD1Databases(MOST_DATABASES, MIGRATIONS);
      return { store: openD1RegistrationStore(await (await databases).open()), close: async () => {} };
    },
    stop: async () => {
      await (await databases)?.stop();
      databases = undefined;
    },
  };
}
