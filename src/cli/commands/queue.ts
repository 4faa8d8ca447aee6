import { SUBMISSION_STATES } from '../../domain/submission.ts';
import { askList } from '../ask.ts';
import { AFTER, LIMIT, type CommandDefinition } from '../command.ts';
import { choice, option } from '../inputs.ts';
import { number, object, text } from '../members.ts';
import { path } from '../server.ts';
import { age } from '../terminal-text.ts';

const RISK = choice('--risk <level>', 'only of this risk', ['low', 'medium', 'high']);
const STATE = choice('--state <state>', 'in another state than submitted', SUBMISSION_STATES);
const ORDER = choice('--order <order>', 'which first (default oldest)', ['oldest', 'newest', 'attention']);
const SEARCH = option('--search <text>', 'only where the name of software or publisher holds this');

export const queue: CommandDefinition = {
  path: 'queue',
  summary: 'List submissions that wait for review, oldest first',
  inputs: [RISK, STATE, SEARCH, ORDER, LIMIT, AFTER],
  examples: [
    'queue',
    'queue --order attention',
    'queue --risk high',
    'queue --state approved --order newest',
  ],
  remote: true,
  run: (get, deps) =>
    askList(
      get,
      deps,
      {
        path: path`/v1/submissions`,
        query: { risk: get(RISK), state: get(STATE), search: get(SEARCH), order: get(ORDER) },
      },
      {
        headings: ['age', 'risk', 'expands', 'findings', 'publisher', 'software', 'version', 'submission'],
        row: (item) => [
          age(number(item, 'age_seconds') ?? 0),
          text(object(item, 'risk'), 'level'),
          text(item, 'expands'),
          text(item, 'findings'),
          text(item, 'publisher_name'),
          text(item, 'client_name'),
          text(item, 'software_version'),
          text(item, 'id'),
        ],
        shrink: [4, 5, 6],
        empty: 'Nothing waits for review.',
      },
    ),
};
