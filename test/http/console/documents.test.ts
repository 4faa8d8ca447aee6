import type { Hono } from 'hono';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { decide } from '../../../src/services/decide.ts';
import { sessionCookieName } from '../../../src/http/console/session-cookie.ts';
import { startSession } from '../../../src/services/sign-in/sessions.ts';
import { watchDueDocuments } from '../../../src/services/documents/watch.ts';
import { approveDocument, digestOf, documentOctets, serve } from '../../support/documents.ts';
import { testInternet, type TestInternet } from '../../support/internet.ts';
import {
  expectOk,
  testIssuer,
  testPerson,
  testScene,
  type Scene,
  type TestIssuer,
} from '../../support/issuer.ts';
import { appOf, visit, type Visitor } from './browser.ts';

/** Documents at the console: submitted by URL, reviewed octet by octet, signed about, and seen to change by everybody concerned. */

let internet: TestInternet;
let test: TestIssuer;
let scene: Scene;
let app: Hono;
let developer: Visitor;
let reviewer: Visitor;
let operator: Visitor;
let place: string;
let url: string;
let count = 0;

beforeAll(async () => {
  internet = testInternet();
  test = await testIssuer(internet);
  app = appOf(test);
  reviewer = await visit(test, app, (await testPerson(test, ['reviewer'])).id);
  operator = await visit(test, app, (await testPerson(test, ['operator'])).id);
});
afterAll(() => test.close());
beforeEach(async () => {
  scene = await testScene(test);
  developer = await visit(test, app, scene.developer.id);
  place = `/console/software/${scene.softwareId}`;
  count += 1;
  url = `https://app.example/oauth/${count}.json`;
});

const textOf = (html: string) => html.replaceAll(/<[^>]+>/g, ' ').replaceAll(/\s+/g, ' ');
const lastOf = (location: string) => location.replace(/\?.*$/, '').split('/').at(-1) ?? '';
const octetsOf = (more = {}, written = {}) => documentOctets(more, { url, ...written });
async function look(): Promise<void> {
  test.clock.advance(3_600);
  await watchDueDocuments(test.issuer);
}
async function textAt(visitor: Visitor, path: string): Promise<string> {
  const { status, html } = await visitor.get(path);
  expect([status, path]).toEqual([200, path]);
  return textOf(html);
}

describe('submitting a document', () => {
  it('looks at it first, then sends exactly what was looked at', async () => {
    expect((await developer.get(`${place}/submit`)).html).toContain(`${place}/submit-document`);
    const digest = serve(internet, octetsOf({ client_name: '<b>Bold</b>' }), url);
    const seen = await developer.post(`${place}/submit-document`, { url, action: 'look' });
    expect(seen.status).toBe(200);
    expect(seen.html).toContain(digest);
    expect(seen.html).toContain('&lt;b&gt;Bold&lt;/b&gt;');
    expect(seen.html).not.toContain('<b>Bold');
    expect(textOf(seen.html)).toContain('the change needs a new review');

    serve(internet, octetsOf({ client_name: 'Swapped' }), url);
    const swapped = await developer.post(`${place}/submit-document`, { url, digest, action: 'submit' });
    expect(swapped.status).toBe(422);
    expect(textOf(swapped.html)).toContain('changed since you looked at it');

    serve(internet, octetsOf({ client_name: '<b>Bold</b>' }), url);
    const sent = await developer.post(`${place}/submit-document`, {
      url,
      digest,
      action: 'submit',
      note: 'from the document',
    });
    expect(sent.status).toBe(303);
    const submission = await test.store.submission(lastOf(sent.location));
    expect(submission).toMatchObject({ document: { url, digest }, note: 'from the document' });
  });

  it('says what is wrong with the URL, the version and the document, and keeps what was typed', async () => {
    const at = (fields: Record<string, string>) => developer.post(`${place}/submit-document`, fields);
    expect(textOf((await at({ url: '', action: 'look' })).html)).toContain('Write the URL of the document.');
    const nobody = await at({ url, action: 'look' });
    expect([nobody.status, textOf(nobody.html)]).toEqual([422, expect.stringContaining('cannot be reached')]);
    serve(internet, octetsOf({ redirect_uris: ['http://app.example/cb'] }), url);
    const broken = await at({ url, action: 'look' });
    expect(broken.html).toContain('redirect-uri-http');
    expect(broken.html).not.toContain('Submit the document for review');
    serve(internet, octetsOf(), url);
    const version = await at({ url, action: 'submit', software_version: 'ü', note: 'keep this' });
    expect([version.status, version.html]).toEqual([422, expect.stringContaining('keep this')]);
  });

  it('says that a URL speaks for another software', async () => {
    serve(internet, octetsOf(), url);
    await approveDocument(test, await testScene(test), url);
    const taken = await developer.post(`${place}/submit-document`, { url, action: 'submit' });
    expect([taken.status, textOf(taken.html)]).toEqual([
      409,
      expect.stringContaining('speaks for another software'),
    ]);
  });
});

describe('a reviewer', () => {
  it('reads the octets that were sent, and may have them compared with what is served', async () => {
    const octets = octetsOf({}, { before: '\uFEFF', after: '\n\n' });
    const digest = serve(internet, octets, url);
    const sent = await developer.post(`${place}/submit-document`, { url, action: 'submit' });
    const id = lastOf(sent.location);
    const page = await reviewer.get(`/console/review/${id}`);
    expect(page.html).toContain(digest);
    expect(page.html).toContain('aria-label="The document as it was reviewed"');
    const same = await reviewer.post(`/console/review/${id}/compare`, {});
    expect(textOf(same.html)).toContain('What is served this moment is exactly this document.');
    const changed = octetsOf({ client_name: 'Swapped' });
    serve(internet, changed, url);
    const other = await reviewer.post(`/console/review/${id}/compare`, {});
    expect(textOf(other.html)).toContain('Something else is served this moment.');
    expect(other.html).toContain(digestOf(changed));
    internet.sites.delete(url);
    const gone = await developer.post(`/console/submissions/${id}/compare`, {});
    expect(textOf(gone.html)).toContain('could not be fetched this moment');

    const person = await test.store.person(scene.developer.id);
    if (person === undefined) throw new Error('no such person');
    const session = expectOk(await startSession(test.issuer, person, { method: 'passkey' }));
    const file = await app.request(`/console/submissions/${id}/document`, {
      headers: { cookie: `${sessionCookieName(test.issuer)}=${session.text}` },
    });
    expect(new Uint8Array(await file.arrayBuffer())).toEqual(octets);
    expect(file.headers.get('x-content-type-options')).toBe('nosniff');
  });
});

describe('a changed document', () => {
  it('is shown to everyone concerned, until the change is approved', async () => {
    serve(internet, octetsOf(), url);
    await approveDocument(test, scene, url);
    const issued = await developer.post(`${place}/issue`, { profile: 'cimd' });
    expect(issued.status).toBe(303);
    const jti = lastOf(issued.location);
    const statement = (await test.store.statement(jti))?.statement;
    expect(statement?.profile).toBe('cimd');
    const statementPage = await developer.get(`/console/statements/${jti}`);
    expect(textOf(statementPage.html)).toContain('the URL of its Client ID Metadata Document');
    expect(statementPage.html).toContain('Presentation with curl');
    expect(statementPage.html).toContain(`{&quot;software_statement&quot;:&quot;${statement?.jwt}&quot;}`);
    const checked = await developer.post('/check', { statement: statement?.jwt ?? '' });
    expect(textOf(checked.html)).toContain('It is ours, and it stands.');

    serve(internet, octetsOf({ client_name: 'Renamed' }), url);
    await look();
    const filed = await test.store.openSubmission(scene.softwareId);
    const changed = 'document has changed since it was approved';
    expect(await textAt(developer, place)).toContain(`The ${changed}`);
    expect(await textAt(developer, place)).toContain('is not what was approved any more');
    expect(await textAt(developer, `${place}/issue`)).toContain(`The ${changed}`);
    expect(await textAt(developer, `/console/statements/${jti}`)).toContain(`The ${changed}`);
    expect(await textAt(reviewer, '/console/queue')).toMatch(/document changed.*Changed documents/);
    expect(await textAt(reviewer, `/console/review/${filed?.id}`)).toContain(
      'the issuer saw that the document changed',
    );
    expect(await textAt(operator, '/console/overview')).toContain('1 approved documents have changed');
    const catalogue = await app.request(`/catalogue/${scene.softwareId}`);
    expect(textOf(await catalogue.text())).toContain(`Its ${changed}.`);
    const forPrograms = await app.request(`/catalogue/${scene.softwareId}.json`);
    expect(await forPrograms.json()).toMatchObject({
      vouched: { document: { client_id: url, changed_since: test.clock.now() } },
    });
    const again = await developer.post('/check', { statement: statement?.jwt ?? '' });
    expect(textOf(again.html)).toContain('its document has changed since');

    expectOk(
      await decide(test.issuer, scene.reviewer.actor, filed?.id ?? '', {
        verdict: 'approve',
        reason: 'fine',
      }),
    );
    expect(await textAt(developer, place)).not.toContain(`The ${changed}`);
    expect(await textAt(operator, '/console/overview')).toContain('0 approved documents have changed');
    // The statement names octets that are not served any more, whatever was approved since.
    const after = await developer.post('/check', { statement: statement?.jwt ?? '' });
    expect(textOf(after.html)).toContain('its document has changed since');
  });

  it('that breaks a rule is told with what is wrong, and that it cannot be fetched, too', async () => {
    serve(internet, octetsOf(), url);
    await approveDocument(test, scene, url);
    serve(internet, octetsOf({ redirect_uris: ['http://app.example/cb'] }), url);
    await look();
    for (const [visitor, path] of [
      [developer, place],
      [reviewer, '/console/queue'],
      [operator, '/console/overview'],
    ] as const)
      expect(await textAt(visitor, path)).toMatch(
        /No review (?:of the change )?could be opened: .*redirect_uris/,
      );
    internet.sites.delete(url);
    await look();
    expect(await textAt(developer, place)).toContain('The document cannot be fetched. It cannot be reached.');
  });
});

it('a statement over metadata is offered no shape but its own', async () => {
  expect((await developer.get(`${place}/issue`)).html).not.toContain('name="profile"');
});
