import { expect, it } from 'vitest';
import type { JsonObject } from '../../../src/domain/json.ts';
import { NOW } from '../support/fake-issuer.ts';
import { scene } from '../support/scene.ts';
import { attested, changingNothing, openTo, openClient, storedOf } from './support/clients.ts';

const APP = 'https://app.example';
const ATTESTED = {
  redirect_uris: [`${APP}/callback`],
  client_name: 'Example',
  grant_types: ['authorization_code'],
  scope: 'read',
  token_endpoint_auth_method: 'private_key_jwt',
  jwks_uri: `${APP}/jwks`,
};

it.each<readonly [string, JsonObject]>([
  ['redirect_uris', { redirect_uris: ['https://evil.example/callback'] }],
  ['redirect_uris, taken away', { redirect_uris: null }],
  ['client_name', { client_name: 'Bank' }],
  ['client_name in another language', { 'client_name#fr': 'Banque' }],
  ['grant_types', { grant_types: ['authorization_code', 'refresh_token'] }],
  ['scope', { scope: 'read write admin' }],
  ['token_endpoint_auth_method', { token_endpoint_auth_method: 'none' }],
  ['jwks_uri', { jwks_uri: 'https://evil.example/jwks' }],
  ['keys by value', { jwks: { keys: [] } }],
  ['software_id', { software_id: 'software-2' }],
  ['software_version', { software_version: '9' }],
])('an update cannot change what the statement attests: %s', async (_what, change) => {
  const at = await scene({ policy: attested({ mayGrow: Object.keys(ATTESTED) }) });
  const client = await at.registered(ATTESTED);
  const { metadata } = await storedOf(at, client);
  const { status, body } = await client.update(change);
  expect(status).toBe(200);
  expect(body).toMatchObject(ATTESTED);
  expect((await storedOf(at, client)).metadata).toEqual(metadata);
});

it('an update of a member that the statement is silent about cannot grow', async () => {
  const at = await scene();
  const client = await at.registered({}, { scope: 'read' });
  const { body } = await changingNothing(at, () => client.update({ scope: 'read write' }));
  expect(body['error_description']).toMatch(/\(scope\).*Bring a newer software statement that attests it/);
});

it('an update of a member that the statement is silent about can narrow', async () => {
  const at = await scene();
  const client = await at.registered({}, { scope: 'read write' });
  expect((await client.update({ scope: 'read' })).body['scope']).toBe('read');
});

it('an update that brings the same statement again, or none, keeps it', async () => {
  const at = await scene();
  const client = await at.registered();
  const { governing, expiresAt } = await storedOf(at, client);
  const { software_statement: statement } = client.information;
  for (const body of [{}, { software_statement: null }, { software_statement: statement }]) {
    const answer = await client.update(body);
    expect(answer.status).toBe(200);
    expect(answer.body['software_statement']).toBe(statement);
    expect(await storedOf(at, client)).toMatchObject({ governing, expiresAt });
  }
});

it('an update without a statement is refused while the one that governs is suspended, and when it is revoked', async () => {
  const at = await scene();
  const client = await at.registered({}, { scope: 'read write' });
  for (const status of [2, 1]) {
    at.issuer.setStatus(5, status);
    at.issuer.clock.advance(301);
    const { body } = await changingNothing(at, () => client.update({ scope: 'read' }));
    expect(body['error']).toBe('invalid_software_statement');
  }
});

it('an update without a statement waits while nobody can say whether the one that governs stands', async () => {
  const at = await scene();
  const client = await at.registered({}, { scope: 'read write' });
  at.issuer.world.down = true;
  at.issuer.clock.advance(4_000);
  const { status, headers } = await changingNothing(at, () => client.update({ scope: 'read' }));
  expect(status).toBe(503);
  expect(Number(headers.get('retry-after'))).toBeGreaterThan(0);
});

it('a client that is not bound to its statement may narrow after the statement has expired', async () => {
  const at = await scene({ policy: attested({ boundToStatement: false }) });
  const client = await at.registered({ exp: NOW + 100 }, { scope: 'read write' });
  at.issuer.clock.advance(1_000);
  expect((await client.update({ scope: 'read' })).body['scope']).toBe('read');
});

it('a client without a statement that adopts one is held to it from then on', async () => {
  const at = await scene({ policy: openTo() });
  const client = await openClient(at, { redirect_uris: [`${APP}/callback`], scope: 'read' });
  const software_statement = await at.issuer.statement({ ...ATTESTED, scope: 'read write' });
  const { status, body } = await client.update({ software_statement });
  expect(status).toBe(200);
  expect(body).toMatchObject({ ...ATTESTED, scope: 'read write', software_statement });
  const row = await storedOf(at, client);
  expect(row.governing).toMatchObject({ jti: 'statement-1', softwareId: 'software-1' });
  expect(row.expiresAt).toBe(NOW + 30 * 86_400);
  expect((await at.registrar.software(row.governing?.issuer ?? '', 'software-1'))?.registrations).toBe(1);
  at.issuer.setStatus(5, 1);
  at.issuer.clock.advance(301);
  expect(await at.registrar.standing(client.id)).toMatchObject({ outcome: 'lapsed', because: 'revoked' });
});

it('adopting a statement does not let in what neither it nor the class allows', async () => {
  const at = await scene({ policy: openTo() });
  const client = await openClient(at, { redirect_uris: [`${APP}/callback`] });
  const software_statement = await at.issuer.statement();
  const { body } = await changingNothing(at, () => client.update({ software_statement, scope: 'admin' }));
  expect(body['error_description']).toContain('(scope)');
});
