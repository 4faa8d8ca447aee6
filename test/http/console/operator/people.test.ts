import type { Hono } from 'hono';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  testIssuer,
  testPerson,
  testScene,
  type Scene,
  type TestIssuer,
  type TestPerson,
} from '../../../support/issuer.ts';
import { appOf, visit, type Visitor } from '../browser.ts';

let test: TestIssuer;
let scene: Scene;
let app: Hono;
let operator: Visitor;
let auditor: Visitor;
let reviewer: TestPerson;

beforeEach(async () => {
  test = await testIssuer();
  app = appOf(test);
  scene = await testScene(test);
  reviewer = scene.reviewer;
  operator = await visit(test, app, test.operator.personId);
  auditor = await visit(test, app, (await testPerson(test, ['auditor'])).id);
});
afterEach(() => test.close());

const person = (id = reviewer.id) => test.store.person(id);
const versionIn = (html: string) => /name="version" value="(\d+)"/.exec(html)?.[1] ?? '';

describe('people', () => {
  it('are listed, searched, and filtered by role', async () => {
    expect((await operator.get('/console/people')).html).toContain('developer');
    const reviewers = await operator.get('/console/people?role=reviewer');
    expect(reviewers.html).toContain(`/console/people/${reviewer.id}`);
    expect(reviewers.html).not.toContain(`/console/people/${scene.developer.id}`);
    expect((await operator.get('/console/people?search=zzz')).html).toContain('Nobody fits.');
    expect((await operator.get('/console/people?state=disabled')).html).toContain('Nobody fits.');
  });

  it('are shown with roles, publishers, sessions and tokens; to auditors without a button', async () => {
    await visit(test, app, scene.developer.id);
    const path = `/console/people/${scene.developer.id}`;
    const { html } = await operator.get(path);
    expect(html).toContain('Example Ltd');
    expect(html).toContain(`${path}/tokens/`);
    expect(html).toContain(`${path}/sessions/`);
    expect(html).toContain('0 passkeys');
    const seen = await auditor.get(path);
    expect(seen.status).toBe(200);
    expect(seen.html).not.toMatch(/\/(?:edit|disable|recover|revoke|end)"/);
    expect((await operator.get('/console/people/nobody')).status).toBe(404);
  });
});

describe('roles', () => {
  it('are changed after a page that says what is given and taken', async () => {
    const path = `/console/people/${reviewer.id}/edit`;
    const version = versionIn((await operator.get(path)).html);
    const fields = { version, name: 'Rhea', email: 'rhea@example.net', roles: ['auditor'] };
    const asked = await operator.post(path, fields);
    expect(asked.status).toBe(200);
    expect(asked.html).toContain('They get:');
    expect(asked.html).toContain('They lose:');
    expect((await person())?.roles).toEqual(['reviewer']);
    const done = await operator.post(path, { ...fields, confirmed: 'yes' });
    expect(done.location).toBe(`/console/people/${reviewer.id}?notice=saved`);
    expect(await person()).toMatchObject({ name: 'Rhea', email: 'rhea@example.net', roles: ['auditor'] });
  });

  it('a name alone is not asked for twice; what is wrong is said at its field', async () => {
    const path = `/console/people/${reviewer.id}/edit`;
    const version = versionIn((await operator.get(path)).html);
    const wrong = await operator.post(path, { version, name: ' ', email: 'nobody', roles: 'reviewer' });
    expect(wrong.status).toBe(422);
    expect(wrong.html).toContain('is missing');
    expect(wrong.html).toContain('is no e-mail address');
    const saved = await operator.post(path, { version, name: 'Rhea', email: '', roles: 'reviewer' });
    expect(saved.status).toBe(303);
    const late = await operator.post(path, { version, name: 'Tea', email: '', roles: 'reviewer' });
    expect(late.status).toBe(412);
    expect(late.html).toContain('Somebody else changed this person meanwhile');
  });

  it('an operator cannot give away the last of their own', async () => {
    const path = `/console/people/${test.operator.personId}/edit`;
    const version = versionIn((await operator.get(path)).html);
    const done = await operator.post(path, { version, name: 'O', email: '', roles: [], confirmed: 'yes' });
    expect(done.status).toBe(409);
  });
});

describe('disabling', () => {
  it('says what ends, ends it, and can be lifted', async () => {
    const theirs = await visit(test, app, reviewer.id);
    const path = `/console/people/${reviewer.id}`;
    expect((await operator.get(`${path}/disable`)).html).toContain('1 session ends, and 1 API token stops');
    expect((await operator.post(`${path}/disable`)).location).toBe(`${path}?notice=person_disabled`);
    expect((await theirs.get('/console')).location).toContain('/sign-in');
    expect((await operator.get(path)).html).toContain('This person is disabled.');
    expect((await operator.get(`${path}/enable`)).html).toContain('can sign in again');
    expect((await operator.post(`${path}/enable`)).status).toBe(303);
    expect((await person())?.state).toBe('active');
  });

  it('is not offered for oneself', async () => {
    const { html } = await operator.get(`/console/people/${test.operator.personId}`);
    expect(html).not.toContain('/disable"');
  });
});

it('sessions and tokens are ended one by one', async () => {
  const theirs = await visit(test, app, reviewer.id);
  const path = `/console/people/${reviewer.id}`;
  const { html } = await operator.get(path);
  const end = /action="([^"]*\/sessions\/[^"]*\/end)"/.exec(html)?.[1] ?? '';
  expect((await operator.post(end)).location).toBe(`${path}?notice=session_ended`);
  expect((await theirs.get('/console')).location).toContain('/sign-in');
  const revoke = /href="([^"]*\/tokens\/[^"]*\/revoke)"/.exec(html)?.[1] ?? '';
  expect((await operator.get(revoke)).html).toContain('refused from its next request on');
  expect((await operator.post(revoke)).location).toBe(`${path}?notice=token_revoked`);
  expect((await operator.get(revoke)).status).toBe(404);
});

describe('invitations', () => {
  const made = (html: string) => /https:\/\/issuer\.example\/invitations\/[\w-]+/.exec(html)?.[0];

  it('are made with role, publisher and expiry; the link is shown once', async () => {
    const form = await operator.get(`/console/people/invitations/new?publisher=${scene.publisherId}`);
    expect(form.html).toMatch(new RegExp(`value="${scene.publisherId}" selected`));
    const shown = await operator.post('/console/people/invitations', {
      name: 'Dev <i>x</i>',
      email: 'dev@example.net',
      publisher: scene.publisherId,
      days: '3',
    });
    expect(shown.status).toBe(200);
    expect(shown.headers.get('cache-control')).toBe('no-store');
    expect(made(shown.html)).toBeDefined();
    const list = await operator.get('/console/people/invitations');
    expect(list.html).toContain('Dev &lt;i&gt;x&lt;/i&gt;');
    expect(made(list.html)).toBeUndefined();
    const invitation = (await test.store.invitations({ limit: 10 })).find(({ name }) =>
      name.startsWith('Dev'),
    );
    expect(invitation).toMatchObject({
      publisherId: scene.publisherId,
      expiresAt: test.clock.now() + 3 * 86_400,
    });
  });

  it('say at its field what is missing', async () => {
    const path = '/console/people/invitations';
    const empty = await operator.post(path, { name: 'X', days: '7' });
    expect(empty.status).toBe(422);
    expect(empty.html).toContain('name a role or a publisher');
    const mail = await operator.post(path, { name: 'X', email: 'x', roles: 'reviewer', days: '7' });
    expect(mail.html).toContain('is no e-mail address');
  });

  it('are taken back, and made to let somebody in anew', async () => {
    const path = `/console/people/${reviewer.id}/recover`;
    expect((await operator.get(path)).html).toContain('Whoever has the link becomes them');
    const shown = await operator.post(path);
    expect(made(shown.html)).toBeDefined();
    const { html } = await operator.get('/console/people/invitations');
    const revoke = /action="([^"]*\/revoke)"/.exec(html)?.[1] ?? '';
    expect((await operator.post(revoke)).location).toContain('invitation_revoked');
    expect((await operator.get('/console/people/invitations')).html).toContain('revoked');
    expect((await auditor.get('/console/people/invitations')).html).not.toContain('Invite somebody');
    expect((await auditor.get('/console/people/invitations/new')).status).toBe(403);
  });
});
