import { textMember, type JsonObject } from '../../domain/json.ts';
import type { TokenRefusal } from '../../domain/oauth/token-refusal.ts';
import type { ExchangePolicy } from '../../domain/policy.ts';
import { ok, type Result } from '../../domain/result.ts';
import { verifyJwtSvid } from '../../domain/spiffe/jwt-svid.ts';
import { matchesSpiffeIdPattern } from '../../domain/spiffe/spiffe-id.ts';
import { parseCompact, type UnverifiedJws } from '../../domain/statement/judge.ts';
import { isSignedUnderJwk } from '../../domain/statement/verify-signature.ts';
import {
  issuerOfRules,
  judgeWorkload,
  parseWorkloadRules,
  type WorkloadRules,
} from '../../domain/workload/rules.ts';
import {
  recordOfToken,
  replayOfSvid,
  replayOfToken,
  WORKLOAD_ALGORITHMS,
  WORKLOAD_TOLERANCE_SECONDS,
  workloadTokenFault,
} from '../../domain/workload/token.ts';
import type { Workload } from '../../domain/workload/workload.ts';
import { no } from '../exchange/token-refusals.ts';
import type { VerifiedWorkload, WorkloadTokens } from '../exchange/workload-tokens.ts';
import { currentPolicy, type Issuer } from '../issuer.ts';
import { platformKeys, type PlatformKeys } from './issuer-keys.ts';
import { trustBundles, type TrustBundles } from './trust-bundles.ts';

const MAX_CHARACTERS = 16_384;

type Bound = { readonly workload: Workload; readonly rules: WorkloadRules };
type Verified = Result<VerifiedWorkload, TokenRefusal>;

/**
 * Verifies the tokens that platforms give their workloads: OpenID Connect tokens of issuers that policy trusts, and JWT-SVIDs of its trust
 * domains. What does not fit is explained once the signature holds: it is the holder's own token.
 */
export function workloadTokens(issuer: Issuer): WorkloadTokens {
  const platforms = platformKeys(issuer);
  const bundles = trustBundles(issuer);
  return {
    verify: async (text, workloads) => {
      const parsed = parseCompact(text, MAX_CHARACTERS);
      if (!parsed.ok) return no('invalid_request', `The subject_token cannot be read: ${parsed.error}.`);
      const { exchange } = await currentPolicy(issuer);
      const bound = workloads.flatMap((workload): readonly Bound[] => {
        const rules = parseWorkloadRules(workload.rules);
        return rules.ok ? [{ workload, rules: rules.value }] : [];
      });
      return textMember(parsed.value.claims, 'sub').startsWith('spiffe://')
        ? bySvid(issuer, bundles, exchange, parsed.value, bound)
        : byPlatform(issuer, platforms, exchange, parsed.value, bound);
    },
  };
}

async function byPlatform(
  issuer: Issuer,
  platforms: PlatformKeys,
  policy: ExchangePolicy,
  { text, header, claims }: UnverifiedJws,
  bound: readonly Bound[],
): Promise<Verified> {
  const platform = textMember(claims, 'iss');
  const alg = WORKLOAD_ALGORITHMS.find((known) => known === header['alg']);
  const kid = textMember(header, 'kid');
  const candidates = bound.filter(({ rules }) => issuerOfRules(rules) === platform);
  if (!policy.workloadIssuers.includes(platform) || candidates.length === 0)
    return no(
      'invalid_request',
      'The subject_token is of an issuer that no workload of this software is bound to.',
    );
  if (alg === undefined || kid === '' || header['crit'] !== undefined || !isPlatformType(header))
    return no(
      'invalid_request',
      `The subject_token must be a JWT signed with ${WORKLOAD_ALGORITHMS.join(', ')}, and name its key.`,
    );
  const fault = workloadTokenFault(claims, issuer.identifier, issuer.clock.now());
  if (fault !== undefined) return no('invalid_request', fault);
  const keys = await platforms.keysFor(platform, kid);
  if (!keys.ok)
    return no('temporarily_unavailable', `The keys of ${platform} cannot be had: ${keys.error}`, 30);
  const holds = await Promise.all(
    keys.value
      .filter((key) => isUsable(key, alg))
      .slice(0, 5)
      .map((key) => isSignedUnderJwk(text, key, alg)),
  );
  if (!holds.includes(true)) return no('invalid_request', 'The signature of the subject_token does not fit.');
  let reason = 'The token fits no workload of this software.';
  for (const { workload, rules } of candidates) {
    if (rules.kind === 'spiffe') continue;
    const misfit = judgeWorkload(rules, claims);
    if (misfit === undefined)
      return ok({
        workload,
        spent: replayOfToken(platform, claims),
        record: { issuer: platform, ...recordOfToken(claims, recorded(rules)) },
      });
    reason = misfit.detail;
  }
  return no('invalid_request', reason);
}

/** Other JWTs of a platform, such as access tokens, say so in their type (RFC 8725 §3.11). */
function isPlatformType(header: JsonObject): boolean {
  return header['typ'] === undefined || textMember(header, 'typ').toUpperCase() === 'JWT';
}

function isUsable(key: JsonObject, alg: string): boolean {
  return (
    (key['use'] === undefined || key['use'] === 'sig') && (key['alg'] === undefined || key['alg'] === alg)
  );
}

/** Of issuers we know nothing of, only the claims the rules name are kept: others may name people. */
function recorded(rules: WorkloadRules): readonly string[] | undefined {
  return rules.kind === 'oidc' ? Object.keys(rules.claims) : undefined;
}

async function bySvid(
  issuer: Issuer,
  bundles: TrustBundles,
  policy: ExchangePolicy,
  { text, claims }: UnverifiedJws,
  bound: readonly Bound[],
): Promise<Verified> {
  const named = /^spiffe:\/\/([^/]*)\//.exec(textMember(claims, 'sub'))?.[1];
  const domain = policy.trustDomains.find(({ trustDomain }) => trustDomain === named);
  const candidates = bound.flatMap(({ workload, rules }) =>
    rules.kind === 'spiffe' && rules.trustDomain === named ? [{ workload, rules }] : [],
  );
  if (domain === undefined || candidates.length === 0)
    return no(
      'invalid_request',
      'The subject_token is of a trust domain that no workload of this software is bound to.',
    );
  const verified = await verifyJwtSvid(
    text,
    (trustDomain) => (trustDomain === domain.trustDomain ? bundles.sourceOf(domain) : undefined),
    {
      audience: issuer.identifier,
      isAlone: true,
      expectedIss: domain.expectedIss,
      toleranceSeconds: WORKLOAD_TOLERANCE_SECONDS,
    },
    issuer.clock.now(),
  );
  if (!verified.ok)
    return verified.error.code === 'unavailable'
      ? no('temporarily_unavailable', verified.error.detail, 30)
      : no('invalid_request', verified.error.detail);
  const { id, expiresAt } = verified.value;
  const fitting = candidates.find(({ rules }) => matchesSpiffeIdPattern(rules.spiffeId, id));
  return fitting === undefined
    ? no('invalid_request', 'The SPIFFE ID fits no workload of this software.')
    : ok({
        workload: fitting.workload,
        spent: replayOfSvid(text, expiresAt),
        record: { spiffe_id: id.text },
      });
}
