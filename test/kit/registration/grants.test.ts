import { expect, it } from 'vitest';
import type { JsonObject } from '../../../src/domain/json.ts';
import { clientOf, scene } from '../support/scene.ts';
import { CALLBACK, openTo } from '../management/support/clients.ts';
import { refused } from './support/refused.ts';

const JWT_BEARER = 'urn:ietf:params:oauth:grant-type:jwt-bearer';
const SAML2_BEARER = 'urn:ietf:params:oauth:grant-type:saml2-bearer';
/** A class in which every grant type of RFC 7591 §2 may be registered. */
const EVERYTHING = openTo({
  grantTypes: [
    'authorization_code',
    'implicit',
    'password',
    'client_credentials',
    'refresh_token',
    JWT_BEARER,
    SAML2_BEARER,
  ],
  metadata: { deprecatedGrants: 'warning' },
});

type Types = readonly string[] | undefined;

function requested(grants: Types, responses: Types): JsonObject {
  return {
    redirect_uris: [CALLBACK],
    ...(grants === undefined ? {} : { grant_types: grants }),
    ...(responses === undefined ? {} : { response_types: responses }),
  };
}

it.each<readonly [Types, Types, Types, Types]>([
  [undefined, undefined, ['authorization_code'], ['code']],
  [['authorization_code'], ['code'], ['authorization_code'], ['code']],
  [['authorization_code'], undefined, ['authorization_code'], ['code']],
  [undefined, ['code'], ['authorization_code'], ['code']],
  [['implicit'], ['token'], ['implicit'], ['token']],
  [
    ['authorization_code', 'implicit'],
    ['code', 'token'],
    ['authorization_code', 'implicit'],
    ['code', 'token'],
  ],
  [['authorization_code', 'implicit'], ['token code'], ['authorization_code', 'implicit'], ['token code']],
  [['password'], undefined, ['password'], undefined],
  [['client_credentials'], undefined, ['client_credentials'], undefined],
  [['authorization_code', 'refresh_token'], ['code'], ['authorization_code', 'refresh_token'], ['code']],
  [['refresh_token'], undefined, ['refresh_token'], undefined],
  [[JWT_BEARER], undefined, [JWT_BEARER], undefined],
  [[SAML2_BEARER], undefined, [SAML2_BEARER], undefined],
  // The table of §2.1 says "(none)" of these, and so may a client.
  [['password'], [], ['password'], undefined],
  [['client_credentials'], [], ['client_credentials'], undefined],
  [[JWT_BEARER], [], [JWT_BEARER], undefined],
])(
  'grant types %j with response types %j agree (RFC 7591 §2.1)',
  async (grants, responses, registeredGrants, registeredResponses) => {
    const at = await scene({ policy: EVERYTHING });
    const { information } = clientOf(at.call, await at.register(requested(grants, responses)));
    expect(information['grant_types']).toEqual(registeredGrants);
    expect(information['response_types']).toEqual(registeredResponses);
  },
);

it.each<readonly [Types, Types]>([
  [['authorization_code'], ['token']],
  [['authorization_code'], ['code', 'token']],
  [['authorization_code'], ['code token']],
  [['authorization_code', 'implicit'], ['code']],
  [['authorization_code', 'implicit'], ['token']],
  [['implicit'], ['code']],
  [['implicit'], undefined],
  [['password'], ['code']],
  [['client_credentials'], ['code']],
  [['client_credentials'], ['token']],
  [['refresh_token'], ['code']],
  [[JWT_BEARER], ['code']],
  [[SAML2_BEARER], ['token']],
  [['authorization_code'], []],
  [['implicit'], []],
  [['authorization_code', 'client_credentials'], []],
  [undefined, []],
  [undefined, ['token']],
  [undefined, ['code', 'id_token']],
  [['authorization_code'], ['magic']],
  [['magic'], undefined],
])('grant types %j with response types %j do not', async (grants, responses) => {
  const at = await scene({ policy: EVERYTHING });
  const { body } = await refused(at, requested(grants, responses));
  expect(body['error']).toBe('invalid_client_metadata');
});

it('a public client cannot use client_credentials', async () => {
  const at = await scene({ policy: EVERYTHING });
  await refused(at, { grant_types: ['client_credentials'], token_endpoint_auth_method: 'none' });
});

it('a client without response types may say so in an update, and where a statement attests its grant types', async () => {
  const at = await scene({ policy: EVERYTHING });
  const client = clientOf(at.call, await at.register(requested(['client_credentials'], undefined)));
  const updated = await client.update(requested(['client_credentials'], []));
  expect([updated.status, updated.body['response_types']]).toEqual([200, undefined]);
  const attested = await at.registered({ grant_types: ['client_credentials'] }, { response_types: [] });
  expect(attested.information).not.toHaveProperty('response_types');
});
