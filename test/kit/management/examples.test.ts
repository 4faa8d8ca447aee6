import { expect, it } from 'vitest';
import { REGISTER, scene } from '../support/scene.ts';
import { openClient, openTo, secretOf } from './support/clients.ts';

/** What the client of RFC 7592 §3 is registered with. */
const REGISTERED = {
  client_name: 'My Example Client',
  'client_name#ja-Jpan-JP': '\u30AF\u30E9\u30A4\u30A2\u30F3\u30C8\u540D',
  redirect_uris: ['https://client.example.org/callback', 'https://client.example.org/callback2'],
  grant_types: ['authorization_code', 'refresh_token'],
  token_endpoint_auth_method: 'client_secret_basic',
  logo_uri: 'https://client.example.org/logo.png',
  jwks_uri: 'https://client.example.org/my_public_keys.jwks',
};

/** The update request of RFC 7592 §2.2, but for client_id and client_secret. */
const UPDATE = {
  redirect_uris: ['https://client.example.org/callback', 'https://client.example.org/alt'],
  grant_types: ['authorization_code', 'refresh_token'],
  token_endpoint_auth_method: 'client_secret_basic',
  jwks_uri: 'https://client.example.org/my_public_keys.jwks',
  client_name: 'My New Example',
  'client_name#fr': 'Mon Nouvel Exemple',
  logo_uri: 'https://client.example.org/newlogo.png',
  'logo_uri#fr': 'https://client.example.org/fr/newlogo.png',
};

const POLICY = openTo({
  mayGrow: ['redirect_uris', 'grant_types', 'client_name'],
  secretLifetimeSeconds: 20_000,
});

it('the read request of RFC 7592 §2.1 gets the response of §3, with credentials of this server', async () => {
  const at = await scene({ policy: POLICY });
  const client = await openClient(at, REGISTERED);
  const { status, headers, body } = await at.call('GET', `/${client.id}`, {
    token: client.token,
    headers: { accept: 'application/json' },
  });
  expect(status).toBe(200);
  expect(headers.get('content-type')).toMatch(/^application\/json/);
  expect(headers.get('cache-control')).toBe('no-store');
  expect(headers.get('pragma')).toBe('no-cache');
  expect(body).toEqual({
    ...REGISTERED,
    response_types: ['code'],
    client_id: client.id,
    client_id_issued_at: at.issuer.clock.now(),
    client_secret_expires_at: at.issuer.clock.now() + 20_000,
    registration_access_token: client.token,
    registration_client_uri: `${REGISTER}/${client.id}`,
  });
});

it('the update request of RFC 7592 §2.2 is granted as it is written, to a class whose clients may grow that much', async () => {
  const at = await scene({ policy: POLICY });
  const { grant_types: _default, ...before } = REGISTERED;
  const client = await openClient(at, before);
  const answer = await client.update({ client_secret: secretOf({ body: client.information }), ...UPDATE });
  expect(answer.status).toBe(200);
  expect(answer.headers.get('cache-control')).toBe('no-store');
  const { registration_access_token: token, ...rest } = answer.body;
  expect(rest).toEqual({
    ...UPDATE,
    response_types: ['code'],
    client_id: client.id,
    client_id_issued_at: client.information['client_id_issued_at'],
    client_secret_expires_at: client.information['client_secret_expires_at'],
    registration_client_uri: `${REGISTER}/${client.id}`,
  });
  expect(token).toMatch(/^imp_rat_[A-Za-z0-9_-]{43}$/);
  expect(token).not.toBe(client.token);
});

it('an update that is granted shows in the next read', async () => {
  const at = await scene({ policy: POLICY });
  const client = await openClient(at, REGISTERED);
  const updated = await client.update(UPDATE);
  const read = await client.read();
  expect(read.body).toEqual({ ...updated.body, registration_access_token: client.token });
});

it.each(['redirect_uris', 'grant_types', 'client_name'])(
  'the update request of RFC 7592 §2.2 is refused where a class does not leave %s to its clients',
  async (member) => {
    const mayGrow = ['redirect_uris', 'grant_types', 'client_name'].filter((name) => name !== member);
    const at = await scene({ policy: openTo({ mayGrow }) });
    const { grant_types: _default, ...before } = REGISTERED;
    const client = await openClient(at, before);
    expect((await client.update(UPDATE)).body['error_description']).toContain(`(${member}`);
  },
);

it('the delete request of RFC 7592 §2.3 gets 204 and nothing else', async () => {
  const at = await scene({ policy: POLICY });
  const client = await openClient(at, REGISTERED);
  const { status, headers, body } = await client.remove();
  expect(status).toBe(204);
  expect(body).toEqual({});
  expect(headers.get('cache-control')).toBe('no-store');
  expect(headers.get('pragma')).toBe('no-cache');
  expect((await client.read()).status).toBe(401);
});

it('a client registered with a statement reads the statement unmodified', async () => {
  const at = await scene();
  const client = await at.registered({ token_endpoint_auth_method: 'none' });
  const read = await client.read();
  expect(read.body).toEqual(client.information);
  expect(read.body['software_statement']).toMatch(/^[\w-]+\.[\w-]+\.[\w-]+$/);
});
