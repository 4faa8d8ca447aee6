import type { SignInPolicy } from '../../domain/policy.ts';
import type { Person } from '../../domain/publisher.ts';
import { err, ok, type Result } from '../../domain/result.ts';
import { rolesAfterSignIn, rolesOfGroups } from '../../domain/sign-in/group-roles.ts';
import type { ProvidedClaims } from '../../ports/sign-in.ts';
import { decideAndCommit, entryOf, newId, type Issuer } from '../issuer.ts';
import type { Refusal } from '../refusal.ts';
import { planAcceptance } from './acceptance.ts';
import { groupSyncOf } from './group-sync.ts';
import { linkingOf } from './identities.ts';
import { readName } from '../names.ts';
import { invitationById } from './open-invitation.ts';
import { NOTHING, planSession, type Browser, type StartedSession } from './session-plan.ts';

const METHOD = 'open_id_connect';

/**
 * Lets in whoever the identity provider named. Issuer and subject say who it is, never an address of e-mail. Somebody new is made when their
 * groups give them a role; roles that groups give follow the groups at every sign-in.
 */
export function signInByIdentity(
  issuer: Issuer,
  signIn: SignInPolicy,
  claims: ProvidedClaims,
  browser: Browser,
): Promise<Result<StartedSession, Refusal>> {
  return decideAndCommit<StartedSession>(issuer, async () => {
    const identity = await issuer.store.identity(claims.issuer, claims.subject);
    const known = identity === undefined ? undefined : await issuer.store.person(identity.personId);
    if (known?.state === 'disabled') return err({ code: 'sign_in_refused', because: 'person_disabled' });
    const roles = rolesOfGroups(claims.groups, signIn.groups.roles);
    if (known === undefined && roles.length === 0)
      return err({ code: 'sign_in_refused', because: 'identity_unknown' });
    const person = known ?? newcomer(issuer, claims, roles);
    const { cause, ...session } = await planSession(issuer, person, {
      ...browser,
      method: METHOD,
      with: { issuer: claims.issuer, subject: claims.subject },
    });
    const parts =
      known === undefined
        ? [
            {
              entries: [
                entryOf(issuer, cause, 'person.created', { subject: person.id, data: { roles: [...roles] } }),
              ],
              changes: [{ insert: 'person', row: person } as const],
            },
            linkingOf(issuer, cause, claims, person.id),
          ]
        : [await groupSyncOf(issuer, cause, known, claims.groups, signIn)];
    const [begin, ...others] = session.entries;
    return ok({
      entries: [begin, ...others, ...parts.flatMap(({ entries }) => entries)],
      // The person first: what follows refers to them.
      changes: [...parts.flatMap(({ changes }) => changes), ...session.changes],
      value: session.value,
    });
  });
}

/** Lets in the holder of a link, who signs in with this account from now on. */
export function acceptByIdentity(
  issuer: Issuer,
  signIn: SignInPolicy,
  claims: ProvidedClaims,
  invitationId: string,
  browser: Browser,
): Promise<Result<StartedSession, Refusal>> {
  return decideAndCommit<StartedSession>(issuer, async () => {
    const open = await invitationById(issuer, invitationId);
    if (!open.ok) return open;
    const { invitation, person } = open.value;
    const known = await issuer.store.identity(claims.issuer, claims.subject);
    if (known !== undefined && known.personId !== person?.id) return err({ code: 'identity_taken' });
    return planAcceptance(
      issuer,
      open.value,
      {
        personId: newId(issuer),
        name: nameOf(claims),
        email: emailOf(claims) ?? invitation.email,
        roles: rolesAfterSignIn(invitation.roles, claims.groups, signIn.groups.roles),
      },
      {
        ...browser,
        method: METHOD,
        with: { issuer: claims.issuer, subject: claims.subject },
        credential: async (cause, { id }) =>
          ok(known === undefined ? linkingOf(issuer, cause, claims, id) : NOTHING),
      },
    );
  });
}

function newcomer(issuer: Issuer, claims: ProvidedClaims, roles: Person['roles']): Person {
  return {
    id: newId(issuer),
    name: nameOf(claims),
    email: emailOf(claims) ?? null,
    roles,
    state: 'active',
    createdAt: issuer.clock.now(),
    version: 1,
  };
}

/** The first of name, address and subject that can stand as a name. */
function nameOf({ name, email, subject }: ProvidedClaims): string {
  for (const candidate of [name, email, subject]) {
    const read = readName(candidate ?? '', '/name');
    if (read.ok) return read.value;
  }
  return 'Unnamed';
}

function emailOf({ email }: ProvidedClaims): string | undefined {
  return email !== undefined && email.length <= 254 && /^[^\s@]+@[^\s@]+$/.test(email) ? email : undefined;
}
