import { describe, expect, it } from 'vitest';
import type { JsonObject, JsonValue } from '../../../src/domain/json.ts';
import { clientOf, scene } from '../support/scene.ts';
import { CALLBACK, openTo } from '../management/support/clients.ts';
import { refused } from './support/refused.ts';

const NATIVE = { application_type: 'native', token_endpoint_auth_method: 'none' };
const WEB = {};

describe('a redirect URI is registered as it is written', () => {
  it.each<readonly [string, JsonObject]>([
    ['https://client.example.org', WEB],
    ['https://client.example.org/callback?a=b&c=%20', WEB],
    ['https://client.example.org:8443/Callback/', WEB],
    ['https://CLIENT.example.org/callback', WEB],
    ['https://xn--bcher-kva.example/callback', WEB],
    ['http://127.0.0.1/callback', NATIVE],
    ['http://127.0.0.1:51004/callback', NATIVE],
    ['http://[::1]:61023/callback', NATIVE],
    ['http://localhost:3000/callback', NATIVE],
    ['com.example.app:/oauth2redirect', NATIVE],
    ['com.example.app:/oauth2redirect', { application_type: 'native' }],
    ['com.example.app:/oauth2redirect', { token_endpoint_auth_method: 'none' }],
  ])('%s %j', async (uri, metadata) => {
    const at = await scene({ policy: openTo() });
    const answer = await at.register({ redirect_uris: [uri], ...metadata });
    expect(clientOf(at.call, answer).information['redirect_uris']).toEqual([uri]);
  });
});

describe('a redirect URI is refused with invalid_redirect_uri', () => {
  it.each<readonly [string, JsonObject]>([
    ['http://client.example.org/callback', WEB],
    ['http://client.example.org/callback', NATIVE],
    ['http://127.1/callback', NATIVE],
    ['http://0x7f000001/callback', NATIVE],
    ['http://127.0.0.1.example.org/callback', NATIVE],
    ['https://client.example.org/callback#', WEB],
    ['https://client.example.org/callback#fragment', WEB],
    ['https://*.example.org/callback', WEB],
    ['https://client.example.org/*', WEB],
    ['https://client.example.org@evil.example/callback', WEB],
    ['https://user:password@client.example.org/callback', WEB],
    ['https://client.example.org/a/../callback', WEB],
    ['https://client.example.org/%2e%2e/callback', WEB],
    ['https://client.example.org\\@evil.example/callback', WEB],
    ['https://client.example.org/call back', WEB],
    ['https://client.example.org/call\nback', WEB],
    ['https://client.example.org/%zz', WEB],
    ['https://bücher.example/callback', WEB],
    ['https:///callback', WEB],
    ['//client.example.org/callback', WEB],
    ['/callback', WEB],
    ['callback', WEB],
    ['javascript:alert(1)', WEB],
    ['JavaScript:alert(1)', NATIVE],
    ['data:text/html,x', NATIVE],
    ['file:///etc/passwd', NATIVE],
    ['urn:ietf:wg:oauth:2.0:oob', NATIVE],
    ['myapp:/callback', NATIVE],
    ['com.example.app:/callback', WEB],
    [`https://client.example.org/${'a'.repeat(2_000)}`, WEB],
  ])('%s %j', async (uri, metadata) => {
    const at = await scene({ policy: openTo() });
    const { body } = await refused(at, { redirect_uris: [CALLBACK, uri], ...metadata });
    expect(body['error']).toBe('invalid_redirect_uri');
    expect(body['errors']).toMatchObject([{ pointer: '/redirect_uris/1' }]);
  });
});

it('more redirect URIs than the class allows are refused', async () => {
  const at = await scene({ policy: openTo({ metadata: { maxRedirectUris: 3 } }) });
  const uris = Array.from({ length: 4 }, (_, i) => `${CALLBACK}${i}`);
  expect((await refused(at, { redirect_uris: uris })).body['error']).toBe('invalid_redirect_uri');
  clientOf(at.call, await at.register({ redirect_uris: uris.slice(1) }));
});

it.each([
  ['authorization_code, which an absent grant_types means', {}],
  ['authorization_code', { grant_types: ['authorization_code', 'refresh_token'] }],
])('a client that redirects registers where to: %s', async (_grants, metadata) => {
  const at = await scene({ policy: openTo() });
  expect((await refused(at, metadata)).body['error']).toBe('invalid_redirect_uri');
});

it.each(['client_credentials', 'urn:ietf:params:oauth:grant-type:device_code'])(
  'a client that only uses %s needs none',
  async (grant) => {
    const at = await scene({ policy: openTo() });
    const { information } = clientOf(at.call, await at.register({ grant_types: [grant] }));
    expect(information).not.toHaveProperty('redirect_uris');
  },
);

const NO_LISTS: readonly JsonValue[] = [
  [],
  [''],
  [7],
  [null],
  [[CALLBACK]],
  CALLBACK,
  { 0: CALLBACK },
  true,
  '',
];

it.each(NO_LISTS.map((uris) => ({ uris })))(
  'redirect_uris that are no list of texts are refused: $uris',
  async ({ uris }) => {
    const at = await scene({ policy: openTo() });
    const { body } = await refused(at, { redirect_uris: uris });
    expect(body['error']).toBe('invalid_redirect_uri');
  },
);

it('a list of redirect URIs in a language is no redirect URI, and not refused as one', async () => {
  const at = await scene({ policy: openTo() });
  const { body } = await refused(at, { redirect_uris: [CALLBACK], 'redirect_uris#fr': [''] });
  expect(body['error']).toBe('invalid_client_metadata');
});
