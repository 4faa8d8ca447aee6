import { textMember, type JsonObject } from '../../domain/json.ts';
import { err, ok, type Result } from '../../domain/result.ts';
import type { Session } from '../../domain/sign-in/session.ts';
import type { Change } from '../../ports.ts';
import type { Passkeys } from '../../ports/sign-in.ts';
import { currentPolicy, decideAndCommit, entryOf, type Issuer } from '../issuer.ts';
import type { Refusal } from '../refusal.ts';
import { keepCeremony, newChallenge, takeCeremony, type Begun } from './ceremonies.ts';
import type { SignedIn } from './sessions.ts';
import { useOfPasskey, verifyPasskey } from './shown-passkey.ts';
import { passkeysAllowed } from './usable-method.ts';

const KIND = 'passkey_authentication';

/** Asks somebody who is signed in for one of their passkeys. */
export async function beginPasskeyStepUp(
  issuer: Issuer,
  passkeys: Passkeys,
  { person, session }: SignedIn,
): Promise<Result<Begun, Refusal>> {
  const allowed = await passkeysAllowed(issuer);
  if (!allowed.ok) return allowed;
  const challenge = newChallenge(issuer);
  const among = await issuer.store.passkeys(person.id);
  const [ceremony, options] = await Promise.all([
    keepCeremony(issuer, KIND, { purpose: 'step_up', challenge, session_id: session.id }),
    passkeys.authenticationOptions({ challenge, among }),
  ]);
  return ceremony.ok ? ok({ ceremony: ceremony.value, options }) : ceremony;
}

/** Makes the session fresh: for a while, its owner may do what asks for a passkey. */
export async function finishPasskeyStepUp(
  issuer: Issuer,
  passkeys: Passkeys,
  signedIn: SignedIn,
  command: { readonly ceremony: string | undefined; readonly response: JsonObject },
): Promise<Result<Session, Refusal>> {
  const begun = await takeCeremony(issuer, command.ceremony, KIND, 'step_up');
  if (!begun.ok) return begun;
  if (textMember(begun.value.data, 'session_id') !== signedIn.session.id)
    return err({ code: 'sign_in_over' });
  const allowed = await passkeysAllowed(issuer);
  if (!allowed.ok) return allowed;
  const shown = await verifyPasskey(
    issuer,
    passkeys,
    command.response,
    textMember(begun.value.data, 'challenge'),
  );
  if (!shown.ok) return shown;
  return commitStepUp(issuer, signedIn, async () => {
    const used = await useOfPasskey(issuer, shown.value);
    if (!used.ok) return used;
    return used.value.person.id === signedIn.person.id
      ? ok({ changes: [used.value.change], data: { passkey_id: used.value.passkey.id } })
      : err({ code: 'sign_in_refused', because: 'passkey_of_another' });
  });
}

/**
 * Writes down that somebody showed again who they are.
 *
 * @param prove what else the commit does, read anew for each attempt; refuses when it was somebody else
 */
export function commitStepUp(
  issuer: Issuer,
  { session, actor }: SignedIn,
  prove: () => Promise<Result<{ readonly changes: readonly Change[]; readonly data: JsonObject }, Refusal>>,
): Promise<Result<Session, Refusal>> {
  return decideAndCommit<Session>(issuer, async () => {
    const proved = await prove();
    if (!proved.ok) return proved;
    const current = await issuer.store.session(session.id);
    if (current === undefined || current.endedAt !== null)
      return err({ code: 'not_found', what: 'session', id: session.id });
    const { stepUpSeconds } = (await currentPolicy(issuer)).signIn.session;
    const row: Session = {
      ...current,
      freshUntil: issuer.clock.now() + stepUpSeconds,
      version: current.version + 1,
    };
    return ok({
      entries: [
        entryOf(issuer, actor, 'session.stepped-up', { subject: session.id, data: proved.value.data }),
      ],
      changes: [{ replace: 'session', row }, ...proved.value.changes],
      value: row,
    });
  });
}
