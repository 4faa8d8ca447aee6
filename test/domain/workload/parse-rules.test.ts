import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { JsonObject, JsonValue } from '../../../src/domain/json.ts';
import { GITHUB_ISSUER } from '../../../src/domain/workload/github.ts';
import { parseWorkloadRules } from '../../../src/domain/workload/rules.ts';
import { GITHUB_RULES, GITLAB_RULES } from '../../support/platform-claims.ts';

describe('rules of workloads', () => {
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
    ['/issuer', { ...GITHUB_RULES, issuer: 'https://[' }],
    ['/issuer', { ...GITLAB_RULES, issuer: 'https://[' }],
    ['/issuer', { ...GITLAB_RULES, issuer: 'https://gitlab.com@git.acme.example' }],
    ['/issuer', { ...GITLAB_RULES, issuer: 'https://git.acme.example:99999' }],
    ['/issuer', { kind: 'oidc', issuer: 'https://[', claims: { a: 'b' } }],
    ['/runner_environment', { ...GITHUB_RULES, runner_environment: 'mine' }],
    ['/issuer', { ...GITLAB_RULES, issuer: undefined }],
    ['/project_id', { ...GITLAB_RULES, project_id: 'x' }],
    ['/ref_protected', { ...GITLAB_RULES, ref_protected: 'true' }],
    ['/kind', { kind: 'oidc', issuer: GITHUB_ISSUER, claims: { a: 'b' } }],
    ['/kind', { kind: 'oidc', issuer: `${GITHUB_ISSUER}/acme`, claims: { sub: 'repo:acme/shop' } }],
    ['/kind', { kind: 'oidc', issuer: 'https://token.actions.acme.ghe.com', claims: { sub: 'b' } }],
    ['/kind', { kind: 'oidc', issuer: 'https://ghes.example/_services/token', claims: { sub: 'b' } }],
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

  it('bound the names and the values of claims', () => {
    const pointers = (claims: JsonObject) => {
      const read = parseWorkloadRules({ kind: 'oidc', issuer: 'https://ci.example', claims });
      return read.ok ? [] : read.error.map(({ pointer }) => pointer);
    };
    expect(pointers({ ['a'.repeat(100)]: 'x'.repeat(500) })).toEqual([]);
    expect(pointers({ a: 'x'.repeat(501) })).toEqual(['/claims/a']);
    expect(pointers({ ['a'.repeat(101)]: 'x' })).toEqual(['/claims']);
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
});
