import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { METADATA } from '../../support/issuer.ts';
import { CLIENT, exchangeScene, SERVER, type ExchangeScene } from '../../support/exchange.ts';
import { ACCESS_TOKEN, clientKey } from '../../support/token-client.ts';

let at: ExchangeScene;

beforeEach(async () => {
  at = await exchangeScene();
});
afterEach(() => at.test.close());

describe('what the token endpoint refuses', () => {
  it.each([
    ['scope', { scope: 'openid' }, 'invalid_request'],
    ['resource', { resource: 'https://api.example' }, 'invalid_request'],
    ['authorization_details', { authorization_details: '[]' }, 'invalid_request'],
    ['actor_token', { actor_token: 'x' }, 'invalid_request'],
    ['client_notification_token', { client_notification_token: 'x' }, 'invalid_request'],
    ['software_statement', { software_statement: 'x' }, 'invalid_request'],
    ['no completion_mode', { completion_mode: undefined }, 'invalid_request'],
    ['a repeated completion_mode word', { completion_mode: 'deferred deferred' }, 'invalid_request'],
    ['another requested_token_type', { requested_token_type: ACCESS_TOKEN }, 'invalid_request'],
    ['no requested_token_type', { requested_token_type: undefined }, 'invalid_request'],
    ['an unknown subject_token_type', { subject_token_type: 'urn:x' }, 'invalid_request'],
    ['an audience that is none', { audience: 'as.example' }, 'invalid_target'],
    ['an audience twice', { audience: [SERVER, SERVER] }, 'invalid_request'],
    ['a parameter twice', { client_id: [CLIENT, CLIENT] }, 'invalid_request'],
    ['both names', { software_id: '01a1f9a2-0000-7000-8000-000000000000' }, 'invalid_request'],
    ['a secret', { client_secret: 'x' }, 'invalid_client'],
    ['an unknown grant', { grant_type: 'client_credentials' }, 'unsupported_grant_type'],
  ])('refuses %s', async (_, parameters, error) => {
    at.serveConfidential();
    const answer = await at.confidential(await at.initialToken(), parameters);
    expect(answer.body['error']).toBe(error);
    expect(answer.headers.get('cache-control')).toBe('no-store');
    expect(await at.test.store.openSubmission(at.scene.softwareId)).toBeUndefined();
  });
});

describe('the client of a metadata document', () => {
  it('that is public shows a DPoP key, and polls with the same', async () => {
    const { jwks_uri: _, ...metadata } = METADATA;
    at.serve({ ...metadata, token_endpoint_auth_method: 'none' });
    const token = await at.initialToken();
    expect((await at.exchange(token)).body['error']).toBe('invalid_request');
    const asked = await at.exchange(token, {}, await at.key.dpop());
    expect(asked.body['error']).toBe('authorization_pending');
    const stranger = await clientKey(at.test.issuer.identifier, at.test.clock);
    const stolen = await at.pollWith(asked.body['deferral_code'], {}, await stranger.dpop());
    expect(stolen.body['error']).toBe('invalid_dpop_proof');
    expect((await at.pollWith(asked.body['deferral_code'])).body['error']).toBe('invalid_request');
    await at.decideOpen('approve');
    const answer = await at.pollWith(asked.body['deferral_code'], {}, await at.key.dpop());
    expect(answer.status).toBe(200);
  });

  it.each([
    ['another target', { htu: 'https://issuer.example/revoke' }],
    ['another method', { htm: 'GET' }],
    ['too old', { iat: 1 }],
    ['without jti', { jti: '' }],
  ])('has a DPoP proof refused that is %s', async (_, claims) => {
    const { jwks_uri: __, ...metadata } = METADATA;
    at.serve({ ...metadata, token_endpoint_auth_method: 'none' });
    const answer = await at.exchange(await at.initialToken(), {}, await at.key.dpop(claims));
    expect(answer.body['error']).toBe('invalid_dpop_proof');
  });

  it('has each DPoP proof taken once', async () => {
    const { jwks_uri: _, ...metadata } = METADATA;
    at.serve({ ...metadata, token_endpoint_auth_method: 'none' });
    const proof = await at.key.dpop();
    expect((await at.exchange(await at.initialToken(), {}, proof)).body['error']).toBe(
      'authorization_pending',
    );
    expect((await at.exchange(await at.initialToken(), {}, proof)).body['error']).toBe('invalid_dpop_proof');
  });

  it.each([
    ['for another server', { aud: 'https://as.example' }],
    ['for two servers', { aud: ['https://issuer.example', 'https://as.example'] }],
    ['for the token endpoint', { aud: 'https://issuer.example/token' }],
    ['of another client', { iss: 'https://other.example/client.json' }],
    ['expired', { exp: 1 }],
    ['good for days', { exp: 1_795_204_800 + 86_400 }],
  ])('has a client_assertion refused that is %s', async (_, claims) => {
    at.serveConfidential();
    const answer = await at.confidential(await at.initialToken(), {
      client_assertion: await at.key.assertion(CLIENT, claims),
    });
    expect(answer).toMatchObject({ status: 401, body: { error: 'invalid_client' } });
  });

  it('has each client_assertion taken once, and none of another key', async () => {
    at.serveConfidential();
    const assertion = await at.key.assertion(CLIENT);
    await at.confidential(await at.initialToken(), { client_assertion: assertion });
    const again = await at.confidential(await at.initialToken(), { client_assertion: assertion });
    expect(again.body['error']).toBe('invalid_client');
    const stranger = await clientKey(at.test.issuer.identifier, at.test.clock);
    const forged = await at.confidential(await at.initialToken(), {
      client_assertion: await stranger.assertion(CLIENT),
    });
    expect(forged.body['error']).toBe('invalid_client');
  });

  it('must say its authentication method', async () => {
    const { token_endpoint_auth_method: _, ...metadata } = METADATA;
    at.serve(metadata);
    expect((await at.exchange(await at.initialToken(), {}, await at.key.dpop())).body['error']).toBe(
      'invalid_request',
    );
    at.serve({ ...METADATA, token_endpoint_auth_method: 'client_secret_basic' });
    expect((await at.exchange(await at.initialToken(), {}, await at.key.dpop())).body['error']).toBe(
      'invalid_client',
    );
  });
});
