import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../../src/domain/json.ts';
import { clientOf, scene, type Answer, type Scene } from '../support/scene.ts';
import { CALLBACK, openClient, openTo, storedOf } from '../management/support/clients.ts';
import { reasonTold, refused } from './support/refused.ts';
import { mint } from './support/tokens.ts';

const POLICY = {
  classes: [
    { name: 'native', requires: 'nothing', fits: { application_type: 'native' } },
    { name: 'machine', requires: 'nothing', fits: { grant_types: ['client_credentials'] } },
    {
      name: 'keyed',
      requires: 'nothing',
      fits: { token_endpoint_auth_method: ['private_key_jwt', 'tls_client_auth'] },
    },
    { name: 'attested', requires: 'nothing', fits: { software_statement: true } },
    {
      name: 'secret',
      requires: 'nothing',
      fits: {
        application_type: 'web',
        grant_types: ['authorization_code', 'client_credentials'],
        token_endpoint_auth_method: ['client_secret_basic'],
        software_statement: false,
      },
    },
  ],
} as const;

const KEYED = {
  redirect_uris: [CALLBACK],
  token_endpoint_auth_method: 'private_key_jwt',
  jwks_uri: 'https://client.example.org/jwks',
};
const NATIVE = { application_type: 'native', redirect_uris: ['http://127.0.0.1/callback'] };

const classOf = async (at: Scene, answer: Answer) =>
  (await storedOf(at, clientOf(at.call, answer))).clientClass;

describe('a client belongs to the first class that fits', () => {
  it.each<readonly [string, string, JsonObject]>([
    ['native', 'by its application_type', NATIVE],
    ['native', 'although a later class fits as well', { ...NATIVE, ...KEYED }],
    ['machine', 'by all of its grant types', { grant_types: ['client_credentials'] }],
    ['machine', 'before a later class', { grant_types: ['client_credentials'], redirect_uris: [CALLBACK] }],
    ['keyed', 'by its method', KEYED],
    ['secret', 'by the defaults of what it leaves out', { redirect_uris: [CALLBACK] }],
    [
      'secret',
      'where a grant type is too many for an earlier one',
      { grant_types: ['authorization_code', 'client_credentials'], redirect_uris: [CALLBACK] },
    ],
  ])('%s, %s', async (name, _why, body) => {
    const at = await scene({ policy: POLICY });
    expect(await classOf(at, await at.register(body))).toBe(name);
  });

  it.each<readonly [string, JsonObject, JsonObject]>([
    ['attested', {}, {}],
    ['attested', { application_type: 'web' }, { application_type: 'native' }],
    ['native', NATIVE, { application_type: 'web' }],
    ['keyed', KEYED, { token_endpoint_auth_method: 'none' }],
  ])('%s, when a statement attests %j and the request says %j', async (name, attested, asked) => {
    const at = await scene({ policy: POLICY });
    const software_statement = await at.issuer.statement(attested);
    expect(await classOf(at, await at.register({ ...asked, software_statement }))).toBe(name);
  });

  it.each<readonly [string, JsonObject]>([
    ['its method', { token_endpoint_auth_method: 'none' }],
    ['its method needs a secret in the body', { token_endpoint_auth_method: 'client_secret_post' }],
    ['a grant type', { grant_types: ['authorization_code', 'refresh_token'] }],
    ['a method of another type', { token_endpoint_auth_method: 7 }],
  ])('and one that none fits is refused: %s', async (_why, change) => {
    const at = await scene({ policy: POLICY });
    const { body } = await refused(at, { redirect_uris: [CALLBACK], ...change });
    expect(body['error']).toBe('invalid_client_metadata');
    expect(reasonTold(at)).toBe('no_class');
  });
});

describe('the class of a token', () => {
  it('decides, whatever else would fit first', async () => {
    const at = await scene({ policy: POLICY });
    for (const clientClass of ['native', 'machine', 'keyed', 'secret']) {
      const { token } = await mint(at, { clientClass });
      expect(await classOf(at, await at.register({ redirect_uris: [CALLBACK] }, token))).toBe(clientClass);
    }
  });

  it('holds the client to the bounds of that class', async () => {
    const bounded = { name: 'bounded', requires: 'nothing', authMethods: ['none'] } as const;
    const at = await scene({ policy: { classes: [...openTo().classes, bounded] } });
    const { token } = await mint(at, { clientClass: 'bounded' });
    await refused(at, { redirect_uris: [CALLBACK] }, token);
    expect((await at.register({ redirect_uris: [CALLBACK] })).status).toBe(201);
  });

  it('registers nobody any more once the policy has no such class', async () => {
    const before = await scene({ policy: openTo({ name: 'former' }) });
    const { token } = await mint(before, { clientClass: 'former' });
    const at = await scene({ policy: openTo(), store: before.store });
    await refused(at, { redirect_uris: [CALLBACK] }, token);
    expect(reasonTold(at)).toBe('no_class');
  });
});

describe('a class bounds', () => {
  it.each<readonly [string, JsonObject, string]>([
    ['grant types', { grant_types: ['authorization_code', 'refresh_token'] }, 'grant_type'],
    ['methods', { token_endpoint_auth_method: 'client_secret_post' }, 'auth_method'],
    ['methods, also the one that is meant by default', { token_endpoint_auth_method: null }, 'auth_method'],
    ['the number of redirect URIs', { redirect_uris: [CALLBACK, `${CALLBACK}2`] }, 'metadata'],
  ])('%s', async (_what, change, reason) => {
    const at = await scene({
      policy: openTo({
        grantTypes: ['authorization_code'],
        authMethods: ['none'],
        metadata: { maxRedirectUris: 1 },
      }),
    });
    const body = { redirect_uris: [CALLBACK], token_endpoint_auth_method: 'none' };
    await refused(at, { ...body, ...change });
    expect(reasonTold(at)).toBe(reason);
    expect((await at.register(body)).status).toBe(201);
  });

  it('the implicit grant and client_secret_jwt unless it names them', async () => {
    const at = await scene({ policy: openTo() });
    await refused(at, { redirect_uris: [CALLBACK], token_endpoint_auth_method: 'client_secret_jwt' });
    await refused(at, { redirect_uris: [CALLBACK], grant_types: ['implicit'], response_types: ['token'] });
  });
});

describe('the scope that is granted', () => {
  it.each<readonly [string, string | null, string | undefined]>([
    ['all of what is allowed', 'read write', 'read write'],
    ['what is allowed of what was asked for', 'admin write', 'write'],
    ['the default when nothing is asked for', null, 'read'],
  ])('is %s', async (_what, scope, granted) => {
    const at = await scene({ policy: openTo({ scopes: ['read', 'write'], defaultScope: 'read' }) });
    const client = await openClient(at, { scope });
    expect(client.information['scope']).toBe(granted);
    expect((await storedOf(at, client)).metadata['scope']).toBe(granted);
  });

  it('is none when nothing is asked for and the class has no default', async () => {
    const at = await scene({ policy: openTo({ scopes: ['read'] }) });
    expect((await openClient(at)).information).not.toHaveProperty('scope');
  });

  it('is whatever is asked for when the class names no scopes', async () => {
    const at = await scene({ policy: openTo() });
    expect((await openClient(at, { scope: 'a b' })).information['scope']).toBe('a b');
  });

  it('is never empty: when nothing of it can be granted, the client is refused', async () => {
    const at = await scene({ policy: openTo({ scopes: ['read'], defaultScope: 'read' }) });
    await refused(at, { redirect_uris: [CALLBACK], scope: 'admin' });
    expect(reasonTold(at)).toBe('scope');
  });

  it('bounds what a statement attests as well', async () => {
    const at = await scene({ policy: openTo({ scopes: ['read'] }) });
    expect((await at.registered({ scope: 'read admin' })).information['scope']).toBe('read');
  });
});
