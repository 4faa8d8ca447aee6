import { expect, it } from 'vitest';
import { scene, type Scene } from '../support/scene.ts';
import { storedOf } from '../management/support/clients.ts';
import { racingStore } from '../management/support/racing-store.ts';

async function revokeAll(at: Scene): Promise<void> {
  at.issuer.setStatus(5, 1);
  at.issuer.clock.advance(301);
}

it('a sweep tells the host of everything that ended', async () => {
  const removed: string[] = [];
  const at = await scene({
    clients: {
      remove: async (clientId) => {
        removed.push(clientId);
      },
    },
  });
  const clients = [await at.registered(), await at.registered()];
  await revokeAll(at);
  await at.registrar.sweep({ dryRun: true });
  expect(removed).toEqual([]);
  await at.registrar.sweep();
  expect(new Set(removed)).toEqual(new Set(clients.map(({ id }) => id)));
});

it('a host that fails does not stop a sweep', async () => {
  const at = await scene({
    clients: {
      remove: async () => {
        throw new Error('disk full');
      },
    },
  });
  const clients = [await at.registered(), await at.registered(), await at.registered()];
  await revokeAll(at);
  const { swept } = await at.registrar.sweep();
  expect(swept.map(({ outcome }) => outcome)).toEqual(['ended', 'ended', 'ended']);
  for (const client of clients) expect((await storedOf(at, client)).state).toBe('ended');
  expect(at.told.filter(([event]) => event === 'registration.host_failed')).toHaveLength(3);
});

it('a sweep does not say of a registration it could not end that it ended, and goes on with the others', async () => {
  const { store, alwaysLoses } = racingStore();
  const at = await scene({ store });
  const [busy, other] = [await at.registered(), await at.registered()];
  await revokeAll(at);
  alwaysLoses(busy.id);
  const { swept } = await at.registrar.sweep();
  expect(swept.find(({ clientId }) => clientId === busy.id)?.outcome).toBe('found');
  expect(swept.find(({ clientId }) => clientId === other.id)?.outcome).toBe('ended');
  expect((await storedOf(at, busy)).state).toBe('active');
});
