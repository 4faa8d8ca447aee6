import { textMember, type JsonObject } from '../../domain/json.ts';
import { err, ok, type Result } from '../../domain/result.ts';
import type { Passkey } from '../../domain/sign-in/passkey.ts';
import type { NewCredential, Passkeys } from '../../ports/sign-in.ts';
import { entryOf, type Cause, type Issuer } from '../issuer.ts';
import type { Refusal } from '../refusal.ts';
import type { WholePart } from './session-plan.ts';

/** Verifies what an authenticator made (Web Authentication Level 3 §7.1). */
export async function verifyNewPasskey(
  issuer: Issuer,
  passkeys: Passkeys,
  response: JsonObject,
  begun: JsonObject,
): Promise<Result<NewCredential, Refusal>> {
  const verified = await passkeys.verifyRegistration(response, textMember(begun, 'challenge'));
  if (verified.ok) return verified;
  issuer.log('warn', 'passkey.not_verified', {
    person_id: textMember(begun, 'person_id'),
    detail: verified.error.detail,
  });
  return err({ code: 'sign_in_refused', because: 'passkey_not_verified' });
}

/** What gives a person a passkey; refused when the credential id is somebody's already (§7.1, step 26). */
export async function addingOf(
  issuer: Issuer,
  cause: Cause,
  made: { readonly credential: NewCredential; readonly personId: string; readonly name: string },
): Promise<Result<WholePart & { readonly passkey: Passkey }, Refusal>> {
  const { credential, personId, name } = made;
  if ((await issuer.store.passkey(credential.id)) !== undefined) return err({ code: 'passkey_taken' });
  const passkey: Passkey = {
    ...credential,
    personId,
    name,
    createdAt: issuer.clock.now(),
    lastUsedAt: null,
    version: 1,
  };
  return ok({
    passkey,
    entries: [
      entryOf(issuer, cause, 'passkey.added', {
        subject: passkey.id,
        data: { person_id: personId, name, transports: [...credential.transports] },
      }),
    ],
    changes: [{ insert: 'passkey', row: passkey }],
  });
}
