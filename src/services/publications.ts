import { CODE_RESPONSE_TYPE, RESPONSE_MODES } from '../domain/oauth/authorization.ts';
import { ASSERTION_ALGORITHMS } from '../domain/oauth/client-assertion.ts';
import { DPOP_ALGORITHMS } from '../domain/oauth/dpop.ts';
import { AUTHENTICATION_METHODS } from './exchange/client-authentication.ts';
import { SUBJECT_TOKEN_TYPES } from './exchange/request.ts';
import { encodeBase64url, encodeBase64urlText } from '../domain/base64url.ts';
import type { JsonObject } from '../domain/json.ts';
import { sha256Base64url } from '../domain/sha256.ts';
import { isPublished, type SigningAlgorithm, type SigningKey } from '../domain/signing-key.ts';
import { createStatusBits, setStatus } from '../domain/status-list/bits.ts';
import { compressBits } from '../domain/status-list/compress.ts';
import { statusListClaims, STATUS_LIST_TYPE } from '../domain/status-list/token.ts';
import type { StatusList } from '../domain/status-list/status-list.ts';
import type { PublishedStatusList } from '../ports.ts';
import { currentPolicy, type Issuer } from './issuer.ts';

/** Seconds a relying party may use a list before it looks again (Token Status List, `ttl`). */
export const STATUS_LIST_TTL_SECONDS = 300;
/** Seconds a signed list stays valid, so that it survives an outage of the signer. */
export const STATUS_LIST_LIFETIME_SECONDS = 86_400;
/** Seconds after which an unchanged list is signed again. */
const STATUS_LIST_REFRESH_SECONDS = STATUS_LIST_LIFETIME_SECONDS / 4;

/** Bytes made once and served many times. */
export type Publication = { readonly body: string; readonly etag: string; readonly maxAgeSeconds: number };

/** What authorization servers read, made when something changes and not per request. */
export type Publications = {
  /** The JWK Set, whole or only the keys of one algorithm (RFC 7517 §5). */
  jwks(alg?: SigningAlgorithm): Promise<Publication>;
  /** A signed Status List Token; undefined for a list that does not exist. */
  statusList(id: string): Promise<(Publication & { readonly expiresAt: number }) | undefined>;
  /** URIs of every list, for the aggregation endpoint (Token Status List §9). */
  statusListUris(): Promise<readonly string[]>;
  /** Authorization server metadata (RFC 8414 §2). */
  serverMetadata(): Promise<Publication>;
  /** Something that is published changed in this process. */
  invalidate(what: 'keys' | 'status'): void;
};

/** Address of a status list; part of every statement, so it can never change. */
export function statusListUri(identifier: string, listId: string): string {
  return `${identifier}/status-lists/${listId}`;
}

/**
 * @param options.recheckSeconds how long cached publications are served before the database is asked whether
 *   they still hold: Infinity where this process alone writes (Node), a few seconds where others write too (Workers)
 */
export function createPublications(
  issuer: Issuer,
  options: {
    readonly recheckSeconds: number;
    readonly policyUri?: string | undefined;
    readonly termsUri?: string | undefined;
  },
): Publications {
  // Only where several processes publish does a signed list help another one; here alone, memory is enough.
  const isShared = Number.isFinite(options.recheckSeconds);
  const keyDocuments = new Map<string, { readonly until: number; readonly document: Promise<Publication> }>();
  const lists = new Map<
    string,
    { readonly from: number; readonly until: number; readonly published: Promise<SignedList | undefined> }
  >();

  function fromKeys(name: string, make: () => Promise<Publication>): Promise<Publication> {
    const now = issuer.clock.now();
    const cached = keyDocuments.get(name);
    if (cached !== undefined && now < cached.until) return cached.document;
    const document = make();
    keyDocuments.set(name, { until: now + options.recheckSeconds, document });
    document.catch(() => keyDocuments.delete(name));
    return document;
  }

  return {
    jwks: (alg) =>
      fromKeys(`jwks ${alg ?? ''}`, async () => {
        const keys = await publishedKeys(issuer);
        const { jwksMaxAgeSeconds } = (await currentPolicy(issuer)).keys;
        const chosen = keys.filter((key) => alg === undefined || key.alg === alg);
        return publication({ keys: chosen.map((key) => ({ ...key.publicJwk })) }, jwksMaxAgeSeconds);
      }),

    serverMetadata: () =>
      fromKeys('metadata', async () => {
        const keys = await publishedKeys(issuer);
        const { jwksMaxAgeSeconds } = (await currentPolicy(issuer)).keys;
        return publication(serverMetadata(issuer.identifier, keys, options), jwksMaxAgeSeconds);
      }),

    async statusList(id) {
      const now = issuer.clock.now();
      const cached = lists.get(id);
      if (cached !== undefined && cached.from <= now && now < cached.until) return cached.published;
      const published = signedList(issuer, id, isShared);
      lists.set(id, {
        from: now,
        until: now + Math.min(options.recheckSeconds, STATUS_LIST_REFRESH_SECONDS / 2),
        published,
      });
      published.then(
        (list) => list ?? lists.delete(id),
        () => lists.delete(id),
      );
      return published;
    },

    async statusListUris() {
      return (await issuer.store.statusLists()).map((list) => statusListUri(issuer.identifier, list.id));
    },

    invalidate(what) {
      if (what === 'keys') keyDocuments.clear();
      lists.clear();
    },
  };
}

type SignedList = Publication & { readonly expiresAt: number };

function serverMetadata(
  identifier: string,
  keys: readonly SigningKey[],
  options: { readonly policyUri?: string | undefined; readonly termsUri?: string | undefined },
): JsonObject {
  return {
    issuer: identifier,
    jwks_uri: `${identifier}/jwks`,
    software_statement_signing_alg_values_supported: [...new Set(keys.map((key) => key.alg))],
    status_list_aggregation_endpoint: `${identifier}/status-lists`,
    ...exchangeMetadata(identifier),
    service_documentation: `${identifier}/docs`,
    ...(options.policyUri === undefined ? {} : { op_policy_uri: options.policyUri }),
    ...(options.termsUri === undefined ? {} : { op_tos_uri: options.termsUri }),
  };
}

/** What the token endpoint does, and nothing it does not (issuance draft, Authorization Server Metadata). */
function exchangeMetadata(identifier: string): JsonObject {
  return {
    token_endpoint: `${identifier}/token`,
    token_endpoint_auth_methods_supported: [...AUTHENTICATION_METHODS],
    token_endpoint_auth_signing_alg_values_supported: [...ASSERTION_ALGORITHMS],
    grant_types_supported: [
      'urn:ietf:params:oauth:grant-type:token-exchange',
      'urn:ietf:params:oauth:grant-type:software-statement',
      'urn:ietf:params:oauth:grant-type:deferred',
    ],
    authorization_endpoint: `${identifier}/authorize`,
    response_types_supported: [CODE_RESPONSE_TYPE],
    response_modes_supported: [...RESPONSE_MODES],
    code_challenge_methods_supported: ['S256'],
    authorization_response_iss_parameter_supported: true,
    dpop_signing_alg_values_supported: [...DPOP_ALGORITHMS],
    client_id_metadata_document_supported: true,
    deferred_token_response_supported: true,
    revocation_endpoint: `${identifier}/revoke`,
    revocation_endpoint_auth_methods_supported: [...AUTHENTICATION_METHODS],
    revocation_endpoint_auth_signing_alg_values_supported: [...ASSERTION_ALGORITHMS],
    revocation_endpoint_token_type_values_supported: ['urn:ietf:params:oauth:token-type:deferral-code'],
    software_statement_subject_token_types_supported: Object.values(SUBJECT_TOKEN_TYPES),
  };
}

/** The active key first: consumers that look at one key only find the one that signs. */
async function publishedKeys(issuer: Issuer): Promise<readonly SigningKey[]> {
  const keys = (await issuer.store.signingKeys()).filter((key) => isPublished(key.state));
  return keys.toSorted((a, b) => Number(b.state === 'active') - Number(a.state === 'active'));
}

function publication(document: JsonObject, maxAgeSeconds: number): Publication {
  const body = JSON.stringify(document);
  return { body, etag: `"${sha256Base64url(body)}"`, maxAgeSeconds };
}

async function signedList(issuer: Issuer, id: string, isShared: boolean): Promise<SignedList | undefined> {
  const list = await issuer.store.statusList(id);
  if (list === undefined) return undefined;
  const [stored, keys] = await Promise.all([
    isShared ? issuer.store.publishedStatusList(id) : undefined,
    issuer.store.signingKeys(),
  ]);
  const still = stored !== undefined && stillHolds(stored, list, keys, issuer.clock.now());
  const { jwt, expiresAt } = still ? stored : await signList(issuer, list, keys, isShared);
  return { body: jwt, etag: `"${sha256Base64url(jwt)}"`, maxAgeSeconds: STATUS_LIST_TTL_SECONDS, expiresAt };
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
  keys: readonly SigningKey[],
  isShared: boolean,
): Promise<PublishedStatusList> {
  const key = keys.find((candidate) => candidate.state === 'active');
  if (key === undefined) throw new Error('no active signing key to sign the status list with');
  const bits = createStatusBits(list.bits, list.size, list.unallocatedStatus);
  for (const { idx, status } of await issuer.store.statusesOf(list)) {
    const set = setStatus(bits, idx, status);
    if (!set.ok) throw new Error(`status list ${list.id}: ${set.error.code}`);
  }
  const issuedAt = issuer.clock.now();
  const expiresAt = issuedAt + STATUS_LIST_LIFETIME_SECONDS;
  const claims = statusListClaims({
    uri: statusListUri(issuer.identifier, list.id),
    iat: issuedAt,
    exp: expiresAt,
    ttl: STATUS_LIST_TTL_SECONDS,
    bits: list.bits,
    lst: encodeBase64url(await compressBits(bits)),
  });
  const header = { alg: key.alg, kid: key.kid, typ: STATUS_LIST_TYPE };
  const input = `${encodeBase64urlText(JSON.stringify(header))}.${encodeBase64urlText(JSON.stringify(claims))}`;
  const signature = await issuer.custody.sign(key.kid, new TextEncoder().encode(input));
  if (!signature.ok) throw new Error(`the active signing key is not in custody: ${key.kid}`);
  const published: PublishedStatusList = {
    listId: list.id,
    revision: list.revision,
    kid: key.kid,
    jwt: `${input}.${encodeBase64url(signature.value)}`,
    issuedAt,
    expiresAt,
  };
  if (isShared) await issuer.store.savePublishedStatusList(published);
  return published;
}
