import type { JsonObject } from '../../domain/json.ts';
import { ask, askList, idempotencyKeyOf } from '../ask.ts';
import { AFTER, IDEMPOTENCY_KEY, LIMIT, type CommandDefinition } from '../command.ts';
import { argument, duration, many, neededOption, option } from '../inputs.ts';
import { joined, maybeText, number, text } from '../members.ts';
import { path } from '../server.ts';
import { instant } from '../terminal-text.ts';

const SOFTWARE = argument('software_id', 'the software');
const ID = argument('token_id', 'id of the token, not its text');
const LABEL = neededOption('--label <text>', 'what it is for');
const CLIENT = option(
  '--client-id <url>',
  'the Client ID Metadata Document it is for (default the software)',
);
const AUDIENCE = many('--audience <url>', 'issuer identifier it may ask for at most');
const LIFETIME = duration('--lifetime <duration>', 'how long it works, such as 1d, at most 30d');

const create: CommandDefinition = {
  path: 'initial-access-token create',
  summary: 'Make a token that is good for one statement; its text is shown this once',
  inputs: [SOFTWARE, LABEL, CLIENT, AUDIENCE, LIFETIME, IDEMPOTENCY_KEY],
  examples: [
    'initial-access-token create 01900000-0000-7000-8000-000000000004 --label "First statement"',
    'initial-access-token create 01900000-0000-7000-8000-000000000004 --label app --client-id https://app.example/client.json',
  ],
  remote: true,
  run: (get, deps) => {
    const [client, audience, lifetime] = [get(CLIENT), get(AUDIENCE), get(LIFETIME)];
    const body = {
      label: get(LABEL),
      ...(client === undefined ? {} : { client_id: client }),
      ...(audience.length === 0 ? {} : { audience }),
      ...(lifetime === undefined ? {} : { lifetime_seconds: lifetime }),
    };
    const target = path`/v1/software/${get(SOFTWARE)}/initial-access-tokens`;
    const request = { method: 'POST', path: target, body } as const;
    return ask(get, deps, { ...request, idempotencyKey: idempotencyKeyOf(get, deps) }, (token, out) => {
      out.fields([
        ['token_id', text(token, 'id')],
        ['label', text(token, 'label')],
        ['client_id', maybeText(token, 'client_id')],
        ['audience', token['audience'] === null ? undefined : joined(token, 'audience')],
        ['expires', instant(number(token, 'expires_at') ?? 0)],
      ]);
      out.line('');
      const secret = maybeText(token, 'token');
      if (secret === undefined)
        out.paragraph(
          'This token was made by an earlier request; its text was shown then and is kept nowhere.',
        );
      else {
        out.line(secret, 'strong');
        out.paragraph('Keep it now: it is shown this once. `imprimatur exchange` takes it.', 'faint');
      }
    });
  },
};

const list: CommandDefinition = {
  path: 'initial-access-token list',
  summary: 'List the initial access tokens of a software, newest first',
  inputs: [SOFTWARE, LIMIT, AFTER],
  examples: ['initial-access-token list 01900000-0000-7000-8000-000000000004'],
  remote: true,
  run: (get, deps) =>
    askList(
      get,
      deps,
      { path: path`/v1/software/${get(SOFTWARE)}/initial-access-tokens` },
      {
        headings: ['token_id', 'label', 'for', 'state', 'until'],
        row: (item) => [
          text(item, 'id'),
          text(item, 'label'),
          maybeText(item, 'client_id') ?? 'the software',
          stateOf(item, deps.now()),
          instant(number(item, 'used_at') ?? number(item, 'revoked_at') ?? number(item, 'expires_at') ?? 0),
        ],
        shrink: [2, 1],
        empty: 'No initial access tokens. `imprimatur initial-access-token create` makes one.',
      },
    ),
};

function stateOf(token: JsonObject, now: number): string {
  if (number(token, 'used_at') !== undefined) return 'used';
  if (number(token, 'revoked_at') !== undefined) return 'revoked';
  return (number(token, 'expires_at') ?? 0) <= now ? 'expired' : 'works';
}

const revoke: CommandDefinition = {
  path: 'initial-access-token revoke',
  summary: 'Make an initial access token useless before it is used',
  inputs: [SOFTWARE, ID],
  examples: [
    'initial-access-token revoke 01900000-0000-7000-8000-000000000004 01900000-0000-7000-8000-000000000007',
  ],
  remote: true,
  run: (get, deps) =>
    ask(
      get,
      deps,
      { method: 'DELETE', path: path`/v1/software/${get(SOFTWARE)}/initial-access-tokens/${get(ID)}` },
      (token, out) =>
        out.line(
          number(token, 'used_at') === undefined
            ? `Token ${text(token, 'id')} (${text(token, 'label')}) does not work any more.`
            : `Token ${text(token, 'id')} (${text(token, 'label')}) was used before. The statement stands; revoke that.`,
        ),
    ),
};

export const initialAccessTokenCommands: readonly CommandDefinition[] = [create, list, revoke];
