import type { JsonObject } from '../../domain/json.ts';
import { ask, askList, idempotencyKeyOf } from '../ask.ts';
import { AFTER, IDEMPOTENCY_KEY, LIMIT, type CommandDefinition } from '../command.ts';
import { argument, choice, option } from '../inputs.ts';
import { maybeText, number, object, text } from '../members.ts';
import type { Printer } from '../print.ts';
import { path } from '../server.ts';
import { instant } from '../terminal-text.ts';
import { standingCommands } from './standing.ts';

const ID = argument('software_id', 'the software');
const PUBLISHER = argument('publisher', 'id of the publisher it belongs to');
const NAME = argument('name', 'how people know it');
const SOFTWARE_ID = option('--software-id <uuid>', 'a UUID in use elsewhere (default a new one)');
const OF_PUBLISHER = option('--publisher <id>', 'of one publisher');
const SEARCH = option('--search <text>', 'part of the name');
const STATE = choice('--state <state>', 'in which state', ['active', 'suspended']);

export function showSoftware(software: JsonObject, out: Printer): void {
  const publisher = maybeText(object(software, 'publisher'), 'name');
  const id = text(software, 'publisher_id');
  out.fields([
    ['software_id', text(software, 'software_id')],
    ['name', text(software, 'name')],
    ['publisher', publisher === undefined ? id : `${publisher} (${id})`],
    ['state', text(software, 'state')],
    ['reason', maybeText(software, 'state_reason')],
    ['approved', text(software, 'approved_submission_id')],
    ['since', instant(number(software, 'created_at') ?? 0)],
  ]);
}

const create: CommandDefinition = {
  path: 'software create',
  summary: 'Register a software and get its software_id',
  inputs: [PUBLISHER, NAME, SOFTWARE_ID, IDEMPOTENCY_KEY],
  examples: ['software create 01900000-0000-7000-8000-000000000001 "Example Application"'],
  remote: true,
  run: (get, deps) => {
    const softwareId = get(SOFTWARE_ID);
    const body = {
      publisher_id: get(PUBLISHER),
      name: get(NAME),
      ...(softwareId === undefined ? {} : { software_id: softwareId }),
    };
    const request = { method: 'POST', path: path`/v1/software`, body } as const;
    return ask(get, deps, { ...request, idempotencyKey: idempotencyKeyOf(get, deps) }, showSoftware);
  },
};

const list: CommandDefinition = {
  path: 'software list',
  summary: 'List software, newest first',
  inputs: [OF_PUBLISHER, SEARCH, STATE, LIMIT, AFTER],
  examples: ['software list', 'software list --state suspended'],
  remote: true,
  run: (get, deps) =>
    askList(
      get,
      deps,
      {
        path: path`/v1/software`,
        query: { publisher_id: get(OF_PUBLISHER), search: get(SEARCH), state: get(STATE) },
      },
      {
        headings: ['software_id', 'name', 'state', 'approved'],
        row: (item) => [
          text(item, 'software_id'),
          text(item, 'name'),
          text(item, 'state'),
          text(item, 'approved_submission_id'),
        ],
        shrink: [3, 1],
        empty: 'No software. A developer registers one with `imprimatur software create`.',
      },
    ),
};

const show: CommandDefinition = {
  path: 'software show',
  summary: 'Show a software with its publisher',
  inputs: [ID],
  examples: ['software show 01900000-0000-7000-8000-000000000004'],
  remote: true,
  run: (get, deps) => ask(get, deps, { method: 'GET', path: path`/v1/software/${get(ID)}` }, showSoftware),
};

const rename: CommandDefinition = {
  path: 'software rename',
  summary: 'Rename a software in this issuer’s lists; what was approved stays as it is',
  inputs: [ID, NAME],
  examples: ['software rename 01900000-0000-7000-8000-000000000004 "Example Application 2"'],
  remote: true,
  run: (get, deps) =>
    ask(
      get,
      deps,
      { method: 'PATCH', path: path`/v1/software/${get(ID)}`, body: { name: get(NAME) } },
      showSoftware,
    ),
};

export const softwareCommands: readonly CommandDefinition[] = [
  create,
  list,
  show,
  rename,
  ...standingCommands('software'),
];
