import { explainMember } from '../client-metadata/explain-member.ts';
import type { JsonObject, JsonValue } from '../json.ts';

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
  status: {
    meaning: 'Where the issuer says whether it still stands: a published list and its place there.',
    spec: 'Token Status List §6.2',
  },
};

/** The header members of a statement (RFC 7515 §4.1). */
const HEADER: Readonly<Record<string, string>> = {
  alg: 'The algorithm of the signature.',
  kid: 'The key it was signed with, by its thumbprint.',
  typ: 'What it is.',
};

/** Explains every claim, the issuer's own first, in the order they have. */
export function explainClaims(claims: JsonObject): readonly ExplainedClaim[] {
  return Object.entries(claims)
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

function explained(name: string, value: JsonValue): ExplainedClaim {
  const issuer = own(ISSUER, name);
  if (issuer !== undefined) return { name, value, ...issuer, kind: 'issuer' };
  const { explanation, spec } = explainMember(name);
  return { name, value, meaning: explanation, spec, kind: 'metadata' };
}

function own<T>(table: Readonly<Record<string, T>>, name: string): T | undefined {
  return Object.hasOwn(table, name) ? table[name] : undefined;
}
