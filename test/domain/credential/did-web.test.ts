import { describe, expect, it } from 'vitest';
import { assertionKeys, didWebPlace, didWebUrl } from '../../../src/domain/credential/did-web.ts';
import { expectOk, expectRefusal } from '../../support/issuer.ts';

describe('a did:web names a document', () => {
  // Examples 1 to 3 of the did:web method specification, and a port with a path.
  it.each([
    ['did:web:w3c-ccg.github.io', 'https://w3c-ccg.github.io/.well-known/did.json'],
    ['did:web:w3c-ccg.github.io:user:alice', 'https://w3c-ccg.github.io/user/alice/did.json'],
    ['did:web:example.com%3A3000', 'https://example.com:3000/.well-known/did.json'],
    ['did:web:example.com%3a3000:user:alice', 'https://example.com:3000/user/alice/did.json'],
    ['did:web:localhost%3A8080', 'http://localhost:8080/.well-known/did.json'],
  ])('%s at %s', (did, url) => {
    expect(didWebUrl(expectOk(didWebPlace(did)))).toBe(url);
  });

  it.each([
    'did:web',
    'did:web:',
    'did:key:z6MkhaXgBZDvotDkL5257faiztiGiC2QtKLGpbnnEGta2doK',
    'did:web:127.0.0.1',
    'did:web:2130706433',
    'did:web:[::1]',
    'did:web:example.com%2Fpath',
    'did:web:example.com/path',
    'did:web:example.com%3A99999',
    'did:web:example.com%3A0',
    'did:web:example.com::a',
    'did:web:example.com:..:a',
    'did:web:example.com:%2e%2e',
    'did:web:user@example.com',
    'did:web:example.com#key-1',
    'did:web:example.com?x',
    'did:web:-example.com',
    `did:web:${'a'.repeat(64)}.example`,
  ])('%s names none', (did) => {
    expectRefusal(didWebPlace(did));
  });
});

describe('the keys with which a DID asserts', () => {
  const DID = 'did:web:app.example';
  const publicKeyJwk = { kty: 'EC', crv: 'P-256', x: 'x', y: 'y' };
  const method = (id: string) => ({ id, type: 'JsonWebKey', controller: DID, publicKeyJwk });

  it('are those of assertionMethod, by reference or by value, under their DID URLs', () => {
    const document = {
      id: DID,
      verificationMethod: [method('#a'), method(`${DID}#b`), method('#unused')],
      assertionMethod: ['#a', `${DID}#b`, method('#c'), '#nowhere', 7],
    };
    const { keys } = expectOk(assertionKeys(DID, document));
    expect(keys).toEqual(['a', 'b', 'c'].map((name) => ({ ...publicKeyJwk, kid: `${DID}#${name}` })));
  });

  it.each<readonly [string, object]>([
    ['of another DID', { assertionMethod: ['did:web:other.example#a'] }],
    ['of a DID that begins alike', { assertionMethod: ['did:web:app.example.org#a'] }],
    ['without a list', { assertionMethod: '#a' }],
    ['used for something else', { keyAgreement: ['#a'] }],
  ])('are not those %s', (_what, changes) => {
    const document = { id: DID, verificationMethod: [method('#a')], ...JSON.parse(JSON.stringify(changes)) };
    expect(expectOk(assertionKeys(DID, document))).toEqual({ keys: [] });
  });

  it.each([null, [], {}, { id: 'did:web:other.example' }])('are none in %o', (document) => {
    expectRefusal(assertionKeys(DID, JSON.parse(JSON.stringify(document))));
  });
});
