import { createPublicKey, randomBytes, verify, type JsonWebKey } from 'node:crypto';
import { resolve } from 'node:path';
import { build } from 'esbuild';
import { compactVerify, importJWK } from 'jose';
import { Miniflare } from 'miniflare';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createSealedKey } from '../../src/custody/create-sealed-key.ts';
import { newKeyPair } from '../../src/custody/generate-key-pair.ts';
import { sealKey } from '../../src/custody/sealed-key.ts';
import { openSecretKeys } from '../../src/custody/secret-keys.ts';
import { encodeBase64url, encodeBase64urlText } from '../../src/domain/base64url.ts';
import { SIGNING_ALGORITHMS, type PublicJwk } from '../../src/domain/signing-key.ts';
import { expectOk, expectRefusal } from '../support/issuer.ts';

const octets = randomBytes(32);
const keyEncryptionKey = encodeBase64url(octets);
const statementKeys = await Promise.all(
  SIGNING_ALGORITHMS.map((alg) => createSealedKey(alg, 'statement', octets)),
);
const checkpointKey = await createSealedKey('EdDSA', 'checkpoint', octets);
const signingKeys = JSON.stringify([...statementKeys, checkpointKey].map(({ jwe }) => jwe));
const published = statementKeys.map(({ publicJwk }) => publicJwk);

const passphrased = await sealKey(
  await newKeyPair('ES256'),
  { purpose: 'statement', sequence: 0 },
  { passphrase: 'correct horse battery staple' },
);
const secondCheckpointKey = await createSealedKey('EdDSA', 'checkpoint', octets);

const octetsOf = (text: string) => new TextEncoder().encode(text);
const inputOf = (alg: string) =>
  `${encodeBase64urlText(JSON.stringify({ alg }))}.${encodeBase64urlText('{}')}`;
const nodeKey = (jwk: PublicJwk) => {
  const key: JsonWebKey = { ...jwk };
  return createPublicKey({ key, format: 'jwk' });
};

async function expectJws(jwk: PublicJwk, signature: Uint8Array) {
  const jws = `${inputOf(jwk.alg)}.${encodeBase64url(signature)}`;
  const verified = await compactVerify(jws, await importJWK({ ...jwk }, jwk.alg));
  expect(verified.protectedHeader.alg).toBe(jwk.alg);
}

describe('custody from secrets', () => {
  it('holds the statement keys in the order of the array and signs with each', async () => {
    const custody = expectOk(await openSecretKeys({ signingKeys, keyEncryptionKey }));
    expect(await custody.publicKeys()).toEqual(published);
    for (const jwk of published)
      await expectJws(jwk, expectOk(await custody.sign(jwk.kid, octetsOf(inputOf(jwk.alg)))));
  });

  it('signs checkpoints with the key apart', async () => {
    const custody = expectOk(await openSecretKeys({ signingKeys, keyEncryptionKey }));
    const signature = await custody.signCheckpoint(octetsOf('note'));
    expect(verify(null, octetsOf('note'), nodeKey(checkpointKey.publicJwk), signature)).toBe(true);
    expect(encodeBase64url(await custody.checkpointPublicKey())).toBe(checkpointKey.publicJwk.x);
  });

  it.each(SIGNING_ALGORITHMS)('makes no key and names the command that does, for %s', async (alg) => {
    const custody = expectOk(await openSecretKeys({ signingKeys, keyEncryptionKey }));
    const refused = expectRefusal(await custody.generate(alg));
    expect(refused).toMatchObject({
      code: 'custody_read_only',
      detail: expect.stringContaining(`imprimatur keys create --alg ${alg}`),
    });
    expect(refused).toMatchObject({ detail: expect.stringContaining('IMPRIMATUR_SIGNING_KEYS') });
  });

  it('forgets a destroyed key, again and again', async () => {
    const custody = expectOk(await openSecretKeys({ signingKeys, keyEncryptionKey }));
    const kid = published[0]?.kid ?? '';
    await custody.destroy(kid);
    await custody.destroy(kid);
    expect(expectRefusal(await custody.sign(kid, octets))).toEqual({ code: 'key_not_in_custody', kid });
    expect(await custody.publicKeys()).toEqual(published.slice(1));
  });
});

describe('opening secrets refuses', () => {
  const damaged = `${checkpointKey.jwe.slice(0, -4)}AAAA`;
  it.each([
    [
      'another key-encryption key',
      signingKeys,
      encodeBase64url(randomBytes(32)),
      'wrong_passphrase',
      'key 1 of',
    ],
    [
      'a key-encryption key of 31 octets',
      signingKeys,
      encodeBase64url(randomBytes(31)),
      'key_encryption_key',
      '32',
    ],
    ['no JSON', '', keyEncryptionKey, 'signing_keys', 'JSON array'],
    [
      'a JWE that is not in an array',
      JSON.stringify(checkpointKey.jwe),
      keyEncryptionKey,
      'signing_keys',
      'JSON array',
    ],
    ['a number among the keys', `["${checkpointKey.jwe}",1]`, keyEncryptionKey, 'signing_keys', 'JSON array'],
    [
      'no checkpoint key',
      JSON.stringify([statementKeys[0]?.jwe]),
      keyEncryptionKey,
      'signing_keys',
      '--checkpoint',
    ],
    [
      'two checkpoint keys',
      JSON.stringify([checkpointKey.jwe, secondCheckpointKey.jwe]),
      keyEncryptionKey,
      'signing_keys',
      secondCheckpointKey.publicJwk.kid,
    ],
    [
      'a damaged key',
      JSON.stringify([statementKeys[0]?.jwe, damaged]),
      keyEncryptionKey,
      'corrupted_key_file',
      'key 2 of',
    ],
    ['a text that is no JWE', '["nonsense"]', keyEncryptionKey, 'corrupted_key_file', 'key 1 of'],
    [
      'a key under a passphrase',
      JSON.stringify([passphrased]),
      keyEncryptionKey,
      'wrong_passphrase',
      'key 1 of',
    ],
  ])('%s', async (_cause, keys, unlockKey, code, named) => {
    const refused = expectRefusal(await openSecretKeys({ signingKeys: keys, keyEncryptionKey: unlockKey }));
    expect(refused).toMatchObject({ code, detail: expect.stringContaining(named) });
    expect(refused.detail).not.toContain(unlockKey);
  });
});

describe('inside workerd', () => {
  let workerd: Miniflare;

  beforeAll(async () => {
    // Miniflare would otherwise fetch a description of the edge from the network.
    process.env['CLOUDFLARE_CF_FETCH_ENABLED'] = 'false';
    const bundled = await build({
      stdin: {
        resolveDir: resolve(import.meta.dirname, '../..'),
        loader: 'ts',
        contents: `
          import { openSecretKeys } from './src/custody/secret-keys.ts';
          export default {
            async fetch(request: Request, bindings: { signingKeys: string; keyEncryptionKey: string }) {
              const custody = await openSecretKeys(bindings);
              if (!custody.ok) return Response.json(custody.error, { status: 500 });
              const signatures = [];
              for (const { kid, input } of await request.json()) {
                const signed = await custody.value.sign(kid, new TextEncoder().encode(input));
                signatures.push(signed.ok ? [...signed.value] : signed.error);
              }
              return Response.json({
                signatures,
                publicKeys: await custody.value.publicKeys(),
                checkpointPublicKey: [...(await custody.value.checkpointPublicKey())],
                checkpointSignature: [...(await custody.value.signCheckpoint(new TextEncoder().encode('note')))],
                generated: await custody.value.generate('ES256'),
              });
            },
          };`,
      },
      bundle: true,
      write: false,
      format: 'esm',
      target: 'es2022',
      conditions: ['workerd', 'worker'],
      // Nothing external: a node: import would end the build, or the worker.
    });
    workerd = new Miniflare({
      modules: true,
      script: bundled.outputFiles[0]?.text ?? '',
      compatibilityDate: '2026-01-01',
      bindings: { signingKeys, keyEncryptionKey },
    });
    await workerd.ready;
  });
  afterAll(() => workerd.dispose());

  it('every algorithm signs what Node verifies', async () => {
    const response = await workerd.dispatchFetch('http://localhost/', {
      method: 'POST',
      body: JSON.stringify(published.map(({ kid, alg }) => ({ kid, input: inputOf(alg) }))),
    });
    expect(response.status).toBe(200);
    const answer: unknown = await response.json();
    expect(answer).toMatchObject({
      publicKeys: published,
      checkpointPublicKey: [...Buffer.from(checkpointKey.publicJwk.x ?? '', 'base64url')],
      generated: { ok: false, error: { code: 'custody_read_only' } },
    });
    const { signatures, checkpointSignature } = Object(answer);
    for (const [i, jwk] of published.entries()) await expectJws(jwk, Uint8Array.from(signatures[i]));
    const note = Uint8Array.from(checkpointSignature);
    expect(verify(null, Buffer.from('note'), nodeKey(checkpointKey.publicJwk), note)).toBe(true);
  });
});
