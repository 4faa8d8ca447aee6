import type { Hono } from 'hono';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { activateKey } from '../../../../src/services/key-life.ts';
import { issueStatement } from '../../../../src/services/issue.ts';
import {
  approve,
  expectOk,
  testIssuer,
  testPerson,
  testScene,
  type TestIssuer,
} from '../../../support/issuer.ts';
import { appOf, visit, type Visitor } from '../browser.ts';

const DAY = 86_400;
let test: TestIssuer;
let app: Hono;
let operator: Visitor;
let auditor: Visitor;

beforeEach(async () => {
  test = await testIssuer();
  app = appOf(test);
  operator = await visit(test, app, test.operator.personId);
  auditor = await visit(test, app, (await testPerson(test, ['auditor'])).id);
});
afterEach(() => test.close());

const kids = async () => {
  const [active, standby] = await test.store.signingKeys();
  return { active: active?.kid ?? '', standby: standby?.kid ?? '' };
};

async function issueTwo(audience?: readonly string[]): Promise<void> {
  const scene = await testScene(test);
  await approve(test, scene);
  for (let i = 0; i < 2; i += 1)
    expectOk(await issueStatement(test.issuer, scene.developer.actor, scene.softwareId, { audience }));
}

describe('the keys page', () => {
  it('shows the rotation as a picture without inline style, and every key in a table', async () => {
    const { active } = await kids();
    const { status, html } = await operator.get('/console/keys');
    expect(status).toBe(200);
    expect(html).toContain('<svg');
    expect(html).not.toContain('style=');
    expect(html).toContain(`/console/keys/${active}`);
    expect(html).toContain('/console/keys/new');
  });

  it('offers an auditor nothing that they may not do', async () => {
    const { active } = await kids();
    for (const path of ['/console/keys', `/console/keys/${active}`]) {
      const { status, html } = await auditor.get(path);
      expect(status).toBe(200);
      expect(html).not.toMatch(/keys\/(?:new|[^"]*\/(?:activate|retire|revoke))/);
    }
    expect((await auditor.get(`/console/keys/${active}/revoke`)).status).toBe(403);
  });
});

describe('each step says what it does, and asks once', () => {
  it('generate', async () => {
    expect((await operator.get('/console/keys/new')).html).toContain('ES256');
    expect((await operator.post('/console/keys', { alg: 'HS256' })).status).toBe(422);
    const made = await operator.post('/console/keys', { alg: 'EdDSA' });
    expect(made.location).toMatch(/^\/console\/keys\/.+notice=key_generated$/);
    expect((await test.store.signingKeys()).at(-1)).toMatchObject({ alg: 'EdDSA', state: 'pending' });
  });

  it('activate before its time: with a reason only', async () => {
    const { standby } = await kids();
    const path = `/console/keys/${standby}/activate`;
    const asked = await operator.get(path);
    expect(asked.html).toContain('Activate before its time');
    const { status, html } = await operator.post(path, { emergency: 'yes', reason: ' ' });
    expect(status).toBe(422);
    expect(html).toContain('Say why');
    expect((await operator.post(path, {})).status).toBe(409);
    const done = await operator.post(path, { emergency: 'yes', reason: 'stolen laptop' });
    expect(done.location).toBe(`/console/keys/${standby}?notice=key_activated`);
  });

  it('activate in time: without a reason', async () => {
    const { standby, active } = await kids();
    test.clock.advance(2 * DAY);
    operator = await visit(test, app, test.operator.personId);
    const path = `/console/keys/${standby}/activate`;
    const { html } = await operator.get(path);
    expect(html).not.toContain('name="reason"');
    expect(html).toContain(active.slice(0, 8));
    expect((await operator.post(path)).status).toBe(303);
  });

  it('revoke and retire: name the authorization servers that live statements name', async () => {
    await issueTwo(['https://as.example', 'https://login.bank.example']);
    const { active, standby } = await kids();
    const path = `/console/keys/${active}`;
    const { html } = await operator.get(`${path}/revoke`);
    expect(html).toContain('2 live statements for 2 authorization servers stop verifying for good.');
    expect(html).toContain('<code>https://login.bank.example</code> 2 statements');
    expect(html).not.toContain('name no authorization server');
    test.clock.advance(2 * DAY);
    expectOk(await activateKey(test.issuer, test.operator, standby, {}));
    operator = await visit(test, app, test.operator.personId);
    expect((await operator.get(`${path}/retire`)).html).toContain(
      '2 live statements for 2 authorization servers could not be checked without it.',
    );
  });

  it('revoke: names how many statements stop, and who signs next', async () => {
    await issueTwo();
    const { active, standby } = await kids();
    const path = `/console/keys/${active}/revoke`;
    const { html } = await operator.get(path);
    expect(html).toContain('2 live statements stop verifying for good');
    expect(html).toContain('2 live statements name no authorization server, so any may have taken them.');
    expect(html).toContain(standby.slice(0, 8));
    expect((await operator.post(path)).status).toBe(422);
    expect((await operator.post(path, { reason: 'compromised' })).location).toBe(
      `/console/keys/${active}?notice=key_revoked`,
    );
    const after = await operator.get(`/console/keys/${active}`);
    expect(after.html).toContain('compromised');
    expect(after.html).not.toContain('Revoke…');
  });

  it('retire: says until when it is needed', async () => {
    await issueTwo();
    const { active, standby } = await kids();
    await operator.post(`/console/keys/${standby}/activate`, { emergency: 'yes', reason: 'drill' });
    const { html } = await operator.get(`/console/keys/${active}`);
    expect(html).toContain('2 live statements could not be checked without it');
    expect((await operator.post(`/console/keys/${active}/retire`)).status).toBe(409);
  });

  it('of a key that is not there is a page that says so', async () => {
    expect((await operator.get('/console/keys/nothing')).status).toBe(404);
    expect((await operator.get('/console/keys/nothing/revoke')).status).toBe(404);
  });
});

it('a passkey must have been shown just now', async () => {
  const { active } = await kids();
  test.clock.advance(3_600);
  const { status, location } = await operator.get(`/console/keys/${active}/revoke`);
  expect(status).toBe(303);
  expect(location).toContain('/console/step-up');
});

describe('the overview', () => {
  it('shows an operator and an auditor how everything stands', async () => {
    await issueTwo();
    for (const visitor of [operator, auditor]) {
      const { status, html } = await visitor.get('/console/overview');
      expect(status).toBe(200);
      expect(html).toContain('statements alive');
      expect(html).not.toContain('style=');
    }
  });

  it('warns when no key stands by', async () => {
    const { active } = await kids();
    await operator.post(`/console/keys/${active}/revoke`, { reason: 'drill' });
    expect((await operator.get('/console/overview')).html).toContain('No key stands by');
  });
});
