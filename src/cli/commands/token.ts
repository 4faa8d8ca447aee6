import { ACTION_NAMES } from '../../domain/access.ts';
import { ask, askList, idempotencyKeyOf } from '../ask.ts';
import { AFTER, IDEMPOTENCY_KEY, LIMIT, type CommandDefinition } from '../command.ts';
import { argument, duration, many, neededOption, option } from '../inputs.ts';
import { joined, maybeText, number, text } from '../members.ts';
import { path } from '../server.ts';
import { instant } from '../terminal-text.ts';

const ID = argument('token_id', 'id of the token, not its text');
const PERSON = option('--person <id>', 'whom it speaks for (default yourself)');
const LABEL = neededOption('--label <text>', 'what it is for');
const SCOPES = many(
  '--scope <action>',
  'what it may do; all the person may do when none is given',
  ACTION_NAMES,
);
const LIFETIME = duration('--lifetime <duration>', 'how long it works, such as 30d');

const create: CommandDefinition = {
  path: 'token create',
  summary: 'Make an API token; its text is shown this once',
  inputs: [PERSON, LABEL, SCOPES, LIFETIME, IDEMPOTENCY_KEY],
  examples: [
    'token create --person 01900000-0000-7000-8000-000000000002 --label laptop',
    'token create --label "CI job" --scope statements:issue --scope statements:read --lifetime 30d',
  ],
  remote: true,
  run: (get, deps) => {
    const [person, scopes, lifetime] = [get(PERSON), get(SCOPES), get(LIFETIME)];
    const body = {
      label: get(LABEL),
      ...(person === undefined ? {} : { person_id: person }),
      ...(scopes.length === 0 ? {} : { scopes }),
      ...(lifetime === undefined ? {} : { lifetime_seconds: lifetime }),
    };
    const request = { method: 'POST', path: path`/v1/tokens`, body } as const;
    return ask(get, deps, { ...request, idempotencyKey: idempotencyKeyOf(get, deps) }, (token, out) => {
      out.fields([
        ['token_id', text(token, 'id')],
        ['person', text(token, 'person_id')],
        ['label', text(token, 'label')],
        ['expires', instant(number(token, 'expires_at') ?? 0)],
        ['scopes', joined(token, 'scopes')],
      ]);
      out.line('');
      const secret = maybeText(token, 'token');
      if (secret === undefined)
        out.paragraph(
          'This token was made by an earlier request; its text was shown then and is kept nowhere.',
        );
      else {
        out.line(secret, 'strong');
        out.paragraph(
          'Keep it now: it is shown this once and kept nowhere. Use it as IMPRIMATUR_TOKEN.',
          'faint',
        );
      }
    });
  },
};

const list: CommandDefinition = {
  path: 'token list',
  summary: 'List API tokens: your own, or anybody’s for operators and auditors',
  inputs: [PERSON, LIMIT, AFTER],
  examples: ['token list', 'token list --person 01900000-0000-7000-8000-000000000002'],
  remote: true,
  run: (get, deps) =>
    askList(
      get,
      deps,
      { path: path`/v1/tokens`, query: { person_id: get(PERSON) } },
      {
        headings: ['token_id', 'person', 'label', 'state', 'until'],
        row: (item) => [
          text(item, 'id'),
          text(item, 'person_id'),
          text(item, 'label'),
          stateOf(number(item, 'revoked_at'), number(item, 'expires_at') ?? 0, deps.now()),
          instant(number(item, 'revoked_at') ?? number(item, 'expires_at') ?? 0),
        ],
        shrink: [2, 1],
        empty: 'No tokens. `imprimatur token create` makes one.',
      },
    ),
};

function stateOf(revokedAt: number | undefined, expiresAt: number, now: number): string {
  if (revokedAt !== undefined) return 'revoked';
  return expiresAt <= now ? 'expired' : 'works';
}

const revoke: CommandDefinition = {
  path: 'token revoke',
  summary: 'Make an API token useless at once',
  inputs: [ID],
  examples: ['token revoke 01900000-0000-7000-8000-000000000003'],
  remote: true,
  run: (get, deps) =>
    ask(get, deps, { method: 'DELETE', path: path`/v1/tokens/${get(ID)}` }, (token, out) =>
      out.line(`Token ${text(token, 'id')} (${text(token, 'label')}) does not work any more.`),
    ),
};

export const tokenCommands: readonly CommandDefinition[] = [create, list, revoke];
