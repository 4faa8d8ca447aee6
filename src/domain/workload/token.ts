import { textMember, type JsonObject, type JsonValue } from '../json.ts';
import { sha256Base64url } from '../sha256.ts';

/** Algorithms of platform tokens that are taken. */
export const WORKLOAD_ALGORITHMS = ['RS256', 'PS256', 'ES256', 'ES384'] as const;

/** Seconds that clocks may differ. */
export const WORKLOAD_TOLERANCE_SECONDS = 60;
/** Seconds after `iat` for which a token is taken, whatever its `exp`. */
export const MAX_WORKLOAD_TOKEN_AGE_SECONDS = 900;
const MAX_JTI_CHARACTERS = 256;

/**
 * Judges the times and the audience of a platform's token, which must have been made for this issuer alone and just now.
 *
 * @param audience the issuer identifier: any workflow can ask for any audience, but one made for another service is not for here
 * @param now NumericDate, seconds
 * @returns a sentence; undefined when all holds
 */
export function workloadTokenFault(claims: JsonObject, audience: string, now: number): string | undefined {
  const { aud, exp, iat, nbf } = claims;
  const jti = textMember(claims, 'jti');
  const only = Array.isArray(aud) && aud.length === 1 ? aud[0] : aud;
  if (only !== audience) return `The token must be for ${audience} alone (aud).`;
  if (!isTime(exp) || exp <= now - WORKLOAD_TOLERANCE_SECONDS) return 'The token has expired (exp).';
  if (!isTime(iat) || iat > now + WORKLOAD_TOLERANCE_SECONDS)
    return 'The token was issued in the future (iat).';
  if (iat < now - MAX_WORKLOAD_TOKEN_AGE_SECONDS)
    return `The token is older than ${MAX_WORKLOAD_TOKEN_AGE_SECONDS} seconds (iat). Ask the platform for another.`;
  if (nbf !== undefined && (!isTime(nbf) || nbf > now + WORKLOAD_TOLERANCE_SECONDS))
    return 'The token is not valid yet (nbf).';
  if (jti === '' || jti.length > MAX_JTI_CHARACTERS)
    return 'The token must have a jti, so that it can be taken once.';
  return undefined;
}

/** What names a platform's token among all others, and until when that must be remembered: past its age, with both clocks' differences. */
export function replayOfToken(
  issuer: string,
  claims: JsonObject,
): { readonly id: string; readonly expiresAt: number } {
  const id = sha256Base64url(`workload\0${issuer}\0${textMember(claims, 'jti')}`);
  return { id, expiresAt: lastMoment(claims) };
}

/** The same for a JWT-SVID, which has no `jti`: the token itself. Times of a token may have parts of a second, and be as large as they like. */
export function replayOfSvid(
  text: string,
  expiresAt: number,
): { readonly id: string; readonly expiresAt: number } {
  const last = Math.ceil(expiresAt) + 2 * WORKLOAD_TOLERANCE_SECONDS + 1;
  return { id: sha256Base64url(`svid\0${text}`), expiresAt: Math.min(last, Number.MAX_SAFE_INTEGER) };
}

function lastMoment({ exp, iat }: JsonObject): number {
  const latest = Math.min(Number(exp), Number(iat) + MAX_WORKLOAD_TOKEN_AGE_SECONDS);
  return Math.ceil(latest) + 2 * WORKLOAD_TOLERANCE_SECONDS + 1;
}

/** Claims worth keeping in the ledger: where and of what a job ran. Nothing that names a person, as `sub` can where an organisation wants it. */
const KEPT = [
  'repository',
  'repository_id',
  'repository_owner_id',
  'workflow_ref',
  'job_workflow_ref',
  'event_name',
  'ref',
  'sha',
  'run_id',
  'run_attempt',
  'environment',
  'project_path',
  'project_id',
  'ci_config_ref_uri',
  'ref_path',
  'pipeline_id',
  'job_id',
  'namespace_id',
  'runner_environment',
] as const;
const MAX_KEPT_CHARACTERS = 300;

/** What the ledger keeps of a token: bounded, and without the token. */
export function recordOfToken(claims: JsonObject, names: readonly string[] = KEPT): JsonObject {
  const kept = names.flatMap((name): readonly (readonly [string, string])[] => {
    const value = claims[name];
    return typeof value === 'string' || typeof value === 'number'
      ? [[name, String(value).slice(0, MAX_KEPT_CHARACTERS)]]
      : [];
  });
  return Object.fromEntries(kept);
}

function isTime(value: JsonValue | undefined): value is number {
  return typeof value === 'number' && Number.isFinite(value) && value > 0;
}
