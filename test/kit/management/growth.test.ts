import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../../src/domain/json.ts';
import { EC_KEY } from '../../domain/client-metadata/examples.ts';
import { makeKey } from '../support/fake-issuer.ts';
import { scene } from '../support/scene.ts';
import { CALLBACK, changingNothing, openClient, openTo, records, storedOf } from './support/clients.ts';

const HOST = 'https://client.example.org';
const OTHER_KEY: JsonObject = JSON.parse(JSON.stringify((await makeKey('2')).publicJwk));
const RSA_KEY: JsonObject = JSON.parse(JSON.stringify((await makeKey('3', 'RS256')).publicJwk));
const BASE = { redirect_uris: [CALLBACK] };
const KEYED = { ...BASE, token_endpoint_auth_method: 'private_key_jwt' };
const TLS = {
  ...BASE,
  token_endpoint_auth_method: 'tls_client_auth',
  jwks_uri: `${HOST}/jwks`,
};

/** What a client has, what its update says, and the member that grows. */
const GROWTH: readonly (readonly [string, JsonObject, JsonObject, string])[] = [
  ['a redirect URI', BASE, { redirect_uris: [CALLBACK, `${HOST}/2`] }, 'redirect_uris'],
  ['another redirect URI', BASE, { redirect_uris: [`${HOST}/2`] }, 'redirect_uris'],
  ['another host', BASE, { redirect_uris: ['https://evil.example/callback'] }, 'redirect_uris'],
  ['a logout URI', BASE, { post_logout_redirect_uris: [`${HOST}/bye`] }, 'post_logout_redirect_uris'],
  ['a request URI', BASE, { request_uris: [`${HOST}/request`] }, 'request_uris'],
  [
    'a type of details',
    { ...BASE, authorization_details_types: ['a'] },
    { authorization_details_types: ['a', 'b'] },
    'authorization_details_types',
  ],
  ['a scope', { ...BASE, scope: 'read' }, { scope: 'read write' }, 'scope'],
  ['a first scope', BASE, { scope: 'read' }, 'scope'],
  ['a grant type', BASE, { grant_types: ['authorization_code', 'refresh_token'] }, 'grant_types'],
  ['a response type', BASE, { response_types: ['code', 'none'] }, 'response_types'],
  ['another key', { ...KEYED, jwks: { keys: [EC_KEY] } }, { jwks: { keys: [OTHER_KEY] } }, 'jwks'],
  ['a further key', { ...KEYED, jwks: { keys: [EC_KEY] } }, { jwks: { keys: [EC_KEY, RSA_KEY] } }, 'jwks'],
  ['keys at an address', { ...KEYED, jwks: { keys: [EC_KEY] } }, { jwks_uri: `${HOST}/jwks` }, 'jwks_uri'],
  ['keys by value', { ...KEYED, jwks_uri: `${HOST}/jwks` }, { jwks: { keys: [EC_KEY] } }, 'jwks'],
  ['another key address', { ...KEYED, jwks_uri: `${HOST}/jwks` }, { jwks_uri: `${HOST}/k` }, 'jwks_uri'],
  ['a key address', BASE, { jwks_uri: `${HOST}/jwks` }, 'jwks_uri'],
  ['another sector', BASE, { sector_identifier_uri: `${HOST}/sector` }, 'sector_identifier_uri'],
  ['another login address', BASE, { initiate_login_uri: `${HOST}/in` }, 'initiate_login_uri'],
  ['back-channel logout', BASE, { backchannel_logout_uri: `${HOST}/out` }, 'backchannel_logout_uri'],
  ['front-channel logout', BASE, { frontchannel_logout_uri: `${HOST}/out` }, 'frontchannel_logout_uri'],
  [
    'another certificate subject',
    { ...TLS, tls_client_auth_subject_dn: 'CN=a' },
    { tls_client_auth_subject_dn: 'CN=b' },
    'tls_client_auth_subject_dn',
  ],
  ['a name', BASE, { client_name: 'Example' }, 'client_name'],
  ['another name', { ...BASE, client_name: 'Example' }, { client_name: 'Bank' }, 'client_name'],
  ['a name in French', BASE, { 'client_name#fr': 'Banque' }, 'client_name#fr'],
  ...[
    'tls_client_certificate_bound_access_tokens',
    'require_signed_request_object',
    'require_pushed_authorization_requests',
    'dpop_bound_access_tokens',
    'require_auth_time',
  ].flatMap((name) => [
    [`${name} turned off`, { ...BASE, [name]: true }, { [name]: false }, name] as const,
    [`${name} left out`, { ...BASE, [name]: true }, { [name]: null }, name] as const,
  ]),
  ...(
    [
      ['private_key_jwt', 'client_secret_basic'],
      ['private_key_jwt', 'none'],
      ['private_key_jwt', 'tls_client_auth'],
      ['tls_client_auth', 'self_signed_tls_client_auth'],
      ['client_secret_basic', 'client_secret_post'],
      ['client_secret_basic', 'none'],
      ['client_secret_post', 'none'],
    ] as const
  ).map(
    ([before, after]) =>
      [
        `${before} weakened to ${after}`,
        { ...TLS, tls_client_auth_san_dns: 'client.example.org', token_endpoint_auth_method: before },
        { token_endpoint_auth_method: after },
        'token_endpoint_auth_method',
      ] as const,
  ),
  [
    'a method left out that was a key',
    { ...KEYED, jwks_uri: `${HOST}/jwks` },
    { token_endpoint_auth_method: null },
    'token_endpoint_auth_method',
  ],
];

it.each(GROWTH)(
  'an update that adds %s is refused with its code and a sentence, and changes nothing',
  async (_what, before, change, member) => {
    const at = await scene({ policy: openTo() });
    const client = await openClient(at, before);
    const { jwks, jwks_uri: uri, ...others } = before;
    const keys = 'jwks' in change || 'jwks_uri' in change ? {} : { jwks, jwks_uri: uri };
    const body = JSON.parse(JSON.stringify({ ...others, ...keys, ...change }));
    const answer = await changingNothing(at, () => client.update(body));
    expect(answer.status).toBe(400);
    expect(answer.body['error']).toBe(
      member === 'redirect_uris' ? 'invalid_redirect_uri' : 'invalid_client_metadata',
    );
    expect(answer.body['error_description']).toContain(`more authority (${member})`);
    expect(answer.body['error_description']).toMatch(/Register a new client for it\.$/);
    expect(at.told.at(-1)).toMatchObject(['registration.update_refused', { reason: 'growth' }]);
  },
);

it.each(GROWTH)(
  'an update that adds %s is granted where the class leaves that to its clients, and the record says so',
  async (_what, before, change, member) => {
    const mayGrow = [member.replace(/#.*/, '')];
    const at = await scene({ policy: openTo({ mayGrow }) });
    const client = await openClient(at, before);
    const { jwks, jwks_uri: uri, ...others } = before;
    const keys = 'jwks' in change || 'jwks_uri' in change ? {} : { jwks, jwks_uri: uri };
    const { status, body } = await client.update(
      JSON.parse(JSON.stringify({ ...others, ...keys, ...change })),
    );
    expect(body).not.toHaveProperty('error');
    expect(status).toBe(200);
    const record = (await records(at)).at(-1);
    expect(JSON.stringify(record?.['data'])).toContain(`Class open leaves ${member.replace(/#.*/, '')}`);
  },
);

const FULL = {
  redirect_uris: [CALLBACK, `${HOST}/2`],
  grant_types: ['authorization_code', 'refresh_token'],
  response_types: ['code', 'none'],
  scope: 'read write',
  jwks: { keys: [EC_KEY, { ...OTHER_KEY, use: 'sig' }] },
  token_endpoint_auth_method: 'client_secret_post',
  client_name: 'Example',
  backchannel_logout_uri: `${HOST}/out`,
};

describe('narrowing is always allowed', () => {
  it.each<readonly [string, JsonObject]>([
    ['a redirect URI less', { redirect_uris: [CALLBACK] }],
    ['a grant type less', { grant_types: ['authorization_code'] }],
    ['a response type less', { response_types: ['code'] }],
    ['a scope less', { scope: 'read' }],
    ['no scope at all', { scope: null }],
    ['a key less', { jwks: { keys: [EC_KEY] } }],
    ['no keys', { jwks: null }],
    ['no name', { client_name: null }],
    ['no logout address', { backchannel_logout_uri: null }],
    ['a stronger method', { token_endpoint_auth_method: 'private_key_jwt' }],
    ['the stronger default method', { token_endpoint_auth_method: null }],
    ['more demanded of it', { dpop_bound_access_tokens: true }],
    ['another order', { redirect_uris: FULL.redirect_uris.toReversed(), scope: 'write read' }],
    ['a page that grants nothing', { tos_uri: `${HOST}/terms`, contacts: ['mary@example.org'] }],
  ])('%s', async (_what, change) => {
    const at = await scene({ policy: openTo() });
    const client = await openClient(at, FULL);
    const { status } = await client.update({ ...FULL, ...change });
    expect(status).toBe(200);
    const { metadata } = await storedOf(at, client);
    for (const [name, value] of Object.entries(change))
      if (value !== null) expect(metadata[name]).toEqual(value);
      else if (name !== 'token_endpoint_auth_method') expect(metadata).not.toHaveProperty(name);
  });
});

it('what was narrowed away does not come back', async () => {
  const at = await scene({ policy: { ...openTo(), previousTokenSeconds: 600 } });
  const client = await openClient(at, FULL);
  await client.update({ ...FULL, scope: 'read' });
  expect((await changingNothing(at, () => client.update(FULL))).body['error_description']).toContain('scope');
});

it('an update that grows in several places names them all', async () => {
  const at = await scene({ policy: openTo({ mayGrow: ['scope'] }) });
  const client = await openClient(at, BASE);
  const { body } = await client.update({
    redirect_uris: [CALLBACK, `${HOST}/2`],
    client_name: 'Bank',
    scope: 'a',
  });
  expect(body['error']).toBe('invalid_client_metadata');
  expect(body['error_description']).toContain('(redirect_uris, client_name)');
});

it('scopes that the class does not grant are left out of an update and do not count as growth', async () => {
  const at = await scene({ policy: openTo({ scopes: ['read'] }) });
  const client = await openClient(at, { ...BASE, scope: 'read' });
  expect((await client.update({ ...BASE, scope: 'read admin' })).body['scope']).toBe('read');
});
