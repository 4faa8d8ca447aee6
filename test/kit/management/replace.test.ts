import { expect, it } from 'vitest';
import type { JsonObject } from '../../../src/domain/json.ts';
import { scene } from '../support/scene.ts';
import { CALLBACK, changingNothing, openClient, openTo, secretOf, storedOf } from './support/clients.ts';

const FULL = {
  redirect_uris: [CALLBACK, 'https://client.example.org/callback2'],
  client_name: 'Example',
  'client_name#fr': 'Exemple',
  client_uri: 'https://client.example.org/',
  contacts: ['mary@example.org'],
  grant_types: ['authorization_code', 'refresh_token'],
  response_types: ['code'],
  scope: 'read write',
  token_endpoint_auth_method: 'client_secret_post',
  post_logout_redirect_uris: ['https://client.example.org/bye'],
};

const LEFT = { redirect_uris: [CALLBACK] };
const DEFAULTS = {
  grant_types: ['authorization_code'],
  response_types: ['code'],
  token_endpoint_auth_method: 'client_secret_basic',
};

const nulls = Object.fromEntries(
  Object.keys(FULL)
    .filter((name) => name !== 'redirect_uris')
    .map((name) => [name, null]),
);

it.each([
  ['left out', LEFT],
  ['null', { ...nulls, ...LEFT }],
] satisfies [string, JsonObject][])(
  'a member that is %s is gone afterwards, and the defaults come back',
  async (_how, body) => {
    const at = await scene({ policy: openTo() });
    const client = await openClient(at, FULL);
    const { status } = await client.update(body);
    expect(status).toBe(200);
    expect((await storedOf(at, client)).metadata).toEqual({ ...LEFT, ...DEFAULTS });
  },
);

it('a language-tagged member that is null is gone, and its untagged one stays', async () => {
  const at = await scene({ policy: openTo() });
  const client = await openClient(at, FULL);
  const { body } = await client.update({ ...FULL, 'client_name#fr': null });
  expect(body['client_name']).toBe('Example');
  expect(body).not.toHaveProperty(['client_name#fr']);
});

it('the default scope of the class comes back when scope is left out', async () => {
  const at = await scene({ policy: openTo({ scopes: ['read', 'write'], defaultScope: 'read' }) });
  const client = await openClient(at, { ...LEFT, scope: 'read write' });
  expect((await client.update(LEFT)).body['scope']).toBe('read');
});

it('members this server does not understand are dropped without a word', async () => {
  const at = await scene({ policy: openTo() });
  const client = await openClient(at, LEFT);
  const { status, body } = await client.update({ ...LEFT, unheard_of: 'x', iss: 'https://evil.example' });
  expect(status).toBe(200);
  expect(Object.keys(body)).not.toContain('unheard_of');
  expect(Object.keys(body)).not.toContain('iss');
});

const REFUSED: readonly (readonly [string, JsonObject, RegExp])[] = [
  ['registration_access_token', { registration_access_token: 'x' }, /registration_access_token/],
  ['registration_client_uri', { registration_client_uri: 'https://as.example/register/1' }, /client_uri/],
  ['client_secret_expires_at', { client_secret_expires_at: 0 }, /client_secret_expires_at/],
  ['client_id_issued_at', { client_id_issued_at: 1 }, /client_id_issued_at/],
  ['another client_id', { client_id: 'another' }, /client_id/],
  ['a client_id that is no string', { client_id: 7 }, /client_id/],
  ['no client_id', { client_id: null }, /client_id/],
  ['a wrong client_secret', { client_secret: 'imp_cs_wrong' }, /client_secret/],
  ['a client_secret that is no string', { client_secret: 7 }, /client_secret/],
];

it.each(REFUSED)(
  'an update with %s is refused with a sentence that names it, and changes nothing',
  async (_what, member, named) => {
    const at = await scene({ policy: openTo() });
    const client = await openClient(at, FULL);
    const { status, body } = await changingNothing(at, () => client.update({ ...LEFT, ...member }));
    expect(status).toBe(400);
    expect(body['error']).toBe('invalid_client_metadata');
    expect(body['error_description']).toMatch(named);
    expect((await client.read()).body).toMatchObject(FULL);
  },
);

it('an update by a public client cannot name a secret', async () => {
  const at = await scene({ policy: openTo() });
  const client = await openClient(at, { token_endpoint_auth_method: 'none' });
  const body = { ...LEFT, token_endpoint_auth_method: 'none', client_secret: 'mine' };
  expect((await changingNothing(at, () => client.update(body))).status).toBe(400);
});

it('an update may name the secret it has, and keeps it', async () => {
  const at = await scene({ policy: openTo() });
  const client = await openClient(at, LEFT);
  const secret = secretOf({ body: client.information });
  const { status, body } = await client.update({ ...LEFT, client_secret: secret });
  expect(status).toBe(200);
  expect(body).not.toHaveProperty('client_secret');
  expect(await at.registrar.authenticate(client.id, secret)).toBe(true);
});

it.each([
  ['an array', []],
  ['a text', '"x"'],
  ['no JSON', '{'],
  ['metadata against the rules', { redirect_uris: ['javascript:alert(1)'] }],
  ['jwks beside jwks_uri', { ...LEFT, jwks: { keys: [] }, jwks_uri: 'https://client.example.org/jwks' }],
])('an update with %s is refused and changes nothing', async (_what, body) => {
  const at = await scene({ policy: openTo() });
  const client = await openClient(at, FULL);
  const whole = Array.isArray(body) || typeof body === 'string' ? body : { client_id: client.id, ...body };
  const answer = await changingNothing(at, () =>
    at.call('PUT', `/${client.id}`, { token: client.token, body: whole }),
  );
  expect(answer.status).toBe(400);
});

it('a client whose class the policy has no more cannot be changed, but read and deleted', async () => {
  const first = await scene({ policy: openTo({ name: 'former' }) });
  const client = await openClient(first, LEFT);
  const at = await scene({ policy: openTo(), store: first.store });
  const { token } = client;
  const sent = { token, body: { ...LEFT, client_id: client.id } };
  expect((await changingNothing(at, () => at.call('PUT', `/${client.id}`, sent))).status).toBe(403);
  expect((await at.call('GET', `/${client.id}`, { token })).status).toBe(200);
  expect((await at.call('DELETE', `/${client.id}`, { token })).status).toBe(204);
});
