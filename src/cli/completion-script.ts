import type { CommandDefinition } from './command.ts';
import { inputsOf } from './program.ts';

export const SHELLS = ['bash', 'zsh', 'fish'] as const;

/** A completion script for one shell, made from the table of commands. Arguments are completed as files. */
export function completionScript(shell: string, definitions: readonly CommandDefinition[]): string {
  switch (shell) {
    case 'zsh':
      return `#compdef imprimatur\nautoload -Uz bashcompinit && bashcompinit\n${bash(definitions)}`;
    case 'fish':
      return fish(definitions);
    default:
      return bash(definitions);
  }
}

/** The first words, and the second words of those that are groups. */
function wordsOf(definitions: readonly CommandDefinition[]): ReadonlyMap<string, readonly string[]> {
  const words = new Map<string, string[]>();
  for (const { path } of definitions) {
    const [first = '', second] = path.split(' ');
    const seconds = words.get(first) ?? [];
    if (second !== undefined) seconds.push(second);
    words.set(first, seconds);
  }
  return words;
}

function longOptions(definition: CommandDefinition): readonly string[] {
  return inputsOf(definition).flatMap(({ flags }) => /--[a-z-]+/.exec(flags)?.[0] ?? []);
}

function bash(definitions: readonly CommandDefinition[]): string {
  const words = wordsOf(definitions);
  const groups = [...words].filter(([, seconds]) => seconds.length > 0);
  return `_imprimatur() {
  local current="\${COMP_WORDS[COMP_CWORD]}" path="\${COMP_WORDS[1]}" words=""
  case "$path" in
    ${groups.map(([first]) => first).join('|')}) if [ "$COMP_CWORD" -gt 2 ]; then path="$path \${COMP_WORDS[2]}"; fi ;;
  esac
  if [ "$COMP_CWORD" -eq 1 ]; then
    words="${[...words.keys()].join(' ')}"
  else
    case "$path" in
${groups.map(([first, seconds]) => `      "${first}") words="${seconds.join(' ')}" ;;`).join('\n')}
${definitions.map((definition) => `      "${definition.path}") words="${longOptions(definition).join(' ')} --help" ;;`).join('\n')}
    esac
  fi
  COMPREPLY=($(compgen -W "$words" -- "$current"))
}
complete -o default -F _imprimatur imprimatur
`;
}

function fish(definitions: readonly CommandDefinition[]): string {
  const words = wordsOf(definitions);
  const first = [...words.keys()].map((word) => {
    const summary = definitions.find(({ path }) => path === word)?.summary ?? '';
    return `complete -c imprimatur -n __fish_use_subcommand -f -a ${word} -d ${quoted(summary)}`;
  });
  const second = definitions.flatMap(({ path, summary }) => {
    const [group = '', verb] = path.split(' ');
    if (verb === undefined) return [];
    const others = (words.get(group) ?? []).join(' ');
    const condition = `__fish_seen_subcommand_from ${group}; and not __fish_seen_subcommand_from ${others}`;
    return [`complete -c imprimatur -n ${quoted(condition)} -f -a ${verb} -d ${quoted(summary)}`];
  });
  const options = definitions.flatMap((definition) => {
    const condition = definition.path
      .split(' ')
      .map((word) => `__fish_seen_subcommand_from ${word}`)
      .join('; and ');
    return inputsOf(definition).flatMap(({ flags, description }) => {
      const [, long] = /--([a-z-]+)/.exec(flags) ?? [];
      if (long === undefined) return [];
      const takesValue = flags.includes('<') ? ' -r' : '';
      return [
        `complete -c imprimatur -n ${quoted(condition)} -l ${long}${takesValue} -d ${quoted(description)}`,
      ];
    });
  });
  return `${[...first, ...second, ...options].join('\n')}\n`;
}

function quoted(text: string): string {
  return `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
}
