import { describe, expect, it } from 'vitest';
import { createRegistrar } from '../../../src/kit/registration/registrar.ts';
import { NOW } from '../support/fake-issuer.ts';
import { scene, type Client, type Scene } from '../support/scene.ts';
import { attested, storedOf } from '../management/support/clients.ts';

const STATUS = { VALID: 0, INVALID: 1, SUSPENDED: 2, SPECIFIC: 3 };
const TTL = 300;

const standing = async (at: Scene, { id }: Client) => {
  const found = await at.registrar.standing(id);
  return found.outcome === 'lapsed' ? `lapsed: ${found.because}` : found.outcome;
};

it('a client lapses when its statement is revoked, no later than the ttl of the list', async () => {
  const at = await scene();
  const client = await at.registered();
  expect(await standing(at, client)).toBe('live');
  at.issuer.setStatus(5, STATUS.INVALID);
  at.issuer.clock.advance(TTL);
  expect(await standing(at, client)).toBe('lapsed: revoked');
  expect((await storedOf(at, client)).state).toBe('active');
});

it('a client lapses while its statement is suspended and lives again when it is reinstated', async () => {
  const at = await scene();
  const client = await at.registered();
  for (const [status, expected] of [
    [STATUS.SUSPENDED, 'lapsed: suspended'],
    [STATUS.VALID, 'live'],
    [STATUS.SUSPENDED, 'lapsed: suspended'],
    [STATUS.VALID, 'live'],
  ] as const) {
    at.issuer.setStatus(5, status);
    at.issuer.clock.advance(TTL);
    expect(await standing(at, client)).toBe(expected);
  }
});

it('a suspended statement is no hindrance where the configuration accepts it', async () => {
  const at = await scene({ trust: { status: { suspended: 'accept' } } });
  const client = await at.registered();
  at.issuer.setStatus(5, STATUS.SUSPENDED);
  at.issuer.clock.advance(TTL);
  expect(await standing(at, client)).toBe('live');
});

it('a status this server does not know is no good standing', async () => {
  const at = await scene();
  const client = await at.registered();
  at.issuer.setStatus(5, STATUS.SPECIFIC);
  at.issuer.clock.advance(TTL);
  expect(await standing(at, client)).toBe('lapsed: statement');
});

it.each([
  ['revoked', STATUS.INVALID, 0],
  ['suspended', STATUS.SUSPENDED, 0],
  ['expired', STATUS.VALID, 90 * 86_400],
])('a client that is not bound to its statement lives on when that is %s', async (_what, status, later) => {
  const at = await scene({ policy: attested({ boundToStatement: false }) });
  const client = await at.registered();
  at.issuer.setStatus(5, status);
  at.issuer.clock.advance(TTL + later);
  expect(await standing(at, client)).toBe('live');
});

describe('when the issuer cannot be reached', () => {
  it('the list is used a little longer, and then nobody knows', async () => {
    const at = await scene({ trust: { status: { maxStaleSeconds: 1000 } } });
    const client = await at.registered();
    at.issuer.world.down = true;
    at.issuer.clock.advance(TTL + 999);
    expect(await standing(at, client)).toBe('live');
    at.issuer.clock.advance(2);
    expect(await standing(at, client)).toBe('lapsed: unknown_status');
    at.issuer.world.down = false;
    at.issuer.clock.advance(60);
    expect(await standing(at, client)).toBe('live');
  });

  it('clients live on where the configuration accepts that', async () => {
    const at = await scene({ trust: { status: { whenUnavailable: 'accept', maxStaleSeconds: 0 } } });
    const client = await at.registered();
    at.issuer.world.down = true;
    at.issuer.clock.advance(TTL + 10_000);
    expect(await standing(at, client)).toBe('live');
  });
});

it('without a verifier, nobody knows whether a statement stands', async () => {
  const first = await scene();
  const client = await first.registered();
  const registrar = createRegistrar({
    authorizationServer: 'https://as.example',
    store: first.store,
    nowMilliseconds: () => NOW * 1000,
  });
  expect(await registrar.standing(client.id)).toMatchObject({
    outcome: 'lapsed',
    because: 'unknown_status',
  });
});

describe('an operator ends a client', () => {
  it('for good: no token, no secret, no newer statement brings it back', async () => {
    const at = await scene();
    const client = await at.registered();
    const ended = await at.registrar.end(client.id, 'reported as phishing');
    expect(ended).toMatchObject({ ok: true, value: { state: 'ended', endReason: 'operator' } });
    expect(await at.registrar.standing(client.id)).toMatchObject({ outcome: 'ended', because: 'operator' });
    const secret = String(client.information['client_secret']);
    expect(await at.registrar.authenticate(client.id, secret)).toBe(false);
    const software_statement = await at.issuer.statement({ iat: NOW - 1, jti: '2' });
    expect((await client.update({ software_statement })).status).toBe(401);
    expect((await client.read()).status).toBe(401);
    expect((await client.remove()).status).toBe(401);
  });

  it('once: a second time, a sweep or a deletion change neither the reason nor the log', async () => {
    const at = await scene();
    const client = await at.registered();
    await at.registrar.end(client.id, 'reported as phishing');
    const before = await at.contents();
    at.issuer.setStatus(5, STATUS.INVALID);
    at.issuer.clock.advance(90 * 86_400);
    expect(await at.registrar.end(client.id, 'again')).toMatchObject({ value: { endReason: 'operator' } });
    await client.remove();
    await at.registrar.sweep({ endAbandoned: true, endOutdated: true });
    expect(await at.contents()).toEqual(before);
  });

  it('that is unknown: nothing happens', async () => {
    const at = await scene();
    expect(await at.registrar.end('unknown', 'x')).toEqual({ ok: true, value: undefined });
    expect(await at.contents()).toMatchObject({ texts: [], clients: [] });
  });
});

it('a client that its own deletion ended stands as deleted', async () => {
  const at = await scene();
  const client = await at.registered();
  await client.remove();
  expect(await at.registrar.standing(client.id)).toMatchObject({ outcome: 'ended', because: 'deleted' });
});
