import { encodeBase64url, encodeBase64urlText } from '../domain/base64url.ts';
import { didWebOf, verificationMethodOf } from '../domain/credential/did-document.ts';
import {
  bitstring,
  bitstringListCredential,
  encodedList,
  STATUS_PURPOSES,
  type StatusPurpose,
} from '../domain/credential/make-bitstring.ts';
import { VC_JWT_TYPE } from '../domain/credential/vc-jwt.ts';
import type { JsonObject } from '../domain/json.ts';
import { isPublished, type SigningKey } from '../domain/signing-key.ts';
import { bitstringListUrl, CREDENTIAL_CONTENT_TYPE } from '../domain/statement/profiles/vc-jwt.ts';
import { createStatusBits, setStatus } from '../domain/status-list/bits.ts';
import { compressBits } from '../domain/status-list/compress.ts';
import type { StatusList } from '../domain/status-list/status-list.ts';
import { statusListClaims, STATUS_LIST_TYPE } from '../domain/status-list/token.ts';
import type { PublishedStatusList } from '../ports.ts';
import type { Issuer } from './issuer.ts';

/** Seconds a relying party may use a list before it looks again (Token Status List, `ttl`). */
export const STATUS_LIST_TTL_SECONDS = 300;
/** Seconds a signed list stays valid, so that it survives an outage of the signer. */
export const STATUS_LIST_LIFETIME_SECONDS = 86_400;
/** Seconds after which an unchanged list is signed again. */
export const STATUS_LIST_REFRESH_SECONDS = STATUS_LIST_LIFETIME_SECONDS / 4;

/** The forms in which one list is published: the token of OAuth, and a W3C credential for each purpose. */
export type ListForm = 'token' | StatusPurpose;

/** Address of a status list; part of every statement, so it can never change. */
export function statusListUri(identifier: string, listId: string): string {
  return `${identifier}/status-lists/${listId}`;
}

/**
 * A signed list, kept or signed anew; undefined for one that does not exist, and for credentials of an issuer without a `did:web`.
 *
 * @param isShared whether other processes publish too, so that what one signed helps another
 */
export async function signedList(
  issuer: Issuer,
  id: string,
  form: ListForm,
  isShared: boolean,
): Promise<PublishedStatusList | undefined> {
  if (form !== 'token' && didWebOf(issuer.identifier) === undefined) return undefined;
  const list = await issuer.store.statusList(id);
  if (list === undefined) return undefined;
  const [stored, keys] = await Promise.all([
    isShared ? issuer.store.publishedStatusList(keptAs(id, form)) : undefined,
    issuer.store.signingKeys(),
  ]);
  const still = stored !== undefined && stillHolds(stored, list, keys, issuer.clock.now());
  return still ? stored : signList(issuer, list, form, keys, isShared);
}

function keptAs(id: string, form: ListForm): string {
  return form === 'token' ? id : `${id}/${form}`;
}

function stillHolds(
  stored: PublishedStatusList,
  list: StatusList,
  keys: readonly SigningKey[],
  now: number,
): boolean {
  const key = keys.find((candidate) => candidate.kid === stored.kid);
  return (
    stored.revision === list.revision &&
    key !== undefined &&
    isPublished(key.state) &&
    // A clock that stepped back would leave a list from the future, which consumers refuse.
    stored.issuedAt <= now &&
    now < stored.issuedAt + STATUS_LIST_REFRESH_SECONDS
  );
}

// The revision was read before the statuses: a change between the two makes this token newer than it says, never older.
async function signList(
  issuer: Issuer,
  list: StatusList,
  form: ListForm,
  keys: readonly SigningKey[],
  isShared: boolean,
): Promise<PublishedStatusList> {
  const key = keys.find((candidate) => candidate.state === 'active');
  if (key === undefined) throw new Error('no active signing key to sign the status list with');
  const places = await issuer.store.statusesOf(list);
  const issuedAt = issuer.clock.now();
  const expiresAt = issuedAt + STATUS_LIST_LIFETIME_SECONDS;
  const times = { iat: issuedAt, exp: expiresAt };
  const { header, claims } =
    form === 'token'
      ? await tokenOf(issuer, list, places, key, times)
      : await credentialOf(issuer, list, form, places, key, times);
  const input = `${encodeBase64urlText(JSON.stringify(header))}.${encodeBase64urlText(JSON.stringify(claims))}`;
  const signature = await issuer.custody.sign(key.kid, new TextEncoder().encode(input));
  if (!signature.ok) throw new Error(`the active signing key is not in custody: ${key.kid}`);
  const published: PublishedStatusList = {
    listId: keptAs(list.id, form),
    revision: list.revision,
    kid: key.kid,
    jwt: `${input}.${encodeBase64url(signature.value)}`,
    issuedAt,
    expiresAt,
  };
  if (isShared) await issuer.store.savePublishedStatusList(published);
  return published;
}

type Places = Awaited<ReturnType<Issuer['store']['statusesOf']>>;
type Times = { readonly iat: number; readonly exp: number };
type Unsigned = { readonly header: JsonObject; readonly claims: JsonObject };

async function tokenOf(
  issuer: Issuer,
  list: StatusList,
  places: Places,
  key: SigningKey,
  times: Times,
): Promise<Unsigned> {
  const bits = createStatusBits(list.bits, list.size, list.unallocatedStatus);
  for (const { idx, status } of places) {
    const set = setStatus(bits, idx, status);
    if (!set.ok) throw new Error(`status list ${list.id}: ${set.error.code}`);
  }
  const claims = statusListClaims({
    uri: statusListUri(issuer.identifier, list.id),
    ...times,
    ttl: STATUS_LIST_TTL_SECONDS,
    bits: list.bits,
    lst: encodeBase64url(await compressBits(bits)),
  });
  return { header: { alg: key.alg, kid: key.kid, typ: STATUS_LIST_TYPE }, claims };
}

async function credentialOf(
  issuer: Issuer,
  list: StatusList,
  purpose: StatusPurpose,
  places: Places,
  key: SigningKey,
  times: Times,
): Promise<Unsigned> {
  const did = didWebOf(issuer.identifier);
  if (did === undefined) throw new Error('no did:web to issue the credential of a status list');
  const value = STATUS_PURPOSES[purpose];
  const known = places.map(({ idx, status }) => ({ idx, isSet: status === value }));
  const octets = bitstring(list.size, known, list.unallocatedStatus === value);
  const claims = bitstringListCredential({
    url: bitstringListUrl(statusListUri(issuer.identifier, list.id), purpose),
    issuer: did,
    purpose,
    ...times,
    ttlSeconds: STATUS_LIST_TTL_SECONDS,
    encodedList: await encodedList(octets),
  });
  const header = {
    alg: key.alg,
    kid: verificationMethodOf(did, key.kid),
    typ: VC_JWT_TYPE,
    cty: CREDENTIAL_CONTENT_TYPE,
  };
  return { header, claims };
}
