import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Miniflare } from 'miniflare';
import { z } from 'zod';
import type { Store } from '../../src/ports.ts';
import type { D1Database } from '../../src/store/d1-executor.ts';
import { openD1Store } from '../../src/store/open-d1-store.ts';

const MIGRATIONS = join(import.meta.dirname, '..', '..', 'drizzle');
const MIGRATION = readdirSync(MIGRATIONS)
  .filter((name) => name.endsWith('.sql'))
  .toSorted()
  .flatMap((file) => readFileSync(join(MIGRATIONS, file), 'utf8').split('--> statement-breakpoint'))
  .map((sql) => sql.trim());
/** One for each test of a file. They are made when first used, but workerd starts the slower the more there are. */
const DATABASES = Array.from({ length: 40 }, (_, i) => `DB${i}`);

/**
 * Runs whole calls inside workerd. The database that Miniflare gives to Node asks workerd for every `prepare` and every `bind`, and
 * blocks until it hears: that takes ten times as long as the statement.
 */
const WORKER = `
const readable = (value) => (value instanceof Object ? new Uint8Array(value.octets) : value);
export default {
  fetch: async (request, environment) => {
    const { name, statements, rows } = await request.json();
    const database = environment[name];
    const bound = statements.map(({ sql, params }) => database.prepare(sql).bind(...params.map(readable)));
    try {
      return Response.json({ answer: rows ? await bound[0].raw() : (await database.batch(bound)).length });
    } catch (error) {
      return Response.json({ message: error.message, cause: error.cause?.message });
    }
  },
};`;

const ANSWER = z.union([
  z.object({ answer: z.union([z.array(z.array(z.unknown())), z.number()]) }),
  z.object({ message: z.string(), cause: z.string().optional() }),
]);

let workerd: { readonly miniflare: Miniflare; readonly url: URL } | undefined;
let used = 0;

/** A Store over a fresh D1 database of real workerd, with every migration applied. */
export async function openTestD1(): Promise<Store> {
  workerd ??= await start();
  const name = DATABASES[used];
  if (name === undefined) throw new Error('more databases than there are names for');
  used += 1;
  const database = databaseAt(workerd.url, name);
  // One call instead of one for each statement.
  await database.batch(MIGRATION.map((sql) => database.prepare(sql)));
  return openD1Store(database);
}

async function start(): Promise<NonNullable<typeof workerd>> {
  const miniflare = new Miniflare({ modules: true, script: WORKER, d1Databases: DATABASES });
  return { miniflare, url: await miniflare.ready };
}

/** Stops workerd at the end of a file. */
export async function closeTestD1(): Promise<void> {
  await workerd?.miniflare.dispose();
  workerd = undefined;
}

/** The binding of that name, from outside workerd. */
function databaseAt(url: URL, name: string): D1Database {
  const call = async (statements: readonly Bound[], rows: boolean) => {
    const response = await fetch(url, {
      method: 'POST',
      body: JSON.stringify({ name, statements: statements.map((one) => one.sent), rows }),
    });
    const said = ANSWER.parse(await response.json());
    if ('answer' in said) return said.answer;
    throw new Error(said.message, said.cause === undefined ? {} : { cause: new Error(said.cause) });
  };
  class Bound {
    readonly sent: { readonly sql: string; readonly params: readonly unknown[] };
    constructor(sql: string, params: readonly unknown[]) {
      this.sent = { sql, params: params.map(sendable) };
    }
    bind(...values: unknown[]): Bound {
      return new Bound(this.sent.sql, values);
    }
    async raw(): Promise<unknown[][]> {
      const answer = await call([this], true);
      if (typeof answer === 'number') throw new Error('rows were asked for');
      return answer;
    }
  }
  return {
    prepare: (sql) => new Bound(sql, []),
    batch: (statements) =>
      call(
        statements.filter((one) => one instanceof Bound),
        false,
      ),
  };
}

/** JSON has no octets. */
function sendable(value: unknown): unknown {
  return value instanceof Uint8Array ? { octets: [...value] } : value;
}
