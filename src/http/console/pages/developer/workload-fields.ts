import type { JsonObject, JsonValue } from '../../../../domain/json.ts';
import { GITHUB_ISSUER } from '../../../../domain/workload/github.ts';
import { WORKLOAD_KINDS } from '../../../../domain/workload/rules.ts';
import type { Form } from '../../form.ts';

export type WorkloadKind = (typeof WORKLOAD_KINDS)[number];

/** One rule in the form: how it is called, what to write, and where to find it. */
export type RuleField = {
  readonly name: string;
  readonly label: string;
  readonly help: string;
  readonly placeholder: string;
  readonly required: boolean;
  readonly kind: 'line' | 'flag' | 'claims';
};

const line = (name: string, label: string, placeholder: string, help: string): RuleField => ({
  name,
  label,
  help,
  placeholder,
  required: true,
  kind: 'line',
});
const optional = (field: RuleField): RuleField => ({ ...field, required: false });

const ENVIRONMENT = optional(
  line(
    'environment',
    'Environment',
    'production',
    'Only jobs of this environment. One with reviewers is the strongest rule there is.',
  ),
);

/** What people call each kind, and its rules in the order of the form. */
export const KINDS: Readonly<
  Record<
    WorkloadKind,
    { readonly title: string; readonly lead: string; readonly fields: readonly RuleField[] }
  >
> = {
  github: {
    title: 'GitHub Actions',
    lead: 'One workflow file of one repository. The ids bind: a repository that is renamed stays bound, one made anew under its name does not become it.',
    fields: [
      line('repository', 'Repository', 'acme/shop', 'Owner and name, as people know it.'),
      line('repository_id', 'Repository id', '1296269', '`gh api repos/acme/shop --jq .id` prints it.'),
      line(
        'repository_owner_id',
        'Owner id',
        '6811672',
        '`gh api repos/acme/shop --jq .owner.id` prints it.',
      ),
      line(
        'workflow',
        'Workflow file',
        '.github/workflows/release.yml',
        'Its whole path. Runs that pull requests start get nothing.',
      ),
      optional(
        line(
          'ref',
          'Branch or tag',
          'refs/heads/main',
          'A whole ref, or refs/tags/v* for all that begin so. Empty: whoever may push any branch gets statements.',
        ),
      ),
      ENVIRONMENT,
      optional(
        line(
          'runner_environment',
          'Runner',
          'github-hosted',
          'github-hosted or self-hosted. Empty for either.',
        ),
      ),
      optional(
        line('issuer', 'Token issuer', GITHUB_ISSUER, 'For GitHub Enterprise Server alone: its own issuer.'),
      ),
    ],
  },
  gitlab: {
    title: 'GitLab CI',
    lead: 'The CI configuration of one project. The ids bind, and merge request pipelines get nothing.',
    fields: [
      line('issuer', 'Instance', 'https://gitlab.com', 'The URL of the GitLab instance.'),
      line('project_path', 'Project', 'acme/shop', 'Group and name, as people know it.'),
      line('project_id', 'Project id', '20', 'In the menu of the project’s own page: Copy project ID.'),
      line('namespace_id', 'Namespace id', '72', 'In the menu of the group’s own page: Copy group ID.'),
      line('ci_config_path', 'CI configuration', '.gitlab-ci.yml', 'Its path in the project.'),
      optional(
        line(
          'ref_path',
          'Branch or tag',
          'refs/heads/main',
          'A whole ref, or refs/tags/v* for all that begin so.',
        ),
      ),
      {
        name: 'ref_protected',
        label: 'Only protected branches and tags',
        help: 'Those only some may push to.',
        placeholder: '',
        required: false,
        kind: 'flag',
      },
      ENVIRONMENT,
    ],
  },
  oidc: {
    title: 'OpenID Connect',
    lead: 'Claims that its tokens must have, with exactly these values. Name ids that are never given to another.',
    fields: [
      line('issuer', 'Issuer', 'https://ci.example', 'The iss of its tokens; the policy must name it.'),
      {
        name: 'claims',
        label: 'Claims',
        help: 'One a line: project_id = "20". Text that looks like a number, true or false goes in quotes.',
        placeholder: 'project_id = "20"',
        required: true,
        kind: 'claims',
      },
    ],
  },
  spiffe: {
    title: 'SPIFFE',
    lead: 'A workload of a trust domain that the policy names, by its SPIFFE ID.',
    fields: [
      line('trust_domain', 'Trust domain', 'example.org', 'The name after spiffe://.'),
      line(
        'spiffe_id',
        'SPIFFE ID',
        'spiffe://example.org/ci/release',
        'A whole ID, or one that ends in /* for all below it.',
      ),
    ],
  },
};

export function kindOf(text: string | null): WorkloadKind {
  return WORKLOAD_KINDS.find((known) => known === text) ?? 'github';
}

/** The rules that a form means, as the API takes them; what cannot be right is left for the services to say. */
export function rulesOf(kind: WorkloadKind, form: Form): JsonObject {
  const members = KINDS[kind].fields.flatMap(
    ({ name, kind: how }): readonly (readonly [string, JsonValue])[] => {
      if (how === 'flag') return form.has(name) ? [[name, true]] : [];
      if (how === 'claims') return [[name, claimsIn(form.lines(name))]];
      return form.text(name) === '' ? [] : [[name, form.text(name)]];
    },
  );
  return { kind, ...Object.fromEntries(members) };
}

function claimsIn(lines: readonly string[]): JsonObject {
  return Object.fromEntries(
    lines.map((text): readonly [string, JsonValue] => {
      const at = text.includes('=') ? text.indexOf('=') : text.length;
      return [text.slice(0, at).trim(), scalarOf(text.slice(at + 1).trim())];
    }),
  );
}

function scalarOf(text: string): JsonValue {
  if (!/^(?:true|false|-?\d{1,15}(?:\.\d{1,15})?|"[^"\\]*")$/.test(text)) return text;
  const value: JsonValue = JSON.parse(text);
  return value;
}
