import { ISSUER_ROLES } from '../../domain/access.ts';
import type { JsonObject } from '../../domain/json.ts';
import { ask, askList } from '../ask.ts';
import { AFTER, LIMIT, type CommandDefinition } from '../command.ts';
import { argument, duration, many, option } from '../inputs.ts';
import { joined, maybeText, number, text } from '../members.ts';
import type { Printer } from '../print.ts';
import { path } from '../server.ts';
import { instant } from '../terminal-text.ts';

const ID = argument('invitation', 'id of the invitation, not its link');
const PERSON = argument('person', 'id of the person; `imprimatur whoami` says your own');
const NAME = argument('name', 'who it is');
const EMAIL = option('--email <address>', 'e-mail address');
const ROLES = many('--role <role>', 'role for the whole issuer', ISSUER_ROLES);
const PUBLISHER = option('--publisher <id>', 'publisher whose developer they become');
const LIFETIME = duration('--lifetime <duration>', 'how long the link works, such as 1d (default 7d)');

function showNewInvitation(made: JsonObject, out: Printer): void {
  out.fields([
    ['invitation', text(made, 'id')],
    ['name', text(made, 'name')],
    ['roles', joined(made, 'roles')],
    ['publisher', maybeText(made, 'publisher_id') ?? ''],
    ['expires', instant(number(made, 'expires_at') ?? 0)],
  ]);
  out.line('');
  out.line(text(made, 'link'), 'strong');
  out.paragraph(
    'Give this link to them and to nobody else: it works once, it is shown this once, and it is kept nowhere.',
    'faint',
  );
}

const lifetimeOf = (seconds: number | undefined) =>
  seconds === undefined ? {} : { lifetime_seconds: seconds };

const create: CommandDefinition = {
  path: 'invitation create',
  summary: 'Invite somebody to the console by a one-time link',
  inputs: [NAME, EMAIL, ROLES, PUBLISHER, LIFETIME],
  examples: [
    'invitation create "Rhea Viewer" --role reviewer',
    'invitation create "Dana Developer" --publisher 01900000-0000-7000-8000-000000000001 --lifetime 1d',
  ],
  remote: true,
  run: (get, deps) => {
    const body = {
      name: get(NAME),
      email: get(EMAIL) ?? null,
      roles: get(ROLES),
      publisher_id: get(PUBLISHER) ?? null,
      ...lifetimeOf(get(LIFETIME)),
    };
    return ask(get, deps, { method: 'POST', path: path`/v1/invitations`, body }, showNewInvitation);
  },
};

const recover: CommandDefinition = {
  path: 'invitation recover',
  summary: 'Let somebody back in to the console who lost their passkeys',
  description:
    'Also for people who work with tokens and want to open the console for the first time: they make a passkey by the link. Their sessions end when it is used.',
  inputs: [PERSON, LIFETIME],
  examples: ['invitation recover 01900000-0000-7000-8000-000000000002'],
  remote: true,
  run: (get, deps) =>
    ask(
      get,
      deps,
      {
        method: 'POST',
        path: path`/v1/people/${get(PERSON)}/invitations`,
        body: lifetimeOf(get(LIFETIME)),
      },
      showNewInvitation,
    ),
};

const list: CommandDefinition = {
  path: 'invitation list',
  summary: 'List invitations, newest first',
  inputs: [LIMIT, AFTER],
  examples: ['invitation list'],
  remote: true,
  run: (get, deps) =>
    askList(
      get,
      deps,
      { path: path`/v1/invitations` },
      {
        headings: ['invitation', 'name', 'for', 'roles', 'state', 'until'],
        row: (item) => [
          text(item, 'id'),
          text(item, 'name'),
          text(item, 'purpose').replace('_', ' '),
          joined(item, 'roles'),
          text(item, 'state'),
          instant(number(item, 'expires_at') ?? 0),
        ],
        shrink: [1, 3],
        empty: 'No invitations. `imprimatur invitation create` makes one.',
      },
    ),
};

const revoke: CommandDefinition = {
  path: 'invitation revoke',
  summary: 'Take an invitation back: its link lets nobody in any more',
  inputs: [ID],
  examples: ['invitation revoke 01900000-0000-7000-8000-000000000003'],
  remote: true,
  run: (get, deps) =>
    ask(get, deps, { method: 'DELETE', path: path`/v1/invitations/${get(ID)}` }, (invitation, out) =>
      out.line(`The link of invitation ${text(invitation, 'id')} lets nobody in any more.`),
    ),
};

export const invitationCommands: readonly CommandDefinition[] = [create, recover, list, revoke];
