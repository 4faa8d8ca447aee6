import { describe, expect, it } from 'vitest';
import type { ClientClass } from '../../../src/kit/registration/policy.ts';
import type { SweepOptions, Swept } from '../../../src/kit/registration/sweep.ts';
import { ISSUER, LIST_URI, NOW } from '../support/fake-issuer.ts';
import { scene, type Client, type Scene } from '../support/scene.ts';
import { attested, records, storedOf } from '../management/support/clients.ts';

const HOUR = 3600;
const CLASS = { renewalGraceSeconds: 1000, abandonedAfterSeconds: 30 * HOUR };

const placed = (idx: number) => ({ status: { status_list: { idx, uri: LIST_URI } } });

/** What befalls a client before the sweep, and what the sweep makes of it. */
type Case = {
  readonly what: string;
  readonly claims?: { readonly exp?: number };
  readonly befalls: (at: Scene, client: Client) => unknown;
  readonly options?: SweepOptions;
  readonly found: Pick<Swept, 'because' | 'outcome'> | undefined;
  readonly reason?: string;
};

const CASES: readonly Case[] = [
  { what: 'nothing', befalls: (at) => at.issuer.clock.advance(HOUR), found: undefined },
  {
    what: 'its time is over, the grace not',
    claims: { exp: NOW + 100 },
    befalls: (at) => at.issuer.clock.advance(1099),
    found: { because: 'expired', outcome: 'found' },
  },
  {
    what: 'its time and the grace are over',
    claims: { exp: NOW + 100 },
    befalls: (at) => at.issuer.clock.advance(1100),
    found: { because: 'expired', outcome: 'ended' },
    reason: 'expired',
  },
  {
    what: 'its statement was revoked',
    befalls: (at) => {
      at.issuer.setStatus(5, 1);
      at.issuer.clock.advance(301);
    },
    found: { because: 'statement', outcome: 'ended' },
    reason: 'statement',
  },
  {
    what: 'its statement is suspended',
    befalls: (at) => {
      at.issuer.setStatus(5, 2);
      at.issuer.clock.advance(301);
    },
    found: { because: 'suspended', outcome: 'found' },
  },
  {
    what: 'its statement has a status this server does not know',
    befalls: (at) => {
      at.issuer.setStatus(5, 3);
      at.issuer.clock.advance(301);
    },
    found: { because: 'statement', outcome: 'found' },
  },
  {
    what: 'nobody can say whether its statement stands',
    befalls: (at) => {
      at.issuer.world.down = true;
      at.issuer.clock.advance(4000);
    },
    found: { because: 'unknown_status', outcome: 'found' },
  },
  {
    what: 'it was never used',
    befalls: (at) => at.issuer.clock.advance(30 * HOUR),
    found: { because: 'abandoned', outcome: 'found' },
  },
  {
    what: 'it was never used, and such are to end',
    befalls: (at) => at.issuer.clock.advance(30 * HOUR),
    options: { endAbandoned: true },
    found: { because: 'abandoned', outcome: 'ended' },
    reason: 'abandoned',
  },
  {
    what: 'it was used lately',
    befalls: async (at, { id }) => {
      at.issuer.clock.advance(20 * HOUR);
      await at.registrar.used(id);
      at.issuer.clock.advance(30 * HOUR - 1);
    },
    options: { endAbandoned: true },
    found: undefined,
  },
  {
    what: 'it was used long ago',
    befalls: async (at, { id }) => {
      at.issuer.clock.advance(20 * HOUR);
      await at.registrar.used(id);
      at.issuer.clock.advance(30 * HOUR);
    },
    found: { because: 'abandoned', outcome: 'found' },
  },
  {
    what: 'it was changed lately',
    befalls: async (at, client) => {
      at.issuer.clock.advance(20 * HOUR);
      await client.update({});
      at.issuer.clock.advance(20 * HOUR);
    },
    options: { endAbandoned: true },
    found: undefined,
  },
  {
    what: 'its statement is below the floor',
    befalls: (at) => raise(at),
    found: { because: 'outdated', outcome: 'found' },
  },
  {
    what: 'its statement is below the floor, and such are to end',
    befalls: (at) => raise(at),
    options: { endOutdated: true },
    found: { because: 'outdated', outcome: 'ended' },
    reason: 'outdated',
  },
];

const raise = (at: Scene) =>
  at.registrar.raiseFloor({ issuer: ISSUER, softwareId: 'software-1', issuedAt: NOW, because: 'x' });

async function prepared({ claims, befalls }: Case) {
  const at = await scene({ policy: attested(CLASS) });
  const client = await at.registered({ ...claims });
  await befalls(at, client);
  return { at, client };
}

it.each(CASES)('a sweep finds what there is when $what', async (given) => {
  const { at, client } = await prepared(given);
  const before = await storedOf(at, client);
  const { looked, swept } = await at.registrar.sweep(given.options);
  expect(looked).toBe(1);
  expect(swept).toMatchObject(given.found === undefined ? [] : [{ clientId: client.id, ...given.found }]);
  for (const { detail } of swept) expect(detail).toMatch(/^[A-Z].*\.$/);
  const after = await storedOf(at, client);
  if (given.reason === undefined) expect(after).toEqual(before);
  else expect(after).toMatchObject({ state: 'ended', endReason: given.reason });
});

it.each(CASES)('a second sweep changes nothing more when $what', async (given) => {
  const { at } = await prepared(given);
  const first = await at.registrar.sweep(given.options);
  const before = await at.contents();
  const second = await at.registrar.sweep(given.options);
  expect(await at.contents()).toEqual(before);
  expect(second.swept).toEqual(first.swept.filter(({ outcome }) => outcome === 'found'));
});

it.each(CASES)('a dry run finds the same and changes nothing when $what', async (given) => {
  const { at } = await prepared(given);
  const before = await at.contents();
  const { swept } = await at.registrar.sweep({ ...given.options, dryRun: true });
  expect(swept.map(({ because, outcome }) => ({ because, outcome }))).toEqual(
    given.found === undefined ? [] : [{ because: given.found.because, outcome: 'found' }],
  );
  expect(await at.contents()).toEqual(before);
});

describe('a use is noted', () => {
  it('at most hourly, without a record and without a new version', async () => {
    const at = await scene({ policy: attested(CLASS) });
    const client = await at.registered();
    const { version } = await storedOf(at, client);
    for (const [seconds, noted] of [
      [0, NOW],
      [HOUR - 1, NOW],
      [1, NOW + HOUR],
    ] as const) {
      at.issuer.clock.advance(seconds);
      await at.registrar.used(client.id);
      expect(await storedOf(at, client)).toMatchObject({ lastUsedAt: noted, version });
    }
    await at.registrar.used('unknown');
    expect(await at.store.entryCount()).toBe(1);
  });

  it('and an update does not take it back', async () => {
    const at = await scene({ policy: attested(CLASS) });
    const client = await at.registered();
    await at.registrar.used(client.id);
    await client.update({});
    expect((await storedOf(at, client)).lastUsedAt).toBe(NOW);
  });
});

it('a sweep of many tells how far it is, and ends what was revoked among them', async () => {
  const at = await scene({ policy: attested() });
  const clients: Client[] = [];
  for (let i = 0; i < 205; i += 1)
    clients.push(await at.registered({ software_id: `s${i}`, ...placed(i % 2 === 0 ? 1 : 2) }));
  at.issuer.setStatus(1, 1);
  at.issuer.clock.advance(301);
  const told: number[] = [];
  const { looked, swept } = await at.registrar.sweep({ progress: (count) => told.push(count) });
  expect(looked).toBe(205);
  expect(told.at(-1)).toBe(205);
  expect(told).toEqual(told.toSorted((a, b) => a - b));
  expect(swept).toHaveLength(103);
  expect(await at.registrar.inventory({ state: 'active' }, undefined, 300)).toHaveLength(102);
});

it('a sweep that ends a client records why', async () => {
  const at = await scene();
  const client = await at.registered();
  at.issuer.setStatus(5, 1);
  at.issuer.clock.advance(301);
  await at.registrar.sweep();
  expect((await records(at)).at(-1)).toMatchObject({
    kind: 'client.ended',
    client_id: client.id,
    data: { reason: 'statement', because: expect.stringMatching(/revoked/) },
  });
});

it('a server that trusts an issuer no longer finds its clients, and ends none of them', async () => {
  const first = await scene();
  const client = await first.registered();
  const trust = { issuer: 'https://other.example' };
  const at = await scene({ store: first.store, trust });
  expect((await at.registrar.sweep()).swept).toMatchObject([
    { clientId: client.id, outcome: 'found', because: 'statement' },
  ]);
  expect((await first.registrar.standing(client.id)).outcome).toBe('live');
});

it.each<readonly [string, Partial<ClientClass>]>([
  ['a class without a bound for abandoned clients', { renewalGraceSeconds: 0 }],
  ['a class that is not bound to statements', { boundToStatement: false }],
])('%s: a client that nobody uses stays', async (_what, changes) => {
  const at = await scene({ policy: attested(changes) });
  await at.registered();
  at.issuer.clock.advance(20 * 86_400);
  expect((await at.registrar.sweep({ endAbandoned: true })).swept).toEqual([]);
});
