import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { build, type Plugin } from 'esbuild';

const ROOT = join(import.meta.dirname, '..');

/**
 * Takes drizzle-orm in and leaves every other package out. Node reads the list of entry points in the `package.json` of drizzle-orm, 180 kB, anew for
 * each of its hundred modules, which costs a start of the server half a second and 150 MB; there is nothing to read for a module that is inside.
 */
export const drizzleInside: Plugin = {
  name: 'drizzle-inside',
  setup: (building) => {
    building.onResolve({ filter: /^[^./]/ }, ({ kind, path }) =>
      kind === 'entry-point' || /^drizzle-orm(?:\/|$)/.test(path) ? undefined : { path, external: true },
    );
  },
};

/** Puts the program that `bin/imprimatur.js` runs into a few files; what a command loads when it needs it stays apart. */
export async function makeProgram(): Promise<void> {
  // Two folders below the root, as `dist/store` is: the migrations are looked for from there.
  const outdir = join(ROOT, 'dist', 'program');
  rmSync(outdir, { recursive: true, force: true });
  await build({
    entryPoints: [join(ROOT, 'dist', 'node', 'command-line.js')],
    outdir,
    bundle: true,
    splitting: true,
    platform: 'node',
    format: 'esm',
    target: 'node22',
    plugins: [drizzleInside],
  });
}

if (import.meta.main) await makeProgram();
