import type { Actor, IssuerRole } from '../../domain/access.ts';
import type { JsonObject } from '../../domain/json.ts';
import type { Person } from '../../domain/publisher.ts';
import { ok, type Result } from '../../domain/result.ts';
import type { SignInMethod } from '../../domain/sign-in/session.ts';
import { entryOf, type Issuer, type Plan } from '../issuer.ts';
import type { Refusal } from '../refusal.ts';
import type { OpenInvitation } from './open-invitation.ts';
import {
  endingOf,
  NOTHING,
  openSessions,
  planSession,
  type Browser,
  type Part,
  type StartedSession,
} from './session-plan.ts';

/** Who accepts, where the invitation does not know yet. */
export type Newcomer = {
  readonly personId: string;
  readonly name: string;
  readonly email: string | null;
  readonly roles: readonly IssuerRole[];
};

/**
 * What accepting an invitation writes, in one commit: the person, their membership, how they sign in from now on, a session, and that the link
 * is used. Two who accept at once are told apart by the version of the invitation.
 *
 * @param how.credential what they get in with from now on, given the person by their new session
 */
export async function planAcceptance(
  issuer: Issuer,
  open: OpenInvitation,
  newcomer: Newcomer,
  how: Browser & {
    readonly method: SignInMethod;
    readonly with: JsonObject;
    readonly credential: (cause: Actor, person: Person) => Promise<Result<Part, Refusal>>;
  },
): Promise<Result<Plan<StartedSession>, Refusal>> {
  const { invitation } = open;
  const now = issuer.clock.now();
  const person: Person = personOf(open, newcomer, now);
  const session = await planSession(issuer, person, how);
  const credential = await how.credential(session.cause, person);
  if (!credential.ok) return credential;
  const parts = [
    await admission(issuer, session.cause, open, person),
    credential.value,
    membership(issuer, session.cause, open, person),
  ];
  const accepted = entryOf(issuer, session.cause, 'invitation.accepted', {
    subject: invitation.id,
    data: { person_id: person.id, purpose: invitation.purpose },
  });
  const [begin, ...others] = session.entries;
  return ok({
    entries: [begin, accepted, ...others, ...parts.flatMap(({ entries }) => entries)],
    changes: [
      // The person first: what follows refers to them.
      ...parts.flatMap(({ changes }) => changes),
      ...session.changes,
      {
        replace: 'invitation',
        row: { ...invitation, personId: person.id, usedAt: now, version: invitation.version + 1 },
      },
    ],
    value: session.value,
  });
}

function personOf({ invitation, person }: OpenInvitation, newcomer: Newcomer, now: number): Person {
  if (person === undefined)
    return {
      id: newcomer.personId,
      name: newcomer.name,
      email: newcomer.email,
      roles: newcomer.roles,
      state: 'active',
      createdAt: now,
      version: 1,
    };
  // The first operator was made without a name of their own.
  return invitation.purpose === 'set_up' && newcomer.name !== person.name
    ? { ...person, name: newcomer.name, version: person.version + 1 }
    : person;
}

/** Makes the person, or names the first operator, or ends the sessions of somebody who recovers. */
async function admission(
  issuer: Issuer,
  cause: Actor,
  { invitation, person: known }: OpenInvitation,
  person: Person,
): Promise<Part> {
  if (known === undefined)
    return {
      entries: [
        entryOf(issuer, cause, 'person.created', { subject: person.id, data: { roles: [...person.roles] } }),
      ],
      changes: [{ insert: 'person', row: person }],
    };
  // Whoever found or stole what was lost is out with it.
  if (invitation.purpose === 'recover')
    return endingOf(issuer, cause, await openSessions(issuer, person.id), 'recovered by an invitation');
  return person.version === known.version
    ? NOTHING
    : {
        entries: [
          entryOf(issuer, cause, 'person.changed', { subject: person.id, data: { because: 'set up' } }),
        ],
        changes: [{ replace: 'person', row: person }],
      };
}

function membership(
  issuer: Issuer,
  cause: Actor,
  { invitation: { publisherId } }: OpenInvitation,
  { id: personId }: Person,
): Part {
  if (publisherId === null) return NOTHING;
  return {
    entries: [
      entryOf(issuer, cause, 'member.added', {
        subject: personId,
        publisherId,
        data: { person_id: personId, publisher_id: publisherId },
      }),
    ],
    changes: [{ insert: 'membership', row: { publisherId, personId, createdAt: issuer.clock.now() } }],
  };
}
