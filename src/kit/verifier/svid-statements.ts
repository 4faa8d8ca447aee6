import { splitLanguageTag } from '../../domain/client-metadata/language-tag.ts';
import { textMember, type JsonObject, type JsonValue } from '../../domain/json.ts';
import { err, ok, type Result } from '../../domain/result.ts';
import { sha256Base64url } from '../../domain/sha256.ts';
import { verifyJwtSvid, type SvidRefusal } from '../../domain/spiffe/jwt-svid.ts';
import { matchesSpiffeIdPattern, type SpiffeId } from '../../domain/spiffe/spiffe-id.ts';
import { parseCompact } from '../../domain/statement/judge.ts';
import { MAX_STATEMENT_OCTETS } from '../../domain/statement/claims.ts';
import { secondsMember, withoutNulls } from './claims.ts';
import { foreignRedirectHost } from './permitted.ts';
import { invalid, unapproved, unavailable, type StatementRefusal } from './refusal.ts';
import type { VerifiedStatement } from './statement-verifier.ts';
import { RETRY_AFTER_SECONDS } from './status-of.ts';
import { isMember, type DomainTrust } from './trust-domains.ts';

/** Methods by which a client shows an SVID (draft-ietf-oauth-spiffe-client-auth §4); the first unless its SVID says another. */
const SPIFFE_METHODS = ['spiffe_jwt', 'spiffe_x509', 'spiffe_wit'] as const;

/** Whether a JWT asks to be taken for a JWT-SVID: by its subject, and by no type of another token. */
export function isSvidLike(header: JsonObject, claims: JsonObject): boolean {
  const { typ } = header;
  const isUntyped = typ === undefined || typ === 'JWT' || typ === 'JOSE';
  return isUntyped && textMember(claims, 'sub').startsWith('spiffe://');
}

/** The issuer that statements of a trust domain are kept under. */
export function issuerOfDomain(trustDomain: string): string {
  return `spiffe://${trustDomain}`;
}

/**
 * Verifies a JWT-SVID as a software statement ("SPIFFE JWT-SVIDs Processing by Client Registration Endpoint" of
 * draft-kasselman-oauth-dcr-trusted-issuer-token, steps 1 to 4): bundle keys of the trust domain its ID names, issuer, ID, audience, times, and the
 * client metadata that this trust domain may attest. The metadata says how the client will authenticate: with its SVID.
 *
 * @param at seconds
 */
export async function verifySvidStatement(
  text: string,
  domains: ReadonlyMap<string, DomainTrust>,
  at: number,
): Promise<Result<VerifiedStatement, StatementRefusal>> {
  const parsed = parseCompact(text, 2 * MAX_STATEMENT_OCTETS);
  if (!parsed.ok) return err(invalid('malformed', `The software statement cannot be read: ${parsed.error}.`));
  const { header, claims: unverified } = parsed.value;
  const named = /^spiffe:\/\/([^/]*)/.exec(textMember(unverified, 'sub'))?.[1] ?? '';
  const trust = domains.get(named);
  if (trust === undefined)
    return err(
      unapproved(
        'untrusted_issuer',
        `${JSON.stringify(named).slice(0, 200)} is no trust domain that is trusted here.`,
      ),
    );
  const svid = await verifyJwtSvid(
    text,
    (trustDomain) => (trustDomain === trust.trustDomain ? trust.source : undefined),
    {
      audience: trust.audience,
      isAlone: true,
      expectedIss: trust.issuer,
      requireIss: trust.requireIssuer,
      requireIat: true,
      toleranceSeconds: trust.clockToleranceSeconds,
    },
    at,
  );
  if (!svid.ok) return err(asStatementRefusal(svid.error));
  const { id, claims, expiresAt } = svid.value;
  const metadata = metadataOf(claims, id, trust);
  const refusal = beyondDomain(id, claims, trust) ?? redirectRefusal(metadata, trust);
  if (refusal !== undefined) return err(refusal);
  const digest = sha256Base64url(text);
  return ok({
    text,
    profile: 'jwt-svid',
    softwareId: id.text,
    softwareVersion: textMember(metadata, 'software_version') || undefined,
    metadata,
    document: undefined,
    provenance: {
      issuer: issuerOfDomain(trust.trustDomain),
      jti: textMember(claims, 'jti') || digest,
      digest,
      kid: textMember(header, 'kid'),
      alg: textMember(header, 'alg'),
      issuedAt: secondsMember(claims, 'iat'),
      expiresAt,
      // An SVID is live evidence and lasts minutes; the registration has a life of its own, at whose end a fresh one is due.
      honouredUntil: Math.floor(at) + trust.registrationSeconds,
      status: { outcome: 'not_asked' },
      statusReference: undefined,
      verifiedAt: Math.floor(at),
    },
  });
}

/** A workload that logs in: what its registration is kept under. */
export type WorkloadLogin = { readonly issuer: string; readonly spiffeId: string };

/**
 * Verifies a JWT-SVID as a client assertion (draft-ietf-oauth-spiffe-client-auth §3.1).
 *
 * @param audience the authorization server's own identifier, which must be the only one
 * @param at seconds
 */
export async function verifySvidLogin(
  text: string,
  domains: ReadonlyMap<string, DomainTrust>,
  audience: string,
  at: number,
): Promise<Result<WorkloadLogin, StatementRefusal>> {
  const [, named = ''] = /^spiffe:\/\/([^/]*)/.exec(subjectOf(text)) ?? [];
  const trust = domains.get(named);
  if (trust === undefined)
    return err(unapproved('untrusted_issuer', 'This trust domain is not trusted here.'));
  if (audience === trust.audience)
    return err(unapproved('audience', 'SVIDs for the registration endpoint do not log in.'));
  const expected = {
    audience,
    isAlone: true,
    expectedIss: trust.issuer,
    toleranceSeconds: trust.clockToleranceSeconds,
  };
  const svid = await verifyJwtSvid(text, () => trust.source, expected, at);
  return svid.ok
    ? ok({ issuer: issuerOfDomain(trust.trustDomain), spiffeId: svid.value.id.text })
    : err(asStatementRefusal(svid.error));
}

function subjectOf(text: string): string {
  const parsed = parseCompact(text, 2 * MAX_STATEMENT_OCTETS);
  return parsed.ok ? textMember(parsed.value.claims, 'sub') : '';
}

/** What the SVID attests, this trust domain's defaults, and how the client authenticates: never with a secret. */
function metadataOf(claims: JsonObject, id: SpiffeId, { defaults }: DomainTrust): JsonObject {
  const attested = Object.fromEntries(Object.entries(claims).filter(([name]) => isMetadata(name)));
  const metadata: Record<string, JsonValue | undefined> = { ...defaults, ...withoutNulls(attested) };
  const method = metadata['token_endpoint_auth_method'];
  const isSpiffe =
    SPIFFE_METHODS.some((one) => one === method) ||
    (method === 'tls_client_auth' && metadata['tls_client_auth_san_uri'] === id.text);
  return {
    ...metadata,
    token_endpoint_auth_method: isSpiffe ? method : SPIFFE_METHODS[0],
    spiffe_id: id.text,
  };
}

function beyondDomain(id: SpiffeId, claims: JsonObject, trust: DomainTrust): StatementRefusal | undefined {
  const { trustDomain, patterns, members, maxLifetimeSeconds } = trust;
  if (!patterns.some((pattern) => matchesSpiffeIdPattern(pattern, id)))
    return unapproved(
      'software_not_permitted',
      `${id.text} may not register here; spiffeIds does not name it.`,
    );
  const member = Object.keys(claims).find(
    (name) => isMetadata(name) && !members.has(splitLanguageTag(name).member),
  );
  if (member !== undefined)
    return unapproved(
      'software_not_permitted',
      `${trustDomain} may not attest ${member} here; members does not name it.`,
    );
  if (claims['spiffe_id'] !== undefined && claims['spiffe_id'] !== id.text)
    return invalid('claims', 'Its spiffe_id is not its sub.');
  const seconds = secondsMember(claims, 'exp') - secondsMember(claims, 'iat');
  return seconds <= maxLifetimeSeconds
    ? undefined
    : unapproved(
        'too_old',
        `It lasts ${seconds} seconds, more than ${maxLifetimeSeconds} (maxLifetimeSeconds).`,
      );
}

function redirectRefusal(
  metadata: JsonObject,
  { trustDomain, redirectHosts }: DomainTrust,
): StatementRefusal | undefined {
  const foreign = redirectHosts === undefined ? undefined : foreignRedirectHost(metadata, redirectHosts);
  return foreign === undefined
    ? undefined
    : unapproved(
        'redirect_host_not_permitted',
        `${trustDomain} may not attest redirects to ${foreign} here; redirectHosts does not name it.`,
      );
}

function isMetadata(claim: string): boolean {
  return isMember(splitLanguageTag(claim).member);
}

function asStatementRefusal({ code, detail }: SvidRefusal): StatementRefusal {
  switch (code) {
    case 'malformed':
    case 'header':
    case 'signature':
    case 'claims':
      return invalid(code, detail);
    case 'id':
      return invalid('claims', detail);
    case 'key':
      return invalid('unknown_key', 'The signature of the software statement cannot be verified.', detail);
    case 'trust_domain':
      return unapproved('untrusted_issuer', detail);
    case 'unavailable':
      return unavailable('keys_unavailable', detail, RETRY_AFTER_SECONDS);
  }
}
