import { describe, expect, it } from 'vitest';
import { expectOk, expectRefusal } from '../../support/issuer.ts';
import { NOW } from '../support/fake-issuer.ts';
import { scene } from '../support/scene.ts';
import { openTo, records } from '../management/support/clients.ts';
import { mint, ONE_USE, type Wanted } from './support/tokens.ts';

const POLICY = openTo();

it('a token is shown once, with what was wanted of it', async () => {
  const at = await scene({ policy: POLICY });
  const { token, row } = await mint(at, { lifetimeSeconds: 60, maxUses: 3 });
  expect(token).toMatch(/^imp_iat_[0-9a-f-]{36}_[\w-]{43}$/);
  expect(row).toMatchObject({
    clientClass: 'open',
    subject: 'A partner',
    createdAt: NOW,
    expiresAt: NOW + 60,
    maxUses: 3,
    uses: 0,
    revokedAt: null,
  });
  expect(await at.registrar.initialAccessTokens()).toEqual([row]);
});

it('tokens are listed newest first, up to so many', async () => {
  const at = await scene({ policy: POLICY });
  const ids: string[] = [];
  for (let i = 0; i < 3; i += 1) {
    ids.unshift((await mint(at)).row.id);
    at.issuer.clock.advance(1);
  }
  expect((await at.registrar.initialAccessTokens()).map(({ id }) => id)).toEqual(ids);
  expect((await at.registrar.initialAccessTokens(2)).map(({ id }) => id)).toEqual(ids.slice(0, 2));
});

it.each<readonly [string, Partial<Wanted>]>([
  ['an unknown class', { clientClass: 'closed' }],
  ['no subject', { subject: '' }],
  ['a subject that is long', { subject: 'x'.repeat(201) }],
  ['a subject of two lines', { subject: 'A\npartner' }],
  ['no time', { lifetimeSeconds: 0 }],
  ['half a second', { lifetimeSeconds: 0.5 }],
  ['time that runs back', { lifetimeSeconds: -1 }],
  ['no end', { lifetimeSeconds: Number.POSITIVE_INFINITY }],
  ['no use', { maxUses: 0 }],
  ['one and a half uses', { maxUses: 1.5 }],
  ['uses that are no number', { maxUses: Number.NaN }],
])('no token is made for %s', async (_what, changes) => {
  const at = await scene({ policy: POLICY });
  const refusal = expectRefusal(await at.registrar.mintInitialAccessToken({ ...ONE_USE, ...changes }));
  expect(refusal).toMatchObject({ status: 400, error: 'invalid_request' });
  expect(await at.contents()).toEqual({ texts: [], clients: [], tokens: [] });
});

describe('a revocation', () => {
  it('is recorded once, and names whose token it was', async () => {
    const at = await scene({ policy: POLICY });
    const { row } = await mint(at);
    at.issuer.clock.advance(5);
    const revoked = expectOk(await at.registrar.revokeInitialAccessToken(row.id));
    expect(revoked.revokedAt).toBe(NOW + 5);
    at.issuer.clock.advance(5);
    expect(expectOk(await at.registrar.revokeInitialAccessToken(row.id))).toEqual(revoked);
    expect(await records(at)).toMatchObject([
      { kind: 'initial-access-token.minted', data: { id: row.id, subject: 'A partner', max_uses: 1 } },
      { kind: 'initial-access-token.revoked', at: NOW + 5, data: { id: row.id, subject: 'A partner' } },
    ]);
  });

  it('of an unknown token is refused', async () => {
    const at = await scene({ policy: POLICY });
    const refusal = expectRefusal(await at.registrar.revokeInitialAccessToken('unknown'));
    expect(refusal.error).toBe('invalid_request');
    expect(await at.store.entryCount()).toBe(0);
  });
});
