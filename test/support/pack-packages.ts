import { existsSync, mkdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { buildSync } from 'esbuild';

const MODULES = join(import.meta.dirname, '..', '..', 'node_modules');
/** Packages of many modules. Every file of tests loads them anew, and in a few files they load several times as fast. */
const PACKAGES = ['drizzle-orm', '@simplewebauthn/server'];
const ENTRY_POINTS = [
  'drizzle-orm',
  'drizzle-orm/better-sqlite3',
  'drizzle-orm/better-sqlite3/migrator',
  'drizzle-orm/sqlite-core',
  'drizzle-orm/sqlite-proxy',
  '@simplewebauthn/server',
];

/**
 * Puts packages into a few files, once for each version, beside what is installed. Vite has an optimizer for that, but with it on, all other packages are
 * loaded under a second name too, and what came in by one is no instance of a class of the other.
 *
 * @returns where an import of each leads in tests
 */
export function packPackages(): readonly { readonly find: RegExp; readonly replacement: string }[] {
  const versions = PACKAGES.map((name) => {
    const { version }: { readonly version: string } = JSON.parse(
      readFileSync(join(MODULES, name, 'package.json'), 'utf8'),
    );
    return `${name.replaceAll('/', '+')}@${version}`;
  });
  const directory = join(MODULES, '.cache', 'packed-packages', versions.join('_'));
  if (!existsSync(directory)) pack(directory);
  return ENTRY_POINTS.map((name) => ({
    find: new RegExp(`^${name}$`),
    replacement: join(directory, `${name}.mjs`),
  }));
}

/** Makes it whole before it is there: another run may start at the same moment. */
function pack(directory: string): void {
  const making = `${directory}.${process.pid}`;
  mkdirSync(making, { recursive: true });
  buildSync({
    entryPoints: Object.fromEntries(ENTRY_POINTS.map((name) => [name, name])),
    absWorkingDir: join(MODULES, '..'),
    outdir: making,
    outExtension: { '.js': '.mjs' },
    bundle: true,
    splitting: true,
    platform: 'node',
    format: 'esm',
    target: 'node22',
    external: ['better-sqlite3'],
  });
  try {
    renameSync(making, directory);
  } catch (error) {
    rmSync(making, { recursive: true, force: true });
    if (!existsSync(directory)) throw error;
  }
}
