import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';
import { SCRIPT_NAMES } from '../src/http/console/assets/script-names.ts';

const ROOT = join(import.meta.dirname, '..');
const OUTPUT = join(ROOT, 'src', 'http', 'console', 'assets', 'scripts.ts');

/** The scripts of the console, each one file for browsers, as a module that Node and Workers load without a build of their own. */
export async function scriptsModule(): Promise<string> {
  const texts = await Promise.all(
    SCRIPT_NAMES.map(async (name) => {
      const entry = join(ROOT, 'src', 'http', 'console', 'browser', `${name}.ts`);
      if (!existsSync(entry)) return [name, ''] as const;
      const made = await build({
        entryPoints: [entry],
        bundle: true,
        minify: true,
        write: false,
        format: 'iife',
        target: 'es2022',
        legalComments: 'none',
      });
      return [name, made.outputFiles[0]?.text ?? ''] as const;
    }),
  );
  const members = texts.map(([name, text]) => `  ${JSON.stringify(name)}: ${JSON.stringify(text)},`);
  return `// Made by docs/make-scripts.ts from src/http/console/browser; do not edit.
import type { ScriptName } from './script-names.ts';

export const SCRIPTS: Readonly<Record<ScriptName, string>> = {
${members.join('\n')}
};
`;
}

if (import.meta.main) writeFileSync(OUTPUT, await scriptsModule());
