import { textMember, type JsonObject } from '../../domain/json.ts';
import { err, ok, type Result } from '../../domain/result.ts';
import { isUsable } from '../../domain/sign-in/method.ts';
import type { Passkey } from '../../domain/sign-in/passkey.ts';
import type { Change } from '../../ports.ts';
import type { Passkeys } from '../../ports/sign-in.ts';
import { currentPolicy, decideAndCommit, entryOf, type Issuer } from '../issuer.ts';
import type { Refusal } from '../refusal.ts';
import { keepCeremony, newChallenge, takeCeremony, type Begun } from './ceremonies.ts';
import { readName } from '../names.ts';
import { addingOf, verifyNewPasskey } from './new-passkey.ts';
import type { SignedIn } from './sessions.ts';
import { passkeysAllowed } from './usable-method.ts';

const KIND = 'passkey_registration';

/** How one signs in is changed by people who have just shown who they are: a browser left open must not give anybody a key of their own. */
export function mustBeFresh({ actor }: SignedIn): Result<void, Refusal> {
  return actor.credential.type === 'session' && actor.credential.isFresh
    ? ok(undefined)
    : err({ code: 'step_up_needed', action: 'account:write' });
}

/** One's own passkeys, oldest first. */
export function listPasskeys(issuer: Issuer, { person }: SignedIn): Promise<readonly Passkey[]> {
  return issuer.store.passkeys(person.id);
}

/** Asks a browser to make a further passkey. */
export async function beginAddingPasskey(
  issuer: Issuer,
  passkeys: Passkeys,
  signedIn: SignedIn,
): Promise<Result<Begun, Refusal>> {
  const fresh = mustBeFresh(signedIn);
  if (!fresh.ok) return fresh;
  const allowed = await passkeysAllowed(issuer);
  if (!allowed.ok) return allowed;
  const { person, session } = signedIn;
  const challenge = newChallenge(issuer);
  const existing = await issuer.store.passkeys(person.id);
  const [ceremony, options] = await Promise.all([
    keepCeremony(issuer, KIND, {
      purpose: 'add',
      challenge,
      person_id: person.id,
      session_id: session.id,
    }),
    passkeys.registrationOptions({ challenge, personId: person.id, name: person.name, existing }),
  ]);
  return ceremony.ok ? ok({ ceremony: ceremony.value, options }) : ceremony;
}

/** Keeps the passkey that the browser made. */
export async function finishAddingPasskey(
  issuer: Issuer,
  passkeys: Passkeys,
  signedIn: SignedIn,
  command: {
    readonly ceremony: string | undefined;
    readonly response: JsonObject;
    readonly name: string;
  },
): Promise<Result<Passkey, Refusal>> {
  const begun = await takeCeremony(issuer, command.ceremony, KIND, 'add');
  if (!begun.ok) return begun;
  if (textMember(begun.value.data, 'session_id') !== signedIn.session.id)
    return err({ code: 'sign_in_over' });
  const name = readName(command.name, '/name');
  if (!name.ok) return name;
  const credential = await verifyNewPasskey(issuer, passkeys, command.response, begun.value.data);
  if (!credential.ok) return credential;
  return decideAndCommit<Passkey>(issuer, async () => {
    const made = await addingOf(issuer, signedIn.actor, {
      credential: credential.value,
      personId: signedIn.person.id,
      name: name.value,
    });
    if (!made.ok) return made;
    const { entries, changes, passkey } = made.value;
    return ok({ entries, changes, value: passkey });
  });
}

/** Gives one's own passkey another name. */
export async function renamePasskey(
  issuer: Issuer,
  { actor, person }: SignedIn,
  id: string,
  text: string,
): Promise<Result<Passkey, Refusal>> {
  const name = readName(text, '/name');
  if (!name.ok) return name;
  return decideAndCommit<Passkey>(issuer, async () => {
    const passkey = await ownPasskey(issuer, person.id, id);
    if (!passkey.ok) return passkey;
    if (passkey.value.name === name.value) return ok({ replay: passkey.value });
    const row: Passkey = { ...passkey.value, name: name.value, version: passkey.value.version + 1 };
    return ok({
      entries: [
        entryOf(issuer, actor, 'passkey.renamed', {
          subject: id,
          data: { person_id: person.id, before: passkey.value.name, after: row.name },
        }),
      ],
      changes: [{ replace: 'passkey', row }],
      value: row,
    });
  });
}

/**
 * Removes one's own passkey; never the last way in. Another passkey has to remain, or an account of the identity provider where that may be used.
 */
export async function removePasskey(
  issuer: Issuer,
  signedIn: SignedIn,
  id: string,
): Promise<Result<void, Refusal>> {
  const fresh = mustBeFresh(signedIn);
  if (!fresh.ok) return fresh;
  const { actor, person } = signedIn;
  return decideAndCommit<void>(issuer, async () => {
    const passkey = await ownPasskey(issuer, person.id, id);
    if (!passkey.ok) return passkey;
    const guard = await whatRemains(issuer, person.id, id);
    if (guard === undefined) return err({ code: 'last_way_in', what: 'passkey' });
    return ok({
      entries: [
        entryOf(issuer, actor, 'passkey.removed', {
          subject: id,
          data: { person_id: person.id, name: passkey.value.name },
        }),
      ],
      changes: [{ remove: 'passkey', id }, guard],
      value: undefined,
    });
  });
}

/** The guard that holds while somebody can still sign in without a passkey; undefined when they cannot. */
async function whatRemains(issuer: Issuer, personId: string, without: string): Promise<Change | undefined> {
  const [passkeys, identities, person, { signIn }] = await Promise.all([
    issuer.store.passkeys(personId),
    issuer.store.identities(personId),
    issuer.store.person(personId),
    currentPolicy(issuer),
  ]);
  const other = passkeys.find(({ id }) => id !== without);
  if (other !== undefined && isUsable(signIn, 'passkey'))
    return { unchanged: 'passkey', id: other.id, version: other.version };
  // Unlinking an account raises the version of its person.
  if (person !== undefined && identities.length > 0 && isUsable(signIn, 'open_id_connect'))
    return { unchanged: 'person', id: personId, version: person.version };
  return undefined;
}

async function ownPasskey(issuer: Issuer, personId: string, id: string): Promise<Result<Passkey, Refusal>> {
  const passkey = await issuer.store.passkey(id);
  return passkey?.personId === personId ? ok(passkey) : err({ code: 'not_found', what: 'passkey', id });
}
