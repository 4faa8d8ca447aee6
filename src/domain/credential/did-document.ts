import type { JsonObject } from '../json.ts';
import type { PublicJwk } from '../signing-key.ts';
import { didWebPlace } from './did-web.ts';

/**
 * The `did:web` that an issuer identifier is the place of (did:web §3.1): `https://example.com:8443/a` is `did:web:example.com%3A8443:a`. Undefined
 * where there is none: for plain http, for an address instead of a host name, and for a path whose characters a DID does not take.
 */
export function didWebOf(identifier: string): string | undefined {
  if (!identifier.startsWith('https://')) return undefined;
  const [host = '', ...path] = identifier.slice('https://'.length).split('/');
  const did = ['did', 'web', host.replace(':', '%3A'), ...path].join(':');
  // Only a DID whose readers come back to exactly this place is one.
  const place = didWebPlace(did);
  return place.ok && place.value === identifier ? did : undefined;
}

/** The verification method of a key: the DID, and the key's thumbprint as the fragment. */
export function verificationMethodOf(did: string, kid: string): string {
  return `${did}#${kid}`;
}

/** How a method is called, and what its id ends with, beside the thumbprint of its key. */
const METHOD_TYPES = [
  ['JsonWebKey', ''],
  // Libraries of before Controlled Identifiers 1.0, which most still are, know no other name for the same.
  ['JsonWebKey2020', '-2020'],
] as const;

/**
 * The DID document of an issuer (DID Core §5): every published key, for assertions alone, under either name of its type. No key of it authenticates
 * or agrees on keys.
 *
 * @param identifier the https identifier that the DID is another name of
 */
export function didDocument(did: string, identifier: string, keys: readonly PublicJwk[]): JsonObject {
  const methods = METHOD_TYPES.flatMap(([type, ending]) =>
    keys.map((jwk) => ({
      id: `${verificationMethodOf(did, jwk.kid)}${ending}`,
      type,
      controller: did,
      publicKeyJwk: { ...jwk },
    })),
  );
  return {
    '@context': [
      'https://www.w3.org/ns/did/v1',
      'https://w3id.org/security/jwk/v1',
      'https://w3id.org/security/suites/jws-2020/v1',
    ],
    id: did,
    alsoKnownAs: [identifier],
    verificationMethod: methods,
    assertionMethod: methods.map(({ id }) => id),
  };
}
