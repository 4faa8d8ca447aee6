import { JSON_FLAG, LIMIT, type CommandDefinition } from '../command.ts';
import { EXIT } from '../exit-code.ts';
import { argument, count, duration, neededOption } from '../inputs.ts';
import type { JsonObject } from '../../domain/json.ts';
import type { InitialAccessToken } from '../../kit/registration/ports.ts';
import { printer } from '../print.ts';
import { instant } from '../terminal-text.ts';
import { CONFIG, printJson, settle, withRegistrar } from '../with-registrar.ts';

const TOKEN_ID = argument('token_id', 'id of the token, not its text');
const CLASS = neededOption('--class <name>', 'class of clients it may register');
const SUBJECT = neededOption('--subject <text>', 'whom it is given to, for the audit log');
const LIFETIME = duration('--lifetime <duration>', 'how long it works, such as 7d (default 1d)');
const USES = count('--uses <number>', 'registrations it is good for (default 1)', { min: 1, max: 1_000_000 });
const DAY_SECONDS = 86_400;
const DEFAULT_LIMIT = 50;

const create: CommandDefinition = {
  path: 'registrar token-create',
  summary: 'Make an initial access token (RFC 7591 §3); its text is shown this once',
  inputs: [CLASS, SUBJECT, LIFETIME, USES, CONFIG],
  examples: ['registrar token-create --class partner --subject "Example Ltd" --lifetime 7d --uses 5'],
  remote: false,
  run: (get, deps) =>
    withRegistrar(get, deps, async ({ registrar }) => {
      const minted = await registrar.mintInitialAccessToken({
        clientClass: get(CLASS),
        subject: get(SUBJECT),
        lifetimeSeconds: get(LIFETIME) ?? DAY_SECONDS,
        maxUses: get(USES) ?? 1,
      });
      return settle(deps, minted, ({ token, row }) => {
        if (get(JSON_FLAG)) {
          printJson(deps, { token, ...factsOf(row, deps.now()) });
          return;
        }
        const out = printer(deps.stdout, deps.environment);
        out.fields([
          ['token_id', row.id],
          ['class', row.clientClass],
          ['subject', row.subject],
          ['uses', String(row.maxUses)],
          ['expires', instant(row.expiresAt)],
        ]);
        out.line('');
        out.line(token, 'strong');
        out.paragraph(
          'Hand it over now: it is shown this once and kept nowhere. The client sends it as a bearer token when it registers.',
          'faint',
        );
      });
    }),
};

const list: CommandDefinition = {
  path: 'registrar tokens',
  summary: 'List initial access tokens, newest first',
  inputs: [LIMIT, CONFIG],
  examples: ['registrar tokens'],
  remote: false,
  run: (get, deps) =>
    withRegistrar(get, deps, async ({ registrar }) => {
      const rows = await registrar.initialAccessTokens(get(LIMIT) ?? DEFAULT_LIMIT);
      if (get(JSON_FLAG)) {
        printJson(deps, { items: rows.map((row) => factsOf(row, deps.now())) });
        return EXIT.OK;
      }
      const out = printer(deps.stdout, deps.environment);
      if (rows.length === 0)
        out.line('No initial access tokens. `imprimatur registrar token-create` makes one.');
      else
        out.table(
          ['token_id', 'class', 'subject', 'uses', 'state', 'expires'],
          rows.map((row) => [
            row.id,
            row.clientClass,
            row.subject,
            `${row.uses} of ${row.maxUses}`,
            stateOf(row, deps.now()),
            instant(row.expiresAt),
          ]),
          [2],
        );
      return EXIT.OK;
    }),
};

function stateOf(row: InitialAccessToken, now: number): string {
  if (row.revokedAt !== null) return 'revoked';
  if (row.expiresAt <= now) return 'expired';
  return row.uses >= row.maxUses ? 'used up' : 'works';
}

function factsOf(row: InitialAccessToken, now: number): JsonObject {
  return {
    id: row.id,
    client_class: row.clientClass,
    subject: row.subject,
    created_at: row.createdAt,
    expires_at: row.expiresAt,
    max_uses: row.maxUses,
    uses: row.uses,
    state: stateOf(row, now),
  };
}

const revoke: CommandDefinition = {
  path: 'registrar token-revoke',
  summary: 'Make an initial access token useless at once; clients registered with it stay',
  inputs: [TOKEN_ID, CONFIG],
  examples: ['registrar token-revoke 01900000-0000-7000-8000-000000000008'],
  remote: false,
  run: (get, deps) =>
    withRegistrar(get, deps, async ({ registrar }) =>
      settle(deps, await registrar.revokeInitialAccessToken(get(TOKEN_ID)), (row) => {
        if (get(JSON_FLAG)) printJson(deps, factsOf(row, deps.now()));
        else
          printer(deps.stdout, deps.environment).line(
            `The initial access token ${row.id} (${row.subject}) does not work any more.`,
          );
      }),
    ),
};

export const registrarTokenCommands: readonly CommandDefinition[] = [create, list, revoke];
