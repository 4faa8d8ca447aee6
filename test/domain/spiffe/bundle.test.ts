import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import type { JsonValue } from '../../../src/domain/json.ts';
import { algorithmsOf, parseTrustBundle, readTrustBundle } from '../../../src/domain/spiffe/bundle.ts';
import { expectOk } from '../../support/issuer.ts';
import { svidKey, type SvidKey } from '../../support/spire.ts';

let key: SvidKey;
beforeAll(async () => {
  key = await svidKey('a');
});

const octets = (text: string) => new TextEncoder().encode(text);
const bundle = (value: JsonValue) => parseTrustBundle(octets(JSON.stringify(value)));

describe('bundles (SPIFFE Trust Domain and Bundle §4)', () => {
  it('gives the keys for JWT-SVIDs, the sequence and the hint; unknown members do no harm', () => {
    const read = expectOk(
      bundle({ keys: [key.jwk], spiffe_sequence: 7, spiffe_refresh_hint: 60, more: true }),
    );
    expect([...read.keys.keys()]).toEqual(['a']);
    expect([read.sequence, read.refreshHintSeconds]).toEqual([7, 60]);
  });

  it.each<[string, JsonValue]>([
    ['x509-svid', { kty: 'EC', use: 'x509-svid', x5c: ['AA'] }],
    ['wit-svid', { kty: 'EC', crv: 'P-256', use: 'wit-svid', kid: 'a', x: 'AA', y: 'AA' }],
    ['another use', { kty: 'EC', crv: 'P-256', use: 'sig', kid: 'a', x: 'AA', y: 'AA' }],
    ['a use of capitals', { kty: 'EC', crv: 'P-256', use: 'JWT-SVID', kid: 'a', x: 'AA', y: 'AA' }],
    ['no use', { kty: 'EC', crv: 'P-256', kid: 'a', x: 'AA', y: 'AA' }],
    ['no kid', { kty: 'EC', crv: 'P-256', use: 'jwt-svid', x: 'AA', y: 'AA' }],
    ['an Ed25519 key', { kty: 'OKP', crv: 'Ed25519', use: 'jwt-svid', kid: 'a', x: 'AA' }],
    ['a symmetric key', { kty: 'oct', use: 'jwt-svid', kid: 'a', k: 'AA' }],
    ['secp256k1', { kty: 'EC', crv: 'secp256k1', use: 'jwt-svid', kid: 'a', x: 'AA', y: 'AA' }],
    ['no object', 'a'],
  ])('ignores %s', (_, stranger) => {
    expect(expectOk(bundle({ keys: [stranger] })).keys.size).toBe(0);
  });

  it('an empty set is a bundle: a clear word that nothing is trusted', () => {
    expect(expectOk(bundle({ keys: [] })).keys.size).toBe(0);
  });

  it.each<[string, JsonValue]>([
    ['no keys', {}],
    ['keys that are no list', { keys: {} }],
    ['a list', []],
    ['text', 'keys'],
    ['a sequence that is text', { keys: [], spiffe_sequence: '1' }],
    ['a sequence below zero', { keys: [], spiffe_sequence: -1 }],
    ['a sequence of parts', { keys: [], spiffe_sequence: 1.5 }],
    ['a sequence beyond what a number holds exactly', { keys: [], spiffe_sequence: 2 ** 53 }],
    ['a hint that is null', { keys: [], spiffe_refresh_hint: null }],
    ['201 keys', { keys: Array.from({ length: 201 }, () => ({})) }],
  ])('refuses %s', (_, value) => {
    expect(bundle(value).ok).toBe(false);
  });

  it('refuses two keys of one name, duplicate members, what is no JSON, no UTF-8 and nested beyond reason', () => {
    expect(readTrustBundle({ keys: [key.jwk, key.jwk] }).ok).toBe(false);
    expect(parseTrustBundle(octets('{"keys":[],"keys":[]}')).ok).toBe(false);
    expect(parseTrustBundle(octets('{"keys":[]')).ok).toBe(false);
    expect(parseTrustBundle(new Uint8Array([0xff, 0xfe])).ok).toBe(false);
    expect(parseTrustBundle(octets(`{"keys":${'['.repeat(100)}${']'.repeat(100)}}`)).ok).toBe(false);
  });

  it.each([
    ['EC', 'P-256', ['ES256']],
    ['EC', 'P-384', ['ES384']],
    ['EC', 'P-521', ['ES512']],
    ['RSA', undefined, ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512']],
    ['OKP', 'Ed25519', []],
    ['RSA', 'P-256', []],
  ])('a key %s %s verifies %j', (kty, crv, algorithms) => {
    expect(algorithmsOf(crv === undefined ? { kty } : { kty, crv })).toEqual(algorithms);
  });

  it('gives an answer to any octets, and only keys of known kinds', () => {
    const anything = fc.oneof(
      fc.uint8Array({ maxLength: 200 }),
      fc.json({ maxDepth: 3 }).map(octets),
      fc
        .record({ keys: fc.array(fc.jsonValue({ maxDepth: 2 })) })
        .map((value) => octets(JSON.stringify(value))),
    );
    fc.assert(
      fc.property(anything, (given) => {
        const read = parseTrustBundle(given);
        if (!read.ok) expect(read.error).toMatch(/\.$/);
        else
          for (const each of read.value.keys.values()) expect(algorithmsOf(each).length).toBeGreaterThan(0);
      }),
    );
  });
});
