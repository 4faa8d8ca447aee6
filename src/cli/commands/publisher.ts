import type { JsonObject } from '../../domain/json.ts';
import { ask, askList, idempotencyKeyOf } from '../ask.ts';
import { AFTER, IDEMPOTENCY_KEY, LIMIT, type CommandDefinition } from '../command.ts';
import { argument, flag, many, option } from '../inputs.ts';
import { joined, maybeText, number, object, text } from '../members.ts';
import type { Printer } from '../print.ts';
import { path } from '../server.ts';
import { instant } from '../terminal-text.ts';
import { standingCommands } from './standing.ts';

const ID = argument('publisher', 'id of the publisher');
const PERSON = argument('person', 'id of the person');
const NAME = argument('name', 'how people know it');
const NEW_NAME = option('--name <name>', 'another name');
const SEARCH = option('--search <text>', 'part of the name');
const DOMAINS = many('--domain <host>', 'host name that was checked to belong to the publisher');
const SCOPES = many('--scope <scope>', 'scope its software may ask for; any when none is given');
const ANY_SCOPE = flag('--any-scope', 'let its software ask for any scope');

function showPublisher(publisher: JsonObject, out: Printer): void {
  out.fields([
    ['publisher', text(publisher, 'id')],
    ['name', text(publisher, 'name')],
    ['state', text(publisher, 'state')],
    ['reason', maybeText(publisher, 'state_reason')],
    ['verified domains', joined(publisher, 'verified_domains')],
    ['allowed scopes', publisher['allowed_scopes'] === null ? 'any' : joined(publisher, 'allowed_scopes')],
    ['since', instant(number(publisher, 'created_at') ?? 0)],
  ]);
}

const create: CommandDefinition = {
  path: 'publisher create',
  summary: 'Admit a publisher',
  inputs: [NAME, DOMAINS, SCOPES, IDEMPOTENCY_KEY],
  examples: ['publisher create "Example Ltd" --domain app.example --domain example.net'],
  remote: true,
  run: (get, deps) => {
    const scopes = get(SCOPES);
    const body = {
      name: get(NAME),
      verified_domains: get(DOMAINS),
      allowed_scopes: scopes.length === 0 ? null : scopes,
    };
    const request = { method: 'POST', path: path`/v1/publishers`, body } as const;
    return ask(get, deps, { ...request, idempotencyKey: idempotencyKeyOf(get, deps) }, showPublisher);
  },
};

const list: CommandDefinition = {
  path: 'publisher list',
  summary: 'List publishers, newest first',
  inputs: [SEARCH, LIMIT, AFTER],
  examples: ['publisher list', 'publisher list --search example'],
  remote: true,
  run: (get, deps) =>
    askList(
      get,
      deps,
      { path: path`/v1/publishers`, query: { search: get(SEARCH) } },
      {
        headings: ['publisher', 'name', 'state', 'verified domains'],
        row: (item) => [
          text(item, 'id'),
          text(item, 'name'),
          text(item, 'state'),
          joined(item, 'verified_domains'),
        ],
        shrink: [3, 1],
        empty: 'No publishers. An operator admits one with `imprimatur publisher create`.',
      },
    ),
};

const show: CommandDefinition = {
  path: 'publisher show',
  summary: 'Show a publisher',
  inputs: [ID],
  examples: ['publisher show 01900000-0000-7000-8000-000000000001'],
  remote: true,
  run: (get, deps) => ask(get, deps, { method: 'GET', path: path`/v1/publishers/${get(ID)}` }, showPublisher),
};

const change: CommandDefinition = {
  path: 'publisher change',
  summary: 'Change name, verified domains or allowed scopes',
  description: 'Domains and scopes are replaced as a whole: name every one that shall stay.',
  inputs: [ID, NEW_NAME, DOMAINS, SCOPES, ANY_SCOPE],
  examples: ['publisher change 01900000-0000-7000-8000-000000000001 --domain app.example'],
  remote: true,
  run: (get, deps) => {
    const [name, domains, scopes] = [get(NEW_NAME), get(DOMAINS), get(SCOPES)];
    const body = {
      ...(name === undefined ? {} : { name }),
      ...(domains.length === 0 ? {} : { verified_domains: domains }),
      ...(scopes.length === 0 ? {} : { allowed_scopes: scopes }),
      ...(get(ANY_SCOPE) ? { allowed_scopes: null } : {}),
    };
    return ask(get, deps, { method: 'PATCH', path: path`/v1/publishers/${get(ID)}`, body }, showPublisher);
  },
};

const members: CommandDefinition = {
  path: 'publisher members',
  summary: 'List the developers of a publisher',
  inputs: [ID, LIMIT, AFTER],
  examples: ['publisher members 01900000-0000-7000-8000-000000000001'],
  remote: true,
  run: (get, deps) =>
    askList(
      get,
      deps,
      { path: path`/v1/publishers/${get(ID)}/members` },
      {
        headings: ['person', 'name', 'e-mail', 'member since'],
        row: (item) => {
          const person = object(item, 'person');
          const since = instant(number(item, 'created_at') ?? 0);
          return [text(person, 'id'), text(person, 'name'), text(person, 'email'), since];
        },
        shrink: [2, 1],
        empty: 'No members. `imprimatur publisher add-member` makes a person one.',
      },
    ),
};

const addMember: CommandDefinition = {
  path: 'publisher add-member',
  summary: 'Make a person a developer of a publisher',
  inputs: [ID, PERSON],
  examples: [
    'publisher add-member 01900000-0000-7000-8000-000000000001 01900000-0000-7000-8000-000000000002',
  ],
  remote: true,
  run: (get, deps) => {
    const target = path`/v1/publishers/${get(ID)}/members/${get(PERSON)}`;
    return ask(get, deps, { method: 'PUT', path: target }, (body, out) =>
      out.line(`${text(object(body, 'person'), 'name')} is a developer of ${get(ID)}.`),
    );
  },
};

const removeMember: CommandDefinition = {
  path: 'publisher remove-member',
  summary: 'End a membership',
  inputs: [ID, PERSON],
  examples: [
    'publisher remove-member 01900000-0000-7000-8000-000000000001 01900000-0000-7000-8000-000000000002',
  ],
  remote: true,
  run: (get, deps) => {
    const target = path`/v1/publishers/${get(ID)}/members/${get(PERSON)}`;
    return ask(get, deps, { method: 'DELETE', path: target }, (_body, out) =>
      out.line(`${get(PERSON)} is not a developer of ${get(ID)} any more.`),
    );
  },
};

export const publisherCommands: readonly CommandDefinition[] = [
  create,
  list,
  show,
  change,
  ...standingCommands('publisher'),
  members,
  addMember,
  removeMember,
];
