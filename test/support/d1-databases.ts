import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Miniflare } from 'miniflare';
import { z } from 'zod';
import type { D1Database } from '../../src/store/d1-executor.ts';

/** D1 databases of one real workerd. */
export type D1Databases = {
  /** A fresh one, with every migration applied. */
  readonly open: () => Promise<D1Database>;
  readonly stop: () => Promise<void>;
};

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

/**
 * Starts workerd.
 *
 * @param count how many databases there are at most; each is made when first used, but workerd starts the slower the more there are
 * @param migrations the directory with the SQL of each migration
 */
export async function startD1Databases(count: number, migrations: string): Promise<D1Databases> {
  const names = Array.from({ length: count }, (_, i) => `DB${i}`);
  const workerd = new Miniflare({ modules: true, script: WORKER, d1Databases: names, cf: false });
  const url = await workerd.ready;
  const migration = readdirSync(migrations)
    .filter((name) => name.endsWith('.sql'))
    .toSorted()
    .flatMap((file) => readFileSync(join(migrations, file), 'utf8').split('--> statement-breakpoint'));
  return {
    open: async () => {
      const name = names.shift();
      if (name === undefined) throw new Error(`more than ${count} databases`);
      const database = databaseAt(url, name);
      await database.batch(migration.map((sql) => database.prepare(sql)));
      return database;
    },
    stop: () => workerd.dispose(),
  };
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
