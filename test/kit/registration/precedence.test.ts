import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../../src/domain/json.ts';
import { takePrecedence } from '../../../src/kit/registration/request.ts';
import { EC_KEY } from '../../domain/client-metadata/examples.ts';
import { scene } from '../support/scene.ts';
import { attested, openTo, storedOf } from '../management/support/clients.ts';
import { refused } from './support/refused.ts';

const APP = 'https://app.example';
const EVIL = 'https://evil.example';
const KEYS = { keys: [EC_KEY] };
const KEYED = { token_endpoint_auth_method: 'private_key_jwt' };

/** What a statement attests, what the request says, and what is registered; undefined for a member that is not. */
const SPOKEN: readonly (readonly [string, JsonObject, JsonObject, JsonObject])[] = [
  [
    'redirect_uris',
    { redirect_uris: [`${APP}/callback`] },
    { redirect_uris: [`${EVIL}/callback`] },
    { redirect_uris: [`${APP}/callback`] },
  ],
  ['client_name', { client_name: 'Example' }, { client_name: 'Bank' }, { client_name: 'Example' }],
  ['scope', { scope: 'read' }, { scope: 'read write admin' }, { scope: 'read' }],
  [
    'grant_types',
    { grant_types: ['authorization_code'] },
    { grant_types: ['authorization_code', 'client_credentials'] },
    { grant_types: ['authorization_code'] },
  ],
  [
    'token_endpoint_auth_method',
    { token_endpoint_auth_method: 'none' },
    { token_endpoint_auth_method: 'client_secret_basic' },
    { token_endpoint_auth_method: 'none' },
  ],
  ['software_id', { software_id: '1' }, { software_id: '2' }, { software_id: '1' }],
  ['software_version', { software_version: '1' }, { software_version: '2' }, { software_version: '1' }],
  [
    'a translation beside an attested name',
    { client_name: 'Example' },
    { 'client_name#fr': 'Banque', 'client_name#ja-Jpan-JP': '銀行' },
    { client_name: 'Example', 'client_name#fr': undefined, 'client_name#ja-Jpan-JP': undefined },
  ],
  [
    'the name beside an attested translation',
    { client_name: undefined, 'client_name#fr': 'Exemple' },
    { client_name: 'Bank', 'client_name#fr': 'Banque' },
    { client_name: undefined, 'client_name#fr': 'Exemple' },
  ],
  [
    'another address of a logo beside an attested one in French',
    { 'logo_uri#fr': `${APP}/fr.png` },
    { logo_uri: `${EVIL}/logo.png` },
    { logo_uri: undefined, 'logo_uri#fr': `${APP}/fr.png` },
  ],
  [
    'jwks_uri',
    { ...KEYED, jwks_uri: `${APP}/jwks` },
    { jwks_uri: `${EVIL}/jwks` },
    { jwks_uri: `${APP}/jwks` },
  ],
  [
    'jwks beside an attested jwks_uri',
    { ...KEYED, jwks_uri: `${APP}/jwks` },
    { jwks: KEYS },
    { jwks_uri: `${APP}/jwks`, jwks: undefined },
  ],
  [
    'jwks_uri beside attested jwks',
    { ...KEYED, jwks: KEYS },
    { jwks_uri: `${EVIL}/jwks` },
    { jwks: KEYS, jwks_uri: undefined },
  ],
];

describe('what the statement attests wins over the request (RFC 7591 §2.3)', () => {
  it.each(SPOKEN)('%s', async (_what, claims, asked, expected) => {
    const at = await scene();
    const client = await at.registered(claims, asked);
    const { metadata } = await storedOf(at, client);
    for (const [member, value] of Object.entries(expected)) {
      expect(client.information[member]).toEqual(value);
      expect(metadata[member]).toEqual(value);
    }
  });

  it('also when the request is refused without it', async () => {
    const at = await scene();
    const client = await at.registered({}, { redirect_uris: ['javascript:alert(1)'], client_name: 7 });
    expect(client.information).toMatchObject({
      client_name: 'Example',
      redirect_uris: ['https://app.example/callback'],
    });
  });

  it('and what it attests is read by the same rules as anything else', async () => {
    const at = await scene();
    for (const claims of [{ redirect_uris: ['javascript:alert(1)'] }, { grant_types: ['password'] }]) {
      const software_statement = await at.issuer.statement(claims);
      await refused(at, { redirect_uris: [`${APP}/callback`], software_statement });
    }
  });

  it('and an attested method is bounded by the class', async () => {
    const at = await scene({ policy: attested({ authMethods: ['private_key_jwt'] }) });
    const software_statement = await at.issuer.statement({ token_endpoint_auth_method: 'none' });
    await refused(at, { ...KEYED, jwks: KEYS, software_statement });
  });
});

it('where the statement is silent, the request speaks', async () => {
  const at = await scene();
  const asked = {
    scope: 'read',
    logo_uri: `${APP}/logo.png`,
    'policy_uri#fr': `${APP}/fr`,
    contacts: ['mary@app.example'],
    jwks: KEYS,
    ...KEYED,
  };
  expect((await at.registered({}, asked)).information).toMatchObject({ ...asked, client_name: 'Example' });
});

it('a null in the request takes nothing away from what is attested', async () => {
  const at = await scene();
  const { information } = await at.registered({}, { client_name: null, redirect_uris: null });
  expect(information).toMatchObject({ client_name: 'Example', redirect_uris: [`${APP}/callback`] });
});

it('a statement that attests null for a member is silent about it', async () => {
  const at = await scene();
  const asked = { client_name: 'Bank', 'client_name#fr': 'Banque', redirect_uris: [`${APP}/other`] };
  const client = await at.registered({ client_name: null, redirect_uris: null, scope: null }, asked);
  expect(client.information).toMatchObject(asked);
  expect(client.information).not.toHaveProperty('scope');
});

it('claims about the statement are no metadata of the client, and the request cannot set them', async () => {
  const at = await scene();
  const asked = { iss: EVIL, sub: 'x', jti: 'x', iat: 1, exp: 1, status: {}, cnf: {} };
  const client = await at.registered({ nbf: 1, sub: 'y', aud: 'https://as.example', extra: 'z' }, asked);
  const { metadata } = await storedOf(at, client);
  for (const name of [...Object.keys(asked), 'nbf', 'aud', 'extra']) {
    expect(client.information).not.toHaveProperty(name);
    expect(metadata).not.toHaveProperty(name);
  }
});

it('the statement is returned as it was sent', async () => {
  const at = await scene({ policy: openTo() });
  const software_statement = await at.issuer.statement({ 'client_name#ja': '例' });
  const { body } = await at.register({ software_statement });
  expect(body['software_statement']).toBe(software_statement);
});

it('a statement that attests both forms of keys contradicts itself', async () => {
  const at = await scene();
  const software_statement = await at.issuer.statement({ ...KEYED, jwks: KEYS, jwks_uri: `${APP}/jwks` });
  const { body } = await refused(at, { software_statement });
  expect(body['error']).toBe('invalid_client_metadata');
});

it('precedence leaves both of its arguments as they were', () => {
  const [members, claims] = [{ client_name: 'Bank', scope: 'read' }, { 'client_name#fr': 'Exemple' }];
  expect(takePrecedence(members, claims)).toEqual({ 'client_name#fr': 'Exemple', scope: 'read' });
  expect([members, claims]).toEqual([
    { client_name: 'Bank', scope: 'read' },
    { 'client_name#fr': 'Exemple' },
  ]);
});
