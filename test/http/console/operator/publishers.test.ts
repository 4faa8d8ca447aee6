import type { Hono } from 'hono';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { issueStatement } from '../../../../src/services/issue.ts';
import {
  approve,
  expectOk,
  testIssuer,
  testPerson,
  testScene,
  type Scene,
  type TestIssuer,
} from '../../../support/issuer.ts';
import { appOf, visit, type Visitor } from '../browser.ts';

let test: TestIssuer;
let scene: Scene;
let app: Hono;
let operator: Visitor;
let auditor: Visitor;

beforeEach(async () => {
  test = await testIssuer();
  app = appOf(test);
  scene = await testScene(test);
  operator = await visit(test, app, test.operator.personId);
  auditor = await visit(test, app, (await testPerson(test, ['auditor'])).id);
});
afterEach(() => test.close());

const place = () => `/console/publishers/${scene.publisherId}`;
const publisher = () => test.store.publisher(scene.publisherId);

async function issue(audience?: readonly string[]): Promise<string> {
  const made = await issueStatement(test.issuer, scene.developer.actor, scene.softwareId, { audience });
  return expectOk(made).statement.jti;
}

describe('publishers', () => {
  it('are listed, found by name, and an empty list says what to do', async () => {
    expect((await operator.get('/console/publishers')).html).toContain('Example Ltd');
    expect((await operator.get('/console/publishers?search=example')).html).toContain('Example Ltd');
    const none = await operator.get('/console/publishers?search=nobody');
    expect(none.html).toContain('No publisher is called that');
  });

  it.each([
    ['\u200B\u200B', 'must hold a character that can be seen'],
    ['\u202Eevil', 'must not hold control characters'],
    [' ', 'must not be empty'],
    ['x'.repeat(201), 'must have at most 200 characters'],
  ])('are not called %j, and the form says why', async (name, why) => {
    const answer = await operator.post('/console/publishers', { name, scopes: 'any' });
    expect(answer.status).toBe(422);
    expect(answer.html).toContain(`<p class="error" id="name-error">${why}</p>`);
  });

  it('are admitted by a form that keeps what was typed and says what is wrong with it', async () => {
    const wrong = await operator.post('/console/publishers', {
      name: 'New <b>& Co</b>',
      verified_domains: 'good.example\nnot a host',
      scopes: 'some',
      allowed_scopes: 'openid\nprofile',
    });
    expect(wrong.status).toBe(422);
    expect(wrong.html).toContain('Line 2: must be a host name');
    expect(wrong.html).toContain('New &lt;b&gt;&amp; Co&lt;/b&gt;');
    const made = await operator.post('/console/publishers', {
      name: 'New Co',
      verified_domains: 'Good.Example\r\ngood.example',
      scopes: 'some',
      allowed_scopes: 'openid\nprofile',
    });
    const id = /publishers\/([^?]+)\?/.exec(made.location)?.[1] ?? '';
    expect(await test.store.publisher(id)).toMatchObject({
      name: 'New Co',
      allowedScopes: ['openid', 'profile'],
    });
  });

  it('are changed, unless somebody was faster: then the page shows what saving would overwrite', async () => {
    const { html } = await operator.get(`${place()}/edit`);
    const version = /name="version" value="(\d+)"/.exec(html)?.[1] ?? '';
    const fields = { version, name: 'Example GmbH', verified_domains: 'app.example', scopes: 'any' };
    expect((await operator.post(`${place()}/edit`, fields)).status).toBe(303);
    expect(await publisher()).toMatchObject({ name: 'Example GmbH', allowedScopes: null });
    const late = await operator.post(`${place()}/edit`, { ...fields, name: 'Example SA' });
    expect(late.status).toBe(412);
    expect(late.html).toContain('Somebody else changed this publisher meanwhile');
    expect(late.html).toContain('Example GmbH');
    const again = /name="version" value="(\d+)"/.exec(late.html)?.[1] ?? '';
    const saved = await operator.post(`${place()}/edit`, { ...fields, version: again, name: 'Example SA' });
    expect(saved.status).toBe(303);
  });

  it('are shown to auditors without a button, and to developers on their own page', async () => {
    const { status, html } = await auditor.get(place());
    expect(status).toBe(200);
    expect(html).toContain('app.example');
    expect(html).not.toMatch(/Suspend…|Revoke…|Remove…|\/edit"|members\/new/);
    const developer = await visit(test, app, scene.developer.id);
    expect((await developer.get(place())).location).toBe(`${place()}/domains`);
  });
});

describe('members', () => {
  it('are added by name or e-mail, or chosen when the name is not clear', async () => {
    const person = await testPerson(test, ['reviewer']);
    await testPerson(test, ['reviewer']);
    const asked = await operator.post(`${place()}/members`, { person: 'reviewer' });
    expect(asked.html).toContain('Whom do you mean?');
    expect((await operator.post(`${place()}/members`, { person: 'nobody' })).html).toContain(
      'Invite them instead',
    );
    expect((await operator.post(`${place()}/members`, { person: person.id })).status).toBe(303);
    expect(await test.store.membership(scene.publisherId, person.id)).toBeDefined();
  });

  it('are removed after a page that says what they lose', async () => {
    const path = `${place()}/members/${scene.developer.id}/remove`;
    expect((await operator.get(path)).html).toContain('can no longer submit');
    expect((await operator.post(path)).status).toBe(303);
    expect(await test.store.membership(scene.publisherId, scene.developer.id)).toBeUndefined();
    expect((await operator.get(path)).status).toBe(404);
  });
});

describe('suspend, reinstate and revoke say what they do before they do it', () => {
  beforeEach(async () => {
    await approve(test, scene);
  });

  it('a publisher', async () => {
    await issue(['https://a.example', 'https://b.example']);
    await issue(['https://a.example']);
    const { html } = await operator.get(`${place()}/suspend`);
    expect(html).toContain('2 live statements for 2 authorization servers stop verifying.');
    expect(html).toContain('https://a.example');
    const unsaid = await operator.post(`${place()}/suspend`, { reason: '' });
    expect(unsaid.status).toBe(422);
    expect(unsaid.html).toContain('Say why');
    const done = await operator.post(`${place()}/suspend`, { reason: 'breach' });
    expect(done.location).toBe(`${place()}?notice=suspended`);
    expect(await publisher()).toMatchObject({ state: 'suspended', stateReason: 'breach' });
    expect((await operator.get(`${place()}/suspend`)).status).toBe(409);
    expect((await operator.get(`${place()}/reinstate`)).html).toContain(
      '2 live statements for 2 authorization servers verify again.',
    );
    expect((await operator.get(`${place()}/revoke`)).html).toContain(
      '2 statements that are suspended now can never be reinstated',
    );
  });

  it('a software', async () => {
    await issue();
    const path = `/console/software/${scene.softwareId}`;
    const { html } = await operator.get(`${path}/revoke`);
    expect(html).toContain('1 live statement stops verifying.');
    expect(html).toContain('1 live statement names no authorization server');
    expect(html).toContain('The approval is withdrawn too');
    expect((await operator.post(`${path}/revoke`, { reason: 'malware' })).location).toBe(
      `${path}?notice=revoked`,
    );
    expect((await operator.get(`${path}/suspend`)).html).toContain('No live statement depends on it.');
  });

  it('a statement, by its own developer too', async () => {
    const jti = await issue(['https://a.example']);
    const path = `/console/statements/${jti}`;
    const developer = await visit(test, app, scene.developer.id);
    expect((await developer.get(`${path}/suspend`)).status).toBe(403);
    expect((await developer.get(`${path}/revoke`)).html).toContain(
      '1 live statement for 1 authorization server stops verifying.',
    );
    expect((await developer.post(`${path}/revoke`, { reason: 'old' })).status).toBe(303);
    expect((await test.store.statement(jti))?.statement.state).toBe('revoked');
    const other = await visit(test, app, (await testPerson(test, [])).id);
    expect((await other.get(`${path}/revoke`)).status).toBe(403);
  });

  it('not without a passkey shown just now, and not by an auditor', async () => {
    expect((await auditor.get(`${place()}/suspend`)).status).toBe(403);
    expect((await auditor.post(`${place()}/suspend`, { reason: 'x' })).status).toBe(403);
    test.clock.advance(3_600);
    expect((await operator.get(`${place()}/suspend`)).location).toContain('/console/step-up');
    expect((await operator.post(`${place()}/suspend`, { reason: 'x' })).location).toContain(
      '/console/step-up',
    );
    expect((await publisher())?.state).toBe('active');
  });
});
