import { writeFileSync } from 'node:fs';
import type { Command } from 'commander';
import { COMMANDS } from '../src/cli/commands.ts';
import { buildProgram } from '../src/cli/program.ts';

/** The reference of the `imprimatur` command as a page, made of the commands' own help. */
export function commandPage(): string {
  let text = '';
  const output = { out: (more: string) => void (text += more), error: () => undefined, columns: 100 };
  const program = buildProgram(COMMANDS, output, async () => undefined);
  const sections = [program, ...leavesOf(program)].map((command) => {
    text = '';
    command.outputHelp();
    const help = text
      .split('\n')
      .map((line) => line.trimEnd())
      .join('\n')
      .trim();
    const title = command === program ? '' : `## ${pathOf(command)}\n\n`;
    return `${title}\`\`\`text\n${help}\n\`\`\`\n`;
  });
  return `${HEADING}\n${sections.join('\n')}`;
}

const HEADING = `# The command line

Made from the commands' own help by \`npx node docs/make-cli.ts\`; a test keeps it current.

Commands that talk to a server take its URL from \`--url\` or \`IMPRIMATUR_URL\` (default \`http://localhost:8787\`) and the API token
from \`IMPRIMATUR_TOKEN\`, or from the file named by \`--token-file\` or \`IMPRIMATUR_TOKEN_FILE\`; never from the command line itself,
which other users of the machine can read. With \`--json\` they print the API's answer exactly, a refusal included.
\`verify\` also ends with 2 when it could not be told whether a statement stands.
`;

function leavesOf(program: Command): readonly Command[] {
  return program.commands.flatMap((command) =>
    command.commands.length === 0 ? [command] : command.commands,
  );
}

function pathOf(command: Command): string {
  return command.parent === null || command.parent.parent === null
    ? command.name()
    : `${pathOf(command.parent)} ${command.name()}`;
}

if (import.meta.main) writeFileSync(new URL('cli.md', import.meta.url), commandPage());
