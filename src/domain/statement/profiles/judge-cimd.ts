import { decodeBase64url } from '../../base64url.ts';
import { splitLanguageTag } from '../../client-metadata/language-tag.ts';
import { memberOf, SERVER_ASSIGNED } from '../../client-metadata/members.ts';
import { clientIdUrlProblem } from '../../client-metadata/metadata-document.ts';
import { encodeBase64url } from '../../base64url.ts';
import type { JsonObject, JsonValue } from '../../json.ts';
import { err, ok, type Result } from '../../result.ts';
import { sha256, SHA256_OCTETS } from '../../sha256.ts';
import { fails, judgeTimes, type Check } from '../judge.ts';

/** What a digest-bound statement says (draft-mcguinness-oauth-cimd-sw-stmt, The Software Statement). */
export type CimdClaims = {
  /** The client identifier URL of the document that was reviewed, exactly. */
  readonly sub: string;
  /** Which of the issuer's tenants decided; undefined where the issuer is one party. */
  readonly tenant: string | undefined;
  /** Undefined for every authorization server that trusts the issuer. */
  readonly audience: readonly string[] | undefined;
  /** The tenant of the authorization server in which the decision applies. */
  readonly audienceTenant: string | undefined;
  readonly jti: string;
  /** base64url SHA-256 of the document's exact octets. */
  readonly digest: string;
};

const SPEC = 'draft-mcguinness-oauth-cimd-sw-stmt, The Software Statement';

/** Values that name a kind of tenant and no tenant (OpenID Connect Enterprise Extensions 1.0, `tenant`). */
const NO_TENANTS: ReadonlySet<string> = new Set(['personal', 'organization']);

/**
 * Names of the IANA registry "OAuth Dynamic Client Registration Metadata" that this project has no other use for; the rest of the registry is
 * in `client-metadata/members.ts`.
 */
const OTHER_REGISTERED: ReadonlySet<string> = new Set([
  'software_id',
  'software_version',
  'software_statement',
  'client_registration_types',
  'signed_jwks_uri',
  'organization_name',
  'organization_uri',
  'display_name',
  'description',
  'keywords',
  'information_uri',
  'vp_formats',
  'vp_formats_supported',
  'encrypted_response_enc_values_supported',
  'credential_offer_endpoint',
  'use_mtls_endpoint_aliases',
  'nfv_token_signed_response_alg',
  'nfv_token_encrypted_response_alg',
  'nfv_token_encrypted_response_enc',
  'spiffe_id',
  'spiffe_bundle_endpoint',
  'registration_expires_at',
]);

/**
 * Reads the claims of a digest-bound statement whose signature holds, exactly as "Validating a Statement" of
 * draft-mcguinness-oauth-cimd-sw-stmt wants it, as far as that needs no configuration: required claims and their types, times, `sub` as a
 * client identifier URL, and that no client metadata is among them. Unknown claims are ignored.
 *
 * @param judged.now NumericDate, seconds, like the tolerance
 * @returns the claims, or the check that fails: `iat`, `exp`, `nbf`, `jti`, `sub`, `cimd_digest`, `aud`, `aud_tenant`, `tenant`, `metadata`
 */
export function readCimdClaims(judged: {
  readonly claims: JsonObject;
  readonly now: number;
  readonly clockToleranceSeconds: number;
}): Result<CimdClaims, Check> {
  const { claims } = judged;
  const times = judgeTimes(claims, judged.now, judged.clockToleranceSeconds);
  if (times.outcome !== 'holds') return err(times);
  const member = Object.keys(claims).find(isClientMetadata);
  if (member !== undefined)
    return wrong('metadata', `It holds ${JSON.stringify(member)}, and the document alone carries metadata.`);
  const { jti, sub, cimd_digest: digest, tenant, aud, aud_tenant: audienceTenant } = claims;
  if (typeof jti !== 'string' || jti === '') return wrong('jti', 'It has no identifier (jti).');
  if (typeof sub !== 'string') return wrong('sub', 'It names no document (sub).');
  const problem = clientIdUrlProblem(sub);
  if (problem !== undefined) return wrong('sub', `Its sub is no client identifier URL. ${problem}`);
  if (typeof digest !== 'string' || !isDigest(digest))
    return wrong('cimd_digest', 'Its cimd_digest is no unpadded base64url SHA-256.');
  if (tenant !== undefined && (typeof tenant !== 'string' || tenant === '' || NO_TENANTS.has(tenant)))
    return wrong('tenant', 'Its tenant names no tenant.');
  if (audienceTenant !== undefined && (typeof audienceTenant !== 'string' || audienceTenant === ''))
    return wrong('aud_tenant', 'Its aud_tenant names no tenant.');
  const audience = audienceOf(aud);
  if (aud !== undefined && audience === undefined) return wrong('aud', 'Its audience is malformed.');
  return ok({ sub, tenant, audience, audienceTenant, jti, digest });
}

/** The metadata digest of a document: base64url SHA-256 of the octets as they were retrieved, nothing added or taken away. */
export function digestOfDocument(octets: Uint8Array): string {
  return encodeBase64url(sha256(octets));
}

/** Whether a claim is registered as client metadata, in any language. */
function isClientMetadata(claim: string): boolean {
  const { member } = splitLanguageTag(claim);
  return memberOf(member) !== undefined || SERVER_ASSIGNED.has(member) || OTHER_REGISTERED.has(member);
}

function isDigest(text: string): boolean {
  const octets = decodeBase64url(text);
  return octets.ok && octets.value.length === SHA256_OCTETS;
}

function audienceOf(aud: JsonValue | undefined): readonly string[] | undefined {
  const named = Array.isArray(aud) ? aud : [aud];
  const texts = named.filter((one) => typeof one === 'string');
  return texts.length === named.length && texts.length > 0 ? texts : undefined;
}

function wrong(code: string, detail: string): Result<never, Check> {
  return err(fails('claims', code, detail, SPEC));
}
