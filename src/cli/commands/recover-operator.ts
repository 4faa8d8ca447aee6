import { JSON_FLAG, type CommandDefinition } from '../command.ts';
import { EXIT } from '../exit-code.ts';
import { openLocal, reportLocal } from '../open-local.ts';
import { printer } from '../print.ts';

export const recoverOperator: CommandDefinition = {
  path: 'recover-operator',
  summary: 'Make a new operator token and set-up link on this machine, when none is left',
  description:
    'For a lost set-up token or link, lost passkeys, or a first start that died before they were shown. The server must be stopped. Both are good for seven days, the link once, and the ledger tells that they were made here.',
  inputs: [],
  examples: ['recover-operator'],
  remote: false,
  run: async (get, deps) => {
    const opened = await openLocal(deps);
    if (!opened.ok) return opened.error;
    const recovered = await opened.value.machine.recoverOperator(opened.value.local.log);
    if (!recovered.ok) return reportLocal(deps, recovered.error);
    const { person, secret, link, expiresAt } = recovered.value;
    if (get(JSON_FLAG)) {
      deps.stdout.write(
        `${JSON.stringify({ person_id: person.id, token: secret, set_up_link: link, expires_at: expiresAt })}\n`,
      );
      return EXIT.OK;
    }
    const out = printer(deps.stdout, deps.environment);
    out.line(`A token for the operator ${person.name} (${person.id}), shown this once and kept nowhere:`);
    out.line('');
    out.line(secret, 'strong');
    out.line('');
    out.line('Put it into IMPRIMATUR_TOKEN, start the server, then: imprimatur whoami');
    out.line('');
    out.line('And a link for a browser, good once: it makes a passkey that signs in to the console.');
    out.line('');
    out.line(link, 'strong');
    return EXIT.OK;
  },
};
