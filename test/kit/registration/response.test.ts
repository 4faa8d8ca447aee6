import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../../src/domain/json.ts';
import { sha256Base64url } from '../../../src/domain/sha256.ts';
import { EC_KEY, PUBLIC_NATIVE } from '../../domain/client-metadata/examples.ts';
import { NOW } from '../support/fake-issuer.ts';
import { clientOf, REGISTER, scene } from '../support/scene.ts';
import { CALLBACK, openClient, openTo, secretOf, storedOf, tokenOf } from '../management/support/clients.ts';

const DEFAULTS = {
  token_endpoint_auth_method: 'client_secret_basic',
  grant_types: ['authorization_code'],
  response_types: ['code'],
};
const JWKS_URI = 'https://client.example.org/jwks';

describe('the answer to a registration (RFC 7591 §3.2.1)', () => {
  it('is 201, JSON, and never stored', async () => {
    const at = await scene({ policy: openTo() });
    const { status, headers } = await at.register({ redirect_uris: [CALLBACK] });
    expect(status).toBe(201);
    expect(headers.get('content-type')).toMatch(/^application\/json/);
    expect(headers.get('cache-control')).toBe('no-store');
    expect(headers.get('pragma')).toBe('no-cache');
  });

  it('has everything that is registered, defaults filled in, and the credentials of the client', async () => {
    const at = await scene({ policy: openTo() });
    const { body } = await at.register({ redirect_uris: [CALLBACK], client_name: 'Example' });
    const { client_id, client_secret, registration_access_token, ...rest } = body;
    expect(client_id).toMatch(/^[\w-]{20,64}$/);
    expect(client_secret).toMatch(/^imp_cs_[\w-]{43}$/);
    expect(registration_access_token).toMatch(/^imp_rat_[\w-]{43}$/);
    expect(rest).toEqual({
      ...DEFAULTS,
      redirect_uris: [CALLBACK],
      client_name: 'Example',
      client_id_issued_at: NOW,
      client_secret_expires_at: 0,
      registration_client_uri: `${REGISTER}/${String(client_id)}`,
    });
  });

  it('has what was asked for as it was asked for, where that is no default', async () => {
    const at = await scene({ policy: openTo() });
    expect((await openClient(at, PUBLIC_NATIVE)).information).toMatchObject(PUBLIC_NATIVE);
  });

  it('names no response types for a client that uses no redirect', async () => {
    const at = await scene({ policy: openTo() });
    const { body } = await at.register({ grant_types: ['client_credentials'] });
    expect(body['grant_types']).toEqual(['client_credentials']);
    expect(body).not.toHaveProperty('response_types');
  });

  it('leads to the registration: what is read there is what was answered, but for the secret', async () => {
    const at = await scene({ policy: openTo() });
    const answer = await at.register({ redirect_uris: [CALLBACK] });
    const path = String(answer.body['registration_client_uri']).slice(REGISTER.length);
    const { client_secret: _shown, ...rest } = answer.body;
    expect((await at.call('GET', path, { token: tokenOf(answer) })).body).toEqual(rest);
  });

  it('lies below the endpoint that is configured', async () => {
    const endpoint = 'https://as.example/tenant/clients';
    const at = await scene({ policy: openTo(), endpoint });
    const { id, information } = await openClient(at);
    expect(information['registration_client_uri']).toBe(`${endpoint}/${id}`);
  });

  it('is another client each time, with other credentials', async () => {
    const at = await scene({ policy: openTo() });
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => at.register({ redirect_uris: [CALLBACK] })),
    );
    for (const member of ['client_id', 'client_secret', 'registration_access_token'])
      expect(new Set(answers.map(({ body }) => body[member])).size).toBe(20);
  });

  it('does not let the client choose what the server gives', async () => {
    const at = await scene({ policy: openTo() });
    const chosen = {
      client_id: 'mine',
      client_secret: 'mine',
      client_id_issued_at: 1,
      client_secret_expires_at: 1,
      registration_access_token: 'mine',
      registration_client_uri: 'https://evil.example/',
    };
    const { information } = await openClient(at, chosen);
    for (const [member, value] of Object.entries(chosen)) expect(information[member]).not.toBe(value);
  });
});

describe('a secret', () => {
  it.each<readonly [string, JsonObject]>([
    ['a client that names no method', {}],
    ['client_secret_basic', { token_endpoint_auth_method: 'client_secret_basic' }],
    ['client_secret_post', { token_endpoint_auth_method: 'client_secret_post' }],
    [
      'client_credentials with client_secret_basic',
      { grant_types: ['client_credentials'], token_endpoint_auth_method: 'client_secret_basic' },
    ],
  ])('is made for %s, and works', async (_who, metadata) => {
    const at = await scene({ policy: openTo({ secretLifetimeSeconds: 1000 }) });
    const client = await openClient(at, metadata);
    expect(client.information['client_secret_expires_at']).toBe(NOW + 1000);
    expect(await at.registrar.authenticate(client.id, secretOf({ body: client.information }))).toBe(true);
    at.issuer.clock.advance(1000);
    expect(await at.registrar.authenticate(client.id, secretOf({ body: client.information }))).toBe(false);
  });

  it.each<readonly [string, JsonObject]>([
    ['a public client', { token_endpoint_auth_method: 'none' }],
    ['private_key_jwt', { token_endpoint_auth_method: 'private_key_jwt', jwks_uri: JWKS_URI }],
    [
      'private_key_jwt with keys by value',
      { token_endpoint_auth_method: 'private_key_jwt', jwks: { keys: [EC_KEY] } },
    ],
    ['tls_client_auth', { token_endpoint_auth_method: 'tls_client_auth', tls_client_auth_san_dns: 'a.b' }],
    [
      'self_signed_tls_client_auth',
      { token_endpoint_auth_method: 'self_signed_tls_client_auth', jwks_uri: JWKS_URI },
    ],
  ])('is not made for %s, nor is there a time at which it expires', async (_who, metadata) => {
    const at = await scene({ policy: openTo({ secretLifetimeSeconds: 1000 }) });
    const client = await openClient(at, metadata);
    expect(client.information).not.toHaveProperty('client_secret');
    expect(client.information).not.toHaveProperty('client_secret_expires_at');
    expect(await storedOf(at, client)).toMatchObject({ secretSha256: null, secretExpiresAt: null });
    expect(await at.registrar.authenticate(client.id, '')).toBe(false);
  });

  it('is kept as a digest alone, like the registration access token', async () => {
    const at = await scene({ policy: openTo() });
    const client = await openClient(at);
    const secret = secretOf({ body: client.information });
    expect(await storedOf(at, client)).toMatchObject({
      secretSha256: sha256Base64url(secret),
      tokenSha256: sha256Base64url(client.token),
    });
    const kept = JSON.stringify([await at.contents(), at.told]);
    for (const credential of [secret, client.token]) expect(kept).not.toContain(credential.slice(8));
    expect(kept).not.toMatch(/imp_(?:cs|rat|iat)_/);
  });

  it('of one client is not that of another', async () => {
    const at = await scene({ policy: openTo() });
    const [one, other] = [
      await openClient(at),
      clientOf(at.call, await at.register({ redirect_uris: [CALLBACK] })),
    ];
    expect(await at.registrar.authenticate(one.id, secretOf({ body: other.information }))).toBe(false);
  });
});
