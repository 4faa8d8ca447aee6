import { beforeAll, describe, expect, it } from 'vitest';
import type { JsonObject } from '../../../src/domain/json.ts';
import { readTrustBundle } from '../../../src/domain/spiffe/bundle.ts';
import { staticBundle, type BundleSource } from '../../../src/domain/spiffe/bundle-source.ts';
import { verifyJwtSvid, type ExpectedSvid, type SvidRefusal } from '../../../src/domain/spiffe/jwt-svid.ts';
import { expectOk } from '../../support/issuer.ts';
import { svidClaims, svidKey, type SvidKey } from '../../support/spire.ts';

const NOW = 1_800_000_000;
const AUDIENCE = 'https://issuer.example';
const ID = 'spiffe://example.org/ci/release';
const EXPECTED: ExpectedSvid = {
  audience: AUDIENCE,
  isAlone: true,
  expectedIss: null,
  toleranceSeconds: 60,
};

let ec: SvidKey;
let rsa: SvidKey;
let elsewhere: SvidKey;
let edwards: SvidKey;

beforeAll(async () => {
  ec = await svidKey('a');
  rsa = await svidKey('r', 'RS256');
  elsewhere = await svidKey('a');
  edwards = await svidKey('a', 'EdDSA');
});

function sourceOf(keys: readonly JsonObject[]): BundleSource {
  return staticBundle(expectOk(readTrustBundle({ keys: [...keys] })));
}

function verify(text: string, more: Partial<ExpectedSvid> = {}) {
  const sources = new Map([
    ['example.org', sourceOf([ec.jwk, rsa.jwk])],
    ['other.example', sourceOf([elsewhere.jwk])],
    ['revoked.example', sourceOf([])],
  ]);
  return verifyJwtSvid(text, (name) => sources.get(name), { ...EXPECTED, ...more }, NOW);
}

async function codeOf(
  text: string,
  more: Partial<ExpectedSvid> = {},
): Promise<SvidRefusal['code'] | 'holds'> {
  const verified = await verify(text, more);
  return verified.ok ? 'holds' : verified.error.code;
}

const claims = (more: JsonObject = {}) => svidClaims(ID, AUDIENCE, NOW, more);
type Header = Readonly<Record<string, string | undefined>>;

describe('JWT-SVIDs that hold', () => {
  it('as SPIRE makes them, under keys of elliptic curves and of RSA', async () => {
    for (const key of [ec, rsa]) {
      const verified = expectOk(await verify(await key.sign(claims(), key === rsa ? { alg: 'RS256' } : {})));
      expect(verified).toMatchObject({ id: { text: ID, trustDomain: 'example.org' }, expiresAt: NOW + 300 });
    }
  });

  it.each<[string, JsonObject, Header, Partial<ExpectedSvid>]>([
    ['an audience that is text', { aud: AUDIENCE }, {}, {}],
    ['no typ', {}, { typ: undefined }, {}],
    ['typ JOSE', {}, { typ: 'JOSE' }, {}],
    ['neither iat nor iss, which are not required', { iat: undefined }, {}, {}],
    ['expired within the tolerance', { exp: NOW - 59, iat: NOW - 300 }, {}, {}],
    ['issued ahead within the tolerance', { iat: NOW + 60 }, {}, {}],
    [
      'the issuer that is expected',
      { iss: 'https://oidc.example' },
      {},
      { expectedIss: 'https://oidc.example' },
    ],
    ['any issuer where none is expected', { iss: 'https://x.example' }, {}, {}],
    ['claims of its own', { repository: 'shop' }, {}, {}],
    [
      'a second audience where that is allowed',
      { aud: [AUDIENCE, 'https://b.example'] },
      {},
      { isAlone: false },
    ],
  ])('%s', async (_, more, header, expected) => {
    expect(await codeOf(await ec.sign(claims(more), header), expected)).toBe('holds');
  });
});

describe('JWT-SVIDs that do not', () => {
  it.each<[SvidRefusal['code'], string, JsonObject, Header, Partial<ExpectedSvid>]>([
    ['header', 'typ at+jwt', {}, { typ: 'at+jwt' }, {}],
    ['header', 'typ wit+jwt', {}, { typ: 'wit+jwt' }, {}],
    ['header', 'typ of a statement', {}, { typ: 'software-statement+jwt' }, {}],
    ['header', 'typ in small letters', {}, { typ: 'jwt' }, {}],
    ['header', 'no kid', {}, { kid: undefined }, {}],
    ['header', 'an empty kid', {}, { kid: '' }, {}],
    ['header', 'a URL of keys', {}, { jku: 'https://evil.example/jwks' }, {}],
    ['header', 'a content type', {}, { cty: 'JWT' }, {}],
    ['key', 'a kid that the bundle lacks', {}, { kid: 'b' }, {}],
    ['key', 'the kid of a key of another kind', {}, { kid: 'r' }, {}],
    ['id', 'no sub', { sub: undefined }, {}, {}],
    ['id', 'a sub without a path', { sub: 'spiffe://example.org' }, {}, {}],
    ['id', 'a sub that ends in a slash', { sub: `${ID}/` }, {}, {}],
    ['id', 'a sub with dots', { sub: 'spiffe://example.org/../ci' }, {}, {}],
    ['id', 'a sub in capitals', { sub: 'spiffe://EXAMPLE.org/ci' }, {}, {}],
    ['id', 'a sub that is no SPIFFE ID', { sub: 'repo:shop' }, {}, {}],
    ['id', 'a sub of 2049 octets', { sub: `spiffe://example.org/${'a'.repeat(2_028)}` }, {}, {}],
    ['trust_domain', 'a trust domain nobody trusts', { sub: 'spiffe://evil.example/ci' }, {}, {}],
    ['claims', 'no exp', { exp: undefined }, {}, {}],
    ['claims', 'exp as text', { exp: String(NOW + 60) }, {}, {}],
    ['claims', 'expired', { exp: NOW - 60, iat: NOW - 300 }, {}, {}],
    ['claims', 'issued in the future', { iat: NOW + 61 }, {}, {}],
    ['claims', 'issued after it expires', { iat: NOW + 30, exp: NOW + 30 }, {}, {}],
    ['claims', 'not valid yet', { nbf: NOW + 61 }, {}, {}],
    ['claims', 'no audience', { aud: undefined }, {}, {}],
    ['claims', 'an empty audience', { aud: [] }, {}, {}],
    ['claims', 'another audience', { aud: ['https://issuer.example/'] }, {}, {}],
    ['claims', 'two audiences', { aud: [AUDIENCE, 'https://b.example'] }, {}, {}],
    ['claims', 'an audience that is no text beside ours', { aud: [AUDIENCE, 5] }, {}, { isAlone: false }],
    ['claims', 'a list in the list', { aud: [[AUDIENCE]] }, {}, {}],
    ['claims', 'one audience twice', { aud: [AUDIENCE, AUDIENCE] }, {}, {}],
    ['claims', 'another iss', { iss: 'https://x.example' }, {}, { expectedIss: 'https://oidc.example' }],
    ['claims', 'no iss where it is needed', {}, {}, { requireIss: true }],
    ['claims', 'no iat where it is needed', { iat: undefined }, {}, { requireIat: true }],
  ])('%s: %s', async (code, _, more, header, expected) => {
    expect(await codeOf(await ec.sign(claims(more), header), expected)).toBe(code);
  });

  it('under EdDSA, a shared secret, or no signature at all', async () => {
    expect(await codeOf(await edwards.sign(claims(), { alg: 'EdDSA' }))).toBe('header');
    const [, payload = ''] = (await ec.sign(claims())).split('.');
    for (const alg of ['none', 'HS256', 'ES256K', 'es256', 'EdDSA']) {
      const header = Buffer.from(JSON.stringify({ alg, kid: 'a', typ: 'JWT' })).toString('base64url');
      expect(await codeOf(`${header}.${payload}.AAAA`)).toBe('header');
    }
  });

  it('of one trust domain signed by the key of another that has the same kid', async () => {
    expect(await codeOf(await elsewhere.sign(claims()))).toBe('signature');
    expect(await codeOf(await ec.sign(claims({ sub: 'spiffe://other.example/ci' })))).toBe('signature');
    expect(await codeOf(await elsewhere.sign(claims({ sub: 'spiffe://other.example/ci' })))).toBe('holds');
  });

  it('of a trust domain whose bundle is empty', async () => {
    expect(await codeOf(await ec.sign(claims({ sub: 'spiffe://revoked.example/ci' })))).toBe('key');
  });

  it('changed on the way, of more parts, with odd characters, or endless', async () => {
    const text = await ec.sign(claims());
    const [header = '', , signature = ''] = text.split('.');
    const changed = Buffer.from(JSON.stringify(claims({ sub: 'spiffe://example.org/ci/other' }))).toString(
      'base64url',
    );
    expect(await codeOf(`${header}.${changed}.${signature}`)).toBe('signature');
    for (const odd of [`${text}.`, `${text} `, `${text}=`, text.slice(0, text.lastIndexOf('.')), '', '{}'])
      expect(await codeOf(odd)).toBe('malformed');
    expect(await codeOf(await ec.sign(claims({ filler: 'a'.repeat(16_384) })))).toBe('malformed');
  });
});
