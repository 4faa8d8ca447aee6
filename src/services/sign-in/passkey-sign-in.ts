import { textMember, type JsonObject } from '../../domain/json.ts';
import { ok, type Result } from '../../domain/result.ts';
import type { Passkeys } from '../../ports/sign-in.ts';
import { decideAndCommit, type Issuer } from '../issuer.ts';
import type { Refusal } from '../refusal.ts';
import { keepCeremony, newChallenge, takeCeremony, type Begun } from './ceremonies.ts';
import { planSession, type Browser, type StartedSession } from './session-plan.ts';
import { useOfPasskey, verifyPasskey } from './shown-passkey.ts';
import { passkeysAllowed } from './usable-method.ts';

const KIND = 'passkey_authentication';

/** Asks a browser for any passkey of this issuer; the passkey says whose it is. */
export async function beginPasskeySignIn(
  issuer: Issuer,
  passkeys: Passkeys,
): Promise<Result<Begun, Refusal>> {
  const allowed = await passkeysAllowed(issuer);
  if (!allowed.ok) return allowed;
  const challenge = newChallenge(issuer);
  const [ceremony, options] = await Promise.all([
    keepCeremony(issuer, KIND, { purpose: 'sign_in', challenge }),
    passkeys.authenticationOptions({ challenge }),
  ]);
  return ceremony.ok ? ok({ ceremony: ceremony.value, options }) : ceremony;
}

/** Lets in whoever has the passkey that answered: a fresh session, whatever the browser had before. */
export async function finishPasskeySignIn(
  issuer: Issuer,
  passkeys: Passkeys,
  command: Browser & { readonly ceremony: string | undefined; readonly response: JsonObject },
): Promise<Result<StartedSession, Refusal>> {
  const begun = await takeCeremony(issuer, command.ceremony, KIND, 'sign_in');
  if (!begun.ok) return begun;
  const allowed = await passkeysAllowed(issuer);
  if (!allowed.ok) return allowed;
  const shown = await verifyPasskey(
    issuer,
    passkeys,
    command.response,
    textMember(begun.value.data, 'challenge'),
  );
  if (!shown.ok) return shown;
  return decideAndCommit<StartedSession>(issuer, async () => {
    const used = await useOfPasskey(issuer, shown.value);
    if (!used.ok) return used;
    const { entries, changes, value } = await planSession(issuer, used.value.person, {
      ...command,
      method: 'passkey',
      with: { passkey_id: used.value.passkey.id },
    });
    return ok({ entries, changes: [...changes, used.value.change], value });
  });
}
