import { expect, it } from 'vitest';
import type { JsonObject } from '../../../src/domain/json.ts';
import { BASE } from '../../domain/client-metadata/examples.ts';
import { clientOf, scene } from '../support/scene.ts';
import { CALLBACK, openClient, openTo, storedOf } from '../management/support/clients.ts';
import { refused } from './support/refused.ts';

it('a member that is null is as if it had not been sent', async () => {
  const at = await scene({ policy: openTo() });
  const nulls = Object.fromEntries(
    [...Object.keys(BASE), 'jwks', 'client_name#fr', 'x'].map((name) => [name, null]),
  );
  const answer = await at.register({ ...nulls, redirect_uris: [CALLBACK], software_statement: null });
  const client = clientOf(at.call, answer);
  expect((await storedOf(at, client)).metadata).toEqual({
    redirect_uris: [CALLBACK],
    grant_types: ['authorization_code'],
    response_types: ['code'],
    token_endpoint_auth_method: 'client_secret_basic',
  });
});

it('a null beside jwks_uri is no jwks', async () => {
  const at = await scene({ policy: openTo() });
  const jwks_uri = 'https://client.example.org/jwks';
  expect((await openClient(at, { jwks_uri, jwks: null })).information['jwks_uri']).toBe(jwks_uri);
});

it.each<readonly [string, JsonObject]>([
  ['unheard of', { example_extension_parameter: 'example_value' }],
  ['in another language', { 'example_extension_parameter#fr': 'exemple' }],
  ['claims of a JWT', { iss: 'x', sub: 'x', aud: 'x', exp: 1, iat: 1, jti: 'x', cnf: {}, status: {} }],
  ['nearly a name that is known', { redirect_uri: CALLBACK, 'client-name': 'x' }],
  ['names of what every object has', { constructor: 'x', toString: 'x', hasOwnProperty: {} }],
  ['deep inside', { extension: { client_name: [{ redirect_uris: ['javascript:alert(1)'] }] } }],
  ['of no name', { '': 'x', '#fr': 'x' }],
])('members that are not understood are ignored: %s', async (_what, members) => {
  const at = await scene({ policy: openTo() });
  const client = await openClient(at, members);
  const { metadata } = await storedOf(at, client);
  for (const name of Object.keys(members)) {
    expect(Object.keys(client.information)).not.toContain(name);
    expect(Object.keys(metadata)).not.toContain(name);
  }
});

it('a member that the policy names is understood', async () => {
  const at = await scene({ policy: openTo({ metadata: { extraMembers: ['example_extension_parameter'] } }) });
  const extra = { example_extension_parameter: 'example_value' };
  expect((await openClient(at, extra)).information).toMatchObject(extra);
});

it('no policy can let a client set what a server gives', async () => {
  const at = await scene({ policy: openTo({ metadata: { extraMembers: ['client_id', 'iss'] } }) });
  await refused(at, { redirect_uris: [CALLBACK], client_id: 'mine' });
  await refused(at, { redirect_uris: [CALLBACK], iss: 'https://evil.example' });
});

it('software_id and software_version are kept without a statement, as what the client says of itself', async () => {
  const at = await scene({ policy: openTo() });
  const identity = { software_id: '4NRB1-0XZABZI9E6-5SM3R', software_version: '2.0' };
  const client = await openClient(at, identity);
  expect(client.information).toMatchObject(identity);
  expect((await storedOf(at, client)).governing).toBeNull();
});

it('texts for people are kept in every language', async () => {
  const at = await scene({ policy: openTo() });
  const texts = {
    client_name: 'Example',
    'client_name#fr': 'Exemple',
    'client_name#ja-Jpan-JP': 'クライアント名',
    'tos_uri#pt-BR': 'https://client.example.org/pt/tos',
  };
  expect((await openClient(at, texts)).information).toMatchObject(texts);
});

it.each([{ 'scope#fr': 'lire' }, { 'client_name#': 'x' }, { 'client_name#f r': 'x' }])(
  'a language tag that is none, or where none belongs, is refused: %j',
  async (member) => {
    const at = await scene({ policy: openTo() });
    const { body } = await refused(at, { redirect_uris: [CALLBACK], ...member });
    expect(body['error']).toBe('invalid_client_metadata');
  },
);
