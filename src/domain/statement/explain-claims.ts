import { explainMember } from '../client-metadata/explain-member.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../json.ts';

/** A claim with what it says, for somebody who has never read one. */
export type ExplainedClaim = {
  readonly name: string;
  readonly value: JsonValue;
  readonly meaning: string;
  /** Where it is defined; undefined for one that no specification names. */
  readonly spec: string | undefined;
  /** Whether the issuer says it of the statement, or vouches for it as client metadata. */
  readonly kind: 'issuer' | 'metadata';
};

/** How the id of the subject is called beside the claims of its credential. */
const SUBJECT_ID = 'credentialSubject.id';

const ISSUER: Readonly<Record<string, { readonly meaning: string; readonly spec: string }>> = {
  iss: { meaning: 'Who vouches: the issuer.', spec: 'RFC 7519 §4.1.1' },
  iat: { meaning: 'When it was issued.', spec: 'RFC 7519 §4.1.6' },
  exp: { meaning: 'Until when it may be used.', spec: 'RFC 7519 §4.1.4' },
  nbf: { meaning: 'From when it may be used.', spec: 'RFC 7519 §4.1.5' },
  jti: { meaning: 'Its own name; no two statements share one.', spec: 'RFC 7519 §4.1.7' },
  aud: {
    meaning: 'The authorization servers it is for. Without it, it is for every one.',
    spec: 'RFC 7519 §4.1.3',
  },
  software_id: { meaning: 'The software, the same for all its versions.', spec: 'RFC 7591 §2' },
  software_version: { meaning: 'The version that was reviewed.', spec: 'RFC 7591 §2' },
  sub: {
    meaning: 'The client: the URL of its Client ID Metadata Document, which is its client_id.',
    spec: 'draft-mcguinness-oauth-cimd-sw-stmt',
  },
  cimd_digest: {
    meaning:
      'Which document was reviewed: the SHA-256 of its exact octets. The metadata is in the document and nowhere else.',
    spec: 'draft-mcguinness-oauth-cimd-sw-stmt, Metadata Digest',
  },
  spiffe_id: { meaning: 'The SPIFFE ID of the client.', spec: 'draft-ietf-oauth-spiffe-client-auth §5.1' },
  '@context': {
    meaning: 'What the names in the credential mean: the data model of W3C, then the registry of OAuth.',
    spec: 'Verifiable Credentials Data Model 2.0 §4.3',
  },
  id: { meaning: 'Its own name, the same as jti.', spec: 'Verifiable Credentials Data Model 2.0 §4.4' },
  type: {
    meaning: 'What kind of credential it is: one that carries client metadata.',
    spec: 'Verifiable Credentials Data Model 2.0 §4.5',
  },
  issuer: {
    meaning: 'Who vouches: the issuer under its did:web, whose document holds its keys.',
    spec: 'Verifiable Credentials Data Model 2.0 §4.7',
  },
  credentialSubject: {
    meaning: 'What it is about, and what it says of that.',
    spec: 'Verifiable Credentials Data Model 2.0 §4.8',
  },
  [SUBJECT_ID]: {
    meaning: 'What it is about: the software.',
    spec: 'Verifiable Credentials Data Model 2.0 §4.8',
  },
  validFrom: {
    meaning: 'From when it counts: the same time as iat.',
    spec: 'Verifiable Credentials Data Model 2.0 §4.9',
  },
  validUntil: {
    meaning: 'Until when it counts: the same time as exp.',
    spec: 'Verifiable Credentials Data Model 2.0 §4.9',
  },
  credentialStatus: {
    meaning: 'Where W3C verifiers see whether it still stands: the same statuses, a list for each purpose.',
    spec: 'Bitstring Status List 1.0 §2.1',
  },
  status: {
    meaning: 'Where the issuer says whether it still stands: a published list and its place there.',
    spec: 'Token Status List §6.2',
  },
};

/** What `sub` says in a JWT-SVID, where it names no document. */
const SVID_SUBJECT = {
  meaning: 'The software, by its SPIFFE ID in the trust domain of this issuer.',
  spec: 'JWT-SVID §3.1',
};

/** The header members of a statement (RFC 7515 §4.1). */
const HEADER: Readonly<Record<string, string>> = {
  alg: 'The algorithm of the signature.',
  kid: 'The key it was signed with, by its thumbprint.',
  typ: 'What it is.',
  cty: 'What it holds: a W3C credential.',
};

/** Explains every claim, the issuer's own first, in the order they have. What a credential says of its subject counts as its claims. */
export function explainClaims(claims: JsonObject): readonly ExplainedClaim[] {
  const { credentialSubject, ...others } = claims;
  const isCredential = claims['@context'] !== undefined && isJsonObject(credentialSubject);
  return [
    ...Object.entries(isCredential ? others : claims),
    ...(isCredential ? ofSubject(credentialSubject) : []),
  ]
    .flatMap(([name, value]) => (value === undefined ? [] : [explained(name, value)]))
    .toSorted((a, b) => Number(a.kind === 'metadata') - Number(b.kind === 'metadata'));
}

/** Explains the members of a protected header. */
export function explainHeader(header: JsonObject): readonly ExplainedClaim[] {
  return Object.entries(header).flatMap(([name, value]) =>
    value === undefined
      ? []
      : [
          {
            name,
            value,
            meaning: own(HEADER, name) ?? 'A header member that no statement of this issuer has.',
            spec: own(HEADER, name) === undefined ? undefined : 'RFC 7515 §4.1',
            kind: 'issuer' as const,
          },
        ],
  );
}

/** The id of a subject is not that of the credential. */
function ofSubject({ id, ...members }: JsonObject): readonly (readonly [string, JsonValue | undefined])[] {
  return [[SUBJECT_ID, id], ...Object.entries(members)];
}

function explained(name: string, value: JsonValue): ExplainedClaim {
  const isSvid = name === 'sub' && typeof value === 'string' && value.startsWith('spiffe://');
  const issuer = isSvid ? SVID_SUBJECT : own(ISSUER, name);
  if (issuer !== undefined) return { name, value, ...issuer, kind: 'issuer' };
  const { explanation, spec } = explainMember(name);
  return { name, value, meaning: explanation, spec, kind: 'metadata' };
}

function own<T>(table: Readonly<Record<string, T>>, name: string): T | undefined {
  return Object.hasOwn(table, name) ? table[name] : undefined;
}
