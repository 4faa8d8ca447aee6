import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../../src/domain/json.ts';
import { GITHUB_ISSUER } from '../../../src/domain/workload/github.ts';
import { judgeWorkload, parseWorkloadRules } from '../../../src/domain/workload/rules.ts';
import { expectOk } from '../../support/issuer.ts';
import { GITHUB_CLAIMS, GITHUB_RULES, GITLAB_CLAIMS, GITLAB_RULES } from '../../support/platform-claims.ts';

const GHES = 'https://ghes.example/_services/token';

/** What comes of claims under rules: the code of what does not fit, or `fits`. */
function judge(rules: JsonObject, claims: JsonObject): string {
  const read = expectOk(parseWorkloadRules(rules));
  if (read.kind === 'spiffe') throw new Error('SPIFFE has no claims');
  return judgeWorkload(read, { iss: read.issuer, ...claims })?.code ?? 'fits';
}

describe('workflows of GitHub', () => {
  const github = (claims: JsonObject, rules: JsonObject = {}) =>
    judge({ ...GITHUB_RULES, ...rules }, { ...GITHUB_CLAIMS, ...claims });
  const workflow = (at: string) => ({ workflow_ref: at, job_workflow_ref: at });

  it.each<[string, JsonObject, JsonObject]>([
    ['the workflow itself', {}, {}],
    ['ids as numbers', { repository_id: 1_296_269, repository_owner_id: 6_811_672 }, {}],
    ['whatever sub says, which organisations choose', { sub: 'anything' }, {}],
    ['claims that are new', { repo_property_team: 'payments' }, {}],
    [
      'the repository renamed since, under its ids',
      { repository: 'acme/store', ...workflow('acme/store/.github/workflows/release.yml@refs/heads/main') },
      {},
    ],
    ['the branch that is named', {}, { ref: 'refs/heads/main' }],
    [
      'a tag below a star',
      { ref: 'refs/tags/v1.2', ...workflow('acme/shop/.github/workflows/release.yml@refs/tags/v1.2') },
      { ref: 'refs/tags/v*' },
    ],
    ['the environment that is named', { environment: 'production' }, { environment: 'production' }],
    ['the runner that is named', {}, { runner_environment: 'github-hosted' }],
    [
      'a run at a commit, which has no ref',
      { ref: '', ...workflow(`acme/shop/.github/workflows/release.yml@${String(GITHUB_CLAIMS['sha'])}`) },
      {},
    ],
    ['no job_workflow_ref, as older servers', { job_workflow_ref: undefined }, {}],
    ['by hand', { event_name: 'workflow_dispatch' }, {}],
    ['by the clock', { event_name: 'schedule' }, {}],
    ['by a release', { event_name: 'release' }, {}],
  ])('takes %s', (_, claims, rules) => {
    expect(github(claims, rules)).toBe('fits');
  });

  it.each<[string, string, JsonObject, JsonObject]>([
    ['repository', 'another repository of the same name', { repository_id: '1296270' }, {}],
    ['repository', 'another owner of the same name', { repository_owner_id: '6811673' }, {}],
    ['repository', 'no ids', { repository_id: undefined, repository_owner_id: undefined }, {}],
    ['event', 'a pull request', { event_name: 'pull_request' }, {}],
    ['event', 'a pull request that runs in the target', { event_name: 'pull_request_target' }, {}],
    ['event', 'what another run left behind', { event_name: 'workflow_run' }, {}],
    ['event', 'a comment', { event_name: 'issue_comment' }, {}],
    ['event', 'a star of a stranger', { event_name: 'watch' }, {}],
    ['event', 'a fork of a stranger', { event_name: 'fork' }, {}],
    ['event', 'an event nobody knows yet', { event_name: 'pull_request_v2' }, {}],
    ['event', 'a merge queue', { event_name: 'merge_group' }, {}],
    [
      'ref',
      'a push of the merge queue, which is not merged yet',
      {
        ref: 'refs/heads/gh-readonly-queue/main/pr-1-f7ff7fd',
        ...workflow('acme/shop/.github/workflows/release.yml@refs/heads/gh-readonly-queue/main/pr-1-f7ff7fd'),
      },
      {},
    ],
    ['event', 'no event', { event_name: undefined }, {}],
    ['issuer', 'the claims of GitHub from an issuer of somebody else', { iss: 'https://ghes.example' }, {}],
    ['issuer', 'no issuer', { iss: undefined }, {}],
    [
      'issuer',
      'GitHub where the rule is about a server of their own',
      { iss: GITHUB_ISSUER },
      { issuer: GHES },
    ],
    ['workflow', 'another file', workflow('acme/shop/.github/workflows/test.yml@refs/heads/main'), {}],
    [
      'workflow',
      'a file of another repository',
      workflow('evil/shop/.github/workflows/release.yml@refs/heads/main'),
      {},
    ],
    [
      'workflow',
      'a workflow that another repository lends',
      { job_workflow_ref: 'acme/shared/.github/workflows/release.yml@refs/heads/main' },
      {},
    ],
    [
      'workflow',
      'another caller of the same file',
      { workflow_ref: 'acme/shop/.github/workflows/other.yml@refs/heads/main' },
      {},
    ],
    [
      'workflow',
      'a file whose name goes on after an @',
      workflow('acme/shop/.github/workflows/release.yml@evil.yml@refs/heads/main'),
      {},
    ],
    [
      'workflow',
      'a file of another ref than the run',
      workflow('acme/shop/.github/workflows/release.yml@refs/heads/evil'),
      {},
    ],
    ['workflow', 'no workflow', { workflow_ref: undefined }, {}],
    ['ref', 'another branch', {}, { ref: 'refs/heads/release' }],
    ['ref', 'a branch called like the tag', {}, { ref: 'refs/tags/*' }],
    [
      'ref',
      'the head of a pull request',
      { ref: 'refs/pull/1/merge', ...workflow('acme/shop/.github/workflows/release.yml@refs/pull/1/merge') },
      {},
    ],
    ['environment', 'no environment', {}, { environment: 'production' }],
    [
      'environment',
      'an environment in capitals',
      { environment: 'Production' },
      { environment: 'production' },
    ],
    [
      'runner',
      'a runner of their own',
      { runner_environment: 'self-hosted' },
      { runner_environment: 'github-hosted' },
    ],
  ])('%s: refuses %s', (code, _, claims, rules) => {
    expect(github(claims, rules)).toBe(code);
  });
});

describe('pipelines of GitLab', () => {
  const gitlab = (claims: JsonObject, rules: JsonObject = {}) =>
    judge({ ...GITLAB_RULES, ...rules }, { ...GITLAB_CLAIMS, ...claims });

  it.each<[string, JsonObject, JsonObject]>([
    ['the pipeline itself', {}, {}],
    [
      'the project moved since, under its ids',
      {
        project_path: 'acme/store',
        ci_config_ref_uri: 'gitlab.com/acme/store//.gitlab-ci.yml@refs/heads/main',
      },
      {},
    ],
    ['a protected ref where one is asked for', {}, { ref_protected: true }],
    ['the environment that is named', { environment: 'production' }, { environment: 'production' }],
    [
      'an instance of their own, by its host',
      { ci_config_ref_uri: 'git.acme.example/acme/shop//.gitlab-ci.yml@refs/heads/main' },
      { issuer: 'https://git.acme.example' },
    ],
    ['by the clock', { pipeline_source: 'schedule' }, {}],
  ])('takes %s', (_, claims, rules) => {
    expect(gitlab(claims, rules)).toBe('fits');
  });

  it.each<[string, string, JsonObject, JsonObject]>([
    ['project', 'another project of the same path', { project_id: '21' }, {}],
    ['project', 'another namespace', { namespace_id: '73' }, {}],
    ['issuer', 'the claims of GitLab from another instance', { iss: 'https://git.acme.example' }, {}],
    ['event', 'a merge request', { pipeline_source: 'merge_request_event' }, {}],
    ['event', 'a pull request from elsewhere', { pipeline_source: 'external_pull_request_event' }, {}],
    ['event', 'a child, which may be that of a merge request', { pipeline_source: 'parent_pipeline' }, {}],
    ['event', 'no source', { pipeline_source: undefined }, {}],
    [
      'ref',
      'the ref of a merge request',
      {
        ref_path: 'refs/merge-requests/1/head',
        ci_config_ref_uri: 'gitlab.com/acme/shop//.gitlab-ci.yml@refs/merge-requests/1/head',
      },
      {},
    ],
    [
      'workflow',
      'another configuration',
      { ci_config_ref_uri: 'gitlab.com/acme/shop//ci/other.yml@refs/heads/main' },
      {},
    ],
    [
      'workflow',
      'the configuration of another instance',
      { ci_config_ref_uri: 'evil.example/acme/shop//.gitlab-ci.yml@refs/heads/main' },
      {},
    ],
    [
      'workflow',
      'a configuration whose name goes on after an @',
      { ci_config_ref_uri: 'gitlab.com/acme/shop//.gitlab-ci.yml@evil.yml@refs/heads/main' },
      {},
    ],
    ['workflow', 'no configuration', { ci_config_ref_uri: undefined }, {}],
    ['ref', 'another branch', {}, { ref_path: 'refs/heads/release' }],
    ['ref', 'a ref that anybody may push', { ref_protected: 'false' }, { ref_protected: true }],
    ['environment', 'no environment', {}, { environment: 'production' }],
  ])('%s: refuses %s', (code, _, claims, rules) => {
    expect(gitlab(claims, rules)).toBe(code);
  });
});

describe('workloads of any OpenID Connect issuer', () => {
  const rules = {
    kind: 'oidc',
    issuer: 'https://ci.example',
    claims: { project: 'shop', tier: 1, main: true },
  };

  it('must say exactly what the rules say', () => {
    expect(judge(rules, { project: 'shop', tier: 1, main: true, more: 'x' })).toBe('fits');
    for (const wrong of [
      { project: 'Shop' },
      { tier: '1' },
      { main: 'true' },
      { project: ['shop'] },
      { tier: undefined },
    ])
      expect(judge(rules, { project: 'shop', tier: 1, main: true, ...wrong })).toBe('claim');
  });

  it('are not bound by what an object has by birth', () => {
    expect(judge({ ...rules, claims: { constructor: 'x' } }, {})).toBe('claim');
    // The console makes claims of lines, so that this name is a member like any other.
    expect(judge({ ...rules, claims: Object.fromEntries([['__proto__', 'x']]) }, {})).toBe('claim');
  });

  it('of another issuer are not theirs, whatever they claim', () => {
    expect(judge(rules, { iss: 'https://ci.example/', project: 'shop', tier: 1, main: true })).toBe('issuer');
  });
});

describe('verdicts', () => {
  it('under rules of GitHub refuse claims that differ in an id, whatever else is in them', () => {
    const read = expectOk(parseWorkloadRules(GITHUB_RULES));
    if (read.kind === 'spiffe') throw new Error('not SPIFFE');
    const id = fc.oneof(fc.nat().map(String), fc.jsonValue({ maxDepth: 1 }));
    fc.assert(
      fc.property(id, fc.dictionary(fc.string(), fc.jsonValue({ maxDepth: 1 })), (other, more) => {
        fc.pre(String(other) !== GITHUB_RULES.repository_id);
        const claims: JsonObject = JSON.parse(
          JSON.stringify({ ...more, ...GITHUB_CLAIMS, iss: GITHUB_ISSUER, repository_id: other }),
        );
        expect(judgeWorkload(read, claims)?.code).toBe('repository');
      }),
    );
  });

  it('are given on any claims, and none without its issuer', () => {
    const read = [
      GITHUB_RULES,
      { ...GITHUB_RULES, ref: 'refs/heads/main', environment: 'production' },
      { ...GITLAB_RULES, ref_protected: true },
      { kind: 'oidc', issuer: 'https://ci.example', claims: { project: 'shop' } },
    ].map((rules) => expectOk(parseWorkloadRules(rules)));
    const name = fc.constantFrom(...Object.keys(GITHUB_CLAIMS), ...Object.keys(GITLAB_CLAIMS), 'project');
    fc.assert(
      fc.property(fc.constantFrom(...read), fc.dictionary(name, fc.jsonValue()), (rules, changed) => {
        if (rules.kind === 'spiffe') return;
        const claims: JsonObject = JSON.parse(
          JSON.stringify({ ...GITHUB_CLAIMS, ...GITLAB_CLAIMS, project: 'shop', ...changed }),
        );
        expect(judgeWorkload(rules, claims)?.code).toBe('issuer');
        const misfit = judgeWorkload(rules, { ...claims, iss: rules.issuer });
        if (misfit !== undefined) expect(misfit.detail).toMatch(/\.$/);
      }),
    );
  });
});
