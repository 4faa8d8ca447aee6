import type { Hono } from 'hono';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { changePolicy } from '../../../../src/services/policies.ts';
import { DEFAULT_POLICY } from '../../../../src/domain/policy.ts';
import { bindWorkload } from '../../../../src/services/workloads/bindings.ts';
import {
  approve,
  expectOk,
  testIssuer,
  testPerson,
  testScene,
  type Scene,
  type TestIssuer,
} from '../../../support/issuer.ts';
import { GITHUB_RULES, GITLAB_RULES } from '../../../support/platform-claims.ts';
import { ACCESS_TOKEN, EXCHANGE, postForm, STATEMENT } from '../../../support/token-client.ts';
import { appOf, visit, type Visitor } from '../browser.ts';

let test: TestIssuer;
let app: Hono;
let scene: Scene;
let developer: Visitor;
let place: string;

beforeEach(async () => {
  test = await testIssuer();
  app = appOf(test);
  scene = await testScene(test);
  developer = await visit(test, app, scene.developer.id);
  place = `/console/software/${scene.softwareId}`;
  const { version, ...policy } = DEFAULT_POLICY;
  const exchange = {
    ...policy.exchange,
    workloadIssuers: [...policy.exchange.workloadIssuers, 'https://ci.example'],
    trustDomains: [{ trustDomain: 'example.org', bundleUrl: null, bundle: { keys: [] }, expectedIss: null }],
  };
  expectOk(
    await changePolicy(test.issuer, test.operator, {
      policy: { ...policy, exchange },
      expectedVersion: version,
    }),
  );
});
afterEach(() => test.close());

describe('workloads of a software', () => {
  it('are explained while there are none', async () => {
    const seen = await developer.get(`${place}/workloads`);
    expect(seen.html).toContain('No workload yet');
    expect(seen.html).toContain('No initial access token yet');
    expect(seen.html).toContain(`aud: ${test.issuer.identifier}`);
    expect(seen.html).toContain('id-token: write');
    expect((await developer.get(place)).html).toContain(`${place}/workloads`);
  });

  it.each<[string, Record<string, string>, object]>([
    ['github', { ...GITHUB_RULES, ref: 'refs/heads/main' }, { ...GITHUB_RULES, ref: 'refs/heads/main' }],
    ['gitlab', { ...GITLAB_RULES, ref_protected: 'yes' }, { ...GITLAB_RULES, ref_protected: true }],
    [
      'oidc',
      { issuer: 'https://ci.example', claims: 'project_id = "20"\r\ntier = 1\r\nmain=true\r\nsub = a=b' },
      {
        kind: 'oidc',
        issuer: 'https://ci.example',
        claims: { project_id: '20', tier: 1, main: true, sub: 'a=b' },
      },
    ],
    [
      'spiffe',
      { trust_domain: 'example.org', spiffe_id: 'spiffe://example.org/ci/*' },
      { kind: 'spiffe', trust_domain: 'example.org', spiffe_id: 'spiffe://example.org/ci/*' },
    ],
  ])('of kind %s are bound by a form, listed, and let go', async (kind, fields, rules) => {
    expect((await developer.get(`${place}/workloads/bind?kind=${kind}`)).status).toBe(200);
    const bound = await developer.post(`${place}/workloads`, {
      ...fields,
      kind,
      label: 'Release',
      may_file: 'yes',
    });
    expect(bound.location).toBe(`${place}/workloads?notice=workload_bound`);
    const [workload] = await test.store.workloadsOf(scene.softwareId);
    expect(workload).toMatchObject({ label: 'Release', rules, mayFile: true });
    const end = `${place}/workloads/${workload?.id ?? ''}/end`;
    expect((await developer.get(`${place}/workloads`)).html).toContain(end);
    expect((await developer.get(place)).html).toContain('Release');
    expect((await developer.get(end)).html).toContain('It gets no statement from now on.');
    expect((await developer.post(end)).location).toBe(`${place}/workloads?notice=workload_ended`);
    expect((await developer.get(`${place}/workloads`)).html).toContain('let go');
  });

  it('say at each field what is wrong, and keep what was typed', async () => {
    const seen = await developer.post(`${place}/workloads`, {
      kind: 'github',
      label: 'Release',
      repository: 'shop',
    });
    expect(seen.status).toBe(422);
    expect(seen.html).toContain('It must be owner/name.');
    expect(seen.html).toContain('value="shop"');
    const untrusted = { kind: 'oidc', label: 'x', issuer: 'https://other.example', claims: 'a = b' };
    expect((await developer.post(`${place}/workloads`, untrusted)).html).toContain('is not trusted here');
    expect((await developer.post(`${place}/workloads`, { kind: 'github' })).html).toContain('Say what it is');
    expect(await test.store.workloadsOf(scene.softwareId)).toEqual([]);
  });

  it('are read by reviewers and auditors, and changed by none of them', async () => {
    const command = { label: 'Release', rules: GITHUB_RULES, mayFile: false };
    expectOk(await bindWorkload(test.issuer, scene.developer.actor, scene.softwareId, command));
    for (const role of ['reviewer', 'auditor'] as const) {
      const visitor = await visit(test, app, (await testPerson(test, [role])).id);
      const { status, html } = await visitor.get(`${place}/workloads`);
      expect([status, html.includes('Release'), html.includes('Let go')]).toEqual([200, true, false]);
    }
    const other = await visit(test, app, (await testScene(test)).developer.id);
    expect((await other.get(`${place}/workloads`)).status).toBe(403);
  });
});

describe('initial access tokens', () => {
  it('are shown once, are good for one statement, and say so', async () => {
    await approve(test, scene);
    const made = await developer.post(`${place}/initial-access-tokens`, { token_label: 'first' });
    const [token = ''] = /imp_iat_[\w-]+/.exec(made.html) ?? [];
    expect((await developer.get(`${place}/workloads`)).html).not.toContain('imp_iat_');
    const exchange = () =>
      postForm(app, {
        grant_type: EXCHANGE,
        requested_token_type: STATEMENT,
        subject_token: token,
        subject_token_type: ACCESS_TOKEN,
        software_id: scene.softwareId,
      });
    expect([(await exchange()).status, (await exchange()).status]).toEqual([200, 400]);
    expect((await developer.get(`${place}/workloads`)).html).toContain('used ');
    expect((await developer.get(place)).html).toContain('Initial access token made');
  });

  it('are revoked', async () => {
    await developer.post(`${place}/initial-access-tokens`, { token_label: 'first' });
    const [token] = await test.store.initialAccessTokensOf(scene.softwareId, { limit: 1 });
    const revoke = `${place}/initial-access-tokens/${token?.id ?? ''}/revoke`;
    expect((await developer.get(revoke)).html).toContain('Nobody gets a statement by it any more.');
    expect((await developer.post(revoke)).location).toBe(`${place}/workloads?notice=token_revoked`);
    expect((await developer.get(`${place}/workloads`)).html).toContain('revoked');
  });

  it.each([
    [{ token_label: '' }, 'Say what it is for'],
    [{ token_label: 'x', lifetime_days: '31' }, '30 days'],
    [{ token_label: 'x', client_id: 'https://app.example' }, 'It must have a path'],
  ])('say what is wrong: %j', async (fields, problem) => {
    const seen = await developer.post(`${place}/initial-access-tokens`, fields);
    expect(seen.status).toBe(422);
    expect(seen.html).toContain(problem);
  });
});
