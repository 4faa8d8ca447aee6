import { expect, it } from 'vitest';
import { readTrustBundle } from '../../../src/domain/spiffe/bundle.ts';
import { bundleSequence, trustBundle } from '../../../src/domain/spiffe/make-bundle.ts';
import { chooseKey } from '../../../src/domain/statement/judge.ts';
import type { PublicJwk } from '../../../src/domain/signing-key.ts';

const KEY: PublicJwk = { kty: 'EC', crv: 'P-256', x: 'x', y: 'y', kid: 'one', alg: 'ES256', use: 'sig' };
const bundle = trustBundle({ keys: [KEY], sequence: 7, refreshHintSeconds: 300 });

it('is what the reader of bundles takes', () => {
  const read = readTrustBundle(bundle);
  if (!read.ok) throw new Error(read.error);
  expect([...read.value.keys.keys()]).toEqual(['one']);
  expect(read.value).toMatchObject({ sequence: 7, refreshHintSeconds: 300 });
});

it('has the members of the example of the specification, and no alg (SPIFFE Trust Domain and Bundle §4.3)', () => {
  expect(bundle).toEqual({
    keys: [{ kty: 'EC', crv: 'P-256', x: 'x', y: 'y', kid: 'one', use: 'jwt-svid' }],
    spiffe_sequence: 7,
    spiffe_refresh_hint: 300,
  });
});

it('gives no key to whoever takes it for the JWK Set of statements', () => {
  expect(chooseKey(bundle, { kid: 'one', alg: 'ES256' })).toMatchObject({ error: { code: 'key_use' } });
});

it('says after a restore more than anything before it, in whole numbers', () => {
  const before = bundleSequence(5_000, 1_795_204_800);
  const after = bundleSequence(3, 1_795_204_801);
  expect(after).toBeGreaterThan(before);
  expect(bundleSequence(5_001, 1_795_204_800)).toBeGreaterThan(before);
  expect(Number.isSafeInteger(bundleSequence(2 ** 20 - 1, 2 ** 32))).toBe(true);
});
