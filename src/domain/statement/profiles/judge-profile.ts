import { textMember, type JsonObject } from '../../json.ts';
import { STATEMENT_TYPE } from '../claims.ts';
import { holds, judgeAudience, judgeHeader, judgeStatement, judgeTimes, type Check } from '../judge.ts';
import { CIMD_STATEMENT_TYPE } from './cimd-claims.ts';
import { readCimdClaims } from './judge-cimd.ts';

/** What a statement is judged by, once its header says which profile it is of. */
export type ByProfile = {
  /** Its protected header; see `judgeHeader`. */
  readonly header: Check;
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

/** Chooses by `typ` how a statement is judged, so that one profile is never taken for another (RFC 8725 §3.11). */
export function byProfile(header: JsonObject): ByProfile {
  return isOfType(header, CIMD_STATEMENT_TYPE)
    ? {
        header: judgeHeader(header, { types: [CIMD_STATEMENT_TYPE] }),
        judge: judgeCimdStatement,
        isDigestBound: true,
      }
    : {
        header: judgeHeader(header, { types: [STATEMENT_TYPE, CIMD_STATEMENT_TYPE] }),
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
