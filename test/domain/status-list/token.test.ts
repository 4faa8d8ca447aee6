import { deflateSync } from 'node:zlib';
import { existsSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { encodeBase64url } from '../../../src/domain/base64url.ts';
import type { JsonObject } from '../../../src/domain/json.ts';
import {
  countStatuses,
  createStatusBits,
  getStatus,
  setStatus,
} from '../../../src/domain/status-list/bits.ts';
import { compressBits } from '../../../src/domain/status-list/compress.ts';
import {
  MAX_STATUS_LIST_OCTETS,
  readStatus,
  readStatusList,
  STATUS,
  STATUS_LIST_TYPE,
  statusListClaims,
} from '../../../src/domain/status-list/token.ts';

const uri = 'https://issuer.example/status/1';
const header = { typ: STATUS_LIST_TYPE, alg: 'ES256', kid: 'k' };
const NOW = 1_790_000_000;
const list = createStatusBits(2, 64);
setStatus(list, 5, STATUS.INVALID);
setStatus(list, 63, STATUS.SUSPENDED);
const lst = encodeBase64url(await compressBits(list));
const claims = statusListClaims({ uri, iat: NOW, exp: NOW + 600, ttl: 300, bits: 2, lst });
const expected = { uri, idx: 5, now: NOW, clockToleranceSeconds: 30 };

test('builds exactly the claims of a Status List Token, and no iss', () => {
  expect(claims).toEqual({ sub: uri, iat: NOW, exp: NOW + 600, ttl: 300, status_list: { bits: 2, lst } });
});

test('names the aggregation where there is one', () => {
  const aggregationUri = 'https://issuer.example/status';
  const built = statusListClaims({ uri, iat: NOW, exp: NOW + 600, ttl: 300, bits: 2, lst, aggregationUri });
  expect(built['status_list']).toEqual({ bits: 2, lst, aggregation_uri: aggregationUri });
});

test.each([
  [0, STATUS.VALID],
  [5, STATUS.INVALID],
  [63, STATUS.SUSPENDED],
])('says of index %i the value %i', async (idx, status) => {
  expect(await readStatus(claims, header, { ...expected, idx })).toEqual({ ok: true, value: status });
});

test('gives lifetime and times with the list, once for many statements', async () => {
  const token = await readStatusList(claims, header, expected);
  expect(token).toMatchObject({
    ok: true,
    value: { iat: NOW, exp: NOW + 600, ttl: 300, list: { size: 64 } },
  });
});

test('takes a token without exp and ttl, which are only recommended', async () => {
  const bare = { sub: uri, iat: NOW, status_list: { bits: 2, lst } };
  expect(await readStatus(bare, header, expected)).toEqual({ ok: true, value: STATUS.INVALID });
});

test.each([
  ['at exp within the tolerance', NOW + 629, true],
  ['at exp plus the tolerance', NOW + 630, false],
  ['before iat within the tolerance', NOW - 30, true],
  ['before iat beyond the tolerance', NOW - 31, false],
])('%s (%i): accepted is %s', async (_, now, accepted) => {
  expect((await readStatus(claims, header, { ...expected, now })).ok).toBe(accepted);
});

function withList(members: JsonObject): JsonObject {
  return { ...claims, status_list: { bits: 2, lst, ...members } };
}

const bomb = encodeBase64url(deflateSync(new Uint8Array(MAX_STATUS_LIST_OCTETS + 1)));
const noList = encodeBase64url(Uint8Array.of(1, 2, 3));
test.each<[string, JsonObject, string, string]>([
  ['another sub', { ...claims, sub: `${uri}/` }, 'wrong_subject', 'sub'],
  ['no sub', { ...claims, sub: undefined }, 'wrong_subject', 'sub'],
  ['no iat', { ...claims, iat: undefined }, 'invalid_claim', 'iat'],
  ['an iat of text', { ...claims, iat: String(NOW) }, 'invalid_claim', 'iat'],
  ['an iat to come', { ...claims, iat: NOW + 31 }, 'issued_in_the_future', 'iat'],
  ['an exp that passed', { ...claims, exp: NOW - 30 }, 'expired', 'exp'],
  ['an exp of null', { ...claims, exp: null }, 'invalid_claim', 'exp'],
  ['a ttl of 0', { ...claims, ttl: 0 }, 'invalid_claim', 'ttl'],
  ['a ttl of text', { ...claims, ttl: '300' }, 'invalid_claim', 'ttl'],
  ['no status_list', { ...claims, status_list: undefined }, 'invalid_claim', 'status_list'],
  ['a status_list that is an array', { ...claims, status_list: [] }, 'invalid_claim', 'status_list'],
  ['3 bits', withList({ bits: 3 }), 'invalid_claim', 'bits'],
  ['bits of text', withList({ bits: '2' }), 'invalid_claim', 'bits'],
  ['no lst', withList({ lst: undefined }), 'invalid_claim', 'lst'],
  ['a padded lst', withList({ lst: `${lst}=` }), 'invalid_claim', 'lst'],
  ['an lst that is no ZLIB stream', withList({ lst: noList }), 'invalid_claim', 'lst'],
  ['an lst that inflates past all bounds', withList({ lst: bomb }), 'invalid_claim', 'lst'],
])('refuses %s', async (_, badClaims, code, claim) => {
  expect(await readStatus(badClaims, header, expected)).toMatchObject({ ok: false, error: { code, claim } });
});

test.each(['JWT', 'statuslist+cwt', 'STATUSLIST+JWT', undefined, null])('refuses typ %s', async (typ) => {
  expect(await readStatus(claims, { ...header, typ }, expected)).toMatchObject({
    ok: false,
    error: { code: 'not_a_status_list', claim: 'typ' },
  });
});

test.each([64, -1, 1.5])('refuses index %d of a list of 64', async (idx) => {
  expect(await readStatus(claims, header, { ...expected, idx })).toMatchObject({
    ok: false,
    error: { code: 'index_out_of_bounds', claim: 'idx' },
  });
});

// The specification's own lists: oauth-wg/draft-ietf-oauth-status-list, test vectors.
const VECTORS = '../shared/vectors/token-status-list/tsl-vectors.json';
type Vector = {
  name: string;
  bits: 1 | 2 | 4 | 8;
  size: number;
  statuses: Record<string, number>;
  json: { bits: number; lst: string };
};

test.runIf(existsSync(VECTORS))('reads and makes the lists of the specification', async () => {
  const { vectors }: { vectors: Vector[] } = JSON.parse(readFileSync(VECTORS, 'utf8'));
  expect(vectors.length).toBeGreaterThan(0);
  for (const { name, bits, size, statuses, json } of vectors) {
    const token = await readStatusList({ sub: uri, iat: NOW, status_list: json }, header, expected);
    if (!token.ok) throw new Error(`${name}: ${token.error.detail}`);
    const made = createStatusBits(bits, size);
    for (const [index, status] of Object.entries(statuses)) {
      expect(getStatus(token.value.list, Number(index)), name).toEqual({ ok: true, value: status });
      expect(setStatus(made, Number(index), status).ok).toBe(true);
    }
    expect(countStatuses(token.value.list), name).toEqual(countStatuses(made));
    // Inflated octets, never `lst`: encoders differ.
    expect(Buffer.compare(token.value.list.octets, made.octets), name).toBe(0);
  }
});

if (!existsSync(VECTORS)) console.warn(`${VECTORS} is absent: its vectors were not run`);
