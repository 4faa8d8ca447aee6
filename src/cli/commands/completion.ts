import type { CommandDefinition } from '../command.ts';
import { completionScript, SHELLS } from '../completion-script.ts';
import { EXIT } from '../exit-code.ts';
import { chosenArgument } from '../inputs.ts';

const SHELL = chosenArgument('shell', 'which shell', SHELLS);

/** @param definitions every command, this one as well */
export function completionOf(definitions: () => readonly CommandDefinition[]): CommandDefinition {
  return {
    path: 'completion',
    summary: 'Print a script that completes commands and options in a shell',
    inputs: [SHELL],
    examples: [
      'completion bash > ~/.local/share/bash-completion/completions/imprimatur',
      'completion zsh > ~/.zfunc/_imprimatur',
      'completion fish > ~/.config/fish/completions/imprimatur.fish',
    ],
    remote: false,
    run: async (get, deps) => {
      deps.stdout.write(completionScript(get(SHELL), definitions()));
      return EXIT.OK;
    },
  };
}
