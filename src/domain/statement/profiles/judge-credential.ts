import { isDidWeb } from '../../credential/did-web.ts';
import { issuerOfCredential, readClientCredential, VC_JWT_TYPE } from '../../credential/vc-jwt.ts';
import { textMember, type JsonObject } from '../../json.ts';
import { err, ok, type Result } from '../../result.ts';
import { fails, holds, issuerOf, judgeAudience, judgeHeader, type Check } from '../judge.ts';
import type { ByProfile } from './judge-profile.ts';

const SPEC = 'VC-JOSE-COSE §3.1';

/** How a W3C credential that is a statement is judged. */
export function credentialProfile(header: JsonObject): ByProfile {
  return {
    profile: 'vc+jwt',
    header: judgeHeader(header, { types: [VC_JWT_TYPE] }),
    issuer: issuerNamed,
    keyName: keyOf(textMember(header, 'kid')),
    jti: (claims) => textMember(claims, 'jti').replace(/^urn:uuid:/, ''),
    judge: ({ claims, now, clockToleranceSeconds, audience }) => {
      const read = readClientCredential({ header, claims, now, clockToleranceSeconds });
      if (!read.ok) return [read.error];
      const { id, subjectId, metadata } = read.value;
      const software = textMember(metadata, 'software_id') || subjectId;
      return [
        holds('times', 'It is valid now, by both pairs of its times.', SPEC),
        holds('claims', `It is credential ${id} about software ${software}.`, SPEC),
        judgeAudience(claims, audience),
      ];
    },
    isDigestBound: false,
  };
}

/** An issuer identifier, or a `did:web`: no other DID tells whose key it is. */
function issuerNamed(claims: JsonObject): Result<string, Check> {
  const issuer = issuerOfCredential(claims);
  if (issuer === '' || (claims['iss'] !== undefined && claims['iss'] !== issuer))
    return err(fails('issuer', 'iss', 'Its issuer and its iss are not one and the same.', SPEC));
  return isDidWeb(issuer) ? ok(issuer) : issuerOf({ iss: issuer });
}

/** What a JWK Set calls the key that a DID URL names. */
function keyOf(kid: string): string {
  return kid.slice(kid.indexOf('#') + 1);
}
