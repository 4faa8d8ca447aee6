import { createPublicKey, verify } from 'node:crypto';
import { calculateJwkThumbprint, compactVerify, importJWK, type JWK } from 'jose';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { newKeyPair, publicHalf } from '../../src/custody/generate-key-pair.ts';
import { signerFor } from '../../src/custody/signer.ts';
import { encodeBase64url, encodeBase64urlText } from '../../src/domain/base64url.ts';
import { SIGNING_ALGORITHMS, type SigningAlgorithm } from '../../src/domain/signing-key.ts';

const EC = ['kty', 'crv', 'x', 'y', 'kid', 'alg', 'use'];
const RSA = ['kty', 'n', 'e', 'kid', 'alg', 'use'];

const EXPECTED: Readonly<
  Record<SigningAlgorithm, { readonly members: readonly string[]; readonly signatureOctets: number }>
> = {
  ES256: { members: EC, signatureOctets: 64 },
  ES384: { members: EC, signatureOctets: 96 },
  PS256: { members: RSA, signatureOctets: 384 },
  RS256: { members: RSA, signatureOctets: 384 },
  EdDSA: { members: ['kty', 'crv', 'x', 'kid', 'alg', 'use'], signatureOctets: 64 },
};

/** RFC 7518 §3 as OpenSSL spells it. */
const OPENSSL: Readonly<
  Record<SigningAlgorithm, { readonly hash: string | null; readonly options: object }>
> = {
  ES256: { hash: 'sha256', options: { dsaEncoding: 'ieee-p1363' } },
  ES384: { hash: 'sha384', options: { dsaEncoding: 'ieee-p1363' } },
  PS256: { hash: 'sha256', options: { padding: 6, saltLength: 32 } },
  RS256: { hash: 'sha256', options: { padding: 1 } },
  EdDSA: { hash: null, options: {} },
};

describe.each(SIGNING_ALGORITHMS)('%s', (alg) => {
  it('gives public members alone, in the order they are published, under the RFC 7638 thumbprint', async () => {
    const { publicJwk } = await newKeyPair(alg);
    expect(Object.keys(publicJwk)).toEqual(EXPECTED[alg].members);
    expect(publicJwk).toMatchObject({ alg, use: 'sig', kid: await calculateJwkThumbprint({ ...publicJwk }) });
    if (publicJwk.n !== undefined) expect(Buffer.from(publicJwk.n, 'base64url')).toHaveLength(3072 / 8);
  });

  it('signs what jose and OpenSSL verify', async () => {
    const { privateJwk, publicJwk } = await newKeyPair(alg);
    const sign = await signerFor(privateJwk, alg);
    const input = `${encodeBase64urlText(JSON.stringify({ alg }))}.${encodeBase64urlText('{"iss":"x"}')}`;
    const message = new TextEncoder().encode(input);
    const signature = await sign(message);
    expect(signature).toHaveLength(EXPECTED[alg].signatureOctets);

    const verified = await compactVerify(
      `${input}.${encodeBase64url(signature)}`,
      await importJWK({ ...publicJwk }, alg),
    );
    expect(verified.protectedHeader).toEqual({ alg });

    const { hash, options } = OPENSSL[alg];
    const key = { key: createPublicKey({ key: { ...publicJwk }, format: 'jwk' }), ...options };
    expect(verify(hash, message, key, signature)).toBe(true);
    expect(verify(hash, Buffer.concat([message, Buffer.of(0)]), key, signature)).toBe(false);
  });

  it('refuses a public key and a key of another kind', async () => {
    const other = await newKeyPair(alg === 'ES256' ? 'ES384' : 'ES256');
    const { publicJwk } = await newKeyPair(alg);
    await expect(signerFor(other.privateJwk, alg)).rejects.toThrow(/./);
    await expect(signerFor({ ...publicJwk }, alg)).rejects.toThrow(`not a private key for ${alg}`);
  });
});

it('signs many at once, each its own message', async () => {
  const { privateJwk, publicJwk } = await newKeyPair('EdDSA');
  const sign = await signerFor(privateJwk, 'EdDSA');
  const key = createPublicKey({ key: { ...publicJwk }, format: 'jwk' });
  await fc.assert(
    fc.asyncProperty(fc.array(fc.uint8Array(), { minLength: 1, maxLength: 32 }), async (messages) => {
      const signatures = await Promise.all(messages.map(sign));
      for (const [i, message] of messages.entries())
        expect(verify(null, message, key, signatures[i] ?? new Uint8Array())).toBe(true);
    }),
    { numRuns: 30 },
  );
});

it('computes the thumbprint of RFC 7638 §3.1', async () => {
  const example: JWK = {
    kty: 'RSA',
    n: '0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc_BJECPebWKRXjBZCiFV4n3oknjhMstn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_FDW2QvzqY368QQMicAtaSqzs8KJZgnYb9c7d0zgdAZHzu6qMQvRL5hajrn1n91CbOpbISD08qNLyrdkt-bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csFCur-kEgU8awapJzKnqDKgw',
    e: 'AQAB',
    alg: 'RS256',
    kid: '2011-04-29',
  };
  expect((await publicHalf(example, 'RS256')).kid).toBe('NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs');
});

it('names every P-256 key by the thumbprint jose computes, and takes no private member over', async () => {
  const octets = fc.uint8Array({ minLength: 32, maxLength: 32 }).map(encodeBase64url);
  await fc.assert(
    fc.asyncProperty(octets, octets, octets, async (x, y, d) => {
      const published = await publicHalf({ kty: 'EC', crv: 'P-256', x, y, d }, 'ES256');
      expect(Object.keys(published)).toEqual(EC);
      expect(published.kid).toBe(await calculateJwkThumbprint({ kty: 'EC', crv: 'P-256', x, y }));
    }),
  );
});
