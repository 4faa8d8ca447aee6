import type { Hono } from 'hono';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { currentPolicy } from '../../../src/services/issuer.ts';
import { changePolicy } from '../../../src/services/policies.ts';
import { REQUEST_SECONDS } from '../../../src/services/exchange/authorization/pending.ts';
import { createApp } from '../../../src/http/app.ts';
import { testInternet, type TestInternet } from '../../support/internet.ts';
import { expectOk, testIssuer, testScene, type Scene, type TestIssuer } from '../../support/issuer.ts';
import {
  authorize,
  authorizePath,
  CALLBACK,
  CLIENT,
  serveClient,
  STATE,
  type Parameters,
} from '../../support/redirect-flow.ts';
import { visit } from '../console/browser.ts';

/** What the authorization endpoint takes, what it refuses, and who is told. */

let internet: TestInternet;
let test: TestIssuer;
let scene: Scene;
let app: Hono;

beforeEach(async () => {
  internet = testInternet();
  test = await testIssuer({ fetcher: internet.fetcher });
  scene = await testScene(test);
  app = createApp({ issuer: test.issuer, publications: test.publications, signIn: test.signIn });
  serveClient(internet);
});
afterEach(() => test.close());

const AUDIENCE = 'https://as.example';
const LOOPBACK = 'http://127.0.0.1:4711/callback';
const PRIVATE = 'com.example.app:/callback';
const SECRET_KEY = { kty: 'EC', crv: 'P-256', x: 'x', y: 'y', d: 'd' };

describe('a sound request', () => {
  it('leads to the page that asks, after a sign-in, and nothing of it is in the address', async () => {
    const delivered = await authorize(app);
    expect(delivered).toMatchObject({ to: 'console' });
    const path = delivered.to === 'console' ? delivered.path : '';
    expect(path).toMatch(/^\/console\/authorize\/[A-Za-z0-9_-]{43}$/);
    const seen = await (await visit(test, app)).get(path);
    expect(seen.location).toBe(`/sign-in?return=${encodeURIComponent(path)}`);
  });

  it.each<readonly [string, Parameters]>([
    ['with an audience', { audience: AUDIENCE }],
    ['with several audiences', { audience: [AUDIENCE, 'https://other.example'] }],
    ['with a hint', { completion_mode: 'deferred' }],
    ['with response_mode query', { response_mode: 'query' }],
    ['with response_mode form_post', { response_mode: 'form_post' }],
    ['with parameters nobody knows', { ui_locales: 'de', nonce: 'x' }],
    ['with parameters that are empty, which count as left out', { scope: '', resource: '' }],
  ])('%s is taken', async (_, more) => {
    expect(await authorize(app, more)).toMatchObject({ to: 'console' });
  });

  it('of a confidential client needs no dpop_jkt, unless it is answered on a device', async () => {
    serveClient(internet, {
      token_endpoint_auth_method: 'private_key_jwt',
      redirect_uris: [CALLBACK, LOOPBACK, PRIVATE],
    });
    expect(await authorize(app, { dpop_jkt: undefined })).toMatchObject({ to: 'console' });
    for (const redirect_uri of [LOOPBACK, PRIVATE]) {
      expect(await authorize(app, { redirect_uri })).toMatchObject({ to: 'console' });
      expect(await authorize(app, { redirect_uri, dpop_jkt: undefined })).toMatchObject({
        to: 'client',
        parameters: { error: 'invalid_request' },
      });
    }
  });
});

describe('an error that the client is told', () => {
  it.each<readonly [string, Parameters, string]>([
    ['no response_type', { response_type: undefined }, 'invalid_request'],
    ['response_type code', { response_type: 'code' }, 'unsupported_response_type'],
    ['a hybrid', { response_type: 'code software_statement_code' }, 'unsupported_response_type'],
    [
      'a hybrid with id_token',
      { response_type: 'software_statement_code id_token' },
      'unsupported_response_type',
    ],
    ['response_type twice', { response_type: ['software_statement_code', 'code'] }, 'invalid_request'],
    ['no code_challenge', { code_challenge: undefined }, 'invalid_request'],
    ['a code_challenge that is none', { code_challenge: 'short' }, 'invalid_request'],
    ['no code_challenge_method', { code_challenge_method: undefined }, 'invalid_request'],
    ['code_challenge_method plain', { code_challenge_method: 'plain' }, 'invalid_request'],
    ['response_mode fragment', { response_mode: 'fragment' }, 'invalid_request'],
    ['response_mode web_message', { response_mode: 'web_message' }, 'invalid_request'],
    ['response_mode twice', { response_mode: ['query', 'form_post'] }, 'invalid_request'],
    ['scope', { scope: 'openid' }, 'invalid_request'],
    ['resource', { resource: 'https://api.example' }, 'invalid_request'],
    ['resource twice', { resource: ['https://api.example', 'https://b.example'] }, 'invalid_request'],
    ['authorization_details', { authorization_details: '[]' }, 'invalid_request'],
    ['a public client without dpop_jkt', { dpop_jkt: undefined }, 'invalid_request'],
    ['a dpop_jkt that is none', { dpop_jkt: 'short' }, 'invalid_request'],
    ['an audience that is none', { audience: 'as.example' }, 'invalid_target'],
    ['an audience with a query', { audience: 'https://as.example?x' }, 'invalid_target'],
    ['an audience twice', { audience: [AUDIENCE, AUDIENCE] }, 'invalid_request'],
    ['words of completion_mode twice', { completion_mode: 'deferred deferred' }, 'invalid_request'],
    ['completion_mode twice', { completion_mode: ['deferred', 'deferred'] }, 'invalid_request'],
    ['request', { request: 'eyJ' }, 'request_not_supported'],
    ['request_uri', { request_uri: 'urn:x' }, 'request_uri_not_supported'],
    ['a parameter nobody knows, twice', { nonce: ['a', 'b'] }, 'invalid_request'],
  ])('%s', async (_, more, error) => {
    const delivered = await authorize(app, more);
    expect(delivered).toEqual({
      to: 'client',
      at: CALLBACK,
      parameters: {
        error,
        error_description: expect.stringMatching(/^[\x20-\x21\x23-\x5b\x5d-\x7e]+$/),
        state: STATE,
        iss: test.issuer.identifier,
      },
    });
  });

  it.each<readonly [string, Parameters]>([
    ['left out', { state: undefined }],
    ['empty', { state: '' }],
    ['twice', { state: ['a', 'b'] }],
    ['with a line break', { state: 'a\nb' }],
    ['too long', { state: 'x'.repeat(2_049) }],
  ])('a state that is %s, which is not sent back', async (_, more) => {
    expect(await authorize(app, more)).toEqual({
      to: 'client',
      at: CALLBACK,
      parameters: {
        error: 'invalid_request',
        error_description: expect.any(String),
        iss: test.issuer.identifier,
      },
    });
  });

  it.each([
    ['leaves out how the client authenticates', undefined, 'invalid_request'],
    ['names a method that is not taken', 'tls_client_auth', 'unauthorized_client'],
  ])('a document that %s', async (_, method, error) => {
    serveClient(internet, { token_endpoint_auth_method: method });
    expect(await authorize(app)).toMatchObject({ to: 'client', at: CALLBACK, parameters: { error } });
  });

  it('audiences of which policy allows none; of several, one that it allows is enough', async () => {
    const policy = await currentPolicy(test.issuer);
    expectOk(
      await changePolicy(test.issuer, test.operator, {
        policy: { ...policy, statement: { ...policy.statement, audiences: [AUDIENCE] } },
        expectedVersion: policy.version,
      }),
    );
    const other = 'https://other.example';
    expect(await authorize(app, { audience: other })).toMatchObject({
      to: 'client',
      parameters: { error: 'invalid_target' },
    });
    expect(await authorize(app, { audience: [other, AUDIENCE] })).toMatchObject({ to: 'console' });
  });

  it('form_post to a device, which no form can be sent to', async () => {
    serveClient(internet, {
      token_endpoint_auth_method: 'private_key_jwt',
      redirect_uris: [PRIVATE],
    });
    const delivered = await authorize(app, { redirect_uri: PRIVATE, response_mode: 'form_post' });
    expect(delivered).toMatchObject({ to: 'client', parameters: { error: 'invalid_request' } });
  });

  it('in mode form_post: a page whose form goes to the redirect URI, and to no other origin', async () => {
    const response = await app.request(authorizePath({ response_mode: 'form_post', scope: 'openid' }));
    expect(response.status).toBe(200);
    const html = await response.text();
    expect(html).toContain(`<form action="${CALLBACK}" method="post"`);
    expect(html).toContain('name="error" value="invalid_request"');
    expect(html).toContain(`name="iss" value="${test.issuer.identifier}"`);
    expect(html).toContain('name="state" value="4L7xQ2mN9pR6 sT1v&amp;+=%"');
    expect(html).toMatch(/<button[^>]*>Go on<\/button>/);
    const csp = response.headers.get('content-security-policy') ?? '';
    expect(csp).toContain("form-action 'self' https://app.example;");
    expect(csp).toContain("script-src 'self';");
    expect(response.headers.get('cache-control')).toBe('no-store');
  });

  it('keeps the query that the redirect URI has', async () => {
    const redirect_uri = `${CALLBACK}?tenant=a%20b`;
    serveClient(internet, { redirect_uris: [redirect_uri] });
    const response = await app.request(authorizePath({ redirect_uri, scope: 'openid' }));
    expect(response.headers.get('location')).toMatch(
      /^https:\/\/app\.example\/callback\?tenant=a%20b&error=/,
    );
  });
});

describe('a request after which nobody is sent anywhere', () => {
  it.each<readonly [string, Parameters]>([
    ['no client_id', { client_id: undefined }],
    ['client_id twice', { client_id: [CLIENT, 'https://evil.example/c.json'] }],
    ['a client_id that is no URL', { client_id: 'client-1' }],
    ['a client_id without a path', { client_id: 'https://app.example/' }],
    ['a client_id with a fragment', { client_id: `${CLIENT}#x` }],
    ['a client_id that nobody serves', { client_id: 'https://app.example/other.json' }],
    ['no redirect_uri', { redirect_uri: undefined }],
    ['redirect_uri twice', { redirect_uri: [CALLBACK, 'https://evil.example/'] }],
    ['another host', { redirect_uri: 'https://evil.example/callback' }],
    ['a host below', { redirect_uri: 'https://x.app.example/callback' }],
    ['a host that begins the same', { redirect_uri: 'https://app.example.evil.example/callback' }],
    ['a user part', { redirect_uri: 'https://app.example@evil.example/callback' }],
    ['a backslash', { redirect_uri: String.raw`https://app.example\@evil.example/callback` }],
    ['a longer path', { redirect_uri: `${CALLBACK}/x` }],
    ['a slash more', { redirect_uri: `${CALLBACK}/` }],
    ['dot segments', { redirect_uri: 'https://app.example/x/../callback' }],
    ['percent-encoding', { redirect_uri: 'https://app.example/%63allback' }],
    ['a query', { redirect_uri: `${CALLBACK}?x=1` }],
    ['a fragment', { redirect_uri: `${CALLBACK}#x` }],
    ['capital letters', { redirect_uri: 'https://APP.example/callback' }],
    ['a port', { redirect_uri: 'https://app.example:443/callback' }],
    ['http', { redirect_uri: 'http://app.example/callback' }],
    ['white space', { redirect_uri: ` ${CALLBACK}` }],
    ['a line break', { redirect_uri: `${CALLBACK}\r\nset-cookie: x=1` }],
  ])('%s', async (_, more) => {
    const delivered = await authorize(app, { ...more, scope: 'openid' });
    expect(delivered).toMatchObject({ to: 'page', status: 400 });
    expect(delivered.to === 'page' ? delivered.html : '').not.toContain('href="https://evil');
  });

  it.each([
    'javascript:alert(1)',
    'data:text/html,x',
    'http://app.example/callback',
    'myapp:/callback',
    `${CALLBACK}#x`,
    'https://app.example;script-src%20*/callback',
    "https://app.example;script-src 'unsafe-inline'/callback",
    'https://*.app.example/callback',
    'https://user@app.example/callback',
    'https:app.example/callback',
    '/callback',
    `${CALLBACK}\nx`,
  ])('a redirect URI that a document should not name: %s', async (redirect_uri) => {
    serveClient(internet, {
      token_endpoint_auth_method: 'private_key_jwt',
      redirect_uris: [redirect_uri],
    });
    expect(await authorize(app, { redirect_uri, scope: 'openid' })).toMatchObject({
      to: 'page',
      status: 400,
    });
  });

  it.each([LOOPBACK, 'http://[::1]:4711/callback', 'https://localhost/callback', PRIVATE])(
    'a public client that is answered on a device: %s',
    async (redirect_uri) => {
      serveClient(internet, { redirect_uris: [redirect_uri] });
      expect(await authorize(app, { redirect_uri })).toMatchObject({ to: 'page', status: 400 });
    },
  );

  it.each([
    ['client_secret', { client_secret: 'hunter2' }],
    ['a private key', { jwks: { keys: [SECRET_KEY] } }],
    ['a method that shares a secret', { token_endpoint_auth_method: 'client_secret_basic' }],
    ['no redirect_uris', { redirect_uris: undefined }],
    ['redirect_uris that are no list', { redirect_uris: CALLBACK }],
  ])('a document with %s', async (_, more) => {
    serveClient(internet, more);
    expect(await authorize(app)).toMatchObject({ to: 'page', status: 400 });
  });

  it('a document with a member twice, or about another URL', async () => {
    const twice = `{"client_id":"${CLIENT}","client_id":"${CLIENT}","redirect_uris":["${CALLBACK}"]}`;
    const another = `{"client_id":"${CLIENT}/x","redirect_uris":["${CALLBACK}"]}`;
    for (const body of [twice, another]) {
      internet.sites.set(CLIENT, { contentType: 'application/json', body });
      expect(await authorize(app)).toMatchObject({ to: 'page', status: 400 });
    }
  });

  it('shows what strangers wrote as text', async () => {
    const delivered = await authorize(app, { redirect_uri: '"><script>alert(1)</script>' });
    expect(delivered.to === 'page' ? delivered.html : '').not.toContain('<script>alert');
    internet.sites.set(CLIENT, { contentType: 'application/json', body: '{"client_id":"<script>alert(1)"}' });
    const document = await authorize(app);
    expect(document.to === 'page' ? document.html : '').toContain('&lt;script&gt;alert');
  });
});

describe('bounds', () => {
  it('an address begins so many requests and no more, and fetches nothing then', async () => {
    const bounded = createApp({
      issuer: test.issuer,
      publications: test.publications,
      signIn: test.signIn,
      clientAddress: () => '192.0.2.1',
    });
    for (let begun = 0; begun < 60; begun += 1)
      expect(await authorize(bounded)).toMatchObject({ to: 'console' });
    const asked = internet.asked.length;
    expect(await authorize(bounded)).toMatchObject({ to: 'page', status: 429 });
    expect(internet.asked).toHaveLength(asked);
  });

  it('when too many wait, the client is told, and people still sign in', async () => {
    const { store } = test;
    const full = {
      ...test.issuer,
      store: { ...store, saveCeremony: (...[one, now]: SaveCeremony) => store.saveCeremony(one, now, 1) },
    };
    const crowded = createApp({ issuer: full, publications: test.publications, signIn: test.signIn });
    expect(await authorize(crowded)).toMatchObject({ to: 'console' });
    expect(await authorize(crowded)).toMatchObject({
      to: 'client',
      parameters: { error: 'temporarily_unavailable', state: STATE, iss: test.issuer.identifier },
    });
    const signIn = await (await visit(test, crowded)).postJson('/sign-in/passkey', {});
    expect(signIn.status).toBe(200);
  });

  it('a request waits half an hour', async () => {
    const delivered = await authorize(app);
    const path = delivered.to === 'console' ? delivered.path : '';
    const developer = await visit(test, app, scene.developer.id);
    expect((await developer.get(path)).status).toBe(200);
    test.clock.advance(REQUEST_SECONDS);
    expect((await developer.get(path)).status).toBe(410);
  });

  it('the log holds nothing of a request', async () => {
    await authorize(app, { state: 'a-secret-state' });
    expect(test.logged.join('\n')).not.toContain('a-secret-state');
    expect(test.logged.join('\n')).not.toContain('app.example');
  });
});

type SaveCeremony = Readonly<globalThis.Parameters<TestIssuer['store']['saveCeremony']>>;
