import { describe, expect, it } from 'vitest';
import type { JsonObject, JsonValue } from '../../../src/domain/json.ts';
import type { FetchRefusal } from '../../../src/domain/network/fetcher.ts';
import { EC_KEY } from '../../domain/client-metadata/examples.ts';
import { makeKey } from '../support/fake-issuer.ts';
import { scene } from '../support/scene.ts';
import { CALLBACK, openTo } from '../management/support/clients.ts';
import { keyDocuments, noKeyDocuments } from './support/key-documents.ts';
import { refused } from './support/refused.ts';

const JWKS_URI = 'https://client.example.org/jwks';
const BODY = { redirect_uris: [CALLBACK], token_endpoint_auth_method: 'private_key_jwt', jwks_uri: JWKS_URI };
const RSA_KEY: JsonObject = JSON.parse(JSON.stringify((await makeKey('2', 'RS256')).publicJwk));
const PRIVATE_D = 'jpsQnnGQmL-YBIffH1136cspYG6-0iY7X1fCE9-E9LI';

it('is not asked by a server without a fetcher', async () => {
  const at = await scene({ policy: openTo() });
  expect((await at.register(BODY)).body['jwks_uri']).toBe(JWKS_URI);
});

it('is asked once, within bounds, for a set of keys', async () => {
  const { fetcher, asked } = keyDocuments({ keys: [EC_KEY] });
  const at = await scene({ policy: openTo(), fetcher });
  expect((await at.register(BODY)).status).toBe(201);
  expect(asked).toEqual([
    [
      JWKS_URI,
      {
        accept: ['application/jwk-set+json', 'application/json'],
        maxOctets: 65_536,
        timeoutMilliseconds: 5_000,
      },
    ],
  ]);
});

it('is asked where the statement says, and not where the request does', async () => {
  const { fetcher, asked } = keyDocuments({ keys: [EC_KEY] });
  const at = await scene({ fetcher });
  const attested = { token_endpoint_auth_method: 'private_key_jwt', jwks_uri: 'https://app.example/jwks' };
  await at.registered(attested, { jwks_uri: 'https://evil.example/jwks' });
  expect(asked.map(([url]) => url)).toEqual(['https://app.example/jwks']);
});

describe('is not asked for a request that is refused without it', () => {
  it.each<readonly [string, JsonObject]>([
    ['metadata against the rules', { scope: 'a  b' }],
    ['a statement that does not hold', { software_statement: 'x' }],
    ['jwks beside it', { jwks: { keys: [EC_KEY] } }],
    ['an address that is no https URL', { jwks_uri: 'http://client.example.org/jwks' }],
    ['an address that is no text', { jwks_uri: 7 }],
  ])('%s', async (_why, change) => {
    const { fetcher, asked } = keyDocuments({ keys: [EC_KEY] });
    const at = await scene({ policy: openTo(), fetcher });
    await refused(at, { ...BODY, ...change });
    expect(asked).toEqual([]);
  });

  it('no token where one is needed', async () => {
    const { fetcher, asked } = keyDocuments({ keys: [EC_KEY] });
    const at = await scene({ policy: openTo({ requires: 'initial_access_token' }), fetcher });
    expect((await at.register(BODY)).status).toBe(401);
    expect((await at.register(BODY, 'x')).status).toBe(401);
    expect(asked).toEqual([]);
  });
});

it('is not asked for a client that has none', async () => {
  const { fetcher, asked } = keyDocuments({ keys: [EC_KEY] });
  const at = await scene({ policy: openTo(), fetcher });
  const { jwks_uri: _none, ...rest } = BODY;
  expect((await at.register({ ...rest, jwks: { keys: [EC_KEY] } })).status).toBe(201);
  expect(asked).toEqual([]);
});

describe('is refused when it cannot be had', () => {
  it.each<FetchRefusal>([
    { code: 'unreachable', detail: 'Nothing listens there.' },
    { code: 'not_public', detail: 'It is no public address.' },
    { code: 'timeout', detail: 'There was no answer in time.' },
    { code: 'redirect', detail: 'It redirects.' },
    { code: 'status', detail: 'It answers 404.' },
    { code: 'content_type', detail: 'It is text/html.' },
    { code: 'too_large', detail: 'It is too large.' },
  ])('$code', async (error) => {
    const at = await scene({ policy: openTo(), fetcher: noKeyDocuments(error).fetcher });
    const { body } = await refused(at, BODY);
    expect(body['error']).toBe('invalid_client_metadata');
    expect(body['error_description']).toBe(
      `/jwks_uri: The keys behind jwks_uri cannot be used. ${error.detail}`,
    );
  });
});

describe('is refused when it gives no usable public keys', () => {
  it.each<readonly [string, JsonValue | Uint8Array]>([
    ['a private key', { keys: [{ ...EC_KEY, d: PRIVATE_D }] }],
    ['a private key among others', { keys: [RSA_KEY, { ...EC_KEY, d: PRIVATE_D }] }],
    ['a private key beside keys', { keys: [EC_KEY], old: [{ ...EC_KEY, d: PRIVATE_D }] }],
    ['a symmetric key', { keys: [{ kty: 'oct', k: 'AAAA' }] }],
    ['a symmetric key without its value', { keys: [{ kty: 'oct' }] }],
    ['one key outside a set', EC_KEY],
    ['no keys', { keys: [] }],
    ['keys that are no list', { keys: EC_KEY }],
    ['a key that is no object', { keys: ['x'] }],
    ['a key of an unknown type', { keys: [{ kty: 'magic' }] }],
    ['a curve of another type', { keys: [{ ...EC_KEY, kty: 'OKP' }] }],
    ['half of a point', { keys: [{ ...EC_KEY, y: undefined }] }],
    ['a short modulus', { keys: [{ ...RSA_KEY, n: 'AQAB' }] }],
    ['two keys of one kid', { keys: [EC_KEY, { ...RSA_KEY, kid: '1' }] }],
    ['a list', [EC_KEY]],
    ['null', null],
    ['nothing', ''],
    ['a page', '<!doctype html>'],
    ['keys twice', `{"keys":[${JSON.stringify(EC_KEY)}],"keys":[]}`],
    ['what is too deep', `{"keys":[${JSON.stringify(EC_KEY)}],"a":${'['.repeat(20)}${']'.repeat(20)}}`],
    ['no UTF-8', Buffer.from(JSON.stringify({ keys: [EC_KEY], note: '\u00e9' }), 'latin1')],
  ])('%s', async (_what, document) => {
    const at = await scene({ policy: openTo(), fetcher: keyDocuments(document).fetcher });
    const { body } = await refused(at, BODY);
    expect(body['error']).toBe('invalid_client_metadata');
    expect(body['error_description']).toMatch(/^\/jwks_uri: The keys behind jwks_uri cannot be used\./);
    expect(JSON.stringify([body, at.told])).not.toContain(PRIVATE_D);
  });
});

it.each<readonly [string, JsonObject]>([
  ['one key', { keys: [EC_KEY] }],
  ['several keys', { keys: [EC_KEY, RSA_KEY] }],
  [
    'several keys without kid',
    {
      keys: [
        { ...EC_KEY, kid: undefined },
        { ...RSA_KEY, kid: undefined },
      ],
    },
  ],
  ['members that nobody knows', { keys: [{ ...EC_KEY, x5t: 'x', note: {} }], note: 'x' }],
])('is good when it gives %s', async (_what, document) => {
  const at = await scene({ policy: openTo(), fetcher: keyDocuments(document).fetcher });
  expect((await at.register(BODY)).status).toBe(201);
});
