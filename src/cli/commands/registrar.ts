import { JSON_FLAG, type CommandDefinition } from '../command.ts';
import { EXIT } from '../exit-code.ts';
import { argument, flag } from '../inputs.ts';
import { reportLocal } from '../open-local.ts';
import { printer, progressOn } from '../print.ts';
import { CONFIG, printJson, TRUST, withRegistrar } from '../with-registrar.ts';
import { registrarAuditCommands } from './registrar-audit.ts';
import { registrarClientCommands } from './registrar-clients.ts';
import { registrarTokenCommands } from './registrar-tokens.ts';

const DRY_RUN = flag('--dry-run', 'change nothing, say what would end');
const ABANDONED = flag('--abandoned', 'end clients that nobody used for longer than their class allows');
const OUTDATED = flag('--outdated', 'end clients whose statement is older than the floor of its software');
const TARGET = argument('file', 'where to write the copy; must not exist');

const serve: CommandDefinition = {
  path: 'registrar serve',
  isDefault: true,
  summary: 'Serve client registration until told to stop; `imprimatur registrar` alone means this',
  description:
    'Registers clients that bring a software statement of an issuer you trust (RFC 7591), manages them (RFC 7592) and keeps an audit log ' +
    'in embedded SQLite. Set by environment variables beside the configuration: IMPRIMATUR_KEY_PASSPHRASE or ' +
    'IMPRIMATUR_KEY_ENCRYPTION_KEY for the key that signs the audit log, IMPRIMATUR_REGISTRAR_TOKEN for the authorization server, ' +
    'which asks under /clients before it issues tokens. Logs go to standard error, one JSON object a line.',
  inputs: [CONFIG, TRUST],
  examples: ['registrar --trust http://localhost:8787', 'registrar --config registrar.json'],
  remote: false,
  run: (get, deps) =>
    withRegistrar(
      get,
      deps,
      async (open) => {
        const serving = await open.serve();
        if (!serving.ok) return reportLocal(deps, serving.error);
        const { url, authorizationServer, endpoint, trusted, stop } = serving.value;
        if (get(JSON_FLAG))
          printJson(deps, { url, authorization_server: authorizationServer, endpoint, trusted });
        else {
          const out = printer(deps.stdout, deps.environment);
          out.line(`Clients of ${authorizationServer} register at ${endpoint}`, 'strong');
          out.line(`It listens at ${url}.`);
          if (trusted.length === 0)
            out.paragraph(
              'No issuer is trusted yet, so no software statement counts: add --trust <issuer>, or issuers to the configuration.',
              'warning',
            );
          for (const issuer of trusted) out.line(`It trusts ${issuer}`);
        }
        await deps.untilStopped();
        await stop();
        return EXIT.OK;
      },
      { trust: get(TRUST), logs: true },
    ),
};

const sweep: CommandDefinition = {
  path: 'registrar sweep',
  summary:
    'End clients whose statement was revoked or whose time is over; name the suspended, abandoned and outdated',
  description:
    'The server does this every hour by itself (`sweepMinutes`), without --abandoned and --outdated.',
  inputs: [CONFIG, TRUST, DRY_RUN, ABANDONED, OUTDATED],
  examples: ['registrar sweep --dry-run', 'registrar sweep --abandoned'],
  remote: false,
  run: (get, deps) =>
    withRegistrar(
      get,
      deps,
      async ({ registrar }) => {
        const progress = progressOn(deps.stderr);
        const { looked, swept } = await registrar.sweep({
          dryRun: get(DRY_RUN),
          endAbandoned: get(ABANDONED),
          endOutdated: get(OUTDATED),
          progress: (count) => progress.show(`${count} clients looked at`),
        });
        progress.end();
        if (get(JSON_FLAG)) {
          printJson(deps, { looked, swept });
          return EXIT.OK;
        }
        const out = printer(deps.stdout, deps.environment);
        if (swept.length > 0)
          out.table(
            ['client_id', 'outcome', 'because', 'detail'],
            swept.map(({ clientId, outcome, because, detail }) => [clientId, outcome, because, detail]),
            [3],
          );
        const ended = swept.filter(({ outcome }) => outcome === 'ended').length;
        out.line(`${looked} clients looked at, ${ended} ended, ${swept.length - ended} found and left.`);
        return EXIT.OK;
      },
      { trust: get(TRUST) },
    ),
};

const backup: CommandDefinition = {
  path: 'registrar backup',
  summary: 'Copy the database of the registration server, also while it serves',
  description: 'The key of the audit log is not in it: keep the keys directory in another backup.',
  inputs: [TARGET, CONFIG],
  examples: ['registrar backup /backups/registrar-2026-11-20.sqlite'],
  remote: false,
  run: (get, deps) =>
    withRegistrar(get, deps, async (open) => {
      const path = get(TARGET);
      const made = await open.backup(path);
      if (!made.ok) return reportLocal(deps, made.error);
      if (get(JSON_FLAG)) printJson(deps, { path });
      else printer(deps.stdout, deps.environment).line(`${path} holds the copy.`);
      return EXIT.OK;
    }),
};

export const registrarCommands: readonly CommandDefinition[] = [
  serve,
  ...registrarClientCommands,
  ...registrarTokenCommands,
  sweep,
  ...registrarAuditCommands,
  backup,
];
