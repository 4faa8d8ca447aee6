import { describe, expect, it } from 'vitest';
import { NOW } from '../support/fake-issuer.ts';
import { scene } from '../support/scene.ts';
import type { ClientClass } from '../../../src/kit/registration/policy.ts';
import {
  attested,
  changingNothing,
  openClient,
  openTo,
  storedOf,
  tokenOf,
} from '../management/support/clients.ts';

const ISSUED = NOW - 60;

describe('a registration expires at the soonest of', () => {
  it.each<readonly [string, number, Partial<ClientClass>, number | undefined, number | null]>([
    ['the exp of its statement', NOW + 1000, {}, undefined, NOW + 1000],
    ['the lifetime of its class', NOW + 1000, { lifetimeSeconds: 500 }, undefined, NOW + 500],
    ['a lifetime longer than the statement', NOW + 1000, { lifetimeSeconds: 5000 }, undefined, NOW + 1000],
    ['maxLifetimeSeconds of the issuer', NOW + 1000, {}, 300, ISSUED + 300],
    ['all three', NOW + 1000, { lifetimeSeconds: 100 }, 300, NOW + 100],
    [
      'its class alone, unbound',
      NOW + 1000,
      { lifetimeSeconds: 5000, boundToStatement: false },
      300,
      NOW + 5000,
    ],
    ['nothing, unbound', NOW + 1000, { boundToStatement: false }, 300, null],
  ])('%s', async (_what, exp, changes, maxLifetimeSeconds, expiresAt) => {
    const trust = maxLifetimeSeconds === undefined ? {} : { trust: { maxLifetimeSeconds } };
    const at = await scene({ policy: attested(changes), ...trust });
    const client = await at.registered({ exp });
    expect((await storedOf(at, client)).expiresAt).toBe(expiresAt);
  });
});

it('a client is live to the last second, and lapsed from then on', async () => {
  const at = await scene({ policy: attested({ lifetimeSeconds: 500 }) });
  const client = await at.registered();
  at.issuer.clock.advance(499);
  expect((await at.registrar.standing(client.id)).outcome).toBe('live');
  at.issuer.clock.advance(1);
  expect(await at.registrar.standing(client.id)).toMatchObject({
    outcome: 'lapsed',
    because: 'expired',
    detail: `It expired at ${new Date((NOW + 500) * 1000).toISOString()}.`,
  });
});

it('a lapsed client cannot authenticate, and an unknown one neither', async () => {
  const at = await scene({ policy: attested({ lifetimeSeconds: 500 }) });
  const client = await at.registered();
  const secret = String(client.information['client_secret']);
  expect(await at.registrar.authenticate(client.id, secret)).toBe(true);
  expect(await at.registrar.authenticate('unknown', secret)).toBe(false);
  at.issuer.clock.advance(500);
  expect(await at.registrar.authenticate(client.id, secret)).toBe(false);
  expect(await at.registrar.standing('unknown')).toEqual({ outcome: 'unknown' });
});

it('a registration without a statement and without a bound lives on', async () => {
  const at = await scene({ policy: openTo() });
  const client = await openClient(at);
  at.issuer.clock.advance(10 * 365 * 86_400);
  expect((await at.registrar.standing(client.id)).outcome).toBe('live');
});

it('an update without a newer statement does not prolong a registration', async () => {
  const at = await scene({ policy: openTo({ lifetimeSeconds: 500 }) });
  const client = await openClient(at);
  at.issuer.clock.advance(400);
  await client.update({ redirect_uris: ['https://client.example.org/callback'] });
  expect((await storedOf(at, client)).expiresAt).toBe(NOW + 500);
});

describe('after it lapsed, a registration', () => {
  async function lapsed(seconds: number) {
    const at = await scene({ policy: attested({ renewalGraceSeconds: 1000 }) });
    const client = await at.registered({ exp: NOW + 100 });
    at.issuer.clock.advance(100 + seconds);
    return { at, client, now: NOW + 100 + seconds };
  }

  it.each([0, 999])('is renewed by a newer statement %i seconds later', async (seconds) => {
    const { at, client, now } = await lapsed(seconds);
    expect((await at.registrar.standing(client.id)).outcome).toBe('lapsed');
    const software_statement = await at.issuer.statement({ iat: now - 1, jti: '2', exp: now + 500 });
    const answer = await client.update({ software_statement });
    expect(answer.status).toBe(200);
    expect(await at.registrar.standing(client.id)).toMatchObject({ outcome: 'live' });
    expect((await storedOf(at, client)).expiresAt).toBe(now + 500);
    expect(tokenOf(answer)).not.toBe(client.token);
  });

  it('is renewed no more when the grace is over, whether a sweep has come by or not', async () => {
    const { at, client, now } = await lapsed(1000);
    const software_statement = await at.issuer.statement({ iat: now - 1, jti: '2', exp: now + 500 });
    const { status } = await changingNothing(at, () => client.update({ software_statement }));
    expect(status).toBe(403);
    expect(at.told.at(-1)?.[1]['reason']).toBe('grace_is_over');
    await at.registrar.sweep();
    expect((await client.update({ software_statement })).status).toBe(401);
  });

  it('is not renewed by a statement that is not newer', async () => {
    const { at, client, now } = await lapsed(10);
    const software_statement = await at.issuer.statement({ jti: '2', exp: now + 500 });
    expect((await changingNothing(at, () => client.update({ software_statement }))).status).toBe(400);
  });

  it('is not brought back by an update without a statement', async () => {
    const { at, client } = await lapsed(100);
    expect((await changingNothing(at, () => client.update({}))).status).toBe(400);
  });

  it('is still read and deleted by its client', async () => {
    const { client } = await lapsed(2000);
    expect((await client.read()).status).toBe(200);
    expect((await client.remove()).status).toBe(204);
  });
});

it('renewal counts the lifetime of the class anew', async () => {
  const at = await scene({ policy: attested({ lifetimeSeconds: 500 }) });
  const client = await at.registered();
  at.issuer.clock.advance(400);
  const software_statement = await at.issuer.statement({ iat: NOW + 300, jti: '2' });
  await client.update({ software_statement });
  expect((await storedOf(at, client)).expiresAt).toBe(NOW + 900);
});
