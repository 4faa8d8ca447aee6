import { textMember, type JsonObject } from '../../json.ts';
import { err, ok, type Result } from '../../result.ts';
import { parseSpiffeId } from '../../spiffe/spiffe-id.ts';
import { fails, holds, judgeAudience, judgeHeader, judgeTimes, type Check } from '../judge.ts';
import { SVID_TYPE, svidIssuer } from './jwt-svid.ts';
import type { ByProfile } from './judge-profile.ts';

const ALGORITHMS = ['RS256', 'RS384', 'RS512', 'ES256', 'ES384', 'ES512', 'PS256', 'PS384', 'PS512'];
const SPEC = 'JWT-SVID §3';

/** Whether a JWT is a JWT-SVID: by its subject, for it can have no type of its own. No other statement has such a one. */
export function isSvid(header: JsonObject, claims: JsonObject): boolean {
  return textMember(header, 'typ') === SVID_TYPE && textMember(claims, 'sub').startsWith('spiffe://');
}

/** How a JWT-SVID that is a statement is judged. */
export function svidProfile(header: JsonObject): ByProfile {
  return {
    profile: 'jwt-svid',
    header: judgeHeader(header, { types: [SVID_TYPE], algorithms: ALGORITHMS }),
    issuer: issuerNamed,
    keyName: textMember(header, 'kid'),
    jti: (claims) => textMember(claims, 'jti'),
    judge: ({ claims, now, clockToleranceSeconds, audience }) => {
      const { aud } = claims;
      return [
        judgeTimes(claims, now, clockToleranceSeconds),
        holds('claims', `It is the SVID of ${textMember(claims, 'sub')}.`, SPEC),
        aud === undefined
          ? fails('audience', 'aud', 'It is for nobody, and a JWT-SVID must be for somebody.', SPEC)
          : judgeAudience(claims, audience),
      ];
    },
    isDigestBound: false,
  };
}

/** The trust domain of its ID, which `iss` must not contradict. */
function issuerNamed(claims: JsonObject): Result<string, Check> {
  const { iss } = claims;
  const id = parseSpiffeId(textMember(claims, 'sub'));
  if (!id.ok) return err(fails('issuer', 'sub', `Its sub is no SPIFFE ID. ${id.error}`, SPEC));
  const issuer = svidIssuer(id.value.trustDomain);
  return iss === undefined || iss === issuer
    ? ok(issuer)
    : err(fails('issuer', 'iss', 'Its iss is not the trust domain of its sub.', SPEC));
}
