import type { JsonObject } from '../json.ts';
import { err, ok, type Result } from '../result.ts';
import { claimText, FORMS, matchesRef, ruleReader, type Problem } from './rule-reader.ts';
import type { WorkloadFault } from './rules.ts';

/** Who issues the tokens of GitHub Actions. GitHub Enterprise Server has an issuer of its own, which the rules may name. */
export const GITHUB_ISSUER = 'https://token.actions.githubusercontent.com';

/** A workflow of a repository, by ids that are never given to another (GitHub, "OpenID Connect reference"). */
export type GitHubRules = {
  readonly kind: 'github';
  readonly issuer: string;
  /** `owner/name`, as people know it; the ids are what binds. */
  readonly repository: string;
  readonly repositoryId: string;
  readonly repositoryOwnerId: string;
  /** Path of the workflow file, such as `.github/workflows/release.yml`. */
  readonly workflow: string;
  /** A ref such as `refs/heads/main`, or `refs/tags/v*`; null for any. */
  readonly ref: string | null;
  readonly environment: string | null;
  readonly runnerEnvironment: string | null;
};

const MEMBERS = [
  'issuer',
  'repository',
  'repository_id',
  'repository_owner_id',
  'workflow',
  'ref',
  'environment',
  'runner_environment',
];

/** Events whose workflows run at the word of whoever opens a pull request, or with what an untrusted run left behind. */
const REFUSED_EVENTS: ReadonlySet<string> = new Set([
  'pull_request',
  'pull_request_target',
  'pull_request_review',
  'pull_request_review_comment',
  'workflow_run',
  'issue_comment',
  'issues',
  'discussion',
  'discussion_comment',
]);

export function readGitHubRules(rules: JsonObject): Result<GitHubRules, readonly Problem[]> {
  const read = ruleReader(rules, MEMBERS);
  const value: GitHubRules = {
    kind: 'github',
    issuer:
      read.optional('issuer', /^https:\/\/[^\s?#]+$/, 'It must be the https URL of an issuer.') ??
      GITHUB_ISSUER,
    repository: read.text('repository', /^[\w.-]{1,100}\/[\w.-]{1,100}$/, 'It must be owner/name.'),
    repositoryId: read.text(
      'repository_id',
      FORMS.id,
      'It must be the numeric id of the repository, as text.',
    ),
    repositoryOwnerId: read.text(
      'repository_owner_id',
      FORMS.id,
      'It must be the numeric id of the owner of the repository, as text.',
    ),
    workflow: read.text(
      'workflow',
      /^\.github\/workflows\/[\w.@-]{1,100}\.ya?ml$/,
      'It must be the path of the workflow file, such as .github/workflows/release.yml.',
    ),
    ref: read.optional('ref', FORMS.ref, 'It must be a ref such as refs/heads/main or refs/tags/v*.'),
    environment: read.optional('environment', FORMS.line, 'It must be the name of an environment.'),
    runnerEnvironment: read.optional(
      'runner_environment',
      /^(?:github-hosted|self-hosted)$/,
      'It must be github-hosted or self-hosted.',
    ),
  };
  return read.problems.length === 0 ? ok(value) : err(read.problems);
}

/**
 * Judges claims of GitHub Actions. `sub` is not read: its form can be chosen by organisations and has changed. Ids and the whole path of the
 * workflow bind; names alone can come to belong to somebody else.
 */
export function judgeGitHub(rules: GitHubRules, claims: JsonObject): WorkloadFault | undefined {
  const text = (name: string) => claimText(claims[name]);
  if (text('repository_id') !== rules.repositoryId || text('repository_owner_id') !== rules.repositoryOwnerId)
    return fault('repository', 'The token is of another repository, or of one made anew under its name.');
  const event = text('event_name');
  if (event === '' || REFUSED_EVENTS.has(event))
    return fault('event', `Workflows started by ${event || 'an unknown event'} get no statements.`);
  // The repository may have been renamed since, so its own name in the token is what the workflow must be below.
  const workflow = `${text('repository')}/${rules.workflow}@`;
  if (!text('workflow_ref').startsWith(workflow))
    return fault('workflow', `The token is of another workflow than ${rules.workflow} of the repository.`);
  // A called workflow runs with what its caller hands over, so it must be the same file unless a rule for it is made.
  if (text('job_workflow_ref') !== '' && !text('job_workflow_ref').startsWith(workflow))
    return fault('workflow', 'The job runs a workflow file of another place.');
  if (rules.ref !== null && !matchesRef(rules.ref, text('ref')))
    return fault('ref', `The token is of ${text('ref') || 'no ref'}, not of ${rules.ref}.`);
  if (rules.environment !== null && text('environment') !== rules.environment)
    return fault('environment', `The job does not run in the environment ${rules.environment}.`);
  if (rules.runnerEnvironment !== null && text('runner_environment') !== rules.runnerEnvironment)
    return fault('runner', `The job does not run on a ${rules.runnerEnvironment} runner.`);
  return undefined;
}

function fault(code: string, detail: string): WorkloadFault {
  return { code, detail };
}
