import { splitLanguageTag } from '../client-metadata/language-tag.ts';
import { memberOf } from '../client-metadata/members.ts';
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
  status: {
    meaning: 'Where the issuer says whether it still stands: a published list and its place there.',
    spec: 'Token Status List §6.2',
  },
};

const METADATA: Readonly<Record<string, string>> = {
  redirect_uris: 'Where people and codes may be sent back to, and nowhere else.',
  token_endpoint_auth_method: 'How the software proves that it is itself.',
  grant_types: 'How the software may come to a token.',
  response_types: 'What the authorization endpoint may answer.',
  client_name: 'The name people are shown.',
  client_uri: 'The software’s own page.',
  logo_uri: 'The picture people are shown.',
  scope: 'What it may ask access to.',
  contacts: 'Whom to ask about it.',
  tos_uri: 'Its terms of service.',
  policy_uri: 'How it treats data.',
  jwks_uri: 'Where its public keys are.',
  jwks: 'Its public keys.',
  application_type: 'Whether it runs on a server or on a device.',
  dpop_bound_access_tokens: 'Whether its tokens work with its own key alone.',
  tls_client_certificate_bound_access_tokens: 'Whether its tokens work with its own certificate alone.',
  require_pushed_authorization_requests: 'Whether its requests must be sent to the server directly first.',
  require_signed_request_object: 'Whether its requests must be signed.',
  post_logout_redirect_uris: 'Where people may be sent after signing out.',
  authorization_details_types: 'Kinds of detailed permissions it may ask for.',
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
  const { member, tag } = splitLanguageTag(name);
  const meaning = own(METADATA, member) ?? 'Client metadata as it was approved.';
  const spec = memberOf(member)?.spec;
  return {
    name,
    value,
    meaning: tag === undefined ? meaning : `${meaning} In ${tag}.`,
    spec,
    kind: 'metadata',
  };
}

function own<T>(table: Readonly<Record<string, T>>, name: string): T | undefined {
  return Object.hasOwn(table, name) ? table[name] : undefined;
}
