import { JSON_FLAG, type CommandDefinition } from '../command.ts';
import { EXIT } from '../exit-code.ts';
import { printer } from '../print.ts';
import { openLocal, reportLocal } from '../open-local.ts';

export const serve: CommandDefinition = {
  path: 'serve',
  summary: 'Serve the issuer on this machine until told to stop',
  description:
    'On an empty database it makes the issuer’s first signing keys and prints one set-up token and one set-up link. Set by environment variables: ' +
    'IMPRIMATUR_ISSUER, IMPRIMATUR_PORT, IMPRIMATUR_HOST, IMPRIMATUR_ADDRESS_HEADER, IMPRIMATUR_DATA, IMPRIMATUR_KEYS, IMPRIMATUR_KEY_PASSPHRASE, ' +
    'IMPRIMATUR_KEY_ENCRYPTION_KEY, IMPRIMATUR_SETUP_TOKEN, IMPRIMATUR_KEY_ALG, IMPRIMATUR_POLICY_URI, IMPRIMATUR_TOS_URI, ' +
    'IMPRIMATUR_SPIFFE_TRUST_DOMAIN, ' +
    'IMPRIMATUR_OIDC_ISSUER, IMPRIMATUR_OIDC_CLIENT_ID, IMPRIMATUR_OIDC_CLIENT_SECRET, IMPRIMATUR_OIDC_NAME. ' +
    'Logs go to standard error, one JSON object a line.',
  inputs: [],
  examples: ['serve'],
  remote: false,
  run: async (get, deps) => {
    const opened = await openLocal(deps);
    if (!opened.ok) return opened.error;
    const { local, machine } = opened.value;
    const serving = await machine.serve(local.log);
    if (!serving.ok) return reportLocal(deps, serving.error);
    const { url, issuer, founding, warnings, stop } = serving.value;
    const notes = printer(deps.stderr, deps.environment);
    for (const warning of warnings) notes.paragraph(`imprimatur: ${warning}`, 'warning');
    if (get(JSON_FLAG)) deps.stdout.write(`${JSON.stringify({ url, issuer, founding })}\n`);
    else {
      const out = printer(deps.stdout, deps.environment);
      out.line(`Imprimatur serves ${issuer}${url === issuer ? '' : ` at ${url}`}`, 'strong');
      if (founding.founded) {
        out.line(`First start: the signing key is ${founding.kid}.`);
        if (founding.setupToken === undefined) {
          out.line('The operator’s first token is the one in IMPRIMATUR_SETUP_TOKEN.');
          out.line('With it, `imprimatur invitation recover` makes a link into the console.');
        } else {
          out.line('Open this link to become the operator; it works once, within seven days:');
          out.line('');
          out.line(founding.setupLink ?? '', 'strong');
          out.line('');
          out.line('The operator’s set-up token for the command line, shown this once and kept nowhere:');
          out.line('');
          out.line(founding.setupToken, 'strong');
          out.line('');
          out.line('Put it into IMPRIMATUR_TOKEN, then: imprimatur whoami');
        }
      }
    }
    await deps.untilStopped();
    await stop();
    return EXIT.OK;
  },
};
