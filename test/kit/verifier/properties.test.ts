import fc from 'fast-check';
import { beforeAll, expect, test } from 'vitest';
import type { StatementVerifier } from '../../../src/kit/verifier/statement-verifier.ts';
import { expectOk } from '../../support/issuer.ts';
import { encode, fakeIssuer, ISSUER, LIST_URI, type FakeIssuer } from '../support/fake-issuer.ts';

const ALPHABET = Array.from('ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_');

let fake: FakeIssuer;
let verifier: StatementVerifier;
let statement: string;

beforeAll(async () => {
  fake = await fakeIssuer();
  verifier = fake.verifier();
  statement = await fake.statement();
  expectOk(await verifier.verify(statement));
});

const anyCharacter = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom(...ALPHABET) },
  fc.constantFrom('.', '=', '+', '/', ' ', '\n', '\0', ''),
  fc.string({ unit: 'binary', minLength: 1, maxLength: 1 }),
);

/** What a verifier gives for anything: a statement or a refusal by one of the two codes. */
async function expectRefused(text: string): Promise<void> {
  const result = await verifier.verify(text);
  expect(result.ok ? 'verified' : result.error.error).toMatch(/^(invalid|unapproved)_software_statement$/);
}

test('any one character changed is refused', async () => {
  await fc.assert(
    fc.asyncProperty(fc.nat(statement.length - 1), anyCharacter, async (at, character) => {
      const changed = statement.slice(0, at) + character + statement.slice(at + 1);
      fc.pre(changed !== statement);
      await expectRefused(changed);
    }),
    { numRuns: 2_000 },
  );
});

test('every place is protected: the neighbour in the alphabet is refused everywhere', async () => {
  const changes = Array.from(statement, (character, at) => {
    const other = character === '.' ? 'A' : ALPHABET[(ALPHABET.indexOf(character) + 1) % 64];
    return `${statement.slice(0, at)}${other}${statement.slice(at + 1)}`;
  });
  const results = await Promise.all(changes.map((changed) => verifier.verify(changed)));
  expect(results.filter(({ ok }) => ok)).toEqual([]);
});

test('any two parts of two statements do not make a third', async () => {
  const other = await fake.statement({ jti: 'statement-2', client_name: 'Another' });
  const [a, b] = [statement.split('.'), other.split('.')];
  const part = (i: number) => fc.constantFrom(a[i] ?? '', b[i] ?? '');
  await fc.assert(
    fc.asyncProperty(part(0), part(1), part(2), async (...parts) => {
      const text = parts.join('.');
      expect((await verifier.verify(text)).ok).toBe(text === statement || text === other);
    }),
  );
});

test('no text makes it throw', async () => {
  const text = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 200 }),
    fc.string({ unit: fc.constantFrom(...ALPHABET, '.'), maxLength: 200 }),
    fc.tuple(fc.jsonValue(), fc.jsonValue(), fc.base64String()).map(([header, payload, signature]) => {
      return `${encode(header)}.${encode(payload)}.${signature.replaceAll(/[=+/]/g, '-')}`;
    }),
  );
  await fc.assert(fc.asyncProperty(text, expectRefused), { numRuns: 2_000 });
});

test('no header and no claims that the issuer signed make it throw', async () => {
  const header = fc.record(
    {
      alg: fc.oneof(fc.constantFrom('ES256', 'ES384', 'EdDSA', 'none'), fc.jsonValue()),
      kid: fc.oneof(fc.constantFrom('key-1', '__proto__', ''), fc.jsonValue()),
      typ: fc.oneof(fc.constant('JWT'), fc.jsonValue()),
    },
    { requiredKeys: ['alg', 'kid', 'typ'] },
  );
  const anything = fc.oneof(fc.jsonValue(), fc.double(), fc.constantFrom('', 0, -1, 1e300, null));
  const claims = fc.record(
    {
      iat: anything,
      exp: anything,
      nbf: anything,
      jti: anything,
      aud: anything,
      software_id: anything,
      software_version: anything,
      redirect_uris: fc.oneof(anything, fc.array(fc.oneof(fc.webUrl(), anything))),
      status: fc.oneof(
        anything,
        fc.record({
          status_list: fc.record({ idx: anything, uri: fc.oneof(anything, fc.constant(LIST_URI)) }),
        }),
      ),
    },
    { requiredKeys: [] },
  );
  const strict = fake.verifier({
    mayVouchFor: { redirectHosts: ['app.example'] },
    status: { resolve: 'when_present' },
    maxLifetimeSeconds: 1_000_000,
  });
  const good = fc.constant({ alg: 'ES256', kid: 'key-1', typ: 'JWT' });
  await fc.assert(
    fc.asyncProperty(fc.oneof(good, header), claims, async (head, changes) => {
      const text = await fake.signTexts(
        JSON.stringify(head),
        JSON.stringify({ ...fake.claims(), ...changes }),
      );
      const result = await strict.verify(text);
      if (!result.ok) expect(result.error.description).toMatch(/^[\x20-\x7e]+$/);
    }),
    { numRuns: 1_000 },
  );
});

test('the verdict is the bit that is set', async () => {
  const width = fc.constantFrom(1, 2, 4, 8);
  await fc.assert(
    fc.asyncProperty(
      width,
      fc.uint8Array({ minLength: 1, maxLength: 8 }),
      fc.nat(80),
      async (bits, octets, idx) => {
        fake.world.bits = bits;
        fake.world.octets = octets;
        const result = await fake
          .verifier()
          .verify(await fake.statement({ status: { status_list: { idx, uri: LIST_URI } } }));
        const verdict = result.ok ? result.value.provenance.status.outcome : result.error.reason;
        // Written as the specification words it: least significant bits first.
        const [at, shift] = [Math.floor((idx * bits) / 8), (idx * bits) % 8];
        const octet = octets[at];
        const value = octet === undefined ? 3 : (octet >> shift) % 2 ** bits;
        expect(verdict).toBe(['valid', 'revoked', 'suspended'][value] ?? 'status_invalid');
      },
    ),
    { numRuns: 300 },
  );
});

test('what an issuer attests comes out as it went in', async () => {
  fake.world.bits = 2;
  fake.world.octets = new Uint8Array(4);
  const names = ['client_name', 'constructor', 'toString', 'client_name#fr', 'hasOwnProperty', 'x'];
  await fc.assert(
    fc.asyncProperty(
      fc.dictionary(fc.constantFrom(...names), fc.string({ unit: 'grapheme' }), { noNullPrototype: true }),
      async (attested) => {
        const plain = fake.verifier();
        const { metadata } = expectOk(await plain.verify(await fake.statement(attested)));
        expect(metadata).toEqual({
          software_id: 'software-1',
          software_version: '1.0.0',
          client_name: 'Example',
          redirect_uris: ['https://app.example/callback'],
          ...attested,
        });
        expect(Object.keys(metadata)).not.toContain('iss');
      },
    ),
    { numRuns: 100 },
  );
  expect(fake.claims()['iss']).toBe(ISSUER);
});
