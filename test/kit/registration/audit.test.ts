import { calculateJwkThumbprint } from 'jose';
import { describe, expect, it } from 'vitest';
import { sha256Base64url } from '../../../src/domain/sha256.ts';
import { expectOk, expectRefusal } from '../../support/issuer.ts';
import { EC_KEY } from '../../domain/client-metadata/examples.ts';
import { ISSUER, NOW } from '../support/fake-issuer.ts';
import { AUTHORIZATION_SERVER, clientOf, REGISTER, scene } from '../support/scene.ts';
import { sealing, verifyLog } from '../store/support/sealing.ts';
import { CALLBACK, openClient, openTo, records, secretOf } from '../management/support/clients.ts';
import { mint } from './support/tokens.ts';

const RSA_KEY = {
  kty: 'RSA',
  e: 'AQAB',
  n: `${'_'.repeat(341)}w`,
  kid: 'rsa',
};

describe('the record of a registration', () => {
  it('says everything that is needed to judge it later', async () => {
    const at = await scene({ policy: openTo({ requires: 'both', scopes: ['read', 'write'] }) });
    const { token, row } = await mint(at, { subject: 'Example Ltd, for its app' });
    const software_statement = await at.issuer.statement({ scope: 'read admin' });
    at.issuer.clock.advance(5);
    const asked = { token_endpoint_auth_method: 'private_key_jwt', jwks_uri: 'https://app.example/jwks' };
    const { id } = clientOf(at.call, await at.register({ ...asked, software_statement }, token));
    expect((await records(at)).at(-1)).toEqual({
      v: 1,
      id: expect.stringMatching(/^[0-9a-f-]{36}$/),
      at: NOW + 5,
      kind: 'client.registered',
      authorization_server: AUTHORIZATION_SERVER,
      registration_endpoint: REGISTER,
      client_id: id,
      data: {
        client_class: 'open',
        redirect_uris: ['https://app.example/callback'],
        scope_requested: 'read admin',
        scope_granted: 'read',
        token_endpoint_auth_method: 'private_key_jwt',
        jwks_uri: 'https://app.example/jwks',
        jwk_thumbprints: null,
        software_statement: {
          iss: ISSUER,
          software_id: 'software-1',
          jti: 'statement-1',
          sha256: sha256Base64url(software_statement),
          iat: NOW - 60,
          kid: 'key-1',
          status: 'valid',
          status_checked_at: NOW + 5,
        },
        initial_access_token: { id: row.id, subject: 'Example Ltd, for its app' },
        decision: {
          outcome: 'registered',
          because: `Class open requires both; it came with a statement of ${ISSUER} and an initial access token of Example Ltd, for its app. The scope was narrowed to what the class allows.`,
          expires_at: NOW + 30 * 86_400,
        },
      },
    });
  });

  it('says of a client that brought nothing that it brought nothing', async () => {
    const at = await scene({ policy: openTo({ defaultScope: 'read' }) });
    await openClient(at);
    expect((await records(at)).at(-1)?.['data']).toEqual({
      client_class: 'open',
      redirect_uris: [CALLBACK],
      scope_requested: null,
      scope_granted: 'read',
      token_endpoint_auth_method: 'client_secret_basic',
      jwks_uri: null,
      jwk_thumbprints: null,
      software_statement: null,
      initial_access_token: null,
      decision: {
        outcome: 'registered',
        because: 'Class open requires nothing; nothing was presented.',
        expires_at: null,
      },
    });
  });

  it('names keys by value by their thumbprints (RFC 7638)', async () => {
    const at = await scene({ policy: openTo() });
    await openClient(at, { jwks: { keys: [EC_KEY, RSA_KEY] } });
    const { kty, crv, x, y } = EC_KEY;
    expect((await records(at)).at(-1)).toMatchObject({
      data: {
        jwk_thumbprints: [
          await calculateJwkThumbprint({ kty: String(kty), crv: String(crv), x: String(x), y: String(y) }),
          await calculateJwkThumbprint(RSA_KEY),
        ],
      },
    });
  });

  it('says when a status was not asked for', async () => {
    const at = await scene({ trust: { status: { resolve: 'never' } } });
    await at.registered();
    expect((await records(at)).at(-1)).toMatchObject({
      data: { software_statement: { status: 'not_asked', status_checked_at: null } },
    });
  });

  it('is the only one, and a refused registration has none', async () => {
    const at = await scene({ policy: openTo() });
    await openClient(at);
    await at.register({ redirect_uris: ['javascript:alert(1)'] });
    expect((await records(at)).map(({ kind }) => kind)).toEqual(['client.registered']);
  });
});

it('no record holds a credential or a statement', async () => {
  const at = await scene({ policy: openTo() });
  const { token } = await mint(at);
  const software_statement = await at.issuer.statement();
  const client = clientOf(at.call, await at.register({ software_statement }, token));
  const updated = await client.update({ client_name: 'Example' });
  await at.registrar.end(client.id, 'reported');
  const text = (await at.store.entriesAfter(0, 100)).map((entry) => entry.text).join('\n');
  expect(text).toContain('client.ended');
  const secrets = [token, client.token, secretOf({ body: client.information })];
  for (const secret of [...secrets, String(updated.body['registration_access_token'])]) {
    expect(text).not.toContain(secret.slice(-43));
    expect(text).not.toContain(sha256Base64url(secret));
  }
  for (const part of software_statement.split('.')) expect(text).not.toContain(part);
});

describe('the log of registrations', () => {
  it('is sealed and verifies, and no longer does when a record was changed', async () => {
    const at = await scene({ policy: openTo(), sealing: await sealing() });
    for (let i = 0; i < 3; i += 1) await openClient(at);
    const sealed = await at.registrar.seal();
    expect(sealed).toMatchObject({ size: 3, signedAt: NOW });
    await mint(at);
    await at.registrar.seal();
    await openClient(at);
    expect(expectOk(await verifyLog(at.store))).toMatchObject({ entries: 5, checkpoints: 2, unsealed: 1 });
    const entries = (await at.store.entriesAfter(0, 100)).map(({ seq, text }) => ({
      seq,
      text: seq === 2 ? text.replace('"open"', '"shut"') : text,
    }));
    expect(expectRefusal(await verifyLog(at.store, { entries }))).toMatchObject({ size: 3 });
  });

  it('is kept without a sealing key, and not sealed', async () => {
    const at = await scene({ policy: openTo() });
    await openClient(at);
    expect(await at.registrar.seal()).toBeUndefined();
    expect(await at.store.entryCount()).toBe(1);
  });

  it('tells its server after each commit that there is something to seal, and after nothing else', async () => {
    let commits = 0;
    const committed = () => {
      commits += 1;
    };
    const at = await scene({ policy: openTo(), committed });
    await openClient(at);
    await mint(at);
    await at.register({ redirect_uris: [] });
    expect(commits).toBe(2);
  });
});
