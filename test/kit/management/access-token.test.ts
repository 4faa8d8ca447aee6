import { expect, it } from 'vitest';
import { sha256Base64url } from '../../../src/domain/sha256.ts';
import { scene, type Client, type Scene } from '../support/scene.ts';
import { CALLBACK, openClient, openTo, storedOf, tokenOf } from './support/clients.ts';

const BODY = { redirect_uris: [CALLBACK] };

const open = (previousTokenSeconds?: number) =>
  scene({
    policy: { ...openTo(), ...(previousTokenSeconds === undefined ? {} : { previousTokenSeconds }) },
  });

const reads = async ({ call }: Scene, { id }: Client, token: string) =>
  (await call('GET', `/${id}`, { token })).status;

it('each update gives another registration access token, and a read gives the one it was asked with', async () => {
  const at = await open();
  const client = await openClient(at);
  const tokens = [client.token];
  for (let i = 0; i < 4; i += 1) {
    const newest = tokens.at(-1) ?? '';
    expect(tokenOf(await at.call('GET', `/${client.id}`, { token: newest }))).toBe(newest);
    tokens.push(tokenOf(await client.update(BODY, newest)));
  }
  expect(new Set(tokens).size).toBe(5);
});

it('nothing that is stored holds a credential, only SHA-256 digests of them', async () => {
  const at = await open();
  const client = await openClient(at);
  const second = tokenOf(await client.update(BODY));
  const text = JSON.stringify(await at.contents());
  expect(text).not.toMatch(/imp_(?:rat|cs|iat)_/);
  expect(await storedOf(at, client)).toMatchObject({
    tokenSha256: sha256Base64url(second),
    previousTokenSha256: sha256Base64url(client.token),
    secretSha256: sha256Base64url(String(client.information['client_secret'])),
  });
});

it.each([
  [undefined, 600],
  [30, 30],
])(
  'with previousTokenSeconds %s the token before an update is good for %i seconds and not longer',
  async (given, seconds) => {
    const at = await open(given);
    const client = await openClient(at);
    const newest = tokenOf(await client.update(BODY));
    at.issuer.clock.advance(seconds - 1);
    expect(await reads(at, client, client.token)).toBe(200);
    at.issuer.clock.advance(1);
    expect(await reads(at, client, client.token)).toBe(401);
    expect((await client.update(BODY)).status).toBe(401);
    expect((await client.remove()).status).toBe(401);
    expect(await reads(at, client, newest)).toBe(200);
  },
);

it('with previousTokenSeconds 0 the token before an update is dead at once', async () => {
  const at = await open(0);
  const client = await openClient(at);
  const newest = tokenOf(await client.update(BODY));
  expect(await reads(at, client, client.token)).toBe(401);
  expect(await reads(at, client, newest)).toBe(200);
});

it('a client that loses one answer after another goes on with the token it has', async () => {
  const at = await open();
  const client = await openClient(at);
  const lost: string[] = [];
  for (let i = 0; i < 3; i += 1) {
    at.issuer.clock.advance(400);
    lost.push(tokenOf(await client.update(BODY)));
  }
  const received = tokenOf(await client.update(BODY));
  for (const token of lost) expect(await reads(at, client, token)).toBe(401);
  expect(await reads(at, client, received)).toBe(200);
});

it('once the newest token was used for an update, the ones before its predecessor are dead', async () => {
  const at = await open();
  const client = await openClient(at);
  const second = tokenOf(await client.update(BODY));
  const third = tokenOf(await client.update(BODY, second));
  expect(await reads(at, client, client.token)).toBe(401);
  expect(await reads(at, client, second)).toBe(200);
  expect(await reads(at, client, third)).toBe(200);
});

it('an update that is refused leaves the token as it was', async () => {
  const at = await open(0);
  const client = await openClient(at);
  expect((await client.update({ redirect_uris: ['https://evil.example/'] })).status).toBe(400);
  expect(await reads(at, client, client.token)).toBe(200);
});

it('deleting a client kills its newest token, the one before, and its secret', async () => {
  const at = await open();
  const client = await openClient(at);
  const newest = tokenOf(await client.update(BODY));
  expect((await client.remove()).status).toBe(204);
  expect(await reads(at, client, client.token)).toBe(401);
  expect(await reads(at, client, newest)).toBe(401);
  expect(await at.registrar.authenticate(client.id, String(client.information['client_secret']))).toBe(false);
  expect(await storedOf(at, client)).toMatchObject({
    state: 'ended',
    endReason: 'deleted',
    secretSha256: null,
    previousTokenSha256: null,
  });
});
