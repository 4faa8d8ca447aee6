import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Claims } from '../support/fake-issuer.ts';
import { scene, type Scene } from '../support/scene.ts';
import { reasonTold, refused } from '../registration/support/refused.ts';
import { cimdScene, cimdStatement, digestOf, publish, type Published } from './support/published.ts';

let published: Published;
beforeEach(async () => {
  published = await publish();
});
afterEach(() => published.close());

/** A server that takes plain statements alone, and one that takes both. */
const plainOnly = () => scene();
const both = () => cimdScene(published.origin, { trust: { profiles: ['rfc7591', 'cimd'] } });

describe('a digest-bound statement where a plain one is expected', () => {
  it('is refused by its type', async () => {
    const at = await plainOnly();
    const { body } = await refused(at, { software_statement: await cimdStatement(at.issuer, published) });
    expect(body['error']).toBe('invalid_software_statement');
    expect(reasonTold(at)).toBe('statement.header');
  });

  it.each<readonly [string, Claims]>([
    ['with the type of a plain one', {}],
    ['and with its claims besides', { software_id: 'software-1', client_name: 'x' }],
  ])('%s is refused by its claims', async (_what, claims) => {
    for (const at of [await plainOnly(), await both()]) {
      const software_statement = await cimdStatement(at.issuer, published, claims, { typ: 'JWT' });
      const { body } = await refused(at, { software_statement, redirect_uris: ['https://app.example/'] });
      expect(body['error']).toBe('invalid_software_statement');
      expect(reasonTold(at)).toBe('statement.claims');
    }
  });
});

describe('a plain statement where a digest-bound one is expected', () => {
  it('is refused by its type', async () => {
    const at = await cimdScene(published.origin);
    await refused(at, { software_statement: await at.issuer.statement() });
    expect(reasonTold(at)).toBe('statement.header');
  });

  it.each<readonly [string, Claims]>([
    ['with the type of a digest-bound one', {}],
    ['and with its claims besides', { sub: 'SUB', cimd_digest: 'DIGEST' }],
  ])('%s is refused by its claims', async (_what, claims) => {
    for (const at of [await cimdScene(published.origin), await both()]) {
      const own = 'sub' in claims ? { sub: published.url, cimd_digest: digestOf(published.body) } : {};
      await refused(at, {
        software_statement: await at.issuer.statement(own, { typ: 'software-statement+jwt' }),
      });
      expect(reasonTold(at)).toBe('statement.claims');
      expect(published.asked).toEqual([]);
    }
  });
});

it('no type, or that of another token, is neither', async () => {
  const at: Scene = await both();
  for (const typ of [undefined, 'at+jwt', 'vc+jwt', 'statuslist+jwt', 'JOSE', 'software-statement']) {
    await refused(at, { software_statement: await cimdStatement(at.issuer, published, {}, { typ }) });
    // A credential names its issuer in another place, and this one names none there.
    expect(reasonTold(at)).toBe(typ === 'vc+jwt' ? 'statement.untrusted_issuer' : 'statement.header');
  }
});

it('both are taken where both are configured, each by its own rules', async () => {
  const at = await both();
  const cimd = await at.register({ software_statement: await cimdStatement(at.issuer, published) });
  const plain = await at.register({ software_statement: await at.issuer.statement() });
  expect([cimd.body['client_name'], plain.body['client_name']]).toEqual(['Reviewed', 'Example']);
});

it('a stolen statement gives the thief the reviewed client and not one with keys or addresses of its own', async () => {
  const at = await cimdScene(published.origin);
  const { body } = await at.register({
    software_statement: await cimdStatement(at.issuer, published),
    redirect_uris: ['https://thief.example/callback'],
    jwks_uri: 'https://thief.example/jwks',
  });
  expect(body['redirect_uris']).toEqual(['https://app.example/callback']);
  expect(JSON.stringify(body)).not.toContain('thief');
});
