import type { Hono } from 'hono';
import { decodeJwt } from 'jose';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createApp } from '../../../src/http/app.ts';
import { decide } from '../../../src/services/decide.ts';
import { CODE_SECONDS } from '../../../src/services/exchange/authorization/answer.ts';
import { currentPolicy } from '../../../src/services/issuer.ts';
import { changePolicy } from '../../../src/services/policies.ts';
import { submit } from '../../../src/services/submit.ts';
import { testInternet, type TestInternet } from '../../support/internet.ts';
import {
  expectOk,
  testIssuer,
  testPerson,
  testScene,
  type Scene,
  type TestIssuer,
} from '../../support/issuer.ts';
import {
  authorize,
  CALLBACK,
  CLIENT,
  responseIn,
  serveClient,
  STATE,
  VERIFIER,
  type Parameters,
} from '../../support/redirect-flow.ts';
import {
  clientKey,
  DEFERRED,
  postForm,
  REDEMPTION,
  type ClientKey,
  type TokenAnswer,
} from '../../support/token-client.ts';
import { visit, type Seen, type Visitor } from '../console/browser.ts';

/** From the page that asks to the statement: who answers what, and what the client gets. */

let internet: TestInternet;
let test: TestIssuer;
let scene: Scene;
let app: Hono;
let key: ClientKey;
let developer: Visitor;

beforeEach(async () => {
  internet = testInternet();
  test = await testIssuer({ fetcher: internet.fetcher });
  scene = await testScene(test);
  app = createApp({ issuer: test.issuer, publications: test.publications, signIn: test.signIn });
  key = await clientKey(test.issuer.identifier, test.clock);
  developer = await visit(test, app, scene.developer.id);
  serveClient(internet);
});
afterEach(() => test.close());

const SERVER = 'https://as.example';

async function asked(more: Parameters = {}): Promise<string> {
  const delivered = await authorize(app, { dpop_jkt: key.jkt, ...more });
  if (delivered.to !== 'console') throw new Error(JSON.stringify(delivered));
  return delivered.path;
}

const digestOn = ({ html }: Seen) => /name="digest" value="([^"]+)"/.exec(html)?.[1] ?? '';

/** Looks at the page that asks, and answers as it offers. */
async function answer(
  path: string,
  fields: Readonly<Record<string, string>> = {},
  visitor: Visitor = developer,
): Promise<Seen> {
  const seen = await visitor.get(path);
  const chosen = fields['for'] ?? scene.softwareId;
  return visitor.post(path, { answer: 'send', digest: digestOn(seen), for: chosen, shown: chosen });
}

/** What a page that leads back says to the client. */
function responseOf({ status, html, headers }: Seen): Readonly<Record<string, string>> {
  expect(status, html).toBe(200);
  const [, url = ''] = /^0;url=(.+)$/.exec(headers.get('refresh') ?? '') ?? [];
  expect(html).toContain(`href="${url.replaceAll('&', '&amp;')}"`);
  const { at, parameters } = responseIn(url);
  expect(at).toBe(CALLBACK);
  return parameters;
}

/** Asks, answers, and gives the code. */
async function codeOf(more: Parameters = {}, fields: Readonly<Record<string, string>> = {}): Promise<string> {
  return responseOf(await answer(await asked(more), fields))['software_statement_code'] ?? '';
}

async function redeem(code: string, more: Parameters = {}, dpop?: string): Promise<TokenAnswer> {
  return postForm(
    app,
    {
      grant_type: REDEMPTION,
      software_statement_code: code,
      redirect_uri: CALLBACK,
      client_id: CLIENT,
      code_verifier: VERIFIER,
      completion_mode: 'deferred',
      ...more,
    },
    { dpop: dpop ?? (await key.dpop()) },
  );
}

async function poll(code: unknown): Promise<TokenAnswer> {
  return postForm(
    app,
    { grant_type: DEFERRED, deferral_code: String(code), client_id: CLIENT },
    { dpop: await key.dpop() },
  );
}

async function decideOpen(verdict: 'approve' | 'reject', softwareId = scene.softwareId): Promise<void> {
  const open = await test.store.openSubmission(softwareId);
  expectOk(await decide(test.issuer, scene.reviewer.actor, open?.id ?? '', { verdict, reason: 'because' }));
}

async function approveDocument(): Promise<void> {
  const { issuer } = test;
  expectOk(await submit(issuer, scene.developer.actor, scene.softwareId, { clientId: CLIENT }));
  await decideOpen('approve');
}

describe('the page that asks', () => {
  it('says what is vouched for, that no access is given, and everything the draft wants shown', async () => {
    const digest = serveClient(internet, { client_name: '<script>alert(1)</script>' });
    const { status, html, headers } = await developer.get(await asked({ audience: SERVER }));
    expect(status).toBe(200);
    expect(html).toContain('Nobody gets access to anybody’s data by it');
    for (const text of [CLIENT, CALLBACK, digest, SERVER, '90 days', 'app.example'])
      expect(html).toContain(text);
    expect(html).toContain('&lt;script&gt;alert(1)&lt;/script&gt;');
    expect(html).not.toContain('<script>alert');
    expect(headers.get('content-security-policy')).toContain("form-action 'self';");
  });

  it('offers the software of the reader alone, and a new one first', async () => {
    const other = await testScene(test);
    const { html } = await developer.get(await asked());
    expect(html).toContain(`value="new:${scene.publisherId}" selected`);
    expect(html).toContain('Example Application (new), Example Ltd');
    expect(html).toContain(`value="${scene.softwareId}"`);
    expect(html).not.toContain(other.softwareId);
  });

  it('compares with what is approved, where the identifier is bound', async () => {
    await approveDocument();
    serveClient(internet, { scope: 'openid profile email' });
    const { html } = await developer.get(await asked());
    expect(html).toContain('speaks for this software already');
    expect(html).toContain('expands');
    expect(html).toContain(`name="for" value="${scene.softwareId}"`);
    expect(html).not.toContain('(new)');
  });

  it('sends nothing for a software that was chosen and not looked at', async () => {
    const path = await asked();
    const fresh = `new:${scene.publisherId}`;
    const fields = { answer: 'send', digest: digestOn(await developer.get(path)), shown: fresh };
    const again = await developer.post(path, { ...fields, for: scene.softwareId });
    expect(again.status).toBe(409);
    expect(again.html).toContain('You chose another software.');
    expect(again.html).toContain(`name="shown" value="${scene.softwareId}"`);
    expect(await test.store.openSubmission(scene.softwareId)).toBeUndefined();
    const looked = await developer.post(path, { ...fields, answer: 'look', for: scene.softwareId });
    expect(looked.location).toBe(`${path}?for=${scene.softwareId}`);
    const odd = await developer.post('/console/authorize/x%0d%0ay', { ...fields, answer: 'look', for: 'z' });
    expect(odd.location).toBe('/console/authorize/x%0D%0Ay?for=z');
    // What is no answer is none: neither a yes nor a no.
    expect((await developer.post(path)).status).toBe(422);
    expect((await developer.get(path)).status).toBe(200);
  });

  it('says what policy narrows', async () => {
    const path = await asked({ audience: [SERVER, 'https://other.example'] });
    expect((await developer.get(path)).html).toContain('Policy narrows nothing of this');
    const policy = await currentPolicy(test.issuer);
    expectOk(
      await changePolicy(test.issuer, test.operator, {
        policy: { ...policy, statement: { ...policy.statement, audiences: [SERVER] } },
        expectedVersion: policy.version,
      }),
    );
    const { html } = await developer.get(path);
    expect(html).toContain('Narrowed by policy: it will not be for https://other.example.');
  });

  it('shows who can answer to somebody who may not', async () => {
    const path = await asked();
    const auditor = await visit(test, app, (await testPerson(test, ['auditor'])).id);
    const { html, status } = await auditor.get(path);
    expect(status).toBe(200);
    expect(html).toContain('You are a developer of no publisher');
    expect(html).not.toContain('value="send"');
    await approveDocument();
    const stranger = await visit(test, app, (await testScene(test)).developer.id);
    const bound = await stranger.get(path);
    expect(bound.html).toContain('of which you are no developer');
    expect(bound.html).toContain('<bdi class="name">developer</bdi>');
    const sent = await stranger.post(path, {
      answer: 'send',
      digest: serveClient(internet),
      for: scene.softwareId,
      shown: scene.softwareId,
    });
    expect(sent.status).toBe(409);
    expect(await test.store.openSubmission(scene.softwareId)).toBeUndefined();
  });

  it('is over once answered, and refuses forms of other sites', async () => {
    const path = await asked();
    const foreign = await app.request(path, {
      method: 'POST',
      headers: { origin: 'https://evil.example', 'content-type': 'application/x-www-form-urlencoded' },
      body: 'answer=decline',
    });
    expect(foreign.status).toBe(403);
    responseOf(await answer(path));
    expect((await developer.get(path)).status).toBe(410);
    expect((await developer.post(path, { answer: 'decline' })).status).toBe(410);
  });

  it('gives one code to two answers at the same time, and files one submission', async () => {
    const path = await asked();
    const digest = digestOn(await developer.get(path));
    const fresh = `new:${scene.publisherId}`;
    const send = () => developer.post(path, { answer: 'send', digest, for: fresh, shown: fresh });
    const answers = await Promise.all([send(), send(), send()]);
    expect(answers.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([200, 410, 410]);
    const known = await test.store.softwareList({ publisherIds: [scene.publisherId] }, { limit: 10 });
    expect(known).toHaveLength(2);
  });

  it('is shown again when the document changed meanwhile, and nothing was sent', async () => {
    const path = await asked();
    const seen = await developer.get(path);
    const changed = serveClient(internet, { scope: 'openid profile email' });
    const fields = { answer: 'send', digest: digestOn(seen), for: scene.softwareId, shown: scene.softwareId };
    const again = await developer.post(path, fields);
    expect(again.status).toBe(409);
    expect(again.html).toContain('The document changed since you looked at it.');
    expect(digestOn(again)).toBe(changed);
    expect(await test.store.openSubmission(scene.softwareId)).toBeUndefined();
    responseOf(await developer.post(path, { ...fields, digest: changed }));
  });

  it('sends nobody on when the document no longer names the redirect URI', async () => {
    const path = await asked();
    const digest = serveClient(internet, { redirect_uris: ['https://app.example/elsewhere'] });
    expect((await developer.get(path)).status).toBe(400);
    const [to, shown] = [scene.softwareId, scene.softwareId];
    const sent = await developer.post(path, { answer: 'send', digest, for: to, shown });
    expect(sent.status).toBe(400);
    expect(sent.headers.get('refresh')).toBeNull();
  });

  it('does not send a document that breaks rules, and the request waits on', async () => {
    const digest = serveClient(internet, { redirect_uris: [CALLBACK, 'http://app.example/x'] });
    const path = await asked();
    const seen = await developer.get(path);
    expect(seen.html).toContain('redirect-uri-http');
    expect(seen.html).not.toContain('value="send"');
    const choice = `new:${scene.publisherId}`;
    expect((await developer.post(path, { answer: 'send', digest, for: choice, shown: choice })).status).toBe(
      422,
    );
    const known = await test.store.softwareList({ publisherIds: [scene.publisherId] }, { limit: 10 });
    expect(known).toHaveLength(1);
    expect((await developer.get(path)).status).toBe(200);
  });
});

describe('a code', () => {
  it('comes back with state and issuer, and is redeemed to a deferral and then a statement', async () => {
    const digest = serveClient(internet);
    const response = responseOf(await answer(await asked({ audience: SERVER })));
    expect(response).toEqual({
      software_statement_code: expect.stringMatching(/^[A-Za-z0-9_-]{43}$/),
      state: STATE,
      iss: test.issuer.identifier,
    });
    const open = await test.store.openSubmission(scene.softwareId);
    expect(open).toMatchObject({ submittedBy: scene.developer.id, document: { url: CLIENT, digest } });
    const deferred = await redeem(response['software_statement_code'] ?? '');
    expect(deferred.body['error']).toBe('authorization_pending');
    expect(
      (await test.store.submissions({ softwareId: scene.softwareId }, { limit: 5 }, 'newest')).length,
    ).toBe(1);
    await decideOpen('approve');
    const granted = await poll(deferred.body['deferral_code']);
    expect(granted.status).toBe(200);
    expect(decodeJwt(String(granted.body['access_token']))).toMatchObject({
      sub: CLIENT,
      cimd_digest: digest,
      aud: [SERVER],
    });
  });

  it('of a new software names it after its client', async () => {
    // Ids order by time, and this clock stands still.
    test.clock.advance(1);
    await codeOf({}, { for: `new:${scene.publisherId}` });
    const [made] = await test.store.softwareList({ publisherIds: [scene.publisherId] }, { limit: 1 });
    expect(made).toMatchObject({ name: 'Example Application', publisherId: scene.publisherId });
    expect(await test.store.openSubmission(made?.id ?? '')).toMatchObject({ document: { url: CLIENT } });
  });

  it('of what is approved gives the statement at once', async () => {
    await approveDocument();
    const granted = await redeem(await codeOf());
    expect(granted.status).toBe(200);
  });

  it('of what is under review files nothing twice', async () => {
    const { issuer } = test;
    expectOk(await submit(issuer, scene.developer.actor, scene.softwareId, { clientId: CLIENT }));
    const before = await test.store.openSubmission(scene.softwareId);
    expect((await redeem(await codeOf())).body['error']).toBe('authorization_pending');
    expect((await test.store.openSubmission(scene.softwareId))?.id).toBe(before?.id);
  });

  it('of a no looks like any other, and says so only when it is redeemed', async () => {
    const path = await asked();
    const response = responseOf(await developer.post(path, { answer: 'decline' }));
    expect(Object.keys(response)).toEqual(['software_statement_code', 'state', 'iss']);
    const redeemed = await redeem(response['software_statement_code'] ?? '');
    expect(redeemed).toMatchObject({ status: 400, body: { error: 'access_denied' } });
    const [entry] = await test.store.entries({ kind: 'exchange.denied' }, undefined, 1);
    expect(entry?.text).toContain(scene.developer.id);
    expect(entry?.text).toContain(serveClient(internet));
  });

  it('of what was rejected before asks reviewers again, because a person did', async () => {
    const deferred = await redeem(await codeOf());
    await decideOpen('reject');
    expect((await poll(deferred.body['deferral_code'])).body['error']).toBe('access_denied');
    test.clock.advance(1);
    expect((await redeem(await codeOf())).body['error']).toBe('authorization_pending');
  });

  it('presented again ends the deferral that came of it', async () => {
    const code = await codeOf();
    const deferred = await redeem(code);
    expect((await redeem(code)).body['error']).toBe('invalid_grant');
    expect((await poll(deferred.body['deferral_code'])).body['error']).toBe('access_denied');
  });

  it.each<readonly [string, Parameters, string]>([
    ['another verifier', { code_verifier: 'x'.repeat(43) }, 'invalid_grant'],
    ['another redirect URI', { redirect_uri: `${CALLBACK}/` }, 'invalid_grant'],
    ['another client', { client_id: 'https://app.example/other.json' }, 'invalid_grant'],
  ])('is used up by %s', async (_, more, error) => {
    const code = await codeOf();
    expect((await redeem(code, more)).body['error']).toBe(error);
    expect((await redeem(code)).body['error']).toBe('invalid_grant');
  });

  it.each<readonly [string, Parameters, string]>([
    ['scope', { scope: 'openid' }, 'invalid_request'],
    ['an audience', { audience: SERVER }, 'invalid_request'],
    ['no completion_mode', { completion_mode: undefined }, 'invalid_request'],
  ])('is not redeemed with %s', async (_, more, error) => {
    expect((await redeem(await codeOf(), more)).body['error']).toBe(error);
  });

  it('is used up by another DPoP key, and by a proof that was used', async () => {
    const thief = await clientKey(test.issuer.identifier, test.clock);
    const code = await codeOf();
    expect((await redeem(code, {}, await thief.dpop())).body['error']).toBe('invalid_dpop_proof');
    expect((await redeem(code)).body['error']).toBe('invalid_grant');
  });

  it('lasts a minute', async () => {
    const code = await codeOf();
    test.clock.advance(CODE_SECONDS);
    expect((await redeem(code)).body['error']).toBe('invalid_grant');
  });

  it('is nothing at other grants', async () => {
    const code = await codeOf();
    const answered = await postForm(app, { grant_type: 'authorization_code', code, client_id: CLIENT });
    expect(answered.body['error']).toBe('unsupported_grant_type');
    expect((await poll(code)).body['error']).toBe('invalid_grant');
  });

  it('is kept as a digest', async () => {
    const code = await codeOf();
    expect(test.logged.join('\n')).not.toContain(code);
    expect(await test.store.spendStatementCode(code, test.clock.now())).toBeUndefined();
  });

  it('of a document that changed before it is redeemed is refused', async () => {
    const code = await codeOf();
    serveClient(internet, { scope: 'openid profile email' });
    expect((await redeem(code)).body['error']).toBe('access_denied');
  });

  it('in mode form_post is in a form for the redirect URI, and in no address', async () => {
    const seen = await answer(await asked({ response_mode: 'form_post' }));
    expect(seen.status).toBe(200);
    expect(seen.headers.get('refresh')).toBeNull();
    expect(seen.headers.get('content-security-policy')).toContain("form-action 'self' https://app.example;");
    expect(seen.html).toContain(`<form action="${CALLBACK}" method="post"`);
    const [, code = ''] = /name="software_statement_code" value="([^"]+)"/.exec(seen.html) ?? [];
    expect((await redeem(code)).body['error']).toBe('authorization_pending');
  });
});

it('metadata says what works', async () => {
  const metadata = await (await app.request('/.well-known/oauth-authorization-server')).json();
  expect(metadata).toMatchObject({
    authorization_endpoint: 'https://issuer.example/authorize',
    response_types_supported: ['software_statement_code'],
    response_modes_supported: ['query', 'form_post'],
    code_challenge_methods_supported: ['S256'],
    authorization_response_iss_parameter_supported: true,
    grant_types_supported: expect.arrayContaining([REDEMPTION]),
  });
});
