import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { build } from 'esbuild';
import { Miniflare } from 'miniflare';

const ROOT = join(import.meta.dirname, '..', '..');

/**
 * The worker of src/worker.ts in real workerd, with a fresh D1 database that has run the migrations.
 *
 * @param listening where it listens and what hears its log, for tests that come to it by the network
 */
export async function startWorker(
  bindings: Readonly<Record<string, string>>,
  listening: {
    readonly port?: number;
    readonly handleRuntimeStdio?: (stdout: Readable, stderr: Readable) => void;
  } = {},
): Promise<Miniflare> {
  const bundle = await build({
    entryPoints: [join(ROOT, 'src', 'worker.ts')],
    bundle: true,
    format: 'esm',
    target: 'es2023',
    conditions: ['workerd', 'worker', 'browser'],
    external: ['node:*'],
    write: false,
  });
  const worker = new Miniflare({
    modules: true,
    script: bundle.outputFiles[0]?.text ?? '',
    compatibilityDate: '2026-07-01',
    compatibilityFlags: ['nodejs_compat'],
    d1Databases: ['DB'],
    bindings,
    ...listening,
  });
  const database = await worker.getD1Database('DB');
  for (const file of readdirSync(join(ROOT, 'drizzle'))
    .filter((name) => name.endsWith('.sql'))
    .toSorted())
    for (const statement of readFileSync(join(ROOT, 'drizzle', file), 'utf8').split(
      '--> statement-breakpoint',
    ))
      await database.prepare(statement).run();
  return worker;
}
