import { join } from 'node:path';
import type { Store } from '../../src/ports.ts';
import { openD1Store } from '../../src/store/open-d1-store.ts';
import { startD1Databases, type D1Databases } from './d1-databases.ts';

const MIGRATIONS = join(import.meta.dirname, '..', '..', 'drizzle');
/** No file has more tests. */
const MOST_DATABASES = 40;

let databases: Promise<D1Databases> | undefined;

/** A Store over a fresh D1 database of real workerd, with every migration applied. */
export async function openTestD1(): Promise<Store> {
  databases ??= startD1Databases(MOST_DATABASES, MIGRATIONS);
  return openD1Store(await (await databases).open());
}

/** Stops workerd at the end of a file. */
export async function closeTestD1(): Promise<void> {
  await (await databases)?.stop();
  databases = undefined;
}
