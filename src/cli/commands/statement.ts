import { STATEMENT_STATES } from '../../domain/statement/statement.ts';
import { ask, askList } from '../ask.ts';
import { AFTER, LIMIT, type CommandDefinition } from '../command.ts';
import { argument, choice, option } from '../inputs.ts';
import { number, text } from '../members.ts';
import { path } from '../server.ts';
import { showStatement } from '../show-statement.ts';
import { instant } from '../terminal-text.ts';
import { renew } from './issue.ts';

const JTI = argument('jti', 'the statement');
const SOFTWARE = option('--software <software_id>', 'of one software');
const STATE = choice('--state <state>', 'in which state', STATEMENT_STATES);

const list: CommandDefinition = {
  path: 'statement list',
  summary: 'List statements you may see, newest first',
  inputs: [SOFTWARE, STATE, LIMIT, AFTER],
  examples: [
    'statement list',
    'statement list --software 01900000-0000-7000-8000-000000000004 --state valid',
  ],
  remote: true,
  run: (get, deps) => {
    const software = get(SOFTWARE);
    const target = software === undefined ? path`/v1/statements` : path`/v1/software/${software}/statements`;
    return askList(
      get,
      deps,
      { path: target, query: { state: get(STATE) } },
      {
        headings: ['jti', 'status', 'version', 'expires', 'software'],
        row: (item) => [
          text(item, 'jti'),
          text(item, 'effective_state'),
          text(item, 'software_version'),
          instant(number(item, 'exp') ?? 0),
          text(item, 'software_id'),
        ],
        shrink: [4, 2],
        empty: 'No statements. A developer issues one with `imprimatur issue`.',
      },
    );
  },
};

const show: CommandDefinition = {
  path: 'statement show',
  summary: 'Show a statement and whether it stands',
  description: 'For developers of its publisher, --json holds the JWT as `software_statement`.',
  inputs: [JTI],
  examples: ['statement show 01900000-0000-7000-8000-000000000005'],
  remote: true,
  run: (get, deps) =>
    ask(get, deps, { method: 'GET', path: path`/v1/statements/${get(JTI)}` }, (body, out) =>
      showStatement(body, out, deps.now()),
    ),
};

export const statementCommands: readonly CommandDefinition[] = [list, show, renew];
