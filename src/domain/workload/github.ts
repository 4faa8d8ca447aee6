import type { JsonObject } from '../json.ts';
import { err, ok, type Result } from '../result.ts';
import {
  claimText,
  FORMS,
  isBranchOrTag,
  matchesRef,
  placesOf,
  ruleReader,
  type Problem,
  type WorkloadFault,
} from './rule-reader.ts';

/** Who issues the tokens of GitHub Actions. GitHub Enterprise Server has an issuer of its own, which the rules may name. */
export const GITHUB_ISSUER = 'https://token.actions.githubusercontent.com';

/**
 * Whether an issuer is one of GitHub Actions: that of github.com, that of an enterprise there, or one of its own in the form that Enterprise
 * Cloud with data residency and Enterprise Server have (GitHub, "OpenID Connect reference").
 */
export function isOfGitHub(issuer: string): boolean {
  return (
    issuer === GITHUB_ISSUER ||
    issuer.startsWith(`${GITHUB_ISSUER}/`) ||
    /^https:\/\/token\.actions\.[a-z0-9-]+\.ghe\.com(?:\/|$)/.test(issuer) ||
    /\/_services\/token\/?$/.test(issuer)
  );
}

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

/**
 * Events that those start who may write to the repository, or its own clock. All others are refused, those too that nobody knows yet: many run at
 * the word of whoever opens a pull request, comments, or forks, or with what an untrusted run left behind (`pull_request_target`, `workflow_run`).
 */
const TAKEN_EVENTS: ReadonlySet<string> = new Set([
  'push',
  'create',
  'release',
  'registry_package',
  'deployment',
  'schedule',
  'workflow_dispatch',
  'repository_dispatch',
]);

export function readGitHubRules(rules: JsonObject): Result<GitHubRules, readonly Problem[]> {
  const read = ruleReader(rules, MEMBERS);
  const value: GitHubRules = {
    kind: 'github',
    issuer:
      rules['issuer'] === undefined || rules['issuer'] === null
        ? GITHUB_ISSUER
        : read.issuer('It must be the https URL of an issuer.'),
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
  if (!TAKEN_EVENTS.has(event))
    return fault('event', `Workflows started by ${event || 'an unknown event'} get no statements.`);
  if (text('ref') !== '' && !isBranchOrTag(text('ref')))
    return fault('ref', `The token is of ${text('ref')}, which is no branch and no tag of their own.`);
  // The repository may have been renamed since, so its own name in the token is what the workflow must be below.
  const places = placesOf(`${text('repository')}/${rules.workflow}`, [text('ref'), text('sha')]);
  if (!places.includes(text('workflow_ref')))
    return fault('workflow', `The token is of another workflow than ${rules.workflow} of the repository.`);
  // A called workflow runs with what its caller hands over, so it must be the same file unless a rule for it is made.
  if (text('job_workflow_ref') !== '' && !places.includes(text('job_workflow_ref')))
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
