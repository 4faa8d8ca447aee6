import { createLocalJWKSet, decodeJwt, jwtVerify } from 'jose';
import { expect } from 'vitest';
import { decodeBase64url } from '../../src/domain/base64url.ts';
import { getStatus, statusBitsOf } from '../../src/domain/status-list/bits.ts';
import { inflateBits } from '../../src/domain/status-list/compress.ts';
import { apiClient, expectStatus, type Send, type Wire } from './api-client.ts';
import { expectOk } from '../support/issuer.ts';
import { ACCESS_TOKEN, clientKey, DEFERRED, EXCHANGE, STATEMENT } from '../support/token-client.ts';

const METADATA = {
  client_name: 'Journey',
  'client_name#ja-Jpan-JP': '旅',
  redirect_uris: ['https://app.example/callback'],
  grant_types: ['authorization_code'],
  response_types: ['code'],
  token_endpoint_auth_method: 'private_key_jwt',
  jwks_uri: 'https://app.example/jwks.json',
};

/**
 * The whole main job over HTTP, as ARCHITECTURE.md tells it, on whatever runtime `send` reaches: submit, approve, issue,
 * verify with nothing but the issuer URL, revoke, and read the ledger that tells of it all.
 */
export async function journey(send: Send, issuer: string, setupToken: string): Promise<void> {
  const operator = apiClient(send, setupToken);
  const publisher = await expectStatus(
    operator('POST', '/v1/publishers', { name: 'Journey Ltd', verified_domains: ['app.example'] }),
    201,
  );
  const developer = await person(send, setupToken, 'Dev', []);
  await expectStatus(operator('PUT', `/v1/publishers/${publisher.id}/members/${developer.id}`), 200);
  const reviewer = await person(send, setupToken, 'Rev', ['reviewer']);
  const auditor = await person(send, setupToken, 'Aud', ['auditor']);

  const software = await expectStatus(
    developer.call('POST', '/v1/software', { publisher_id: publisher.id, name: 'Journey' }),
    201,
  );
  const submissions = `/v1/software/${software.software_id}/submissions`;
  const refused = await developer.call('POST', submissions, {
    software_version: '1',
    client_metadata: { ...METADATA, redirect_uris: ['http://app.example/#fragment'], jwks: { keys: [] } },
  });
  expect(refused.status).toBe(422);
  expect(refused.headers.get('content-type')).toBe('application/problem+json');
  expect(refused.body.errors.map((error) => error.pointer)).toEqual(
    expect.arrayContaining(['/redirect_uris/0']),
  );

  const command = { software_version: '1.0.0', client_metadata: METADATA };
  const submission = await expectStatus(developer.call('POST', submissions, command), 201);
  const queue = await expectStatus(reviewer.call('GET', '/v1/submissions'), 200);
  expect(queue.items.map((item) => item.id)).toContain(submission.id);

  const decisions = `/v1/submissions/${submission.id}/decisions`;
  const approval = { verdict: 'approve', reason: 'as agreed' };
  expect((await developer.call('POST', decisions, approval)).status).toBe(403);
  expect((await operator('POST', decisions, approval)).status).toBe(403);
  await expectStatus(reviewer.call('POST', decisions, approval), 201);
  expect((await reviewer.call('POST', decisions, approval)).body).toMatchObject({
    status: 409,
    state: 'approved',
  });

  const statements = `/v1/software/${software.software_id}/statements`;
  const key = { 'idempotency-key': 'journey-1' };
  const issued = await expectStatus(developer.call('POST', statements, {}, key), 201);
  const repeated = await expectStatus(developer.call('POST', statements, {}, key), 201);
  expect(repeated.software_statement).toBe(issued.software_statement);
  expect(issued.registration_request).toEqual({ ...METADATA, software_statement: issued.software_statement });
  const seen = await expectStatus(auditor.call('GET', `/v1/statements/${issued.jti}`), 200);
  expect(seen.software_statement).toBeUndefined();

  const claims = await verified(send, issuer, issued.software_statement);
  expect(claims).toMatchObject({ ...METADATA, iss: issuer, software_id: software.software_id });
  expect(await statusOf(send, issuer, issued.software_statement)).toBe(0);

  await exchanged(send, issuer, software.software_id, developer.token, async () => {
    const waiting = await expectStatus(reviewer.call('GET', '/v1/submissions?state=submitted'), 200);
    const approve = { verdict: 'approve', reason: 'the narrower one' };
    const decided = `/v1/submissions/${waiting.items[0]?.id ?? ''}/decisions`;
    await expectStatus(reviewer.call('POST', decided, approve), 201);
  });
  await expectStatus(
    developer.call('POST', `/v1/statements/${issued.jti}/revocation`, { reason: 'end' }),
    200,
  );
  expect(await statusOf(send, issuer, issued.software_statement)).toBe(1);
  const again = await developer.call('POST', `/v1/statements/${issued.jti}/revocation`, { reason: 'end' });
  expect(again.body).toMatchObject({ status: 409, state: 'revoked' });

  const told = await expectStatus(auditor.call('GET', `/v1/ledger?software_id=${software.software_id}`), 200);
  expect(told.items.map((item) => item.entry.kind).toReversed()).toEqual([
    'software.created',
    'submission.submitted',
    'submission.decided',
    'statement.issued',
    'statement.issued',
    'exchange.deferred',
    'submission.submitted',
    'submission.decided',
    'submission.superseded',
    'statement.issued',
    'statement.revoked',
  ]);
  expect(JSON.stringify(told)).not.toContain(issued.software_statement.split('.')[2]);
}

async function person(send: Send, operatorToken: string, name: string, roles: readonly string[]) {
  const operator = apiClient(send, operatorToken);
  const made = await expectStatus(operator('POST', '/v1/people', { name, roles }), 201);
  const token = await expectStatus(
    operator('POST', '/v1/tokens', { person_id: made.id, label: 'journey' }),
    201,
  );
  return { id: made.id, token: token.token, call: apiClient(send, token.token) };
}

/** At the token endpoint, without a page or an API call: what is approved at once, and a new version after people have looked. */
async function exchanged(
  send: Send,
  issuer: string,
  softwareId: string,
  token: string,
  approve: () => Promise<void>,
): Promise<void> {
  const key = await clientKey(issuer, {
    now: () => Math.floor(Date.now() / 1000),
    nowMilliseconds: Date.now,
  });
  const ask = async (parameters: Readonly<Record<string, string>>) => {
    const response = await send('/token', {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded', dpop: await key.dpop() },
      body: new URLSearchParams(parameters).toString(),
    });
    const body: Wire = await response.json();
    return { status: response.status, body };
  };
  const wanted = {
    grant_type: EXCHANGE,
    requested_token_type: STATEMENT,
    subject_token: token,
    subject_token_type: ACCESS_TOKEN,
    software_id: softwareId,
  };
  const now = await ask(wanted);
  expect(now).toMatchObject({ status: 200, body: { token_type: 'N_A', issued_token_type: STATEMENT } });
  expect(await verified(send, issuer, now.body.access_token)).toMatchObject({ software_id: softwareId });

  const waits = await ask({
    ...wanted,
    software_version: '9.0.0',
    client_metadata: JSON.stringify({ ...METADATA, scope: 'openid' }),
    completion_mode: 'deferred',
  });
  expect(waits).toMatchObject({ status: 400, body: { error: 'authorization_pending' } });
  await approve();
  const later = await ask({ grant_type: DEFERRED, deferral_code: waits.body.deferral_code });
  expect(later.status).toBe(200);
  expect(await verified(send, issuer, later.body.access_token)).toMatchObject({
    software_version: '9.0.0',
    scope: 'openid',
  });
}

/** As an authorization server: from the issuer URL alone to verified claims. */
async function verified(send: Send, issuer: string, statement: string) {
  const metadata: Wire = await (await send('/.well-known/oauth-authorization-server')).json();
  expect(metadata.issuer).toBe(issuer);
  const response = await send(new URL(metadata.jwks_uri).pathname);
  expect(response.headers.get('access-control-allow-origin')).toBe('*');
  const keys = createLocalJWKSet(await response.json());
  const { payload } = await jwtVerify(statement, keys, { issuer, typ: 'JWT' });
  return payload;
}

async function statusOf(send: Send, issuer: string, statement: string): Promise<number> {
  const { status } = decodeJwt<{ status: { status_list: { idx: number; uri: string } } }>(statement);
  const { idx, uri } = status.status_list;
  const [response, jwks] = [await send(new URL(uri).pathname), await send('/jwks')];
  expect(response.headers.get('content-type')).toBe('application/statuslist+jwt');
  const { payload } = await jwtVerify<{ status_list: { bits: 2; lst: string } }>(
    await response.text(),
    createLocalJWKSet(await jwks.json()),
    { typ: 'statuslist+jwt' },
  );
  expect(payload.sub).toBe(uri);
  expect(payload.iss).toBeUndefined();
  const octets = expectOk(await inflateBits(expectOk(decodeBase64url(payload.status_list.lst)), 2 ** 20));
  expect(uri.startsWith(issuer)).toBe(true);
  return expectOk(getStatus(statusBitsOf(payload.status_list.bits, octets), idx));
}
