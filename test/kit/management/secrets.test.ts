import { expect, it } from 'vitest';
import type { JsonObject } from '../../../src/domain/json.ts';
import type { ClientClass } from '../../../src/kit/registration/policy.ts';
import { scene } from '../support/scene.ts';
import {
  CALLBACK,
  changingNothing,
  openClient,
  openTo,
  secretOf,
  storedOf,
  tokenOf,
} from './support/clients.ts';

const using = (method: string, more: JsonObject = {}): JsonObject => ({
  redirect_uris: [CALLBACK],
  token_endpoint_auth_method: method,
  ...more,
});
const KEYS = { jwks_uri: 'https://client.example.org/jwks.json' };

const open = (changes: Partial<ClientClass> = {}) => scene({ policy: openTo(changes) });

it('a public client that becomes confidential gets a secret, which works', async () => {
  const at = await open();
  const client = await openClient(at, using('none'));
  expect(client.information).not.toHaveProperty('client_secret');
  const { status, body } = await client.update(using('client_secret_basic'));
  expect(status).toBe(200);
  expect(body['client_secret_expires_at']).toBe(0);
  expect(await at.registrar.authenticate(client.id, secretOf({ body }))).toBe(true);
});

it('a public client gets no secret where its class has no methods with secrets', async () => {
  const at = await open({ authMethods: ['none'] });
  const client = await openClient(at, using('none'));
  const { status, body } = await changingNothing(at, () => client.update(using('client_secret_basic')));
  expect(status).toBe(400);
  expect(body['error']).toBe('invalid_client_metadata');
});

it('a client that leaves its secret for a key loses the secret', async () => {
  const at = await open();
  const client = await openClient(at, using('client_secret_basic', KEYS));
  const { status, body } = await client.update(using('private_key_jwt', KEYS));
  expect(status).toBe(200);
  expect(body).not.toHaveProperty('client_secret');
  expect(body).not.toHaveProperty('client_secret_expires_at');
  expect(await storedOf(at, client)).toMatchObject({ secretSha256: null, secretExpiresAt: null });
  expect(await at.registrar.authenticate(client.id, secretOf({ body: client.information }))).toBe(false);
});

it('a client that comes back from its key to a secret needs the class to allow it, and gets another secret', async () => {
  const at = await open({ mayGrow: ['token_endpoint_auth_method'] });
  const client = await openClient(at, using('client_secret_basic', KEYS));
  const second = tokenOf(await client.update(using('private_key_jwt', KEYS)));
  const { body } = await client.update(using('client_secret_basic', KEYS), second);
  expect(secretOf({ body })).not.toBe(secretOf({ body: client.information }));
  expect(await at.registrar.authenticate(client.id, secretOf({ body }))).toBe(true);
});

it('a secret that is good is kept and not shown, whatever else the update changes', async () => {
  const at = await open({ secretLifetimeSeconds: 1000 });
  const client = await openClient(at, using('client_secret_basic', { scope: 'read write' }));
  at.issuer.clock.advance(999);
  const { status, body } = await client.update(using('client_secret_basic', { scope: 'read' }));
  expect(status).toBe(200);
  expect(body).not.toHaveProperty('client_secret');
  expect(body['client_secret_expires_at']).toBe(client.information['client_secret_expires_at']);
  expect(await at.registrar.authenticate(client.id, secretOf({ body: client.information }))).toBe(true);
});

it('a secret that has expired no longer works and is replaced by an update', async () => {
  const at = await open({ secretLifetimeSeconds: 1000 });
  const client = await openClient(at, using('client_secret_basic'));
  const old = secretOf({ body: client.information });
  at.issuer.clock.advance(1000);
  expect(await at.registrar.authenticate(client.id, old)).toBe(false);
  const { body } = await client.update(using('client_secret_basic'));
  expect(body['client_secret_expires_at']).toBe(at.issuer.clock.now() + 1000);
  expect(await at.registrar.authenticate(client.id, secretOf({ body }))).toBe(true);
  expect(await at.registrar.authenticate(client.id, old)).toBe(false);
});

it('a secret whose answer was lost is made again for the token that the client still has', async () => {
  const at = await open();
  const client = await openClient(at, using('none'));
  const lost = secretOf(await client.update(using('client_secret_basic')));
  const { status, body } = await client.update(using('client_secret_basic'));
  expect(status).toBe(200);
  expect(await at.registrar.authenticate(client.id, secretOf({ body }))).toBe(true);
  expect(await at.registrar.authenticate(client.id, lost)).toBe(false);
});

it('a client that repeats an update and names its secret keeps it', async () => {
  const at = await open();
  const client = await openClient(at, using('none'));
  const secret = secretOf(await client.update(using('client_secret_basic')));
  const again = await client.update(using('client_secret_basic', { client_secret: secret }));
  expect(again.status).toBe(200);
  expect(again.body).not.toHaveProperty('client_secret');
  expect(await at.registrar.authenticate(client.id, secret)).toBe(true);
});
