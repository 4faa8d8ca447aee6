import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';

/** ARCHITECTURE.md's table of arrows, enforced over every import line. */
const ROOT = resolve(import.meta.dirname, '..');
const SOURCE = join(ROOT, 'src');

const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  domain: ['domain'],
  ports: ['domain', 'ports'],
  services: ['domain', 'ports', 'services'],
  store: ['domain', 'ports', 'store'],
  custody: ['domain', 'ports', 'custody'],
  http: ['domain', 'ports', 'services', 'http'],
  kit: ['domain', 'kit'],
  fetcher: ['domain', 'fetcher'],
  identity: ['domain', 'ports', 'identity'],
  'registration-store': ['domain', 'kit', 'store', 'registration-store'],
  'kit-node': ['registration-store', 'fetcher'],
  'kit-workers': ['registration-store', 'fetcher'],
  cli: ['domain', 'ports', 'services', 'kit', 'cli'],
  node: [
    'domain',
    'ports',
    'services',
    'store',
    'custody',
    'http',
    'kit',
    'fetcher',
    'registration-store',
    'identity',
    'cli',
    'node',
  ],
  worker: ['domain', 'ports', 'services', 'store', 'custody', 'fetcher', 'http', 'identity'],
};

/** Packages each room may name; a `node:` module counts as a package. */
const PACKAGES: Readonly<Record<string, readonly RegExp[]>> = {
  domain: [/^node:(crypto|zlib)$/],
  ports: [],
  services: [],
  store: [/^drizzle-orm/, /^better-sqlite3$/, /^node:(fs|path|url|crypto)(\/|$)/],
  custody: [/^jose$/, /^node:(fs|path|crypto)(\/|$)/],
  http: [/^hono/, /^zod$/, /^@simplewebauthn\/browser$/],
  kit: [/^jose$/, /^hono/],
  fetcher: [/^node:(dns|dns\/promises|http|https|net)$/],
  identity: [/^@simplewebauthn\/server$/, /^openid-client$/],
  'registration-store': [/^drizzle-orm/],
  'kit-node': [],
  'kit-workers': [],
  cli: [/^commander$/, /^jose$/],
  node: [/./],
  worker: [],
};

/** Only these files of the domain may hash and compress through the runtime. */
const DOMAIN_RUNTIME_FILES = ['domain/sha256.ts', 'domain/status-list/compress.ts'];

type Import = { readonly file: string; readonly target: string; readonly typeOnly: boolean };

function sourceFiles(): readonly string[] {
  return readdirSync(SOURCE, { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.tsx?$/.test(name))
    .map((name) => name.replaceAll('\\', '/'));
}

function importsOf(file: string): readonly Import[] {
  const text = readFileSync(join(SOURCE, file), 'utf8');
  return [
    ...text.matchAll(
      /^(?:import|export)\s+(type\s+)?[^'"]*?from\s+'([^']+)'|^import\s+'([^']+)'|import\('([^']+)'\)/gm,
    ),
  ].map(([, type, named, bare, dynamic]) => ({
    file,
    target: named ?? bare ?? dynamic ?? '',
    typeOnly: type !== undefined,
  }));
}

function roomOf(file: string): string {
  return (file.split('/')[0] ?? '').replace(/\.tsx?$/, '');
}

const imports = sourceFiles().flatMap(importsOf);
const local = imports.filter(({ target }) => target.startsWith('.'));

describe('imports point one way', () => {
  it('between rooms', () => {
    const wrong = local.filter(({ file, target }) => {
      const to = relative(SOURCE, resolve(SOURCE, dirname(file), target)).replaceAll('\\', '/');
      return !(MAY_IMPORT[roomOf(file)] ?? []).includes(roomOf(to));
    });
    expect(wrong).toEqual([]);
  });

  it('to packages that the room may name', () => {
    const wrong = imports.filter(
      ({ file, target }) =>
        !target.startsWith('.') && !(PACKAGES[roomOf(file)] ?? []).some((allowed) => allowed.test(target)),
    );
    expect(wrong).toEqual([]);
  });

  it('and every room is in the table', () => {
    expect([...new Set(sourceFiles().map(roomOf))].filter((room) => MAY_IMPORT[room] === undefined)).toEqual(
      [],
    );
  });

  it('to existing files, named with their extension', () => {
    expect(local.filter(({ target }) => !/\.tsx?$/.test(target))).toEqual([]);
  });

  it('and the runtime enters the domain through two files', () => {
    const wrong = imports.filter(
      ({ file, target }) =>
        file.startsWith('domain/') && target.startsWith('node:') && !DOMAIN_RUNTIME_FILES.includes(file),
    );
    expect(wrong).toEqual([]);
  });
});

describe('time, randomness and I/O come through ports', () => {
  const banned =
    /\bDate\.now\(|\bnew Date\(\)|\bMath\.random\(|\bgetRandomValues\(|\brandomUUID\(|\bfetch\(|\bsetTimeout\(|\bsetInterval\(|\bconsole\.|\bprocess\.|\bBuffer\b/;

  it.each(sourceFiles().filter((file) => /^(domain|services)\//.test(file)))('%s', (file) => {
    const code = readFileSync(join(SOURCE, file), 'utf8')
      .replaceAll(/\/\*[\s\S]*?\*\//g, '')
      .replaceAll(/\/\/.*$/gm, '');
    expect(banned.exec(code)?.[0]).toBeUndefined();
  });
});

it('no file holds more than one reader can keep in mind', () => {
  const long = sourceFiles().filter(
    (file) => readFileSync(join(SOURCE, file), 'utf8').split('\n').length > 350,
  );
  expect(long).toEqual([]);
});
