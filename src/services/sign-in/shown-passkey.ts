import { textMember, type JsonObject } from '../../domain/json.ts';
import type { Person } from '../../domain/publisher.ts';
import { err, ok, type Result } from '../../domain/result.ts';
import { counterWentBack, type Passkey } from '../../domain/sign-in/passkey.ts';
import type { Change } from '../../ports.ts';
import type { Passkeys } from '../../ports/sign-in.ts';
import type { Issuer } from '../issuer.ts';
import type { Refusal } from '../refusal.ts';

/** A passkey that has just signed a challenge. */
export type ShownPasskey = { readonly id: string; readonly counter: number };

/** Finds the passkey that answered and verifies its answer. */
export async function verifyPasskey(
  issuer: Issuer,
  passkeys: Passkeys,
  response: JsonObject,
  challenge: string,
): Promise<Result<ShownPasskey, Refusal>> {
  const passkey = await issuer.store.passkey(textMember(response, 'id'));
  if (passkey === undefined) return err({ code: 'sign_in_refused', because: 'passkey_unknown' });
  const verified = await passkeys.verifyAuthentication(response, challenge, passkey);
  if (!verified.ok) {
    issuer.log('warn', 'passkey.not_verified', {
      passkey_id: passkey.id,
      person_id: passkey.personId,
      detail: verified.error.detail,
    });
    return err({ code: 'sign_in_refused', because: 'passkey_not_verified' });
  }
  return ok({ id: passkey.id, counter: verified.value.counter });
}

/** What using a passkey writes, judged by the row as it is at the commit. */
export async function useOfPasskey(
  issuer: Issuer,
  shown: ShownPasskey,
): Promise<Result<{ readonly person: Person; readonly passkey: Passkey; readonly change: Change }, Refusal>> {
  const passkey = await issuer.store.passkey(shown.id);
  if (passkey === undefined) return err({ code: 'sign_in_refused', because: 'passkey_unknown' });
  if (counterWentBack(passkey.counter, shown.counter)) {
    issuer.log('error', 'passkey.counter_went_back', {
      passkey_id: passkey.id,
      person_id: passkey.personId,
      stored: passkey.counter,
      seen: shown.counter,
    });
    return err({ code: 'sign_in_refused', because: 'passkey_counter' });
  }
  const person = await issuer.store.person(passkey.personId);
  if (person?.state !== 'active') return err({ code: 'sign_in_refused', because: 'person_disabled' });
  const row: Passkey = {
    ...passkey,
    counter: shown.counter,
    lastUsedAt: issuer.clock.now(),
    version: passkey.version + 1,
  };
  return ok({ person, passkey, change: { replace: 'passkey', row } });
}
