import { CommanderError } from 'commander';
import { COMMANDS } from './commands.ts';
import type { Dependencies } from './dependencies.ts';
import { EXIT, type ExitCode } from './exit-code.ts';
import { buildProgram, exitCodeOf } from './program.ts';
import { markThumbprint } from './thumbprints.ts';

/**
 * Parses a command line and runs the command it names. Exceptions that are not wrong usage are bugs and pass through.
 *
 * @param args without the program's own name
 */
export async function main(args: readonly string[], deps: Dependencies): Promise<ExitCode> {
  let code: ExitCode = EXIT.OK;
  const output = {
    out: (text: string) => deps.stdout.write(text),
    error: (text: string) => deps.stderr.write(text),
    columns: deps.stdout.columns ?? 80,
  };
  const program = buildProgram(COMMANDS, output, async (definition, get) => {
    code = await definition.run(get, deps);
  });
  try {
    await program.parseAsync(args.map(markThumbprint), { from: 'user' });
    return code;
  } catch (error) {
    if (error instanceof CommanderError) return exitCodeOf(error);
    throw error;
  }
}
