import { createDecipheriv, randomBytes } from 'node:crypto';
import { compactDecrypt, CompactEncrypt, decodeProtectedHeader, type CompactJWEHeaderParameters } from 'jose';
import { describe, expect, it } from 'vitest';
import { createSealedKey, newKeyEncryptionKey } from '../../src/custody/create-sealed-key.ts';
import { newKeyPair } from '../../src/custody/generate-key-pair.ts';
import { parseKeyEncryptionKey, sealKey, unsealKey } from '../../src/custody/sealed-key.ts';
import { encodeBase64, encodeBase64url, encodeBase64urlText } from '../../src/domain/base64url.ts';
import { expectOk, expectRefusal } from '../support/issuer.ts';

const keyEncryptionKey = randomBytes(32);
const unlock = { keyEncryptionKey };
const passphrase = 'correct horse battery staple';
const label = { purpose: 'statement', sequence: 7 } as const;
const pair = await newKeyPair('ES256');
const { kid } = pair.publicJwk;

describe('a key at rest', () => {
  it('is a PBES2 JWE under a passphrase, which jose alone opens', async () => {
    const jwe = await sealKey(pair, label, { passphrase });
    expect(decodeProtectedHeader(jwe)).toEqual({
      alg: 'PBES2-HS512+A256KW',
      enc: 'A256GCM',
      kid,
      cty: 'jwk+json',
      purpose: 'statement',
      sequence: 7,
      p2c: 210_000,
      p2s: expect.any(String),
    });
    const { plaintext } = await compactDecrypt(jwe, new TextEncoder().encode(passphrase), {
      keyManagementAlgorithms: ['PBES2-HS512+A256KW'],
      maxPBES2Count: 210_000,
    });
    expect(JSON.parse(new TextDecoder().decode(plaintext))).toEqual({ ...pair.privateJwk, alg: 'ES256' });
  });

  it('is a direct JWE under a key-encryption key, which OpenSSL alone opens', async () => {
    const jwe = await sealKey(pair, label, unlock);
    expect(decodeProtectedHeader(jwe)).toEqual({
      alg: 'dir',
      enc: 'A256GCM',
      kid,
      cty: 'jwk+json',
      purpose: 'statement',
      sequence: 7,
    });
    const [header = '', encryptedKey, iv = '', ciphertext = '', tag = ''] = jwe.split('.');
    expect(encryptedKey).toBe('');
    const decipher = createDecipheriv('aes-256-gcm', keyEncryptionKey, Buffer.from(iv, 'base64url'));
    decipher.setAAD(Buffer.from(header)).setAuthTag(Buffer.from(tag, 'base64url'));
    const plaintext = Buffer.concat([decipher.update(ciphertext, 'base64url'), decipher.final()]);
    expect(JSON.parse(plaintext.toString())).toEqual({ ...pair.privateJwk, alg: 'ES256' });
  });

  it('never repeats a salt or an initialisation vector', async () => {
    const sealed = await Promise.all(Array.from({ length: 8 }, () => sealKey(pair, label, unlock)));
    expect(new Set(sealed.map((jwe) => jwe.split('.')[2])).size).toBe(8);
  });

  it('opens to its public half, its purpose and a signer', async () => {
    const opened = expectOk(await unsealKey(await sealKey(pair, label, unlock), 'file', unlock));
    expect(opened).toEqual({ publicJwk: pair.publicJwk, ...label, sign: expect.any(Function) });
  });
});

/** A JWE that opens, with a header or a content this program would not write. */
async function forged(
  header: Partial<Record<string, unknown>>,
  content: unknown = { ...pair.privateJwk, alg: 'ES256' },
): Promise<string> {
  const whole: CompactJWEHeaderParameters = { alg: 'dir', enc: 'A256GCM', kid, ...label, ...header };
  const plaintext = new TextEncoder().encode(typeof content === 'string' ? content : JSON.stringify(content));
  return new CompactEncrypt(plaintext).setProtectedHeader(whole).encrypt(keyEncryptionKey);
}

describe('opening refuses as corrupted', () => {
  const { d: _, ...publicOnly } = pair.privateJwk;
  it.each([
    ['a header with the kid of another key', { kid: 'another' }, undefined],
    ['a header without kid', { kid: undefined }, undefined],
    ['a header without purpose', { purpose: undefined }, undefined],
    ['an unknown purpose', { purpose: 'encryption' }, undefined],
    ['a checkpoint key that is not Ed25519', { purpose: 'checkpoint' }, undefined],
    ['a header without sequence', { sequence: undefined }, undefined],
    ['another content encryption', { enc: 'A128CBC-HS256' }, undefined],
    ['a key without alg', {}, pair.privateJwk],
    ['an alg of another curve', {}, { ...pair.privateJwk, alg: 'ES384' }],
    ['an alg that is no signature', {}, { ...pair.privateJwk, alg: 'HS256' }],
    ['a symmetric key', {}, { kty: 'oct', k: 'AAAA', alg: 'ES256' }],
    ['a public key', {}, { ...publicOnly, alg: 'ES256' }],
    ['a private value that is none', {}, { ...pair.privateJwk, d: 'AAAA', alg: 'ES256' }],
    ['no object', {}, '[]'],
    ['no JSON', {}, '{'],
    ['two values of one member', {}, '{"kty":"EC","kty":"EC"}'],
  ])('%s', async (_cause, header, content) => {
    const refused = expectRefusal(await unsealKey(await forged(header, content), 'the-file', unlock));
    expect(refused.code).toBe('corrupted_key_file');
    expect(refused.detail).toMatch(/^the-file .*backup\.$/);
  });

  it('an iteration count that would stall the start, without trying', async () => {
    const [, ...rest] = (await sealKey(pair, label, { passphrase })).split('.');
    const header = {
      ...decodeProtectedHeader(await sealKey(pair, label, { passphrase })),
      p2c: 2_000_000_000,
    };
    const jwe = [encodeBase64urlText(JSON.stringify(header)), ...rest].join('.');
    const before = performance.now();
    expect(expectRefusal(await unsealKey(jwe, 'file', { passphrase })).code).toBe('corrupted_key_file');
    expect(performance.now() - before).toBeLessThan(1_000);
  });

  it.each(['none', 'RSA-OAEP', 'A256KW', 'PBES2-HS256+A128KW'])('alg %s', async (alg) => {
    const [, ...rest] = (await sealKey(pair, label, unlock)).split('.');
    const header = { alg, enc: 'A256GCM', kid, ...label };
    const jwe = [encodeBase64urlText(JSON.stringify(header)), ...rest].join('.');
    expect(expectRefusal(await unsealKey(jwe, 'file', unlock)).code).toBe('corrupted_key_file');
  });

  it.each([' ', '\n', '='])('%j after the JWE', async (extra) => {
    const jwe = await sealKey(pair, label, unlock);
    expect(expectRefusal(await unsealKey(jwe + extra, 'file', unlock)).code).toBe('corrupted_key_file');
  });
});

it('a header that was changed after sealing does not open', async () => {
  const [, ...rest] = (await sealKey(pair, label, unlock)).split('.');
  const header = { alg: 'dir', enc: 'A256GCM', kid, cty: 'jwk+json', purpose: 'statement', sequence: 8 };
  const jwe = [encodeBase64urlText(JSON.stringify(header)), ...rest].join('.');
  expect(expectRefusal(await unsealKey(jwe, 'file', unlock)).code).toBe('wrong_passphrase');
});

describe('a key-encryption key', () => {
  it('is read from base64url and from what openssl prints', () => {
    const octets = new Uint8Array(32).fill(0xfb);
    expect(parseKeyEncryptionKey(encodeBase64url(octets))).toEqual(octets);
    expect(parseKeyEncryptionKey(encodeBase64(octets))).toEqual(octets);
  });

  it.each([
    '',
    'short',
    'a passphrase of some length, not a key',
    encodeBase64url(new Uint8Array(31)),
    encodeBase64url(new Uint8Array(33)),
    ` ${encodeBase64url(new Uint8Array(32))}`,
  ])('is not %j', (text) => {
    expect(parseKeyEncryptionKey(text)).toBeUndefined();
  });

  it('is made of 32 octets of the randomness given', () => {
    const made = newKeyEncryptionKey((octets) => new Uint8Array(octets).fill(octets));
    expect(parseKeyEncryptionKey(made)).toEqual(new Uint8Array(32).fill(32));
  });
});

describe('createSealedKey', () => {
  it('makes a statement key of the algorithm asked for', async () => {
    const made = await createSealedKey('ES384', 'statement', keyEncryptionKey);
    const opened = expectOk(await unsealKey(made.jwe, 'jwe', unlock));
    expect(opened).toMatchObject({ purpose: 'statement', publicJwk: made.publicJwk });
    expect(made.publicJwk).toMatchObject({ alg: 'ES384', crv: 'P-384' });
  });

  it('makes a checkpoint key of Ed25519, whatever was asked for', async () => {
    const made = await createSealedKey('ES256', 'checkpoint', keyEncryptionKey);
    expect(expectOk(await unsealKey(made.jwe, 'jwe', unlock)).purpose).toBe('checkpoint');
    expect(made.publicJwk).toMatchObject({ alg: 'EdDSA', crv: 'Ed25519' });
  });

  it('gives no private member', async () => {
    const { publicJwk } = await createSealedKey('RS256', 'statement', keyEncryptionKey);
    expect(Object.keys(publicJwk)).toEqual(['kty', 'n', 'e', 'kid', 'alg', 'use']);
  });
});
