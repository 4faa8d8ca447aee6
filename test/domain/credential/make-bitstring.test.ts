import { gunzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isSet, readBitstringList } from '../../../src/domain/credential/bitstring-status-list.ts';
import {
  bitstring,
  bitstringListCredential,
  encodedList,
} from '../../../src/domain/credential/make-bitstring.ts';
import { isJsonObject } from '../../../src/domain/json.ts';

const SIZE = 131_072;
const at = (idx: number, flag = true) => ({ idx, isSet: flag });

/** The `encodedList` of the example in Bitstring Status List 1.0 §2.2: 131,072 entries, none of them set. */
const EXAMPLE = 'uH4sIAAAAAAAAA-3BMQEAAADCoPVPbQwfoAAAAAAAAAAAAAAAAAAAAIC3AYbSVKsAQAAA';

describe('a bit string', () => {
  it('has the first entry at the most significant bit of the first octet (§3.3)', () => {
    expect([...bitstring(24, [at(0), at(7), at(8), at(22)], false)]).toEqual([
      0b1000_0001, 0b1000_0000, 0b10,
    ]);
    expect([...bitstring(16, [at(1, false)], true)]).toEqual([0b1011_1111, 255]);
  });

  it('holds what the example of the specification holds', async () => {
    const octets = bitstring(SIZE, [], false);
    expect(gunzipSync(Buffer.from(EXAMPLE.slice(1), 'base64url'))).toEqual(Buffer.from(octets));
    const ours = await encodedList(octets);
    expect(ours.startsWith('u')).toBe(true);
    expect(gunzipSync(Buffer.from(ours.slice(1), 'base64url'))).toEqual(Buffer.from(octets));
  });

  it('has no place beyond its end', () => {
    expect(() => bitstring(16, [at(16)], false)).toThrow(RangeError);
  });

  it('is read back place by place by the reader of the kit', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.uniqueArray(fc.nat(SIZE - 1), { maxLength: 40 }),
        fc.boolean(),
        async (places, rest) => {
          const octets = bitstring(
            SIZE,
            places.map((idx) => at(idx, !rest)),
            rest,
          );
          const { credentialSubject: subject } = bitstringListCredential({
            url: 'https://issuer.example/status-lists/1/revocation',
            issuer: 'did:web:issuer.example',
            purpose: 'revocation',
            iat: 1_795_204_800,
            exp: 1_795_291_200,
            ttlSeconds: 300,
            encodedList: await encodedList(octets),
          });
          const read = await readBitstringList(isJsonObject(subject) ? subject : {});
          if (!read.ok) throw new Error(read.error);
          expect(read.value).toMatchObject({ purposes: ['revocation'], ttlSeconds: 300 });
          for (const idx of [...places, 0, SIZE - 1])
            expect(isSet(read.value, idx)).toBe(places.includes(idx) !== rest);
        },
      ),
      { numRuns: 10 },
    );
  });
});
