import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest';
import { NOW, type Claims } from '../support/fake-issuer.ts';
import { scene, type Client, type Scene } from '../support/scene.ts';
import { attested, changingNothing, storedOf } from '../management/support/clients.ts';
import { reasonTold, refused } from '../registration/support/refused.ts';
import { storeKinds, type OpenedStore } from '../store/support/stores.ts';
import {
  cimdScene,
  cimdStatement,
  digestOf,
  documentOf,
  laterBy,
  publish,
  registeredWith,
  registerWith,
  type Published,
} from './support/published.ts';

let published: Published;
beforeEach(async () => {
  published = await publish({ scope: 'a b' });
});
afterEach(() => published.close());

const replacement = async (at: Scene, seconds: number, changes: Claims = {}) =>
  cimdStatement(at.issuer, published, { ...laterBy(seconds), exp: NOW + 60 * 86_400, ...changes });

describe.each(storeKinds())('over $name', (kind) => {
  let opened: OpenedStore;
  let at: Scene;
  let client: Client;
  beforeEach(async () => {
    opened = await kind.open();
    at = await cimdScene(published.origin, { store: opened.store });
    client = await registeredWith(at, published);
  });
  afterEach(() => opened.close());
  afterAll(() => kind.stop());

  it('a newer statement renews the registration, with the metadata of its document alone', async () => {
    published.body = documentOf(published.url, { scope: 'a', client_name: 'Renewed' });
    const software_statement = await replacement(at, 10);
    const { status, body } = await client.update({ software_statement, scope: 'a b c', client_name: 'Mine' });
    expect(status).toBe(200);
    expect(body).toMatchObject({
      scope: 'a',
      client_name: 'Renewed',
      registration_expires_at: NOW + 60 * 86_400,
    });
    expect((await storedOf(at, client)).governing).toMatchObject({
      issuedAt: NOW - 50,
      jti: 'statement-10',
      document: { digest: digestOf(published.body) },
    });
  });

  it('and may say more than the one before: the document was reviewed as a whole', async () => {
    published.body = documentOf(published.url, { scope: 'a b c' });
    expect((await client.update({ software_statement: await replacement(at, 10) })).body['scope']).toBe(
      'a b c',
    );
  });

  it('an update without a new statement changes nothing of the metadata', async () => {
    const { status, body } = await client.update({ client_name: 'Mine', scope: 'a b c' });
    expect([status, body['client_name'], body['scope']]).toEqual([200, 'Reviewed', 'a b']);
  });

  it('a superseded statement makes no registration, even after its registration has ended', async () => {
    const old = await cimdStatement(at.issuer, published);
    await client.update({ software_statement: await replacement(at, 10) });
    await client.remove();
    const asked = published.asked.length;
    const { body } = await refused(at, { software_statement: old });
    expect(body['error']).toBe('invalid_software_statement');
    expect(reasonTold(at)).toBe('statement.superseded');
    expect(published.asked).toHaveLength(asked);
    expect((await at.register({ software_statement: await replacement(at, 10) })).status).toBe(201);
  });

  it('statements that come at the same time leave the one that was issued last', async () => {
    const statements = await Promise.all([30, 10, 50, 20, 40].map((seconds) => replacement(at, seconds)));
    await Promise.all(statements.map((software_statement) => client.update({ software_statement })));
    const stored = await storedOf(at, client);
    expect(stored.governing?.jti).toBe('statement-50');
    expect((await at.registrar.software(at.issuer.issuer, published.url))?.newestIssuedAt).toBe(NOW - 10);
  });
});

describe('a replacement that is none', () => {
  let at: Scene;
  let client: Client;
  beforeEach(async () => {
    at = await cimdScene(published.origin);
    client = await registeredWith(at, published, { iat: NOW - 60 });
  });

  it.each<readonly [string, Claims, string]>([
    ['one of the same second', { ...laterBy(0), jti: 'other' }, 'invalid_software_statement'],
    ['an older one', { ...laterBy(-1), jti: 'other' }, 'invalid_software_statement'],
    ['one that has expired', { ...laterBy(1), exp: NOW - 70 }, 'invalid_software_statement'],
    ['one about another document', { ...laterBy(1), sub: 'OTHER' }, 'unapproved_software_statement'],
  ])('%s', async (_what, changes, error) => {
    const sub = changes['sub'] === 'OTHER' ? { sub: `${published.origin}/other.json` } : {};
    const software_statement = await cimdStatement(at.issuer, published, { ...changes, ...sub });
    const answer = await changingNothing(at, () => client.update({ software_statement }));
    expect([answer.status, answer.body['error']]).toEqual([400, error]);
  });

  it('one whose document was changed since, and what was registered stays', async () => {
    const software_statement = await replacement(at, 10);
    published.body = documentOf(published.url, { scope: 'a b c' });
    const answer = await changingNothing(at, () => client.update({ software_statement }));
    expect(answer.body['error']).toBe('invalid_software_statement');
  });

  it('one whose document cannot be had, and it works afterwards', async () => {
    const software_statement = await replacement(at, 10);
    published.instead = (_request, response) => response.writeHead(502).end();
    const answer = await changingNothing(at, () => client.update({ software_statement }));
    expect([answer.status, answer.body['error']]).toEqual([503, 'temporarily_unavailable']);
    published.instead = undefined;
    expect((await client.update({ software_statement })).status).toBe(200);
  });

  it('one of profile rfc7591', async () => {
    const both = await cimdScene(published.origin, { trust: { profiles: ['cimd', 'rfc7591'] } });
    const other = await registeredWith(both, published);
    const software_statement = await both.issuer.statement({ iat: NOW, software_id: published.url });
    const answer = await changingNothing(both, () => other.update({ software_statement }));
    expect(answer.body['error']).toBe('unapproved_software_statement');
    const plain = await both.registered();
    const cimd = await cimdStatement(both.issuer, published, laterBy(30));
    expect((await plain.update({ software_statement: cimd })).body['error']).toBe(
      'unapproved_software_statement',
    );
  });
});

it('an expired registration comes back by a newer statement, within the grace', async () => {
  const at = await cimdScene(published.origin);
  const client = await registeredWith(at, published);
  at.issuer.clock.advance(31 * 86_400);
  expect((await at.registrar.standing(client.id)).outcome).toBe('lapsed');
  expect((await client.update({})).status).not.toBe(200);
  const software_statement = await replacement(at, 31 * 86_400);
  expect((await client.update({ software_statement })).status).toBe(200);
  expect((await at.registrar.standing(client.id)).outcome).toBe('live');
});

it('a host renews for its client at the token endpoint by the same call', async () => {
  const at = await cimdScene(published.origin);
  const { id } = await registeredWith(at, published);
  const body = { client_id: id, software_statement: await replacement(at, 10) };
  const renewed = await at.registrar.update({ clientId: id, isAuthenticated: true, body });
  expect(renewed.ok && renewed.value.information['registration_expires_at']).toBe(NOW + 60 * 86_400);
});

describe('the number of registrations', () => {
  it('is one for each document and deciding party, also with a newer statement', async () => {
    const at = await cimdScene(published.origin);
    await registeredWith(at, published);
    for (const claims of [{}, laterBy(10)]) {
      const { body } = await refused(at, {
        software_statement: await cimdStatement(at.issuer, published, claims),
      });
      expect(body['error']).toBe('unapproved_software_statement');
      expect(reasonTold(at)).toBe('too_many_registrations');
    }
  });

  it('is one when many come at the same time', async () => {
    const at = await cimdScene(published.origin);
    const answers = await Promise.all(Array.from({ length: 8 }, () => registerWith(at, published)));
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(1);
  });

  it('is what the class says', async () => {
    const at = await cimdScene(published.origin, { policy: attested({ maxPerSoftware: 2 }) });
    const answers = [];
    for (let i = 0; i < 3; i += 1) answers.push((await registerWith(at, published)).status);
    expect(answers).toEqual([201, 201, 400]);
  });
});

it('a plain statement is counted and renewed as before', async () => {
  const at = await scene();
  await at.registered();
  expect((await at.registered()).information['registration_expires_at']).toBe(NOW + 30 * 86_400);
});
