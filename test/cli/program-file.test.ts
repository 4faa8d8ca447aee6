import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, expect, it } from 'vitest';

/** bin/imprimatur.js on its own, beside a program that stands for the built one. */
let directory: string;
let program: string;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'imprimatur-bin-'));
  mkdirSync(join(directory, 'bin'));
  program = join(directory, 'bin', 'imprimatur.js');
  copyFileSync(join(import.meta.dirname, '..', '..', 'bin', 'imprimatur.js'), program);
  writeFileSync(join(directory, 'package.json'), '{"type":"module"}');
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

function build(body = "console.log(args.join(' ')); return 3;"): void {
  mkdirSync(join(directory, 'dist', 'program'), { recursive: true });
  const text = `export async function runCommandLine(args) { ${body} }`;
  writeFileSync(join(directory, 'dist', 'program', 'command-line.js'), text);
}

function runAs(version: string) {
  const script = `Object.defineProperty(process.versions, 'node', { value: '${version}' }); await import('${pathToFileURL(program).href}');`;
  return spawnSync(process.execPath, ['--input-type=module', '-e', script], { encoding: 'utf8' });
}

it('passes the arguments on and ends with the program’s exit code', () => {
  build();
  const { status, stdout } = spawnSync(process.execPath, [program, 'a', 'b'], { encoding: 'utf8' });
  expect({ status, stdout }).toEqual({ status: 3, stdout: 'a b\n' });
});

it.each(['20.19.0', '22.11.0'])('says one sentence on Node %s and loads nothing', (version) => {
  build();
  const { status, stdout, stderr } = runAs(version);
  expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
  expect(stderr).toMatch(new RegExp(`^imprimatur needs Node 22\\.12 or later, and this is ${version}.*\\n$`));
});

it.each(['22.12.0', '24.0.0', '26.1.0'])('runs on Node %s', (version) => {
  build();
  expect(runAs(version).status).toBe(3);
});

it('ends quietly when its reader stops early', () => {
  build("process.stdout.write('x\\n'.repeat(1e6)); await new Promise((done) => setTimeout(done, 5e3));");
  const line = `"${process.execPath}" "${program}" | head -n 1; echo "\${PIPESTATUS[0]}"`;
  const { stdout, stderr } = spawnSync('bash', ['-c', line], { encoding: 'utf8' });
  expect({ stdout, stderr }).toEqual({ stdout: 'x\n141\n', stderr: '' });
});

it('says how to build when it is not built', () => {
  const { status, stderr } = spawnSync(process.execPath, [program, 'whoami'], { encoding: 'utf8' });
  expect({ status, stderr }).toEqual({
    status: 1,
    stderr: 'imprimatur is not built yet; run `npm run build` first.\n',
  });
});
