import { JSON_FLAG, type CommandDefinition } from '../command.ts';
import { EXIT } from '../exit-code.ts';
import { argument } from '../inputs.ts';
import { openLocal, reportLocal } from '../open-local.ts';
import { printer } from '../print.ts';

const TARGET = argument('file', 'where to write the copy; must not exist');
const SOURCE = argument('file', 'a backup');

export const backup: CommandDefinition = {
  path: 'backup',
  summary: 'Copy the database of this machine, also while a server serves',
  description: 'The private keys are not in it: keep IMPRIMATUR_KEYS in another backup.',
  inputs: [TARGET],
  examples: ['backup /backups/imprimatur-2026-11-20.sqlite'],
  remote: false,
  run: async (get, deps) => {
    const opened = await openLocal(deps);
    if (!opened.ok) return opened.error;
    const made = await opened.value.machine.backup(get(TARGET));
    if (!made.ok) return reportLocal(deps, made.error);
    const { path, entries } = made.value;
    if (get(JSON_FLAG)) deps.stdout.write(`${JSON.stringify({ path, entries })}\n`);
    else
      printer(deps.stdout, deps.environment).line(`${path} holds ${entries} ledger entries and was checked.`);
    return EXIT.OK;
  },
};

export const restore: CommandDefinition = {
  path: 'restore',
  summary: 'Put a backup in place of a database that is gone, safely',
  description:
    'No status index can be handed out twice afterwards: open status lists are closed and a new one is opened. Never touches an existing database.',
  inputs: [SOURCE],
  examples: ['restore /backups/imprimatur-2026-11-20.sqlite'],
  remote: false,
  run: async (get, deps) => {
    const opened = await openLocal(deps);
    if (!opened.ok) return opened.error;
    const { local, machine } = opened.value;
    const restored = await machine.restore(get(SOURCE), local.log);
    if (!restored.ok) return reportLocal(deps, restored.error);
    const { restores, closedLists, openedList } = restored.value;
    if (get(JSON_FLAG)) {
      const body = {
        restores,
        closed_lists: closedLists,
        opened_list: openedList,
        remember: local.afterRestore,
      };
      deps.stdout.write(`${JSON.stringify(body)}\n`);
      return EXIT.OK;
    }
    const out = printer(deps.stdout, deps.environment);
    out.line(`Restored (time ${restores}). Closed status lists: ${closedLists.join(', ') || 'none'}.`);
    out.line('What no database can know:', 'strong');
    for (const sentence of local.afterRestore) out.paragraph(sentence, 'plain', 2);
    return EXIT.OK;
  },
};
