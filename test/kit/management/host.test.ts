import { expect, it } from 'vitest';
import type { JsonObject } from '../../../src/domain/json.ts';
import type { HostClient, HostClients } from '../../../src/kit/registration/ports.ts';
import { scene } from '../support/scene.ts';
import { CALLBACK, changingNothing, openClient, openTo, secretOf, storedOf } from './support/clients.ts';

const NEW = 'client_secret_basic';
const body = (scope: string, method = NEW): JsonObject => ({
  redirect_uris: [CALLBACK],
  scope,
  token_endpoint_auth_method: method,
});

/** A host with a store of its own, whose disk a test may fill. */
function host() {
  const kept = new Map<string, HostClient>();
  const world = { isFull: false, refuses: false, removed: 0 };
  const clients: HostClients = {
    check: async () =>
      world.refuses
        ? { error: 'invalid_client_metadata', description: 'This server cannot serve it.' }
        : undefined,
    put: async (client) => {
      if (world.isFull) throw new Error('disk full');
      kept.set(client.clientId, client);
    },
    remove: async (clientId) => {
      world.removed += 1;
      if (world.isFull) throw new Error('disk full');
      kept.delete(clientId);
    },
  };
  return { clients, kept, world };
}

async function hosted(metadata = body('read write')) {
  const mine = host();
  const at = await scene({ policy: openTo(), clients: mine.clients });
  return { ...mine, at, client: await openClient(at, metadata) };
}

it('a host has what is registered, after each change', async () => {
  const { at, client, kept } = await hosted();
  expect(kept.get(client.id)).toEqual({
    clientId: client.id,
    clientIdIssuedAt: at.issuer.clock.now(),
    metadata: (await storedOf(at, client)).metadata,
    secret: secretOf({ body: client.information }),
    secretExpiresAt: 0,
    softwareStatement: undefined,
  });
  await client.update(body('read'));
  expect(kept.get(client.id)).toMatchObject({
    metadata: (await storedOf(at, client)).metadata,
    secret: undefined,
  });
  await client.remove();
  expect(kept.size).toBe(0);
});

it('a host that fails on an update: 503, and the same update again repairs it', async () => {
  const { at, client, kept, world } = await hosted();
  world.isFull = true;
  const failed = await client.update(body('read'));
  expect(failed.status).toBe(503);
  expect(failed.body['error']).toBe('temporarily_unavailable');
  expect(Number(failed.headers.get('retry-after'))).toBeGreaterThan(0);
  expect(failed.body).not.toHaveProperty('registration_access_token');
  expect(at.told.map(([event]) => event)).toContain('registration.host_failed');
  expect(kept.get(client.id)?.metadata['scope']).toBe('read write');

  world.isFull = false;
  const repeated = await client.update(body('read'));
  expect(repeated.status).toBe(200);
  expect(kept.get(client.id)?.metadata['scope']).toBe('read');
  expect((await storedOf(at, client)).metadata['scope']).toBe('read');
});

it('a host that fails when a secret is made: the same update again gives a secret that works', async () => {
  const { at, client, kept, world } = await hosted(body('read', 'none'));
  world.isFull = true;
  expect((await client.update(body('read'))).status).toBe(503);
  world.isFull = false;
  const secret = secretOf(await client.update(body('read')));
  expect(kept.get(client.id)?.secret).toBe(secret);
  expect(await at.registrar.authenticate(client.id, secret)).toBe(true);
});

it('what a host cannot serve is refused in its words, and changes nothing', async () => {
  const { at, client, kept, world } = await hosted();
  const before = kept.get(client.id);
  world.refuses = true;
  const answer = await changingNothing(at, () => client.update(body('read')));
  expect(answer.status).toBe(400);
  expect(answer.body['error_description']).toBe('This server cannot serve it.');
  expect(kept.get(client.id)).toBe(before);
});

it.each([
  ['its client deletes', 'deleted'],
  ['an operator ends', 'operator'],
])('a registration that %s has ended although the host fails to forget it', async (_how, reason) => {
  const { at, client, world } = await hosted();
  world.isFull = true;
  if (reason === 'deleted') expect((await client.remove()).status).toBe(204);
  else expect((await at.registrar.end(client.id, 'x')).ok).toBe(true);
  expect(await at.registrar.standing(client.id)).toMatchObject({ outcome: 'ended', because: reason });
  expect(at.told.map(([event]) => event)).toContain('registration.host_failed');
});

it('a host that could not forget a client is told again by the sweeps of a week', async () => {
  const { at, client, kept, world } = await hosted();
  world.isFull = true;
  await client.remove();
  at.issuer.clock.advance(3600);
  await at.registrar.sweep({ dryRun: true });
  expect(world.removed).toBe(1);
  await at.registrar.sweep();
  expect(kept.size).toBe(1);
  world.isFull = false;
  await at.registrar.sweep();
  expect(kept.size).toBe(0);
  at.issuer.clock.advance(7 * 86_400);
  const { removed } = world;
  await at.registrar.sweep();
  expect(world.removed).toBe(removed);
});

it('an update that reaches the host late does not undo a later one there', async () => {
  const { at, client, clients, kept } = await hosted();
  const put = clients.put?.bind(clients);
  let later: Promise<unknown> | undefined;
  clients.put = async (given) => {
    // While the host takes its time with the first, the second is through.
    later ??= client.update(body('read'), client.token);
    if (given.metadata['contacts'] !== undefined) await later;
    await put?.(given);
  };
  await client.update({ ...body('read write'), contacts: ['x@example.org'] });
  expect((await storedOf(at, client)).metadata['scope']).toBe('read');
  expect(kept.get(client.id)?.metadata).toEqual((await storedOf(at, client)).metadata);
});

it('an update that reaches the host late does not bring a deleted client back there', async () => {
  const { client, clients, kept } = await hosted();
  const put = clients.put?.bind(clients);
  clients.put = async (given) => {
    await client.remove();
    await put?.(given);
  };
  await client.update(body('read'));
  expect(kept.size).toBe(0);
});
