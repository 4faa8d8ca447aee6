import { ask } from '../ask.ts';
import type { CommandDefinition } from '../command.ts';
import { joined, object, text } from '../members.ts';
import { path } from '../server.ts';

export const whoami: CommandDefinition = {
  path: 'whoami',
  summary: 'Say who the token in use speaks for, and what it may do',
  inputs: [],
  examples: ['whoami', 'whoami --json'],
  remote: true,
  run: (get, deps) =>
    ask(get, deps, { method: 'GET', path: path`/v1/whoami` }, (body, out) => {
      const person = object(body, 'person');
      out.fields([
        ['person', `${text(person, 'name')} (${text(person, 'id')})`],
        ['roles', joined(body, 'roles')],
        ['publishers', joined(body, 'publisher_ids')],
        ['token', text(body, 'token_id')],
        ['scopes', joined(body, 'scopes')],
      ]);
    }),
};
