import { didDocument, didWebOf } from '../domain/credential/did-document.ts';
import type { StatusPurpose } from '../domain/credential/make-bitstring.ts';
import type { JsonObject } from '../domain/json.ts';
import { factOf } from '../domain/ledger/ledger-fact.ts';
import type { IssuerPolicy } from '../domain/policy.ts';
import { sha256Base64url } from '../domain/sha256.ts';
import { isPublished, type SigningAlgorithm, type SigningKey } from '../domain/signing-key.ts';
import { bundleSequence, trustBundle } from '../domain/spiffe/make-bundle.ts';
import { signsSvids } from '../domain/statement/profiles/jwt-svid.ts';
import { currentPolicy, type Issuer } from './issuer.ts';
import { serverMetadata } from './server-metadata.ts';
import {
  signedList,
  statusListUri,
  STATUS_LIST_REFRESH_SECONDS,
  STATUS_LIST_TTL_SECONDS,
  type ListForm,
} from './signed-lists.ts';

/** Bytes made once and served many times. */
export type Publication = { readonly body: string; readonly etag: string; readonly maxAgeSeconds: number };

/** A publication that says itself until when it is good. */
export type SignedList = Publication & { readonly expiresAt: number };

/** What authorization servers read, made when something changes and not per request. */
export type Publications = {
  /** The JWK Set, whole or only the keys of one algorithm (RFC 7517 §5). */
  jwks(alg?: SigningAlgorithm): Promise<Publication>;
  /** The document of the issuer's `did:web`; undefined for an issuer without one. */
  didDocument(): Promise<Publication> | undefined;
  /** The bundle of the SPIFFE trust domain it runs; undefined where it runs none. */
  spiffeBundle(): Promise<Publication> | undefined;
  /** A signed Status List Token; undefined for a list that does not exist. */
  statusList(id: string): Promise<SignedList | undefined>;
  /** The same statuses for W3C verifiers: a signed BitstringStatusListCredential; undefined as above, and without a `did:web`. */
  statusCredential(id: string, purpose: StatusPurpose): Promise<SignedList | undefined>;
  /** URIs of every list, for the aggregation endpoint (Token Status List §9). */
  statusListUris(): Promise<readonly string[]>;
  /** Authorization server metadata (RFC 8414 §2). */
  serverMetadata(): Promise<Publication>;
  /** Something that is published changed in this process. */
  invalidate(what: 'keys' | 'status'): void;
};

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

  function fromKeys(
    name: string,
    make: (facts: KeyFacts) => JsonObject | Promise<JsonObject>,
  ): Promise<Publication> {
    const now = issuer.clock.now();
    const cached = keyDocuments.get(name);
    if (cached !== undefined && now < cached.until) return cached.document;
    const document = keyFacts(issuer).then(async (facts) =>
      publication(await make(facts), facts.policy.keys.jwksMaxAgeSeconds),
    );
    keyDocuments.set(name, { until: now + options.recheckSeconds, document });
    document.catch(() => keyDocuments.delete(name));
    return document;
  }

  function fromStatuses(id: string, form: ListForm): Promise<SignedList | undefined> {
    const name = `${id} ${form}`;
    const now = issuer.clock.now();
    const cached = lists.get(name);
    if (cached !== undefined && cached.from <= now && now < cached.until) return cached.published;
    const published = listed(issuer, id, form, isShared);
    lists.set(name, {
      from: now,
      until: now + Math.min(options.recheckSeconds, STATUS_LIST_REFRESH_SECONDS / 2),
      published,
    });
    published.then(
      (list) => list ?? lists.delete(name),
      () => lists.delete(name),
    );
    return published;
  }

  return {
    jwks: (alg) =>
      fromKeys(`jwks ${alg ?? ''}`, ({ keys }) => ({
        keys: keys.filter((key) => alg === undefined || key.alg === alg).map((key) => ({ ...key.publicJwk })),
      })),

    didDocument() {
      const { identifier } = issuer;
      const did = didWebOf(identifier);
      if (did === undefined) return undefined;
      return fromKeys('did', ({ keys }) =>
        didDocument(
          did,
          identifier,
          keys.map(({ publicJwk }) => publicJwk),
        ),
      );
    },

    spiffeBundle() {
      if (issuer.trustDomain === undefined) return undefined;
      return fromKeys('bundle', async (facts) =>
        trustBundle({
          keys: facts.keys.filter(({ alg }) => signsSvids(alg)).map(({ publicJwk }) => publicJwk),
          sequence: await sequenceOf(issuer, facts),
          refreshHintSeconds: facts.policy.keys.jwksMaxAgeSeconds,
        }),
      );
    },

    serverMetadata: () => fromKeys('metadata', ({ keys }) => serverMetadata(issuer, keys, options)),

    statusList: (id) => fromStatuses(id, 'token'),

    statusCredential: (id, purpose) => fromStatuses(id, purpose),

    async statusListUris() {
      return (await issuer.store.statusLists()).map((list) => statusListUri(issuer.identifier, list.id));
    },

    invalidate(what) {
      if (what === 'keys') keyDocuments.clear();
      lists.clear();
    },
  };
}

/** What is made of keys, read at once. */
type KeyFacts = {
  /** Every key there ever was. */
  readonly all: readonly SigningKey[];
  /** Those that are published, the active one first: consumers that look at one key only find the one that signs. */
  readonly keys: readonly SigningKey[];
  readonly policy: IssuerPolicy;
};

async function keyFacts(issuer: Issuer): Promise<KeyFacts> {
  const [all, policy] = await Promise.all([issuer.store.signingKeys(), currentPolicy(issuer)]);
  const keys = all
    .filter((key) => isPublished(key.state))
    .toSorted((a, b) => Number(b.state === 'active') - Number(a.state === 'active'));
  return { all, keys, policy };
}

/** How often keys were made and changed and the policy was, since the database was last restored. */
async function sequenceOf(issuer: Issuer, { all, policy }: KeyFacts): Promise<number> {
  const [restored] = await issuer.store.entries({ kind: 'issuer.restored' }, undefined, 1);
  const changes = all.reduce((sum, { version }) => sum + version, policy.version);
  const fact = restored === undefined ? undefined : factOf(restored);
  return bundleSequence(changes, fact?.at ?? 0);
}

function publication(document: JsonObject, maxAgeSeconds: number): Publication {
  const body = JSON.stringify(document);
  return { body, etag: `"${sha256Base64url(body)}"`, maxAgeSeconds };
}

async function listed(
  issuer: Issuer,
  id: string,
  form: ListForm,
  isShared: boolean,
): Promise<SignedList | undefined> {
  const signed = await signedList(issuer, id, form, isShared);
  if (signed === undefined) return undefined;
  const { jwt, expiresAt } = signed;
  return { body: jwt, etag: `"${sha256Base64url(jwt)}"`, maxAgeSeconds: STATUS_LIST_TTL_SECONDS, expiresAt };
}
