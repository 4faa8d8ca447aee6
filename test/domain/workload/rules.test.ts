import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { JsonObject, JsonValue } from '../../../src/domain/json.ts';
import { judgeWorkload, parseWorkloadRules } from '../../../src/domain/workload/rules.ts';
import { expectOk } from '../../support/issuer.ts';
import { GITHUB_CLAIMS, GITHUB_RULES, GITLAB_CLAIMS, GITLAB_RULES } from '../../support/platform-claims.ts';

/** What comes of claims under rules: the code of what does not fit, or `fits`. */
function judge(rules: JsonObject, claims: JsonObject): string {
  const read = expectOk(parseWorkloadRules(rules));
  if (read.kind === 'spiffe') throw new Error('SPIFFE has no claims');
  return judgeWorkload(read, claims)?.code ?? 'fits';
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
    ['event', 'no event', { event_name: undefined }, {}],
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
  });
});

describe('rules', () => {
  it.each<[string, JsonValue]>([
    ['', null],
    ['', []],
    ['/kind', {}],
    ['/kind', { kind: 'bitbucket' }],
    ['/repository_id', { ...GITHUB_RULES, repository_id: 1_296_269 }],
    ['/repository_id', { ...GITHUB_RULES, repository_id: undefined }],
    ['/repository_owner_id', { ...GITHUB_RULES, repository_owner_id: '' }],
    ['/repository', { ...GITHUB_RULES, repository: 'shop' }],
    ['/workflow', { ...GITHUB_RULES, workflow: 'release.yml' }],
    ['/workflow', { ...GITHUB_RULES, workflow: '.github/workflows/../release.yml' }],
    ['/workflow', { ...GITHUB_RULES, workflow: '.github/workflows/*.yml' }],
    ['/ref', { ...GITHUB_RULES, ref: 'main' }],
    ['/ref', { ...GITHUB_RULES, ref: 'refs/pull/*' }],
    ['/ref', { ...GITHUB_RULES, ref: 'refs/heads/*/x' }],
    ['/ref', { ...GITHUB_RULES, ref: '*' }],
    ['/sub', { ...GITHUB_RULES, sub: 'repo:acme/shop' }],
    ['/issuer', { ...GITHUB_RULES, issuer: 'http://ghes.example' }],
    ['/issuer', { ...GITHUB_RULES, issuer: 'http://localhost.example/' }],
    ['/issuer', { ...GITHUB_RULES, issuer: 'http://localhost@ghes.example' }],
    ['/issuer', { ...GITHUB_RULES, issuer: 'https://ghes.example?x' }],
    ['/runner_environment', { ...GITHUB_RULES, runner_environment: 'mine' }],
    ['/issuer', { ...GITLAB_RULES, issuer: undefined }],
    ['/project_id', { ...GITLAB_RULES, project_id: 'x' }],
    ['/ref_protected', { ...GITLAB_RULES, ref_protected: 'true' }],
    ['/kind', { kind: 'oidc', issuer: 'https://token.actions.githubusercontent.com', claims: { a: 'b' } }],
    ['/kind', { kind: 'oidc', issuer: 'https://gitlab.com', claims: { sub: 'b' } }],
    ['/claims', { kind: 'oidc', issuer: 'https://ci.example', claims: {} }],
    ['/claims', { kind: 'oidc', issuer: 'https://ci.example' }],
    ['/claims/aud', { kind: 'oidc', issuer: 'https://ci.example', claims: { aud: 'x' } }],
    ['/claims/a~1b', { kind: 'oidc', issuer: 'https://ci.example', claims: { 'a/b': ['x'] } }],
    ['/claims/a', { kind: 'oidc', issuer: 'https://ci.example', claims: { a: '' } }],
    ['/trust_domain', { kind: 'spiffe', trust_domain: 'Example.org', spiffe_id: 'spiffe://example.org/a' }],
    ['/spiffe_id', { kind: 'spiffe', trust_domain: 'example.org', spiffe_id: 'spiffe://other.example/a' }],
    ['/spiffe_id', { kind: 'spiffe', trust_domain: 'example.org', spiffe_id: 'spiffe://example.org/a*' }],
    ['/spiffe_id', { kind: 'spiffe', trust_domain: 'example.org' }],
  ])('point at what is wrong: %s in %j', (pointer, rules) => {
    const read = parseWorkloadRules(rules);
    expect(read.ok ? [] : read.error.map((problem) => problem.pointer)).toEqual([pointer]);
  });

  it('say every problem at once', () => {
    const read = parseWorkloadRules({ kind: 'github' });
    expect(read.ok ? [] : read.error.map(({ pointer }) => pointer)).toEqual([
      '/repository',
      '/repository_id',
      '/repository_owner_id',
      '/workflow',
    ]);
  });

  it('of any JSON give an answer, and a problem is a sentence', () => {
    const kind = fc.constantFrom('github', 'gitlab', 'oidc', 'spiffe', 'x');
    const some = fc.oneof(
      fc.jsonValue(),
      fc
        .tuple(kind, fc.dictionary(fc.string(), fc.jsonValue({ maxDepth: 1 })))
        .map(([name, rest]) => ({ ...rest, kind: name })),
    );
    fc.assert(
      fc.property(some, (value) => {
        const read = parseWorkloadRules(JSON.parse(JSON.stringify(value)));
        if (!read.ok) for (const { detail } of read.error) expect(detail).toMatch(/[.*]$/);
      }),
    );
  });

  it('of GitHub fit no claims that differ in an id, whatever else is in them', () => {
    const read = expectOk(parseWorkloadRules(GITHUB_RULES));
    if (read.kind === 'spiffe') throw new Error('not SPIFFE');
    const id = fc.oneof(fc.nat().map(String), fc.jsonValue({ maxDepth: 1 }));
    fc.assert(
      fc.property(id, fc.dictionary(fc.string(), fc.jsonValue({ maxDepth: 1 })), (other, more) => {
        fc.pre(String(other) !== GITHUB_RULES.repository_id);
        const claims: JsonObject = JSON.parse(
          JSON.stringify({ ...more, ...GITHUB_CLAIMS, repository_id: other }),
        );
        expect(judgeWorkload(read, claims)?.code).toBe('repository');
      }),
    );
  });
});
