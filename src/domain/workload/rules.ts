import { isJsonObject, type JsonObject, type JsonValue } from '../json.ts';
import { err, type Result } from '../result.ts';
import { judgeGitHub, readGitHubRules, type GitHubRules } from './github.ts';
import { judgeGitLab, readGitLabRules, type GitLabRules } from './gitlab.ts';
import { judgeOpenIdConnect, readOpenIdConnectRules, type OpenIdConnectRules } from './open-id-connect.ts';
import type { Problem, WorkloadFault } from './rule-reader.ts';
import { readSpiffeRules, type SpiffeRules } from './spiffe.ts';

/** What the token of a workload must say, whoever made it. Each kind is bound to its own issuer: a rule of one is never met by a token of another. */
export type WorkloadRules = GitHubRules | GitLabRules | OpenIdConnectRules | SpiffeRules;
export const WORKLOAD_KINDS = ['github', 'gitlab', 'oidc', 'spiffe'] as const;

/** Reads the rules of a workload; every problem at once, with a pointer into them. */
export function parseWorkloadRules(value: JsonValue): Result<WorkloadRules, readonly Problem[]> {
  if (!isJsonObject(value)) return err([{ pointer: '', detail: 'The rules must be a JSON object.' }]);
  switch (value['kind']) {
    case 'github':
      return readGitHubRules(value);
    case 'gitlab':
      return readGitLabRules(value);
    case 'oidc':
      return readOpenIdConnectRules(value);
    case 'spiffe':
      return readSpiffeRules(value);
    default:
      return err([{ pointer: '/kind', detail: `It must be one of ${WORKLOAD_KINDS.join(', ')}.` }]);
  }
}

/** The OpenID Connect issuer whose tokens a rule is about; undefined for SPIFFE. */
export function issuerOfRules(rules: WorkloadRules): string | undefined {
  return rules.kind === 'spiffe' ? undefined : rules.issuer;
}

/**
 * Judges the verified claims of an OpenID Connect token against rules. A token of another issuer than the rules name never fits, whatever it
 * claims: a server of somebody's own can say it ran any repository. Claims that no rule names are ignored: providers add some without notice.
 */
export function judgeWorkload(
  rules: Exclude<WorkloadRules, SpiffeRules>,
  claims: JsonObject,
): WorkloadFault | undefined {
  if (claims['iss'] !== rules.issuer)
    return { code: 'issuer', detail: `The token is not of ${rules.issuer}.` };
  switch (rules.kind) {
    case 'github':
      return judgeGitHub(rules, claims);
    case 'gitlab':
      return judgeGitLab(rules, claims);
    case 'oidc':
      return judgeOpenIdConnect(rules, claims);
  }
}
