import { VC_JWT_TYPE } from '../../credential/vc-jwt.ts';
import { textMember, type JsonObject } from '../../json.ts';
import type { Result } from '../../result.ts';
import { STATEMENT_TYPE } from '../claims.ts';
import {
  holds,
  issuerOf,
  judgeAudience,
  judgeHeader,
  judgeStatement,
  judgeTimes,
  type Check,
} from '../judge.ts';
import type { Profile } from '../statement.ts';
import { credentialProfile } from './judge-credential.ts';
import { isSvid, svidProfile } from './judge-svid.ts';
import { CIMD_STATEMENT_TYPE } from './cimd-claims.ts';
import { readCimdClaims } from './judge-cimd.ts';

/** What a statement is judged by, once its header says which profile it is of. */
export type ByProfile = {
  readonly profile: Profile;
  /** Its protected header; see `judgeHeader`. */
  readonly header: Check;
  /** Whom it names as its issuer: an issuer identifier, a `did:web` (vc+jwt), or a trust domain (jwt-svid). */
  readonly issuer: (claims: JsonObject) => Result<string, Check>;
  /** What the issuer's JWK Set calls the key that the header names. */
  readonly keyName: string;
  /** The name under which its issuer keeps it. */
  readonly jti: (claims: JsonObject) => string;
  /**
   * Its claims, each group its own check; see `judgeStatement` and `readCimdClaims`.
   *
   * @param judged.now NumericDate, seconds, like the tolerance
   */
  readonly judge: (judged: {
    readonly claims: JsonObject;
    readonly now: number;
    readonly clockToleranceSeconds: number;
    readonly audience?: string | undefined;
  }) => readonly Check[];
  /** Whether the metadata is in a document that its digest names, instead of in the statement. */
  readonly isDigestBound: boolean;
};

/**
 * Chooses how a statement is judged, so that one profile is never taken for another (RFC 8725 §3.11): by `typ`, and JWT-SVIDs, which can have no
 * type of their own, by their subject.
 */
export function byProfile(header: JsonObject, claims: JsonObject): ByProfile {
  if (isOfType(header, VC_JWT_TYPE)) return credentialProfile(header);
  if (isSvid(header, claims)) return svidProfile(header);
  const common = {
    issuer: issuerOf,
    keyName: textMember(header, 'kid'),
    jti: ({ jti }: JsonObject) => (typeof jti === 'string' ? jti : ''),
  };
  return isOfType(header, CIMD_STATEMENT_TYPE)
    ? {
        ...common,
        profile: 'cimd',
        header: judgeHeader(header, { types: [CIMD_STATEMENT_TYPE] }),
        judge: judgeCimdStatement,
        isDigestBound: true,
      }
    : {
        ...common,
        profile: 'rfc7591',
        header: judgeHeader(header, { types: [STATEMENT_TYPE, CIMD_STATEMENT_TYPE, VC_JWT_TYPE] }),
        judge: judgeStatement,
        isDigestBound: false,
      };
}

function isOfType(header: JsonObject, type: string): boolean {
  return (
    textMember(header, 'typ')
      .replace(/^application\//i, '')
      .toLowerCase() === type
  );
}

const judgeCimdStatement: ByProfile['judge'] = (judged) => {
  const { claims, audience } = judged;
  const times = judgeTimes(claims, judged.now, judged.clockToleranceSeconds);
  const read = readCimdClaims(judged);
  if (!read.ok) return read.error.check === 'times' ? [times] : [times, read.error];
  const { jti, sub, digest } = read.value;
  return [
    times,
    holds(
      'claims',
      `It is statement ${jti} about the document at ${sub} with the digest ${digest}.`,
      'draft-mcguinness-oauth-cimd-sw-stmt, The Software Statement',
    ),
    judgeAudience(claims, audience),
  ];
};
