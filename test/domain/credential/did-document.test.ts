import { describe, expect, it } from 'vitest';
import { didDocument, didWebOf } from '../../../src/domain/credential/did-document.ts';
import { assertionKeys, didWebPlace, didWebUrl } from '../../../src/domain/credential/did-web.ts';
import type { PublicJwk } from '../../../src/domain/signing-key.ts';

describe('the did:web of an issuer identifier', () => {
  it.each([
    ['https://issuer.example', 'did:web:issuer.example', 'https://issuer.example/.well-known/did.json'],
    [
      'https://issuer.example:8443',
      'did:web:issuer.example%3A8443',
      'https://issuer.example:8443/.well-known/did.json',
    ],
    ['https://issuer.example/a/b', 'did:web:issuer.example:a:b', 'https://issuer.example/a/b/did.json'],
    [
      'https://issuer.example:8443/a',
      'did:web:issuer.example%3A8443:a',
      'https://issuer.example:8443/a/did.json',
    ],
  ])('%s is %s, at %s', (identifier, did, url) => {
    expect(didWebOf(identifier)).toBe(did);
    const place = didWebPlace(did);
    expect(place).toEqual({ ok: true, value: identifier });
    expect(didWebUrl(identifier)).toBe(url);
  });

  it.each([
    'http://localhost:8787',
    'http://issuer.example',
    'https://127.0.0.1',
    'https://[::1]',
    'https://[::1]:8443',
    'https://issuer.example/a%20b',
    'https://issuer.example/a:b',
    'https://issuer.example/~a',
    'https://issuer.example/',
    'https://issuer.example/a//b',
    'https://user@issuer.example',
    'https://localhost',
  ])('%s has none', (identifier) => {
    expect(didWebOf(identifier)).toBeUndefined();
  });
});

it('readers find every key for assertions, and none for anything else', () => {
  const keys: readonly PublicJwk[] = [
    { kty: 'EC', crv: 'P-256', x: 'x', y: 'y', kid: 'one', alg: 'ES256', use: 'sig' },
    { kty: 'OKP', crv: 'Ed25519', x: 'x', kid: 'two', alg: 'EdDSA', use: 'sig' },
  ];
  const did = 'did:web:issuer.example';
  const document = didDocument(did, 'https://issuer.example', keys);
  expect(assertionKeys(did, document)).toEqual({
    ok: true,
    value: {
      // Once for readers of today, and once for those that know the older name of the type.
      keys: ['', '-2020'].flatMap((ending) =>
        keys.map((key) => ({ ...key, kid: `${did}#${key.kid}${ending}` })),
      ),
    },
  });
  expect(document).toMatchObject({ id: did, alsoKnownAs: ['https://issuer.example'] });
  for (const relation of ['authentication', 'keyAgreement', 'capabilityInvocation', 'capabilityDelegation'])
    expect(document).not.toHaveProperty(relation);
});
