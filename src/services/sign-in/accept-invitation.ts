import { textMember, type JsonObject } from '../../domain/json.ts';
import { err, ok, type Result } from '../../domain/result.ts';
import type { Passkeys } from '../../ports/sign-in.ts';
import { decideAndCommit, newId, type Issuer } from '../issuer.ts';
import type { Refusal } from '../refusal.ts';
import { planAcceptance } from './acceptance.ts';
import { keepCeremony, newChallenge, takeCeremony, type Begun } from './ceremonies.ts';
import { readName } from '../names.ts';
import { addingOf, verifyNewPasskey } from './new-passkey.ts';
import { readInvitation } from './open-invitation.ts';
import type { Browser, StartedSession } from './session-plan.ts';
import { passkeysAllowed } from './usable-method.ts';

const KIND = 'passkey_registration';

/**
 * Asks the holder of a link to make a passkey.
 *
 * @param command.link the secret part of the link
 * @param command.name what they want to be called
 */
export async function beginAcceptance(
  issuer: Issuer,
  passkeys: Passkeys,
  command: { readonly link: string; readonly name: string },
): Promise<Result<Begun, Refusal>> {
  const open = await readInvitation(issuer, command.link);
  if (!open.ok) return open;
  const allowed = await passkeysAllowed(issuer);
  if (!allowed.ok) return allowed;
  const { invitation, person } = open.value;
  const name = invitation.purpose === 'recover' ? ok(invitation.name) : readName(command.name, '/name');
  if (!name.ok) return name;
  const personId = person?.id ?? newId(issuer);
  const challenge = newChallenge(issuer);
  const existing = person === undefined ? [] : await issuer.store.passkeys(person.id);
  const [ceremony, options] = await Promise.all([
    keepCeremony(issuer, KIND, {
      purpose: 'accept',
      challenge,
      invitation_id: invitation.id,
      person_id: personId,
      name: name.value,
    }),
    passkeys.registrationOptions({ challenge, personId, name: name.value, existing }),
  ]);
  return ceremony.ok ? ok({ ceremony: ceremony.value, options }) : ceremony;
}

/**
 * Lets them in with the passkey they made: once, and everything in one commit.
 *
 * @param command.passkeyName what they call the passkey
 */
export async function finishAcceptance(
  issuer: Issuer,
  passkeys: Passkeys,
  command: Browser & {
    readonly link: string;
    readonly ceremony: string | undefined;
    readonly response: JsonObject;
    readonly passkeyName: string;
  },
): Promise<Result<StartedSession, Refusal>> {
  const begun = await takeCeremony(issuer, command.ceremony, KIND, 'accept');
  if (!begun.ok) return begun;
  const allowed = await passkeysAllowed(issuer);
  if (!allowed.ok) return allowed;
  const passkeyName = readName(command.passkeyName, '/passkey_name');
  if (!passkeyName.ok) return passkeyName;
  const credential = await verifyNewPasskey(issuer, passkeys, command.response, begun.value.data);
  if (!credential.ok) return credential;
  const [invitationId, personId, name] = ['invitation_id', 'person_id', 'name'].map((member) =>
    textMember(begun.value.data, member),
  );
  return decideAndCommit<StartedSession>(issuer, async () => {
    const open = await readInvitation(issuer, command.link);
    if (!open.ok) return open;
    const { invitation } = open.value;
    if (invitation.id !== invitationId || personId === undefined || name === undefined)
      return err({ code: 'sign_in_over' });
    return planAcceptance(
      issuer,
      open.value,
      { personId, name, email: invitation.email, roles: invitation.roles },
      {
        ...command,
        method: 'passkey',
        with: { passkey_id: credential.value.id },
        credential: (cause, person) =>
          addingOf(issuer, cause, {
            credential: credential.value,
            personId: person.id,
            name: passkeyName.value,
          }),
      },
    );
  });
}
