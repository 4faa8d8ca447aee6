import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../../src/domain/json.ts';
import { sha256Base64url } from '../../../src/domain/sha256.ts';
import { scene, type Scene } from '../support/scene.ts';
import { CALLBACK, changingNothing, openTo } from '../management/support/clients.ts';
import { racingStore } from '../management/support/racing-store.ts';
import { reasonTold } from './support/refused.ts';
import { mint } from './support/tokens.ts';

const POLICY = openTo({ requires: 'initial_access_token' });
const BODY = { redirect_uris: [CALLBACK] };

const usesOf = async ({ store }: Scene, id: string) => (await store.initialAccessToken(id))?.uses;

it.each([1, 2, 5])('a token for %i uses registers so many clients and no more', async (maxUses) => {
  const at = await scene({ policy: POLICY });
  const { token, row } = await mint(at, { maxUses });
  for (let i = 1; i <= maxUses; i += 1) {
    expect((await at.register(BODY, token)).status).toBe(201);
    expect(await usesOf(at, row.id)).toBe(i);
  }
  expect((await changingNothing(at, () => at.register(BODY, token))).status).toBe(401);
  expect(reasonTold(at)).toBe('initial_access_token.used_up');
});

it('a token is good until its time is over, and not at that second', async () => {
  const at = await scene({ policy: POLICY });
  const { token } = await mint(at, { lifetimeSeconds: 100, maxUses: 9 });
  at.issuer.clock.advance(99);
  expect((await at.register(BODY, token)).status).toBe(201);
  at.issuer.clock.advance(1);
  expect((await changingNothing(at, () => at.register(BODY, token))).status).toBe(401);
  expect(reasonTold(at)).toBe('initial_access_token.expired');
});

it('a token that was revoked is dead at once, and what it registered stays', async () => {
  const at = await scene({ policy: POLICY });
  const { token, row } = await mint(at, { maxUses: 9 });
  await at.register(BODY, token);
  await at.registrar.revokeInitialAccessToken(row.id);
  expect((await changingNothing(at, () => at.register(BODY, token))).status).toBe(401);
  expect(reasonTold(at)).toBe('initial_access_token.revoked');
  expect(await at.registrar.inventory({ state: 'active' })).toHaveLength(1);
});

it('whatever is wrong with a token, its holder hears the same', async () => {
  const at = await scene({ policy: POLICY });
  const { token, row } = await mint(at);
  const revoked = await mint(at);
  await at.registrar.revokeInitialAccessToken(revoked.row.id);
  const expired = await mint(at, { lifetimeSeconds: 1 });
  at.issuer.clock.advance(1);
  const wrong = [
    revoked.token,
    expired.token,
    `imp_iat_${row.id}_${'A'.repeat(43)}`,
    token.replace(row.id, revoked.row.id),
    `imp_iat_01234567-89ab-cdef-0123-456789abcdef_${'A'.repeat(43)}`,
    `imp_rat_${'A'.repeat(43)}`,
    token.slice(0, -1),
    `${token}A`,
    row.id,
    row.secretSha256,
    'x',
  ];
  const answers = [];
  for (const text of wrong) answers.push(await changingNothing(at, () => at.register(BODY, text)));
  const seen = answers.map(({ status, headers, body }) =>
    JSON.stringify([status, headers.get('www-authenticate'), body]),
  );
  expect(new Set(seen).size).toBe(1);
  expect(answers[0]?.status).toBe(401);
  expect(answers[0]?.body['error']).toBe('invalid_token');
  expect(answers[0]?.headers.get('www-authenticate')).toMatch(/^Bearer realm=".*", error="invalid_token"/);
  expect((await at.register(BODY, token)).status).toBe(201);
});

it('a bad token is refused also where none is needed', async () => {
  const at = await scene({ policy: openTo() });
  expect((await changingNothing(at, () => at.register(BODY, 'x'))).status).toBe(401);
});

it.each<readonly [string, (token: string) => string, number]>([
  ['in another case', (token) => `bearer ${token}`, 201],
  ['after more spaces', (token) => `Bearer   ${token}`, 201],
  ['as another scheme', (token) => `Basic ${token}`, 401],
  ['without a scheme', (token) => token, 401],
  ['without a token', () => 'Bearer', 401],
  ['of two tokens', (token) => `Bearer ${token} ${token}`, 401],
  ['of two tokens in a list', (token) => `Bearer ${token}, Bearer ${token}`, 401],
  ['that has no end', () => `Bearer ${'A'.repeat(5_000)}`, 401],
])('an Authorization header %s', async (_how, header, status) => {
  const at = await scene({ policy: POLICY });
  const { token } = await mint(at);
  const sent = { body: BODY, headers: { authorization: header(token) } };
  expect((await at.call('POST', '', sent)).status).toBe(status);
});

describe('a race', () => {
  it.each([1, 3])('for the last %i uses is won by so many', async (maxUses) => {
    const at = await scene({ policy: POLICY });
    const { token, row } = await mint(at, { maxUses });
    const answers = await Promise.all(Array.from({ length: 12 }, () => at.register(BODY, token)));
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(maxUses);
    expect(answers.filter(({ status }) => status === 401)).toHaveLength(12 - maxUses);
    expect(await usesOf(at, row.id)).toBe(maxUses);
    expect(await at.registrar.inventory({})).toHaveLength(maxUses);
    expect(await at.store.entryCount()).toBe(1 + maxUses);
  });

  it('with the revocation of the token is lost', async () => {
    const { store, beforeNextCommit } = racingStore();
    const at = await scene({ policy: POLICY, store });
    const { token, row } = await mint(at);
    beforeNextCommit(() => at.registrar.revokeInitialAccessToken(row.id));
    expect((await at.register(BODY, token)).status).toBe(401);
    expect(await at.registrar.inventory({})).toEqual([]);
    expect(await usesOf(at, row.id)).toBe(0);
  });

  it('that the revocation loses takes no use back', async () => {
    const { store, beforeNextCommit } = racingStore();
    const at = await scene({ policy: POLICY, store });
    const { token, row } = await mint(at, { maxUses: 2 });
    beforeNextCommit(() => at.register(BODY, token));
    await at.registrar.revokeInitialAccessToken(row.id);
    expect(await store.initialAccessToken(row.id)).toMatchObject({ uses: 1, revokedAt: row.createdAt });
  });
});

describe('a registration that fails does not use up its token', () => {
  const unreachable = async () => ({ ok: false, error: { code: 'unreachable', detail: 'x' } }) as const;

  it.each<readonly [string, JsonObject]>([
    ['metadata against the rules', { redirect_uris: ['javascript:alert(1)'] }],
    ['a grant type beyond the class', { grant_types: ['authorization_code', 'implicit'] }],
    ['a bad statement', { software_statement: 'x' }],
    ['keys that cannot be had', { jwks_uri: 'https://client.example.org/jwks' }],
    ['jwks beside jwks_uri', { jwks: {}, jwks_uri: 'https://client.example.org/jwks' }],
  ])('%s', async (_why, change) => {
    const at = await scene({ policy: POLICY, fetcher: unreachable });
    const { token } = await mint(at);
    const failed = await changingNothing(at, () => at.register({ ...BODY, ...change }, token));
    expect(failed.status).toBe(400);
    expect((await at.register(BODY, token)).status).toBe(201);
  });

  it('a client that the host refuses', async () => {
    let refuses = true;
    const check = async () =>
      refuses ? ({ error: 'invalid_client_metadata', description: 'No.' } as const) : undefined;
    const at = await scene({ policy: POLICY, clients: { check } });
    const { token } = await mint(at);
    await changingNothing(at, () => at.register(BODY, token));
    refuses = false;
    expect((await at.register(BODY, token)).status).toBe(201);
  });
});

it('a token is kept as a digest alone, and its registration names it by its id', async () => {
  const at = await scene({ policy: POLICY });
  const { token, row } = await mint(at);
  await at.register(BODY, token);
  expect(await at.store.initialAccessToken(row.id)).toMatchObject({ secretSha256: sha256Base64url(token) });
  const kept = JSON.stringify([await at.contents(), at.told]);
  expect(kept).not.toContain(token.slice(-43));
  expect(await at.registrar.inventory({})).toMatchObject([{ initialAccessTokenId: row.id }]);
});
