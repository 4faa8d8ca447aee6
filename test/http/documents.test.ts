import type { Hono } from 'hono';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isJsonObject, type JsonObject, type JsonValue } from '../../src/domain/json.ts';
import { createApp } from '../../src/http/app.ts';
import { decide } from '../../src/services/decide.ts';
import { watchDueDocuments } from '../../src/services/documents/watch.ts';
import { digestOf, documentOctets, DOCUMENT_URL, serve } from '../support/documents.ts';
import { testInternet, type TestInternet } from '../support/internet.ts';
import { expectOk, METADATA, testIssuer, testScene, type Scene, type TestIssuer } from '../support/issuer.ts';
import { caller } from './call.ts';

/** Documents over the API: two ways to submit, the octets as they were, a statement about them, and what became of them. */

let internet: TestInternet;
let test: TestIssuer;
let scene: Scene;
let app: Hono;
let call: ReturnType<typeof caller>;

beforeAll(async () => {
  internet = testInternet();
  test = await testIssuer(internet);
  scene = await testScene(test);
  app = createApp({ issuer: test.issuer, publications: test.publications, signIn: test.signIn });
  call = caller(app, '', scene.developer.token);
});
afterAll(() => test.close());

const place = (more: string) => `/v1/software/${scene.softwareId}/${more}`;
const member = (body: JsonValue | undefined, name: string): JsonValue | undefined =>
  isJsonObject(body) ? body[name] : undefined;
async function submitted(body: JsonObject): Promise<string> {
  const { status, body: reply } = await call('POST', place('submissions'), { body });
  expect(status).toBe(201);
  return String(reply['id']);
}
async function approved(body: JsonObject): Promise<string> {
  const id = await submitted(body);
  expectOk(await decide(test.issuer, scene.reviewer.actor, id, { verdict: 'approve', reason: 'fine' }));
  return id;
}

describe('a submission', () => {
  it('is metadata with its version, or the URL of a document', async () => {
    const digest = serve(internet, documentOctets());
    const { status, body } = await call('POST', place('submissions'), { body: { client_id: DOCUMENT_URL } });
    expect([status, body['document'], body['software_version']]).toEqual([
      201,
      { client_id: DOCUMENT_URL, cimd_digest: digest },
      `document-${digest.slice(0, 12)}`,
    ]);
    expect(body['client_metadata']).toEqual(METADATA);
    const posted = await call('POST', place('submissions'), {
      body: { software_version: '0.1', client_metadata: METADATA },
    });
    expect([posted.status, posted.body['document']]).toEqual([201, null]);
  });

  it.each([
    [{ client_metadata: METADATA, client_id: DOCUMENT_URL }, '/client_metadata'],
    [{ note: 'nothing else' }, '/client_metadata'],
    [{ client_metadata: METADATA }, '/software_version'],
    [{ client_id: 7 }, '/client_id'],
    [{ client_id: 'https://app.example/' }, '/client_id'],
    [{ client_id: 'https://nobody.example/client.json' }, '/client_id'],
  ])('%j is refused at %s', async (body, pointer) => {
    const { status, body: problem } = await call('POST', place('submissions'), { body });
    expect([status, problem['type']]).toEqual([422, 'https://issuer.example/problems/invalid_input']);
    expect(problem['errors']).toMatchObject([{ pointer }]);
  });

  it('of a document can be looked at first', async () => {
    const digest = serve(internet, documentOctets({ redirect_uris: ['http://app.example/cb'] }));
    const { status, body } = await call('POST', place('preview'), { body: { client_id: DOCUMENT_URL } });
    expect(status).toBe(200);
    expect(body).toMatchObject({
      acceptable: false,
      document: { client_id: DOCUMENT_URL, cimd_digest: digest },
      findings: [{ rule: 'redirect-uri-http' }],
    });
    const both = await call('POST', place('preview'), {
      body: { client_id: DOCUMENT_URL, client_metadata: METADATA },
    });
    expect(both.status).toBe(422);
  });

  it('gives the octets that were reviewed, exactly, and to nobody else', async () => {
    const octets = documentOctets({}, { before: '\uFEFF', after: '\n\n' });
    serve(internet, octets);
    const id = await submitted({ client_id: DOCUMENT_URL });
    serve(internet, documentOctets({ client_name: 'Later' }));
    const get = (token: string) =>
      app.request(`/v1/submissions/${id}/document`, { headers: { authorization: `Bearer ${token}` } });
    const reply = await get(scene.reviewer.token);
    expect(new Uint8Array(await reply.arrayBuffer())).toEqual(octets);
    expect(Object.fromEntries(reply.headers)).toMatchObject({
      'content-type': 'application/json',
      'x-content-type-options': 'nosniff',
      'cache-control': 'no-store',
    });
    expect((await get((await testScene(test)).developer.token)).status).toBe(403);
    const posted = await submitted({ software_version: '0.2', client_metadata: METADATA });
    expect((await call('GET', `/v1/submissions/${posted}/document`)).status).toBe(404);
  });
});

describe('a statement', () => {
  it('is over metadata unless it is asked for over the document, and cannot be what nobody makes', async () => {
    serve(internet, documentOctets());
    await approved({ client_id: DOCUMENT_URL });
    const plain = await call('POST', place('statements'), { body: {} });
    expect([plain.status, plain.body['profile']]).toEqual([201, 'rfc7591']);
    expect(member(plain.body['registration_request'], 'client_name')).toBe('Example Application');

    const bound = await call('POST', place('statements'), { body: { profile: 'cimd' } });
    expect([bound.status, bound.body['profile']]).toEqual([201, 'cimd']);
    expect(bound.body['registration_request']).toEqual({
      software_statement: bound.body['software_statement'],
    });
    const jti = String(bound.body['jti']);
    expect((await call('GET', `/v1/statements/${jti}`)).body['profile']).toBe('cimd');
    test.clock.advance(1);
    const renewed = await call('POST', `/v1/statements/${jti}/renewal`, { body: {} });
    expect(renewed.body).toMatchObject({ profile: 'cimd', renewed_from: jti });
    expect(Number(renewed.body['iat'])).toBeGreaterThan(Number(bound.body['iat']));

    expect((await call('POST', place('statements'), { body: { profile: 'saml' } })).status).toBe(422);
  });

  it('over metadata that was posted has no document to name', async () => {
    const other = await testScene(test);
    const theirs = caller(app, '', other.developer.token);
    const { body } = await theirs('POST', `/v1/software/${other.softwareId}/submissions`, {
      body: { software_version: '1', client_metadata: METADATA },
    });
    expectOk(
      await decide(test.issuer, other.reviewer.actor, String(body['id']), {
        verdict: 'approve',
        reason: 'fine',
      }),
    );
    const refused = await theirs('POST', `/v1/software/${other.softwareId}/statements`, {
      body: { profile: 'cimd' },
    });
    expect(refused.body['type']).toBe('https://issuer.example/problems/profile_not_available');
    expect((await theirs('GET', `/v1/software/${other.softwareId}/document`)).status).toBe(404);
  });
});

describe('an approved document', () => {
  it('says what is served in its place', async () => {
    const digest = serve(internet, documentOctets());
    await approved({ client_id: DOCUMENT_URL });
    const read = async () => (await call('GET', place('document'))).body;
    expect(await read()).toMatchObject({ cimd_digest: digest, served: 'same', drifted_since: null });
    const changed = documentOctets({ client_name: 'Renamed' });
    serve(internet, changed);
    test.clock.advance(3_600);
    await watchDueDocuments(test.issuer);
    expect(await read()).toMatchObject({
      client_id: DOCUMENT_URL,
      cimd_digest: digest,
      served: 'changed',
      served_digest: digestOf(changed),
      drifted_since: test.clock.now(),
      problem: null,
    });
  });
});
