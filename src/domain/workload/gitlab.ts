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

/** A CI configuration of a GitLab project (GitLab, "OpenID Connect ID tokens"). */
export type GitLabRules = {
  readonly kind: 'gitlab';
  /** The instance, such as `https://gitlab.com`. */
  readonly issuer: string;
  /** `group/name`, as people know it; the ids are what binds. */
  readonly projectPath: string;
  readonly projectId: string;
  readonly namespaceId: string;
  /** Path of the CI configuration, such as `.gitlab-ci.yml`. */
  readonly configPath: string;
  readonly ref: string | null;
  readonly environment: string | null;
  readonly refProtected: boolean | null;
};

const MEMBERS = [
  'issuer',
  'project_path',
  'project_id',
  'namespace_id',
  'ci_config_path',
  'ref_path',
  'environment',
  'ref_protected',
];

/**
 * How a pipeline of those who may push comes about. All others are refused: merge requests run at the word of whoever opens one, and a child
 * pipeline may be that of a merge request.
 */
const TAKEN_SOURCES: ReadonlySet<string> = new Set(['push', 'web', 'schedule', 'api', 'trigger', 'pipeline']);

export function readGitLabRules(rules: JsonObject): Result<GitLabRules, readonly Problem[]> {
  const read = ruleReader(rules, MEMBERS);
  const value: GitLabRules = {
    kind: 'gitlab',
    issuer: read.issuer('It must be the https URL of the GitLab instance.'),
    projectPath: read.text('project_path', /^[\w.-]+(?:\/[\w.-]+)+$/, 'It must be group/name.'),
    projectId: read.text('project_id', FORMS.id, 'It must be the numeric id of the project, as text.'),
    namespaceId: read.text('namespace_id', FORMS.id, 'It must be the numeric id of the namespace, as text.'),
    configPath: read.text(
      'ci_config_path',
      /^[\w./-]{1,200}\.ya?ml$/,
      'It must be the path of the CI configuration, such as .gitlab-ci.yml.',
    ),
    ref: read.optional('ref_path', FORMS.ref, 'It must be a ref such as refs/heads/main or refs/tags/v*.'),
    environment: read.optional('environment', FORMS.line, 'It must be the name of an environment.'),
    refProtected: read.flag('ref_protected'),
  };
  return read.problems.length === 0 ? ok(value) : err(read.problems);
}

/** Judges claims of GitLab CI: ids, the place of the configuration with its host, and how the pipeline came about. */
export function judgeGitLab(rules: GitLabRules, claims: JsonObject): WorkloadFault | undefined {
  const text = (name: string) => claimText(claims[name]);
  if (text('project_id') !== rules.projectId || text('namespace_id') !== rules.namespaceId)
    return fault('project', 'The token is of another project, or of one made anew under its name.');
  const source = text('pipeline_source');
  if (!TAKEN_SOURCES.has(source))
    return fault('event', `Pipelines started by ${source || 'an unknown event'} get no statements.`);
  if (!isBranchOrTag(text('ref_path')))
    return fault('ref', `The token is of ${text('ref_path') || 'no ref'}, which is no branch and no tag.`);
  const place = `${new URL(rules.issuer).host}/${text('project_path')}//${rules.configPath}`;
  if (!placesOf(place, [text('ref_path'), text('sha')]).includes(text('ci_config_ref_uri')))
    return fault('workflow', `The token is of another CI configuration than ${rules.configPath}.`);
  if (rules.ref !== null && !matchesRef(rules.ref, text('ref_path')))
    return fault('ref', `The token is of ${text('ref_path') || 'no ref'}, not of ${rules.ref}.`);
  if (rules.environment !== null && text('environment') !== rules.environment)
    return fault('environment', `The job does not run in the environment ${rules.environment}.`);
  if (rules.refProtected !== null && text('ref_protected') !== String(rules.refProtected))
    return fault('ref', `The ref must ${rules.refProtected ? '' : 'not '}be protected.`);
  return undefined;
}

function fault(code: string, detail: string): WorkloadFault {
  return { code, detail };
}
