import { err, ok, type Result } from '../../domain/result.ts';
import { isUsable } from '../../domain/sign-in/method.ts';
import type { Identity } from '../../domain/sign-in/passkey.ts';
import type { ProvidedClaims } from '../../ports/sign-in.ts';
import { currentPolicy, decideAndCommit, entryOf, type Cause, type Issuer } from '../issuer.ts';
import type { Refusal } from '../refusal.ts';
import { mustBeFresh } from './passkeys.ts';
import type { WholePart } from './session-plan.ts';
import type { SignedIn } from './sessions.ts';

/** One's own accounts at the identity provider. */
export function listIdentities(issuer: Issuer, { person }: SignedIn): Promise<readonly Identity[]> {
  return issuer.store.identities(person.id);
}

/** What links an account to a person. Issuer and subject are told to the ledger: they are how the provider's own log names somebody. */
export function linkingOf(
  issuer: Issuer,
  cause: Cause,
  claims: Pick<ProvidedClaims, 'issuer' | 'subject'>,
  personId: string,
): WholePart {
  const row: Identity = {
    issuer: claims.issuer,
    subject: claims.subject,
    personId,
    createdAt: issuer.clock.now(),
  };
  return {
    entries: [
      entryOf(issuer, cause, 'identity.linked', {
        subject: personId,
        data: { person_id: personId, issuer: row.issuer, subject: row.subject },
      }),
    ],
    changes: [{ insert: 'identity', row }],
  };
}

/** Links an account to somebody who is signed in; a second time changes nothing. */
export async function linkIdentity(
  issuer: Issuer,
  signedIn: SignedIn,
  claims: ProvidedClaims,
): Promise<Result<void, Refusal>> {
  const fresh = mustBeFresh(signedIn);
  if (!fresh.ok) return fresh;
  const { person, actor } = signedIn;
  return decideAndCommit<void>(issuer, async () => {
    const known = await issuer.store.identity(claims.issuer, claims.subject);
    if (known !== undefined)
      return known.personId === person.id ? ok({ replay: undefined }) : err({ code: 'identity_taken' });
    return ok({ ...linkingOf(issuer, actor, claims, person.id), value: undefined });
  });
}

/** Unlinks one's own account; never the last way in: a passkey has to remain, and the policy to let it be used. */
export async function unlinkIdentity(
  issuer: Issuer,
  signedIn: SignedIn,
  named: Pick<Identity, 'issuer' | 'subject'>,
): Promise<Result<void, Refusal>> {
  const fresh = mustBeFresh(signedIn);
  if (!fresh.ok) return fresh;
  const { actor } = signedIn;
  return decideAndCommit<void>(issuer, async () => {
    const [identity, person, passkeys, { signIn }] = await Promise.all([
      issuer.store.identity(named.issuer, named.subject),
      issuer.store.person(signedIn.person.id),
      issuer.store.passkeys(signedIn.person.id),
      currentPolicy(issuer),
    ]);
    if (person === undefined || identity?.personId !== person.id)
      return err({ code: 'not_found', what: 'identity', id: named.subject });
    const [passkey] = passkeys;
    if (passkey === undefined || !isUsable(signIn, 'passkey'))
      return err({ code: 'last_way_in', what: 'identity' });
    return ok({
      entries: [
        entryOf(issuer, actor, 'identity.unlinked', {
          subject: person.id,
          data: { person_id: person.id, issuer: identity.issuer, subject: identity.subject },
        }),
      ],
      changes: [
        { remove: 'identity', issuer: identity.issuer, subject: identity.subject },
        { unchanged: 'passkey', id: passkey.id, version: passkey.version },
        // So that a last passkey cannot be removed at the same time on the strength of this account.
        { replace: 'person', row: { ...person, version: person.version + 1 } },
      ],
      value: undefined,
    });
  });
}
