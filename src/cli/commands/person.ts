import { ISSUER_ROLES } from '../../domain/access.ts';
import type { JsonObject } from '../../domain/json.ts';
import { ask, askList, idempotencyKeyOf } from '../ask.ts';
import { AFTER, IDEMPOTENCY_KEY, LIMIT, type CommandDefinition } from '../command.ts';
import { argument, choice, flag, many, option } from '../inputs.ts';
import { joined, number, text } from '../members.ts';
import type { Printer } from '../print.ts';
import { path } from '../server.ts';
import { instant } from '../terminal-text.ts';

const ID = argument('person', 'id of the person');
const NAME = argument('name', 'who it is');
const NEW_NAME = option('--name <name>', 'another name');
const EMAIL = option('--email <address>', 'e-mail address');
const ROLES = many('--role <role>', 'role for the whole issuer', ISSUER_ROLES);
const WITHOUT_ROLES = flag('--without-roles', 'take every role away');
const STATE = choice('--state <state>', 'whether the person may act', ['active', 'disabled']);

function showPerson(person: JsonObject, out: Printer): void {
  out.fields([
    ['person', text(person, 'id')],
    ['name', text(person, 'name')],
    ['e-mail', text(person, 'email')],
    ['roles', joined(person, 'roles')],
    ['state', text(person, 'state')],
    ['since', instant(number(person, 'created_at') ?? 0)],
  ]);
}

const create: CommandDefinition = {
  path: 'person create',
  summary: 'Add a person',
  description: 'Developers need no role: membership of a publisher makes them one.',
  inputs: [NAME, EMAIL, ROLES, IDEMPOTENCY_KEY],
  examples: ['person create "Rhea Viewer" --email rhea@example.net --role reviewer'],
  remote: true,
  run: (get, deps) => {
    const body = { name: get(NAME), email: get(EMAIL) ?? null, roles: get(ROLES) };
    const request = { method: 'POST', path: path`/v1/people`, body } as const;
    return ask(get, deps, { ...request, idempotencyKey: idempotencyKeyOf(get, deps) }, showPerson);
  },
};

const list: CommandDefinition = {
  path: 'person list',
  summary: 'List people, newest first',
  inputs: [LIMIT, AFTER],
  examples: ['person list'],
  remote: true,
  run: (get, deps) =>
    askList(
      get,
      deps,
      { path: path`/v1/people` },
      {
        headings: ['person', 'name', 'roles', 'state', 'e-mail'],
        row: (item) => [
          text(item, 'id'),
          text(item, 'name'),
          joined(item, 'roles'),
          text(item, 'state'),
          text(item, 'email'),
        ],
        shrink: [4, 1],
        empty: 'No people. `imprimatur person create` adds one.',
      },
    ),
};

const show: CommandDefinition = {
  path: 'person show',
  summary: 'Show a person',
  inputs: [ID],
  examples: ['person show 01900000-0000-7000-8000-000000000002'],
  remote: true,
  run: (get, deps) => ask(get, deps, { method: 'GET', path: path`/v1/people/${get(ID)}` }, showPerson),
};

const change: CommandDefinition = {
  path: 'person change',
  summary: 'Change a person, their roles or whether they may act',
  description: 'Roles are replaced as a whole: name every one that shall stay.',
  inputs: [ID, NEW_NAME, EMAIL, ROLES, WITHOUT_ROLES, STATE],
  examples: [
    'person change 01900000-0000-7000-8000-000000000002 --role reviewer --role auditor',
    'person change 01900000-0000-7000-8000-000000000002 --state disabled',
  ],
  remote: true,
  run: (get, deps) => {
    const [name, email, roles, state] = [get(NEW_NAME), get(EMAIL), get(ROLES), get(STATE)];
    const body = {
      ...(name === undefined ? {} : { name }),
      ...(email === undefined ? {} : { email }),
      ...(roles.length === 0 ? {} : { roles }),
      ...(get(WITHOUT_ROLES) ? { roles: [] } : {}),
      ...(state === undefined ? {} : { state }),
    };
    return ask(get, deps, { method: 'PATCH', path: path`/v1/people/${get(ID)}`, body }, showPerson);
  },
};

export const personCommands: readonly CommandDefinition[] = [create, list, show, change];
