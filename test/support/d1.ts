import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Miniflare } from 'miniflare';
import type { Store } from '../../src/ports.ts';
import { openD1Store } from '../../src/store/open-d1-store.ts';

const MIGRATIONS = join(import.meta.dirname, '..', '..', 'drizzle');
/** Every migration, a statement a line. */
const MIGRATION = readdirSync(MIGRATIONS)
  .filter((name) => name.endsWith('.sql'))
  .toSorted()
  .flatMap((file) => readFileSync(join(MIGRATIONS, file), 'utf8').split('--> statement-breakpoint'))
  .map((statement) => statement.replaceAll(/\s*\n\s*/g, ' ').trim())
  .join('\n');
/** One for each test of a file; they are made when first used. */
const DATABASES = Array.from({ length: 200 }, (_, i) => `DB${i}`);

let workerd: Miniflare | undefined;
let used = 0;

/** A Store over a fresh D1 database of real workerd, with every migration applied. */
export async function openTestD1(): Promise<Store> {
  workerd ??= new Miniflare({
    modules: true,
    script: 'export default { fetch: () => new Response() }',
    d1Databases: DATABASES,
  });
  const database = await workerd.getD1Database(DATABASES[used] ?? '');
  used += 1;
  // One call instead of one for each statement, which is what takes time here; `exec` wants a statement a line.
  await database.exec(MIGRATION);
  return openD1Store(database);
}

/** Stops workerd at the end of a file. */
export async function closeTestD1(): Promise<void> {
  await workerd?.dispose();
  workerd = undefined;
}
