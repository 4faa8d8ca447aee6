import type { Hono } from 'hono';
import { decodeJwt } from 'jose';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { DEFAULT_POLICY, type TrustedDomain } from '../../src/domain/policy.ts';
import type { JsonObject } from '../../src/domain/json.ts';
import { createApp } from '../../src/http/app.ts';
import { createStatementVerifier } from '../../src/kit/verifier/statement-verifier.ts';
import { decide } from '../../src/services/decide.ts';
import { changePolicy } from '../../src/services/policies.ts';
import { bindWorkload, endWorkload } from '../../src/services/workloads/bindings.ts';
import {
  approve,
  expectOk,
  METADATA,
  testIssuer,
  testScene,
  type Scene,
  type TestIssuer,
} from '../support/issuer.ts';
import { GITHUB_CLAIMS, GITHUB_RULES } from '../support/platform-claims.ts';
import {
  startCiPlatform,
  startPlatformServer,
  type CiPlatform,
  type PlatformServer,
} from '../support/platform-server.ts';
import { scene } from '../kit/support/scene.ts';
import { svidClaims, svidKey, type SvidKey } from '../support/spire.ts';
import {
  clientKey,
  DEFERRED,
  EXCHANGE,
  postForm,
  STATEMENT,
  type TokenAnswer,
} from '../support/token-client.ts';

/** Workloads against a platform and trust domains that run as servers over TLS, asked by the guarded fetcher itself. */

const JWT = 'urn:ietf:params:oauth:token-type:jwt';
const DOMAIN = 'example.org';
const WORKLOAD = `spiffe://${DOMAIN}/ci/release`;

let server: PlatformServer;
let test: TestIssuer;
let on: Scene;
let app: Hono;
let ci: CiPlatform;
let otherCi: CiPlatform;
let svid: SvidKey;

beforeAll(async () => {
  server = await startPlatformServer();
});
afterAll(() => server.close());

beforeEach(async () => {
  server.documents.clear();
  test = await testIssuer({ fetcher: server.fetcher });
  const { issuer, clock } = test;
  on = await testScene(test);
  await approve(test, on);
  app = createApp({ issuer, publications: test.publications, signIn: test.signIn });
  const options = { audience: issuer.identifier, now: () => clock.now() };
  ci = await startCiPlatform(server, 'ci.example', options);
  otherCi = await startCiPlatform(server, 'other-ci.example', options);
  svid = await svidKey('authority-1');
  serveBundle([svid], 1);
  await trust([ci.issuer, otherCi.issuer], [domainOf(DOMAIN, 'spire.example')]);
  await bind({ ...GITHUB_RULES, issuer: ci.issuer });
});
afterEach(() => test.close());

function domainOf(trustDomain: string, host: string): TrustedDomain {
  return { trustDomain, bundleUrl: `${server.url(host)}/bundle`, bundle: null, expectedIss: null };
}

function serveBundle(keys: readonly SvidKey[], sequence: number, host = 'spire.example'): void {
  const bundle = { keys: keys.map(({ jwk }) => jwk), spiffe_sequence: sequence, spiffe_refresh_hint: 60 };
  server.documents.set(`${server.url(host)}/bundle`, bundle);
}

async function trust(
  workloadIssuers: readonly string[],
  trustDomains: readonly TrustedDomain[],
): Promise<void> {
  const { version: _, ...policy } = DEFAULT_POLICY;
  const current = await test.store.policy();
  const trusted = { ...policy.exchange, workloadIssuers, trustDomains };
  expectOk(
    await changePolicy(test.issuer, test.operator, {
      policy: { ...policy, exchange: trusted },
      expectedVersion: current?.version ?? DEFAULT_POLICY.version,
    }),
  );
}

async function bind(rules: JsonObject, mayFile = false): Promise<string> {
  const command = { label: 'Release', rules, mayFile };
  return expectOk(await bindWorkload(test.issuer, on.developer.actor, on.softwareId, command)).id;
}

type More = Readonly<Record<string, string | readonly string[] | undefined>>;

async function exchange(token: string, more: More = {}, dpop?: string): Promise<TokenAnswer> {
  return postForm(
    app,
    {
      grant_type: EXCHANGE,
      requested_token_type: STATEMENT,
      subject_token: token,
      subject_token_type: JWT,
      software_id: on.softwareId,
      ...more,
    },
    dpop === undefined ? {} : { dpop },
  );
}

const job = (claims: JsonObject = {}) => ci.token({ ...GITHUB_CLAIMS, ...claims });
const serviceSvid = (claims: JsonObject = {}) =>
  svid.sign(svidClaims(WORKLOAD, test.issuer.identifier, test.clock.now(), claims));
const bindService = (id = WORKLOAD) => bind({ kind: 'spiffe', trust_domain: DOMAIN, spiffe_id: id });

async function refusal(answer: Promise<TokenAnswer>): Promise<string> {
  const { status, body } = await answer;
  expect([400, 403, 503]).toContain(status);
  return `${String(body['error'])}: ${String(body['error_description'])}`;
}

describe('a CI job without any secret', () => {
  it('gets a statement, and renews it by its next token', async () => {
    const first = await exchange(await job());
    expect(first.status).toBe(200);
    expect(first.body).toMatchObject({ issued_token_type: STATEMENT, token_type: 'N_A' });
    expect(first.headers.get('cache-control')).toBe('no-store');
    test.clock.advance(86_400);
    const second = await exchange(await job({ run_id: '30433643' }), { audience: 'https://as.example' });
    const [a, b] = [first, second].map(({ body }) => decodeJwt(String(body['access_token'])));
    expect(b).toMatchObject({ software_id: on.softwareId, aud: ['https://as.example'] });
    expect([a?.jti === b?.jti, Number(b?.iat) - Number(a?.iat)]).toEqual([false, 86_400]);
  });

  it('is in the ledger with where it ran, and without its token', async () => {
    const token = await job();
    await exchange(token);
    const [entry] = await test.store.entries({ kind: 'statement.issued' }, undefined, 1);
    expect(entry?.text).toContain('"repository_id":"1296269"');
    expect(entry?.text).not.toContain('octocat');
    expect(entry?.text).not.toContain(token.slice(-40));
  });

  it('goes on when its platform rotates keys, and ends with a key that is gone', async () => {
    expect((await exchange(await job())).status).toBe(200);
    const old = await job();
    test.clock.advance(31);
    await ci.rotate();
    expect((await exchange(await job())).status).toBe(200);
    test.clock.advance(31);
    await ci.rotate({ keepsOld: false });
    expect((await exchange(await job())).status).toBe(200);
    expect(await refusal(exchange(old))).toContain('signature');
  });

  it('files a new version where it may, waits, and gets its statement once people approved', async () => {
    const workload = await bind(
      { ...GITHUB_RULES, issuer: ci.issuer, workflow: '.github/workflows/new.yml' },
      true,
    );
    const place = 'acme/shop/.github/workflows/new.yml@refs/heads/main';
    const newJob = () => job({ workflow_ref: place, job_workflow_ref: place });
    const version = {
      software_version: '2',
      client_metadata: JSON.stringify({ ...METADATA, client_name: 'New' }),
    };
    expect(await refusal(exchange(await job(), version))).toContain('access_denied');
    const key = await clientKey(test.issuer.identifier, test.clock);
    const waits = await exchange(
      await newJob(),
      { ...version, completion_mode: 'deferred' },
      await key.dpop(),
    );
    expect(waits).toMatchObject({ status: 400, body: { error: 'authorization_pending' } });
    const poll = async () => {
      test.clock.advance(31);
      const deferral_code = String(waits.body['deferral_code']);
      return postForm(app, { grant_type: DEFERRED, deferral_code }, { dpop: await key.dpop() });
    };
    expect((await poll()).body).toMatchObject({ error: 'authorization_pending' });
    const [entry] = await test.store.entries({ kind: 'submission.submitted' }, undefined, 1);
    expect(entry?.text).toContain(workload);
    const review = { verdict: 'approve', reason: 'as it should be' } as const;
    const waiting = await test.store.openSubmission(on.softwareId);
    expectOk(await decide(test.issuer, on.reviewer.actor, waiting?.id ?? '', review));
    const { status, body } = await poll();
    expect([status, decodeJwt(String(body['access_token']))]).toMatchObject([200, { client_name: 'New' }]);
  });
});

describe('what is refused of CI jobs', () => {
  it.each<[string, JsonObject, string]>([
    ['a repository of the same name with a new id', { repository_id: '999' }, 'another repository'],
    ['an owner of the same name with a new id', { repository_owner_id: '999' }, 'another repository'],
    ['pull_request_target', { event_name: 'pull_request_target' }, 'pull_request_target'],
    ['pull_request', { event_name: 'pull_request' }, 'pull_request'],
    ['workflow_run', { event_name: 'workflow_run' }, 'workflow_run'],
    [
      'a workflow that another repository lends',
      { job_workflow_ref: 'evil/shared/.github/workflows/release.yml@refs/heads/main' },
      'another place',
    ],
    ['two audiences', { aud: ['https://issuer.example', 'https://b.example'] }, 'alone'],
    ['another audience', { aud: 'sts.amazonaws.com' }, 'alone'],
    ['an age of 16 minutes', { iat: 1_700_000_000, exp: 4_000_000_000 }, 'older'],
    ['no jti', { jti: '' }, 'jti'],
  ])('%s', async (_, claims, detail) => {
    expect(await refusal(exchange(await job(claims)))).toContain(detail);
  });

  it('the same claims of another issuer that policy trusts too', async () => {
    expect(await refusal(exchange(await otherCi.token(GITHUB_CLAIMS)))).toContain(
      'no workload of this software',
    );
    const forged = await otherCi.token({ ...GITHUB_CLAIMS, iss: ci.issuer });
    expect(await refusal(exchange(forged))).toContain('signature');
  });

  it('an issuer whose configuration names another', async () => {
    const at = `${ci.issuer}/.well-known/openid-configuration`;
    server.documents.set(at, { issuer: otherCi.issuer, jwks_uri: `${otherCi.issuer}/.well-known/jwks` });
    expect(await refusal(exchange(await job()))).toContain('temporarily_unavailable');
  });

  it('an issuer that policy trusts no more, and a workload that was let go', async () => {
    await trust([otherCi.issuer], []);
    expect(await refusal(exchange(await job()))).toContain('invalid_request');
    await trust([ci.issuer], []);
    expect((await exchange(await job())).status).toBe(200);
    const [bound] = await test.store.workloadsOf(on.softwareId);
    expectOk(await endWorkload(test.issuer, on.developer.actor, on.softwareId, bound?.id ?? ''));
    expect(await refusal(exchange(await job()))).toContain('invalid_request');
  });

  it('a token a second time, as long as it would still be taken for its times', async () => {
    const token = await job({ jti: 'one' });
    expect((await exchange(token)).status).toBe(200);
    for (const seconds of [1, 298, 60]) {
      test.clock.advance(seconds);
      expect(await refusal(exchange(token))).toContain('used before');
    }
    test.clock.advance(2);
    expect(await refusal(exchange(token))).toContain('expired');
    // The same jti in another token is the same token.
    expect((await exchange(await job({ jti: 'two' }))).status).toBe(200);
    expect(await refusal(exchange(await job({ jti: 'two', run_id: '7' })))).toContain('used before');
  });

  it('one token in many requests at once: exactly one wins', async () => {
    const token = await job();
    const answers = await Promise.all(Array.from({ length: 10 }, () => exchange(token)));
    expect(answers.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([
      200,
      ...Array.from({ length: 9 }, () => 400),
    ]);
  });

  it.each(['at+jwt', 'software-statement+jwt', 'dpop+jwt'])('a token of typ %s', async (typ) => {
    expect(await refusal(exchange(await ci.token(GITHUB_CLAIMS, { typ })))).toContain('JWT');
  });
});

describe('a service with a JWT-SVID', () => {
  beforeEach(async () => {
    await bindService();
  });

  it('gets a statement; once for each SVID', async () => {
    const text = await serviceSvid();
    expect((await exchange(text)).status).toBe(200);
    expect(await refusal(exchange(text))).toContain('used before');
    test.clock.advance(1);
    expect((await exchange(await serviceSvid())).status).toBe(200);
  });

  it('under a pattern takes whole segments', async () => {
    await bindService(`spiffe://${DOMAIN}/client/*`);
    expect((await exchange(await serviceSvid({ sub: `spiffe://${DOMAIN}/client/1` }))).status).toBe(200);
    expect(await refusal(exchange(await serviceSvid({ sub: `spiffe://${DOMAIN}/client1` })))).toContain(
      'fits no workload',
    );
  });

  it('not under EdDSA, for two audiences, or of an ID that is not bound', async () => {
    const edwards = await svidKey('authority-1', 'EdDSA');
    const claims = svidClaims(WORKLOAD, test.issuer.identifier, test.clock.now());
    expect(await refusal(exchange(await edwards.sign(claims, { alg: 'EdDSA' })))).toContain('alg');
    expect(
      await refusal(exchange(await serviceSvid({ aud: [test.issuer.identifier, 'https://b.example'] }))),
    ).toContain('alone');
    expect(await refusal(exchange(await serviceSvid({ sub: `${WORKLOAD}/other` })))).toContain(
      'fits no workload',
    );
  });

  it('not signed by another trust domain under the same kid', async () => {
    const elsewhere = await svidKey('authority-1');
    serveBundle([elsewhere], 1, 'other-spire.example');
    await trust(
      [ci.issuer],
      [domainOf(DOMAIN, 'spire.example'), domainOf('other.example', 'other-spire.example')],
    );
    const claims = svidClaims(WORKLOAD, test.issuer.identifier, test.clock.now());
    expect(await refusal(exchange(await elsewhere.sign(claims)))).toContain('signature');
    await bind({ kind: 'spiffe', trust_domain: 'other.example', spiffe_id: 'spiffe://other.example/ci' });
    const own = { ...claims, sub: 'spiffe://other.example/ci' };
    expect((await exchange(await elsewhere.sign(own))).status).toBe(200);
    expect(await refusal(exchange(await svid.sign({ ...own, exp: test.clock.now() + 200 })))).toContain(
      'signature',
    );
  });

  it('by the bundle as it is now: never an earlier one, and nothing under an empty one', async () => {
    const next = await svidKey('authority-2');
    expect((await exchange(await serviceSvid())).status).toBe(200);
    serveBundle([next], 2);
    test.clock.advance(61);
    expect(await refusal(exchange(await serviceSvid()))).toContain('no such key');
    serveBundle([svid], 1);
    test.clock.advance(61);
    expect(await refusal(exchange(await serviceSvid()))).toContain('no such key');
    serveBundle([], 3);
    test.clock.advance(61);
    const claims = svidClaims(WORKLOAD, test.issuer.identifier, test.clock.now());
    expect(await refusal(exchange(await next.sign(claims)))).toContain('no such key');
  });

  it('whose bundle redirects or is away cannot be judged', async () => {
    for (const answer of ['redirect', undefined] as const) {
      const at = `${server.url('other-spire.example')}/bundle`;
      if (answer === undefined) server.documents.delete(at);
      else server.documents.set(at, answer);
      await trust([], [domainOf(DOMAIN, 'other-spire.example')]);
      expect(await refusal(exchange(await serviceSvid()))).toContain('temporarily_unavailable');
    }
    expect(server.asked.some((url) => url.endsWith('/moved'))).toBe(false);
  });
});

describe('tokens of platforms are nothing but subject tokens', () => {
  it('neither a CI token nor an SVID is an API token', async () => {
    await bindService();
    for (const token of [await job(), await serviceSvid()]) {
      const response = await app.request('/v1/whoami', { headers: { authorization: `Bearer ${token}` } });
      expect(response.status).toBe(401);
      const asAccessToken = exchange(token, {
        subject_token_type: 'urn:ietf:params:oauth:token-type:access_token',
      });
      expect(await refusal(asAccessToken)).toContain('invalid_request');
    }
  });

  it('neither is a statement at a registration endpoint, whoever it trusts', async () => {
    const trusting = createStatementVerifier({
      issuers: [{ issuer: test.issuer.identifier }, { issuer: ci.issuer }],
      audience: 'https://as.example',
      fetcher: server.fetcher,
      now: () => test.clock.now(),
    });
    for (const at of [await scene(), await scene({ verifier: trusting })])
      for (const token of [await job(), await serviceSvid()]) {
        const { status, body } = await at.register({ ...METADATA, software_statement: token });
        expect(body['error']).toBe('unapproved_software_statement');
        // Keys that cannot be had are no word of the statement: ask again later.
        expect([400, 503]).toContain(status);
        expect(body['client_id']).toBeUndefined();
      }
  });

  it('nor is a statement a token of a workload', async () => {
    const { body } = await exchange(await job());
    expect(await refusal(exchange(String(body['access_token'])))).toContain('invalid_request');
  });
});
