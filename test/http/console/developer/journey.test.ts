import type { Hono } from 'hono';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { checkPendingEvidence } from '../../../../src/services/evidence/check.ts';
import { decide } from '../../../../src/services/decide.ts';
import { testInternet, type TestInternet } from '../../../support/internet.ts';
import {
  expectOk,
  testIssuer,
  testPerson,
  testScene,
  type Scene,
  type TestIssuer,
} from '../../../support/issuer.ts';
import { appOf, visit, type Visitor } from '../browser.ts';

let internet: TestInternet;
let test: TestIssuer;
let scene: Scene;
let app: Hono;
let developer: Visitor;

beforeAll(async () => {
  internet = testInternet();
  test = await testIssuer(internet);
  scene = await testScene(test);
  app = appOf(test);
  developer = await visit(test, app, scene.developer.id);
});
afterAll(() => test.close());

/** The part of a page that a reader sees as text. */
const textOf = (html: string) => html.replaceAll(/<[^>]+>/g, ' ').replaceAll(/\s+/g, ' ');
const lastOf = (location: string) => location.replace(/\?.*$/, '').split('/').at(-1) ?? '';

const FIELDS = {
  mode: 'form',
  over: '0',
  client_name: 'Example Application',
  redirect_uris: 'https://app.example/callback\r\n\r\n  https://app.example/other  ',
  grant_types: ['authorization_code', 'refresh_token'],
  response_types: 'code',
  token_endpoint_auth_method: 'private_key_jwt',
  jwks_uri: 'https://app.example/jwks.json',
  scope: 'openid',
};

it('from a name to a revoked statement, without a script', async () => {
  const list = await developer.get('/console/software');
  expect(list.html).toContain('Register software');
  const made = await developer.post('/console/software', {
    publisher_id: scene.publisherId,
    name: 'My tool',
  });
  expect(made.status).toBe(303);
  const softwareId = lastOf(made.location);
  const place = `/console/software/${softwareId}`;
  expect(textOf((await developer.get(made.location)).html)).toContain('Next, write down its client metadata');
  expect(textOf((await developer.get(place)).html)).toMatch(/My tool.*Nothing yet\. Submit client metadata/);
  expect((await developer.get(`${place}/issue`)).html).toContain('Nothing can be issued now');

  // A draft, then findings, then a submission.
  const editor = await developer.get(`${place}/submit`);
  expect(editor.status).toBe(200);
  expect(editor.html).toContain('RFC 7591 §2');
  const kept = await developer.post(`${place}/submit`, {
    ...FIELDS,
    action: 'save',
    software_version: '1.0',
    note: 'Hello.',
  });
  expect([kept.status, kept.location]).toEqual([303, `${place}/submit?notice=draft_saved`]);
  expect((await developer.get(place)).html).toContain('Continue the draft');
  const again = await developer.get(`${place}/submit`);
  expect(again.html).toContain('https://app.example/other');
  const wrong = await developer.post(`${place}/submit`, {
    ...FIELDS,
    over: '1',
    action: 'submit',
    software_version: '1.0',
    redirect_uris: 'http://app.example/callback',
  });
  expect(wrong.status).toBe(422);
  expect(wrong.html).toMatch(/data-said="redirect_uris"[^>]*>(?:(?!data-said).)*redirect-uri-http/s);
  const sent = await developer.post(`${place}/submit`, {
    ...FIELDS,
    over: '1',
    action: 'submit',
    software_version: '1.0',
    note: 'Hello.',
  });
  expect(sent.status).toBe(303);
  expect(await test.store.draft(softwareId)).toBeUndefined();
  const submissionId = lastOf(sent.location);
  const stored = await test.store.submission(submissionId);
  expect(stored?.metadata).toMatchObject({
    redirect_uris: ['https://app.example/callback', 'https://app.example/other'],
    scope: 'openid',
  });

  // What is found, what is said, what is decided.
  internet.sites.set('https://app.example/jwks.json', { contentType: 'text/html', body: '' });
  await checkPendingEvidence(test.issuer);
  expectOk(
    await decide(test.issuer, scene.reviewer.actor, submissionId, {
      verdict: 'request_changes',
      reason: 'Name it better.',
    }),
  );
  const answered = await developer.post(`/console/submissions/${submissionId}/comments`, {
    text: 'I will.\nSoon.',
  });
  expect(answered.status).toBe(303);
  const seen = textOf((await developer.get(`/console/submissions/${submissionId}`)).html);
  for (const text of [
    'A reviewer asked for changes',
    'Name it better.',
    'I will.',
    'Its Content-Type must be',
    'fails',
    '0 of 1',
  ])
    expect(seen).toContain(text);
  expect((await developer.post(`/console/submissions/${submissionId}/comments`, { text: '' })).status).toBe(
    422,
  );

  // Anew, from the text that was sent.
  const anew = await developer.get(`${place}/submit?from=${submissionId}`);
  expect(anew.html).toContain('Begun from');
  expect(anew.html).toContain('https://app.example/other');
  const taken = await developer.post(`${place}/submit`, {
    ...FIELDS,
    action: 'submit',
    software_version: '1.0',
  });
  expect([taken.status, textOf(taken.html).includes('Version 1.0 was submitted already')]).toEqual([
    409,
    true,
  ]);
  const second = await developer.post(`${place}/submit`, {
    ...FIELDS,
    action: 'submit',
    software_version: '1.1',
    client_name: 'Better',
  });
  const secondId = lastOf(second.location);
  expectOk(
    await decide(test.issuer, scene.reviewer.actor, secondId, { verdict: 'approve', reason: 'Good.' }),
  );

  // Issued, renewed, revoked.
  const refused = await developer.post(`${place}/issue`, { audiences: 'not a url', lifetime_days: '30' });
  expect([refused.status, textOf(refused.html).includes('Not allowed as audience')]).toEqual([422, true]);
  const issued = await developer.post(`${place}/issue`, {
    audiences: 'https://as.example\r\n',
    lifetime_days: '30',
  });
  expect(issued.status).toBe(303);
  const jti = lastOf(issued.location);
  const statement = await developer.get(`/console/statements/${jti}`);
  const jwt = (await test.store.statement(jti))?.statement.jwt ?? '';
  expect(statement.html).toContain(jwt);
  for (const name of [
    'iss',
    'iat',
    'exp',
    'jti',
    'aud',
    'status',
    'software_id',
    'redirect_uris',
    'kid',
    'typ',
  ])
    expect(statement.html.replaceAll(/<wbr ?\/?>/g, '')).toContain(`<code>${name}</code>`);
  expect(statement.html).toContain('https://as.example/.well-known/oauth-authorization-server');
  const download = await developer.get(`/console/statements/${jti}/download`);
  expect([download.html, download.headers.get('content-disposition')]).toEqual([
    jwt,
    `attachment; filename="${jti}.jwt"`,
  ]);
  const request = JSON.parse((await developer.get(`/console/statements/${jti}/registration-request`)).html);
  expect(request).toMatchObject({ software_statement: jwt, client_name: 'Better' });
  const renewed = await developer.post(`/console/statements/${jti}/renew`, { lifetime_days: '' });
  expect(renewed.status).toBe(303);
  expect((await developer.get(`${place}/statements`)).html).toContain(lastOf(renewed.location));
  expect(textOf((await developer.get(`/console/statements/${jti}/revoke`)).html)).toContain(
    '1 live statement',
  );
  const revoked = await developer.post(`/console/statements/${jti}/revoke`, { reason: 'lost' });
  expect(revoked.status).toBe(303);
  expect(textOf((await developer.get(`/console/statements/${jti}`)).html)).toContain(
    'It is revoked, for good. lost',
  );
  const story = textOf((await developer.get(place)).html);
  for (const text of [
    'Statement revoked',
    'Statement issued as a renewal',
    'Approved by a reviewer',
    'Changes requested',
    'Evidence was looked at; something is wrong with jwks_uri',
    'Registered',
  ])
    expect(story).toContain(text);
});

it('a statement is shown to others without what makes it one', async () => {
  const [{ statement } = { statement: undefined }] = await test.store.statements({}, { limit: 1 });
  const reviewer = await visit(test, app, scene.reviewer.id);
  const seen = await reviewer.get(`/console/statements/${statement?.jti ?? ''}`);
  expect(seen.status).toBe(200);
  expect(seen.html).not.toContain(statement?.jwt.split('.')[2] ?? 'nothing');
  expect((await reviewer.get(`/console/statements/${statement?.jti ?? ''}/download`)).status).toBe(403);
  const stranger = await visit(test, app, (await testScene(test)).developer.id);
  for (const path of ['', '/download', '/registration-request'])
    expect((await stranger.get(`/console/statements/${statement?.jti ?? ''}${path}`)).status).toBe(403);
});

it('a submission is withdrawn with a reason, once', async () => {
  const sent = await developer.post(`/console/software/${scene.softwareId}/submit`, {
    ...FIELDS,
    action: 'submit',
    software_version: '9',
  });
  const path = `/console/submissions/${lastOf(sent.location)}/withdraw`;
  expect((await developer.get(path)).html).toContain('leaves the review queue');
  expect((await developer.post(path, { reason: '' })).status).toBe(422);
  expect((await developer.post(path, { reason: 'a mistake' })).status).toBe(303);
  expect((await developer.get(path)).status).toBe(409);
});

it('tokens are made, shown once, and revoked', async () => {
  const path = '/console/account/tokens';
  expect((await developer.get(path)).html).toContain('Make a token');
  const empty = await developer.post(path, { label: '', scope: [] });
  expect([empty.status, empty.html.includes('Tick what it may do')]).toEqual([422, true]);
  const made = await developer.post(path, {
    label: 'CI',
    scope: ['software:read', 'keys:write', 'nonsense'],
    lifetime_days: '7',
  });
  const [, secret = ''] = /(imp_[\w-]+)/.exec(made.html) ?? [];
  const asked = await app.request('/v1/software', { headers: { authorization: `Bearer ${secret}` } });
  expect(asked.status).toBe(200);
  expect((await app.request('/v1/keys', { headers: { authorization: `Bearer ${secret}` } })).status).toBe(
    403,
  );
  const list = await developer.get(path);
  expect(list.html).not.toContain(secret);
  const kept = await test.store.tokens({ personId: scene.developer.id }, { limit: 10 });
  const id = kept.find(({ label }) => label === 'CI')?.id ?? '';
  expect(list.html).toContain(`${path}/${id}/revoke`);
  const other = await visit(test, app, (await testPerson(test, ['operator'])).id);
  expect((await other.get(`${path}/${id}/revoke`)).status).toBe(404);
  expect((await developer.get(`${path}/${id}/revoke`)).html).toContain('never works again');
  expect((await developer.post(`${path}/${id}/revoke`)).status).toBe(303);
  expect((await app.request('/v1/software', { headers: { authorization: `Bearer ${secret}` } })).status).toBe(
    401,
  );
});

it('a software is renamed and found by its name', async () => {
  const place = `/console/software/${scene.softwareId}`;
  expect((await developer.post(`${place}/name`, { name: '' })).status).toBe(422);
  expect((await developer.post(`${place}/name`, { name: 'Sextant' })).status).toBe(303);
  expect((await developer.get('/console/software?search=sext')).html).toContain('Sextant');
  expect((await developer.get('/console/software?search=nothing+like+it')).html).toContain(
    'Nothing is called that',
  );
  const bad = await developer.post('/console/software', {
    publisher_id: scene.publisherId,
    name: 'x',
    software_id: 'not-a-uuid',
  });
  expect([bad.status, bad.html.includes('is a UUID')]).toEqual([422, true]);
  const takenId = await developer.post('/console/software', {
    publisher_id: scene.publisherId,
    name: 'x',
    software_id: scene.softwareId.toUpperCase(),
  });
  expect([takenId.status, takenId.html.includes('is taken')]).toEqual([422, true]);
});
