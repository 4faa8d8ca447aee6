import { Argument, Command, CommanderError, Option } from 'commander';
import { JSON_FLAG, TOKEN_FILE, URL_OPTION, type CommandDefinition } from './command.ts';
import { EXIT, EXIT_CODES_HELP, type ExitCode } from './exit-code.ts';
import type { Get, Input } from './inputs.ts';
import { unmarkThumbprint } from './thumbprints.ts';

/** Where commander's own words go. */
export type ProgramOutput = {
  readonly out: (text: string) => void;
  readonly error: (text: string) => void;
  readonly columns: number;
};

/** What the group words mean in the list of commands. */
export const GROUPS: Readonly<Record<string, string>> = {
  publisher: 'Organisations answerable for software',
  person: 'Who may act here',
  token: 'API tokens',
  workload: 'CI jobs and services that get statements without a secret',
  'initial-access-token': 'Tokens that are good for one statement',
  software: 'Products of a publisher',
  statement: 'What was issued',
  keys: 'Signing keys and their life',
  registrar: 'A registration server that trusts issuers (RFC 7591, RFC 7592)',
  policy: 'What is allowed here',
  ledger: 'The record of everything that changed',
};

/** Every input of a command, those it shares with others included. */
export function inputsOf(definition: CommandDefinition): readonly Input<unknown>[] {
  return [...definition.inputs, ...(definition.remote ? [URL_OPTION, TOKEN_FILE] : []), JSON_FLAG];
}

/** The commander program over the table of commands. `run` is told what was chosen. */
export function buildProgram(
  definitions: readonly CommandDefinition[],
  output: ProgramOutput,
  run: (definition: CommandDefinition, get: Get) => Promise<void>,
): Command {
  const program = prepared(new Command('imprimatur'), output)
    .description('The issuer behind an OAuth software statement (RFC 7591 §2.3).')
    .addHelpText(
      'after',
      `\nExamples:\n  $ imprimatur serve\n  $ imprimatur submit SOFTWARE_ID metadata.json --software-version 1.0.0\n  $ imprimatur verify statement.jwt\n\n${EXIT_CODES_HELP}`,
    );
  const groups = new Map<string, Command>();
  for (const definition of definitions) {
    const [first = '', second] = definition.path.split(' ');
    if (second === undefined) addCommand(program, first, definition, output, run);
    else {
      const group = groups.get(first) ?? addGroup(program, first, definitions, output);
      groups.set(first, group);
      addCommand(group, second, definition, output, run);
    }
  }
  return program;
}

function addGroup(
  program: Command,
  name: string,
  definitions: readonly CommandDefinition[],
  output: ProgramOutput,
): Command {
  const examples = definitions.filter(({ path }) => path.startsWith(`${name} `)).slice(0, 3);
  return prepared(program.command(name), output)
    .description(GROUPS[name] ?? '')
    .addHelpText('after', () => examplesText(examples.map((definition) => definition.examples[0])));
}

function addCommand(
  parent: Command,
  name: string,
  definition: CommandDefinition,
  output: ProgramOutput,
  run: (definition: CommandDefinition, get: Get) => Promise<void>,
): void {
  const isDefault = definition.isDefault ?? false;
  const command = prepared(parent.command(name, { isDefault }), output).summary(definition.summary);
  command.description([definition.summary, definition.description].filter(Boolean).join('\n\n'));
  const inputs = inputsOf(definition);
  for (const input of inputs)
    if (input.kind === 'argument') command.addArgument(argumentOf(input));
    else command.addOption(optionOf(input));
  command.addHelpText('after', `${examplesText(definition.examples)}\n${EXIT_CODES_HELP}`);
  command.action(async () => {
    const named: Record<string, unknown> = command.opts();
    const given = new Map(Object.entries(named).map(([key, value]) => [key, unmarkThumbprint(value)]));
    const names = inputs.filter(({ kind }) => kind === 'argument');
    for (const [i, { key }] of names.entries()) given.set(key, unmarkThumbprint(command.processedArgs[i]));
    await run(definition, (input) => input.read(given.get(input.key)));
  });
}

function examplesText(examples: readonly string[]): string {
  return `\nExamples:\n${examples.map((example) => `  $ imprimatur ${example}\n`).join('')}`;
}

function prepared(command: Command, output: ProgramOutput): Command {
  return command
    .exitOverride()
    .helpOption('-h, --help', 'show this')
    .helpCommand(false)
    .allowExcessArguments(false)
    .showHelpAfterError('(add --help to see how it is used)')
    .configureOutput({
      writeOut: output.out,
      writeErr: output.error,
      getOutHelpWidth: () => output.columns,
      getErrHelpWidth: () => output.columns,
      getOutHasColors: () => false,
      getErrHasColors: () => false,
    });
}

function argumentOf(input: Input<unknown>): Argument {
  const made = new Argument(input.flags, input.description);
  return input.choices === undefined ? made : made.choices(input.choices);
}

function optionOf(input: Input<unknown>): Option {
  const made = new Option(input.flags, input.description).makeOptionMandatory(input.required);
  const { choices, parseText } = input;
  if (choices !== undefined) made.choices(choices);
  if (parseText !== undefined) made.argParser((text: string) => parseText(text));
  if (input.repeatable === true) {
    const check = made.parseArg;
    made.argParser((text: string, before: unknown) => {
      // commander's own check of the choices throws for a word that is none of them.
      if (choices !== undefined) check?.(text, undefined);
      return [...(Array.isArray(before) ? before : []), text];
    });
    made.description = `${made.description} (repeatable)`;
  }
  return made;
}

/** The exit code for what commander threw: help that was asked for is a success, all else wrong usage. */
export function exitCodeOf(error: CommanderError): ExitCode {
  return error.code === 'commander.helpDisplayed' ? EXIT.OK : EXIT.USAGE;
}
