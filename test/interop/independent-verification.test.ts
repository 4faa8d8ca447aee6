import { constants, createPublicKey, verify, type JsonWebKey, type VerifyKeyObjectInput } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { readMetadata } from '../../examples/demo/vouch.ts';
import { SIGNING_ALGORITHMS, type SigningAlgorithm } from '../../src/domain/signing-key.ts';
import { startRealIssuer } from './real-issuer.ts';

/**
 * RFC 7515 §5.2 with nothing but node:crypto (OpenSSL): no line of it comes from the author of the library that
 * signs, so an agreement between that library's two halves cannot hide a mistake.
 */
const VERIFIERS: Readonly<
  Record<SigningAlgorithm, readonly [digest: string | null, Omit<VerifyKeyObjectInput, 'key'>]>
> = {
  ES256: ['sha256', { dsaEncoding: 'ieee-p1363' }],
  ES384: ['sha384', { dsaEncoding: 'ieee-p1363' }],
  RS256: ['sha256', { padding: constants.RSA_PKCS1_PADDING }],
  PS256: ['sha256', { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: 32 }],
  EdDSA: [null, {}],
};

const keySet = z.object({
  keys: z.array(z.looseObject({ kid: z.string(), alg: z.string(), kty: z.string(), use: z.literal('sig') })),
});
const headerOf = z.strictObject({ alg: z.enum(SIGNING_ALGORITHMS), kid: z.string(), typ: z.string() });

/** Verifies a compact JWS with a published key and gives its claims. */
function verified(jws: string, keys: readonly (JsonWebKey & { readonly kid: string })[]): unknown {
  const [header = '', payload = '', signature = ''] = jws.split('.');
  const { alg, kid } = headerOf.parse(JSON.parse(text(header)));
  const jwk = keys.find((key) => key.kid === kid);
  if (jwk === undefined) throw new Error(`no key ${kid}`);
  const [digest, options] = VERIFIERS[alg];
  const key = createPublicKey({ key: jwk, format: 'jwk' });
  const input = Buffer.from(`${header}.${payload}`, 'ascii');
  const good = verify(digest, input, { key, ...options }, Buffer.from(signature, 'base64url'));
  return good ? JSON.parse(text(payload)) : undefined;
}

function text(base64url: string): string {
  return Buffer.from(base64url, 'base64url').toString('utf8');
}

const referenced = z.looseObject({
  status: z.object({ status_list: z.object({ uri: z.string(), idx: z.int() }) }),
});

describe('OpenSSL verifies what the issuer signs with', () => {
  test.each(SIGNING_ALGORITHMS)('%s', async (alg) => {
    const issuer = await startRealIssuer({ IMPRIMATUR_KEY_ALG: alg });
    try {
      const metadata = readMetadata('web-application');
      const { software_statement: statement } = await issuer.vouch(metadata);
      const { keys } = keySet.parse(await (await fetch(`${issuer.issuer}/jwks`)).json());

      const claims = verified(statement, keys);
      expect(claims).toMatchObject({ ...metadata, iss: issuer.issuer });
      expect(JSON.parse(text(statement.split('.')[0] ?? ''))).toMatchObject({ alg, typ: 'JWT' });

      const { uri } = referenced.parse(claims).status.status_list;
      const list = verified(await (await fetch(uri)).text(), keys);
      expect(list).toMatchObject({ sub: uri, status_list: { bits: 2 } });

      const at = statement.lastIndexOf('.') + 1;
      const signature = Buffer.from(statement.slice(at), 'base64url');
      signature.writeUInt8(signature.readUInt8(9) ^ 1, 9);
      expect(verified(`${statement.slice(0, at)}${signature.toString('base64url')}`, keys)).toBeUndefined();
    } finally {
      await issuer.stop();
    }
  });
});
