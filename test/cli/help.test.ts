import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { commandPage } from '../../docs/make-cli.ts';
import type { CommandDefinition } from '../../src/cli/command.ts';
import { COMMANDS } from '../../src/cli/commands.ts';
import { buildProgram, GROUPS } from '../../src/cli/program.ts';
import { commandLine } from './command-line.ts';

const ROOT = join(import.meta.dirname, '..', '..');
const quiet = { out: () => undefined, error: () => undefined, columns: 80 };
const shell = commandLine({ fetch: async () => Response.error() });

/** As a shell would split it, without redirections. */
function words(line: string): readonly string[] {
  const command = line.replace(/ [<>] .*$/, '');
  return [...command.matchAll(/"([^"]*)"|(\S+)/g)].map(([, quoted, plain]) => quoted ?? plain ?? '');
}

async function chosenBy(line: string): Promise<CommandDefinition | undefined> {
  let chosen: CommandDefinition | undefined;
  const program = buildProgram(COMMANDS, quiet, async (definition) => {
    chosen = definition;
  });
  await program.parseAsync(words(line), { from: 'user' });
  return chosen;
}

describe.each(COMMANDS.map((definition) => [definition.path, definition] as const))(
  '%s',
  (path, definition) => {
    it('has help with its summary, examples, exit codes and --json', async () => {
      const { code, out } = await shell.run(...path.split(' '), '--help');
      expect(code).toBe(0);
      expect(out.replaceAll(/\s+/g, ' ')).toContain(definition.summary);
      for (const example of definition.examples) expect(out).toContain(`$ imprimatur ${example}`);
      expect(out).toContain('Exit codes:');
      expect(out).toContain('--json');
    });

    it.each(definition.examples)('understands its own example: %s', async (example) => {
      expect((await chosenBy(example))?.path).toBe(path);
    });
  },
);

it('the help of the program and of each group has examples', async () => {
  for (const group of [[], ...Object.keys(GROUPS).map((name) => [name])]) {
    const { code, out } = await shell.run(...group, '--help');
    expect(code).toBe(0);
    expect(out).toContain('Examples:\n  $ imprimatur');
  }
});

it('docs/cli.md is what docs/make-cli.ts makes', () => {
  expect(readFileSync(join(ROOT, 'docs', 'cli.md'), 'utf8')).toBe(commandPage());
});

it('the README shows only command lines that exist', async () => {
  const readme = readFileSync(join(ROOT, 'README.md'), 'utf8');
  const lines = [...readme.matchAll(/^npx imprimatur (.+)$/gm)].flatMap(([, line = '']) =>
    line.split(' && npx imprimatur '),
  );
  expect(lines.length).toBeGreaterThan(5);
  for (const line of lines) expect((await chosenBy(line))?.path).toBeDefined();
});

describe('completion', () => {
  it('of bash offers commands, verbs and options', async () => {
    const { out } = await shell.run('completion', 'bash');
    const complete = (...line: readonly string[]) =>
      execFileSync(
        'bash',
        [
          '-c',
          `${out}\nCOMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _imprimatur; echo "\${COMPREPLY[@]}"`,
          '_',
          ...line,
        ],
        { encoding: 'utf8' },
      ).trim();
    expect(complete('imprimatur', 'rev')).toBe('revoke');
    expect(complete('imprimatur', 'ledger', 've')).toBe('verify');
    expect(complete('imprimatur', 'ledger', 'verify', '--f')).toBe('--file');
    expect(complete('imprimatur', 'issue', 'x', '--req')).toBe('--request-out');
  });

  it.each(['zsh', 'fish'])('of %s names every command', async (name) => {
    const { code, out } = await shell.run('completion', name);
    expect(code).toBe(0);
    for (const { path } of COMMANDS) expect(out).toContain(path.split(' ').at(-1));
  });

  it('of another shell is wrong usage', async () => {
    expect(await shell.run('completion', 'cmd')).toMatchObject({ code: 2, out: '' });
  });
});
