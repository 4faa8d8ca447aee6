import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createApp } from '../../src/http/app.ts';
import { DEFAULT_POLICY } from '../../src/domain/policy.ts';
import { changePolicy } from '../../src/services/policies.ts';
import { MAX_WORKLOADS } from '../../src/services/workloads/bindings.ts';
import { expectOk, testIssuer, testScene, type Scene, type TestIssuer } from '../support/issuer.ts';
import { GITHUB_RULES } from '../support/platform-claims.ts';
import { caller } from './call.ts';

let test: TestIssuer;
let scene: Scene;
let call: ReturnType<typeof caller>;
let workloads: string;
let tokens: string;

beforeEach(async () => {
  test = await testIssuer();
  scene = await testScene(test);
  const app = createApp({ issuer: test.issuer, publications: test.publications, signIn: test.signIn });
  call = caller(app, '', scene.developer.token);
  workloads = `/v1/software/${scene.softwareId}/workloads`;
  tokens = `/v1/software/${scene.softwareId}/initial-access-tokens`;
});
afterEach(() => test.close());

const bind = (rules: object = GITHUB_RULES, headers: Record<string, string> = {}) =>
  call('POST', workloads, {
    body: { label: 'Release', rules: JSON.parse(JSON.stringify(rules)), may_file: true },
    headers,
  });

describe('workloads over the API', () => {
  it('are bound, listed and let go; each is in the ledger', async () => {
    const bound = await bind();
    expect(bound).toMatchObject({
      status: 201,
      body: { label: 'Release', rules: GITHUB_RULES, may_file: true, state: 'active', ended_at: null },
    });
    const one = `${workloads}/${String(bound.body['id'])}`;
    const ended = await call('DELETE', one);
    expect(ended).toMatchObject({ status: 200, body: { state: 'ended', ended_at: test.clock.now() } });
    expect(await call('DELETE', one)).toMatchObject({ status: 200, body: ended.body });
    expect((await call('GET', workloads)).body).toEqual({ items: [ended.body] });
    for (const kind of ['workload.bound', 'workload.ended'] as const)
      expect(await test.store.entries({ kind }, undefined, 5)).toHaveLength(1);
  });

  it('sent twice with one Idempotency-Key are bound once', async () => {
    const key = { 'idempotency-key': 'a' };
    const [first, again] = [await bind(GITHUB_RULES, key), await bind(GITHUB_RULES, key)];
    expect(again.body).toEqual(first.body);
    expect(await bind({ ...GITHUB_RULES, ref: 'refs/heads/x' }, key)).toMatchObject({
      body: { type: expect.stringContaining('idempotency_key_reused') },
    });
  });

  it('say every wrong rule at its place', async () => {
    const { status, body } = await bind({ kind: 'github', repository: 'shop', sub: 'x' });
    expect(status).toBe(422);
    expect(body['errors']).toEqual(
      [
        '/rules/sub',
        '/rules/repository',
        '/rules/repository_id',
        '/rules/repository_owner_id',
        '/rules/workflow',
      ].map((pointer) => ({ pointer, detail: expect.any(String) })),
    );
  });

  it.each([
    ['/rules/issuer', { kind: 'oidc', issuer: 'https://ci.example', claims: { project: 'shop' } }],
    ['/rules/issuer', { ...GITHUB_RULES, issuer: 'https://ghes.example/_services/token' }],
    [
      '/rules/trust_domain',
      { kind: 'spiffe', trust_domain: 'example.org', spiffe_id: 'spiffe://example.org/a' },
    ],
  ])('of whom the policy does not trust are refused: %s', async (pointer, rules) => {
    expect(await bind(rules)).toMatchObject({ status: 422, body: { errors: [{ pointer }] } });
    const { version, ...policy } = DEFAULT_POLICY;
    const exchange = {
      ...policy.exchange,
      workloadIssuers: ['https://ci.example', 'https://ghes.example/_services/token'],
      trustDomains: [
        { trustDomain: 'example.org', bundleUrl: null, bundle: { keys: [] }, expectedIss: null },
      ],
    };
    expectOk(
      await changePolicy(test.issuer, test.operator, {
        policy: { ...policy, exchange },
        expectedVersion: version,
      }),
    );
    expect((await bind(rules)).status).toBe(201);
  });

  it('are bounded in number', async () => {
    for (let i = 0; i < MAX_WORKLOADS; i += 1) expect((await bind()).status).toBe(201);
    expect((await bind()).status).toBe(422);
  });

  it('of another software are not found', async () => {
    const other = await testScene(test);
    const { body } = await bind();
    const path = `/v1/software/${other.softwareId}/workloads/${String(body['id'])}`;
    expect((await call('DELETE', path, { token: other.developer.token })).status).toBe(404);
    expect((await call('GET', workloads, { token: other.developer.token })).status).toBe(403);
  });
});

describe('initial access tokens over the API', () => {
  it('are shown once, listed without their text, and revoked', async () => {
    const made = await call('POST', tokens, { body: { label: 'first', audience: ['https://as.example'] } });
    expect(made).toMatchObject({ status: 201, body: { label: 'first', client_id: null, used_at: null } });
    const { token, ...rest } = made.body;
    expect(token).toMatch(/^imp_iat_/);
    expect((await call('GET', tokens)).body).toEqual({ items: [rest], next: null });
    const revoked = await call('DELETE', `${tokens}/${String(rest['id'])}`);
    expect(revoked).toMatchObject({ status: 200, body: { revoked_at: test.clock.now() } });
  });

  it('repeated with their Idempotency-Key are the same, and do not show their text again', async () => {
    const sent = { body: { label: 'first' }, headers: { 'idempotency-key': 'a' } };
    const first = await call('POST', tokens, sent);
    const again = await call('POST', tokens, sent);
    const { token: _, ...rest } = first.body;
    expect(again).toMatchObject({ status: 201, body: rest });
    expect(again.body['token']).toBeUndefined();
    expect((await call('GET', tokens)).body['items']).toHaveLength(1);
  });

  it.each([
    ['/client_id', { client_id: 'https://app.example' }],
    ['/audience/0', { audience: ['as'] }],
    ['/lifetime_seconds', { lifetime_seconds: 59 }],
  ])('say what is wrong: %s', async (pointer, body) => {
    expect(await call('POST', tokens, { body: { label: 'first', ...body } })).toMatchObject({
      body: { errors: [{ pointer }] },
    });
  });

  it('are paged, newest first', async () => {
    for (const label of ['a', 'b', 'c']) {
      await call('POST', tokens, { body: { label } });
      test.clock.advance(1);
    }
    const { body } = await call('GET', `${tokens}?limit=2`);
    expect(body).toMatchObject({ items: [{ label: 'c' }, { label: 'b' }] });
    expect((await call('GET', `${tokens}?limit=2&after=${String(body['next'])}`)).body).toMatchObject({
      items: [{ label: 'a' }],
      next: null,
    });
  });
});
