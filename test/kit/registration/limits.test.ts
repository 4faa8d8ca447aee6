import { describe, expect, it } from 'vitest';
import { cloudflareAddress } from '../../../src/kit/registration/client-address.ts';
import { mountRegistrar, type Limits } from '../../../src/kit/registration/endpoint.ts';
import { sha256Base64url } from '../../../src/domain/sha256.ts';
import { scene, type Answer, type Scene } from '../support/scene.ts';
import { CALLBACK, changingNothing, openClient, openTo } from '../management/support/clients.ts';
import { mint } from './support/tokens.ts';

const BODY = { redirect_uris: [CALLBACK] };
/** Two at once, and one more every thirty seconds. */
const TWO = { uses: 2, seconds: 60 } as const;
const NONE = { address: false, token: false, statement: false } as const;

const limited = (limits: Limits) =>
  scene({ policy: openTo(), limits: { ...NONE, ...limits }, clientAddress: cloudflareAddress });

const from = (at: Scene, address: string) =>
  at.call('POST', '', { body: BODY, headers: { 'cf-connecting-ip': address } });

function expectTooMany({ status, headers, body }: Answer, seconds: number): void {
  expect(status).toBe(429);
  expect(headers.get('retry-after')).toBe(String(seconds));
  expect(headers.get('cache-control')).toBe('no-store');
  expect(body['error']).toBe('temporarily_unavailable');
}

describe('one address', () => {
  it('registers so often and then waits as long as it is told', async () => {
    const at = await limited({ address: TWO });
    for (let i = 0; i < 2; i += 1) expect((await from(at, '192.0.2.1')).status).toBe(201);
    expectTooMany(await changingNothing(at, () => from(at, '192.0.2.1')), 30);
    at.issuer.clock.advance(29);
    expectTooMany(await from(at, '192.0.2.1'), 1);
    at.issuer.clock.advance(1);
    expect((await from(at, '192.0.2.1')).status).toBe(201);
    expectTooMany(await from(at, '192.0.2.1'), 30);
    at.issuer.clock.advance(60);
    for (let i = 0; i < 2; i += 1) expect((await from(at, '192.0.2.1')).status).toBe(201);
  });

  it('does not use up what another may', async () => {
    const at = await limited({ address: TWO });
    for (let i = 0; i < 3; i += 1) await from(at, '192.0.2.1');
    expect((await from(at, '192.0.2.2')).status).toBe(201);
  });

  it('is a whole /64 of IPv6', async () => {
    const at = await limited({ address: TWO });
    await from(at, '2001:db8:0:1::1');
    await from(at, '2001:db8:0:1:ffff::2');
    expectTooMany(await from(at, '2001:0DB8::1:0:0:0:3'), 30);
    expect((await from(at, '2001:db8:0:2::1')).status).toBe(201);
  });

  it('counts whatever it asks for, granted or not, before anything is read', async () => {
    const at = await limited({ address: TWO });
    const headers = { 'cf-connecting-ip': '192.0.2.1' };
    expect((await at.call('POST', '', { body: '{', headers })).status).toBe(400);
    expect((await at.call('GET', '/x', { token: 'x', headers })).status).toBe(401);
    expectTooMany(await at.call('DELETE', '/x', { token: 'x', headers }), 30);
  });

  it('is told to the operator, with why it was turned away, whatever it asked for', async () => {
    const at = await limited({ address: { uses: 1, seconds: 60 } });
    const sent = { body: '{', headers: { 'cf-connecting-ip': '192.0.2.1' } };
    for (let i = 0; i < 2; i += 1) await at.call('POST', '', sent);
    expect(at.told).toEqual([
      ['registration.turned_away', { status: 400, reason: 'not_json' }],
      ['registration.turned_away', { status: 429, reason: 'rate_limit' }],
    ]);
  });

  it('that nobody knows is not limited', async () => {
    const at = await limited({ address: TWO });
    for (let i = 0; i < 5; i += 1) expect((await at.register(BODY)).status).toBe(201);
  });

  it('is the peer of the connection under Node unless said', async () => {
    const { registrar } = await scene({ policy: openTo() });
    const { app } = mountRegistrar(registrar, { limits: { address: { uses: 1, seconds: 60 } } });
    const get = async (remoteAddress: string) =>
      (await app.request('/x', {}, { incoming: { socket: { remoteAddress } } })).status;
    expect(await get('192.0.2.1')).toBe(401);
    expect(await get('::ffff:192.0.2.1')).toBe(429);
    expect(await get('192.0.2.2')).toBe(401);
  });
});

it('one initial access token is limited, wherever it is used', async () => {
  const at = await limited({ token: TWO });
  const [{ token, row }, other] = [await mint(at, { maxUses: 9 }), await mint(at)];
  for (let i = 0; i < 2; i += 1) expect((await at.register(BODY, token)).status).toBe(201);
  expectTooMany(await changingNothing(at, () => at.register(BODY, token)), 30);
  expect((await at.store.initialAccessToken(row.id))?.uses).toBe(2);
  expect((await at.register(BODY, other.token)).status).toBe(201);
  expect((await at.register(BODY)).status).toBe(201);
  at.issuer.clock.advance(30);
  expect((await at.register(BODY, token)).status).toBe(201);
});

it('one registration access token is limited', async () => {
  const at = await limited({ token: TWO });
  const [client, other] = [await openClient(at), await openClient(at)];
  for (let i = 0; i < 2; i += 1) expect((await client.read()).status).toBe(200);
  expectTooMany(await changingNothing(at, client.remove), 30);
  expect((await other.read()).status).toBe(200);
});

it('one statement is limited, in registrations and updates together', async () => {
  const at = await limited({ statement: TWO });
  const [software_statement, other] = [await at.issuer.statement(), await at.issuer.statement({ jti: '2' })];
  const client = await openClient(at, { redirect_uris: ['https://app.example/callback'] });
  expect((await at.register({ software_statement })).status).toBe(201);
  expect((await client.update({ software_statement })).status).toBe(200);
  expectTooMany(await changingNothing(at, () => at.register({ software_statement })), 30);
  expect((await at.register({ software_statement: other })).status).toBe(201);
  at.issuer.clock.advance(30);
  expect((await at.register({ software_statement })).status).toBe(201);
});

it('sixty a minute are allowed unless said', async () => {
  const at = await scene({ policy: openTo(), limits: {}, clientAddress: cloudflareAddress });
  for (let i = 0; i < 60; i += 1) expect((await from(at, '192.0.2.1')).status).toBe(201);
  expectTooMany(await from(at, '192.0.2.1'), 1);
  const software_statement = await at.issuer.statement();
  for (let i = 0; i < 60; i += 1) expect((await at.register({ software_statement })).status).toBe(201);
  expectTooMany(await at.register({ software_statement }), 1);
  const { token } = await mint(at, { maxUses: 99 });
  for (let i = 0; i < 60; i += 1) expect((await at.register(BODY, token)).status).toBe(201);
  expectTooMany(await at.register(BODY, token), 1);
});

it('a limiter of its own is asked by keys that hold no credential and no statement, and may take its time', async () => {
  const keys: string[] = [];
  const limiter = async (key: string) => {
    keys.push(key);
    return keys.length > 3 ? 7 : undefined;
  };
  const at = await limited({ address: limiter, token: limiter, statement: limiter });
  const [{ token }, software_statement] = [await mint(at), await at.issuer.statement()];
  const sent = { token, body: { software_statement }, headers: { 'cf-connecting-ip': '2001:db8::1' } };
  expect((await at.call('POST', '', sent)).status).toBe(201);
  expect(keys).toEqual(['2001:db8:0:0::/64', sha256Base64url(token), sha256Base64url(software_statement)]);
  expectTooMany(await at.call('POST', '', sent), 7);
});
