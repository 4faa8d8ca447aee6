import { createHmac } from 'node:crypto';
import { exportJWK, exportSPKI, generateKeyPair, importJWK } from 'jose';
import { beforeEach, describe, expect, test } from 'vitest';
import type { StatementRefusalReason } from '../../../src/kit/verifier/refusal.ts';
import type { StatementVerifier } from '../../../src/kit/verifier/statement-verifier.ts';
import { expectOk, expectRefusal } from '../../support/issuer.ts';
import { encode, fakeIssuer, ISSUER, makeKey, signWith, type FakeIssuer } from '../support/fake-issuer.ts';

let fake: FakeIssuer;
let verifier: StatementVerifier;

beforeEach(async () => {
  fake = await fakeIssuer();
  verifier = fake.verifier();
});

async function expectReason(statement: string, reason: StatementRefusalReason): Promise<void> {
  expect(expectRefusal(await verifier.verify(statement)).reason).toBe(reason);
}

const partsOf = (statement: string) => {
  const [header = '', payload = '', signature = ''] = statement.split('.');
  return { header, payload, signature };
};
const headerText = (changes: object = {}) =>
  JSON.stringify({ alg: 'ES256', kid: 'key-1', typ: 'JWT', ...changes });

describe('signatures of nobody', () => {
  test.each(['none', 'None', 'NONE', ''])('alg %j', async (alg) => {
    const { payload, signature } = partsOf(await fake.statement());
    await expectReason(`${encode({ alg, kid: 'key-1', typ: 'JWT' })}.${payload}.`, 'header');
    await expectReason(`${encode({ alg, kid: 'key-1', typ: 'JWT' })}.${payload}.${signature}`, 'header');
  });

  test('no signature under a true header', async () => {
    const { header, payload } = partsOf(await fake.statement());
    await expectReason(`${header}.${payload}.`, 'signature');
  });

  test('HS256 with the public key as secret', async () => {
    const key = await importJWK(fake.key().publicJwk, 'ES256', { extractable: true });
    if (key instanceof Uint8Array) throw new Error('a symmetric key');
    const input = `${encode(headerText({ alg: 'HS256' }))}.${encode(fake.claims())}`;
    for (const secret of [await exportSPKI(key), JSON.stringify(fake.key().publicJwk)]) {
      const signature = createHmac('sha256', secret).update(input).digest('base64url');
      await expectReason(`${input}.${signature}`, 'header');
    }
  });

  test('HS256 where the issuer publishes a symmetric key', async () => {
    const secret = new TextEncoder().encode('a secret of 32 octets, or rather');
    const k = Buffer.from(secret).toString('base64url');
    fake.world.jwks = { keys: [{ kty: 'oct', k, kid: 'key-1' }] };
    const header = { alg: 'HS256', kid: 'key-1', typ: 'JWT' };
    await expectReason(await signWith(secret, header, fake.claims()), 'header');
    await expectReason(await fake.statement(), 'key');
  });

  test.each(['r and s zero', 'too short', 'too long', 'DER'])('a signature with %s', async (form) => {
    const { header, payload, signature } = partsOf(await fake.statement());
    const octets = Buffer.from(signature, 'base64url');
    const wrong = {
      'r and s zero': Buffer.alloc(64),
      'too short': octets.subarray(0, 63),
      'too long': Buffer.concat([octets, Buffer.alloc(1)]),
      DER: Buffer.concat([
        Buffer.from('30440220', 'hex'),
        octets.subarray(0, 32),
        Buffer.from('0220', 'hex'),
        octets.subarray(32),
      ]),
    }[form];
    await expectReason(`${header}.${payload}.${(wrong ?? octets).toString('base64url')}`, 'signature');
  });
});

describe('headers that bring their own key', () => {
  test.each(['jwk', 'jku', 'x5u', 'x5c'])('%s is never looked at', async (name) => {
    const attacker = await makeKey('key-1');
    const hints = {
      jwk: attacker.publicJwk,
      jku: 'https://attacker.example/jwks',
      x5u: 'https://attacker.example/chain',
      x5c: ['AAAA'],
    };
    const hint = { [name]: Object.entries(hints).find(([known]) => known === name)?.[1] };
    await expectReason(await fake.statement({}, hint, attacker), 'signature');
    await expectReason(await fake.statement({}, hint, { ...attacker, kid: 'theirs' }), 'unknown_key');
    // The issuer's own signature holds, with or without the hint.
    expectOk(await verifier.verify(await fake.statement({}, hint)));
    expect(fake.addresses.filter((url) => !url.startsWith('https://issuer.example/'))).toEqual([]);
  });

  test('an issuer that is not configured is never asked', async () => {
    await expectReason(await fake.statement({ iss: 'https://attacker.example' }), 'untrusted_issuer');
    expect(fake.addresses).toEqual([]);
  });

  test('crit and b64, even where what they demand is known', async () => {
    await expectReason(await fake.statement({}, { crit: ['b64'], b64: false }), 'header');
    await expectReason(await fake.statement({}, { b64: false }), 'header');
    await expectReason(await fake.statement({}, { crit: [] }), 'header');
    await expectReason(await fake.statement({}, { crit: null }), 'header');
  });

  test('a status list is no statement', async () => {
    fake.world.listClaims = { ...fake.claims(), sub: undefined };
    const response = await fake.fetch(`${ISSUER}/status-lists/1`);
    await expectReason(await response.text(), 'header');
  });
});

describe('key sets', () => {
  test('two keys with one name are none, even when one fits', async () => {
    const other = await makeKey('key-1');
    fake.world.jwks = { keys: [fake.key().publicJwk, other.publicJwk] };
    await expectReason(await fake.statement(), 'unknown_key');
    await expectReason(await fake.statement({}, {}, other), 'unknown_key');
  });

  test('a published private key verifies as the public key it holds', async () => {
    const { privateKey, publicKey } = await generateKeyPair('ES256', { extractable: true });
    const privateJwk = await exportJWK(privateKey);
    fake.world.jwks = { keys: [{ ...privateJwk, kid: 'leaked', key_ops: ['sign'] }] };
    const key = { kid: 'leaked', privateKey, publicJwk: await exportJWK(publicKey) };
    verifier = fake.verifier({ status: { resolve: 'never' } });
    expectOk(await verifier.verify(await fake.statement({}, {}, key)));
  });

  test('a key of another curve or kind', async () => {
    for (const alg of ['ES384', 'Ed25519', 'RS256']) {
      const { alg: _, ...publicJwk } = (await makeKey('key-1', alg)).publicJwk;
      fake.world.jwks = { keys: [publicJwk] };
      verifier = fake.verifier();
      await expectReason(await fake.statement(), 'key');
    }
  });

  test('a key published for one algorithm does not verify another', async () => {
    const key = await makeKey('rsa', 'RS256');
    fake.world.jwks = { keys: [key.publicJwk] };
    const signed = (alg: string) => signWith(key, { alg, kid: 'rsa', typ: 'JWT' }, fake.claims());
    verifier = fake.verifier({ status: { resolve: 'never' } });
    expectOk(await verifier.verify(await signed('RS256')));
    // The same key, imported before for RS256.
    await expectReason(
      (await signed('RS256')).replace(/^[^.]*/, encode({ alg: 'PS256', kid: 'rsa', typ: 'JWT' })),
      'key',
    );
  });

  test('an RSA key that is too short', async () => {
    const pair = await crypto.subtle.generateKey(
      {
        name: 'RSASSA-PKCS1-v1_5',
        hash: 'SHA-256',
        modulusLength: 1024,
        publicExponent: Uint8Array.of(1, 0, 1),
      },
      true,
      ['sign', 'verify'],
    );
    const { kty, n, e } = await crypto.subtle.exportKey('jwk', pair.publicKey);
    fake.world.jwks = { keys: [{ kty, n, e, kid: 'key-1' }] };
    const input = `${encode(headerText({ alg: 'RS256' }))}.${encode(fake.claims())}`;
    const octets = new TextEncoder().encode(input);
    const signature = await crypto.subtle.sign('RSASSA-PKCS1-v1_5', pair.privateKey, octets);
    const statement = `${input}.${Buffer.from(signature).toString('base64url')}`;
    const refusal = expectRefusal(await verifier.verify(statement));
    expect(refusal.reason).toBe('key');
    expect(refusal.detail).toMatch(/2048/);
  });

  test.each([
    ['no object', []],
    ['no keys', {}],
    ['keys that are no list', { keys: {} }],
    ['too many keys', { keys: Array.from({ length: 101 }, (_, i) => ({ kid: `${i}` })) }],
  ])('%s', async (_name, jwks) => {
    fake.world.jwks = jwks;
    await expectReason(await fake.statement(), 'keys_unavailable');
  });

  test('what is no key is passed over', async () => {
    fake.world.jwks = { keys: [null, 7, 'key-1', [], {}, fake.key().publicJwk] };
    expectOk(await verifier.verify(await fake.statement()));
  });

  test.each([
    ['nothing', {}],
    ['numbers', { x: 1, y: 2 }],
    ['empty members', { x: '', y: '' }],
    ['zero', { x: 'A'.repeat(43), y: 'A'.repeat(43) }],
    ['no base64url', { x: '!', y: '?' }],
    ['very long members', { x: 'A'.repeat(10_000), y: 'A'.repeat(10_000) }],
  ])('an EC key of %s is refused, not thrown', async (_name, members) => {
    fake.world.jwks = { keys: [{ kty: 'EC', crv: 'P-256', kid: 'key-1', ...members }] };
    await expectReason(await fake.statement(), 'key');
  });
});

describe('texts that two readers could read differently', () => {
  const payload = () => JSON.stringify(fake.claims());

  test('a claim twice', async () => {
    const twice = payload().replace('{', '{"iss":"https://attacker.example",');
    await expectReason(await fake.signTexts(headerText(), twice), 'malformed');
    const escaped = payload().replace('{', '{"\\u0069ss":"https://attacker.example",');
    await expectReason(await fake.signTexts(headerText(), escaped), 'malformed');
  });

  test('a header member twice', async () => {
    const twice = headerText().replace('{', '{"alg":"none",');
    await expectReason(await fake.signTexts(twice, payload()), 'malformed');
  });

  test('__proto__, a byte order mark, a lone surrogate, no UTF-8', async () => {
    await expectReason(
      await fake.signTexts(headerText(), payload().replace('{', '{"__proto__":{"a":1},')),
      'malformed',
    );
    await expectReason(await fake.signTexts(headerText(), `\uFEFF${payload()}`), 'malformed');
    const surrogate = payload().replace('"Example"', '"\\ud800"');
    await expectReason(await fake.signTexts(headerText(), surrogate), 'malformed');
    const { header, signature } = partsOf(await fake.statement());
    const latin = Buffer.from('{"iss":"\xe9"}', 'latin1').toString('base64url');
    await expectReason(`${header}.${latin}.${signature}`, 'malformed');
  });

  test('another encoding of the same octets', async () => {
    const statement = await fake.statement();
    const { header, payload: body, signature } = partsOf(statement);
    // 64 octets leave four unused bits in the last character: 15 other characters decode alike.
    const last = signature.at(-1) ?? '';
    const others = Array.from('ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_').filter(
      (character) =>
        character !== last &&
        Buffer.from(signature.slice(0, -1) + character, 'base64url').equals(
          Buffer.from(signature, 'base64url'),
        ),
    );
    expect(others).toHaveLength(15);
    for (const character of others)
      await expectReason(`${header}.${body}.${signature.slice(0, -1)}${character}`, 'malformed');
    for (const padded of [`${signature}==`, `${signature}=`, ` ${signature}`, `${signature}\n`])
      await expectReason(`${header}.${body}.${padded}`, 'malformed');
    await expectReason(`${header}=.${body}.${signature}`, 'malformed');
    await expectReason(`${header}.${body}==.${signature}`, 'malformed');
    const plus = signature.replaceAll('-', '+').replaceAll('_', '/');
    if (plus !== signature) await expectReason(`${header}.${body}.${plus}`, 'malformed');
  });

  test.each(['.', '.x', '\0', ' ', '\r\n', '~', '~disclosure~', 'A', 'é', '\uD800', '💥'])(
    'something after the end: %j',
    async (garbage) => {
      const statement = await fake.statement();
      await expectReason(`${statement}${garbage}`, garbage === 'A' ? 'signature' : 'malformed');
      await expectReason(`${garbage}${statement}`, 'malformed');
    },
  );

  test('letters that look alike and white space inside', async () => {
    const { header, payload: body, signature } = partsOf(await fake.statement());
    await expectReason(`${header}.${body.replace('e', 'е')}.${signature}`, 'malformed');
    await expectReason(`${header}.${body.slice(0, 8)}\n${body.slice(8)}.${signature}`, 'malformed');
    await expectReason(`${header}。${body}。${signature}`, 'malformed');
  });
});
