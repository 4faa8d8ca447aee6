import { decodeJwt, decodeProtectedHeader } from 'jose';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { changeStatement } from '../../src/services/statement-standing.ts';
import { approve, expectOk, METADATA } from '../support/issuer.ts';
import {
  ASSERTION_TYPE,
  CLIENT,
  exchangeScene,
  SERVER,
  type ExchangeScene,
  type Parameters,
} from '../support/exchange.ts';
import { clientKey, postForm, STATEMENT } from '../support/token-client.ts';

let at: ExchangeScene;

beforeEach(async () => {
  at = await exchangeScene();
});
afterEach(() => at.test.close());

describe('token exchange for a metadata document', () => {
  it('waits for people, and gives the statement the draft describes', async () => {
    const digest = at.serveConfidential();
    const asked = await at.confidential(await at.initialToken(), { audience: SERVER });
    expect(asked.status).toBe(400);
    expect(asked.headers.get('cache-control')).toBe('no-store');
    expect(asked.body).toMatchObject({ error: 'authorization_pending', interval: 30 });
    expect(String(asked.body['deferral_code'])).toMatch(/^[A-Za-z0-9_-]{43}$/);

    const pending = await at.pollConfidential(asked.body['deferral_code']);
    expect(pending.status).toBe(400);
    expect(pending.body['error']).toBe('authorization_pending');
    expect(Object.keys(pending.body).toSorted()).toEqual(['error', 'error_description']);

    await at.decideOpen('approve');
    at.test.clock.advance(31);
    const answer = await at.pollConfidential(asked.body['deferral_code']);
    expect(answer.status).toBe(200);
    expect(Object.keys(answer.body).toSorted()).toEqual([
      'access_token',
      'expires_in',
      'issued_token_type',
      'token_type',
    ]);
    expect(answer.body).toMatchObject({ issued_token_type: STATEMENT, token_type: 'N_A' });
    const statement = String(answer.body['access_token']);
    expect(decodeProtectedHeader(statement)).toMatchObject({ typ: 'software-statement+jwt', alg: 'ES256' });
    const claims = decodeJwt(statement);
    expect(Object.keys(claims).toSorted()).toEqual([
      'aud',
      'cimd_digest',
      'exp',
      'iat',
      'iss',
      'jti',
      'status',
      'sub',
    ]);
    expect(claims).toMatchObject({
      iss: at.test.issuer.identifier,
      sub: CLIENT,
      aud: [SERVER],
      cimd_digest: digest,
    });
    const again = await at.pollConfidential(asked.body['deferral_code']);
    expect(again.body['error']).toBe('invalid_grant');
  });

  it('gives what is approved at once', async () => {
    at.serveConfidential();
    await at.issued();
    const answer = await at.confidential(await at.initialToken());
    expect(answer.status).toBe(200);
  });

  it('uses an initial access token once, even when two come at the same time', async () => {
    at.serveConfidential();
    await at.issued();
    const token = await at.initialToken();
    const answers = await Promise.all([
      at.confidential(token),
      at.confidential(token),
      at.confidential(token),
    ]);
    expect(answers.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([200, 400, 400]);
  });

  it('is refused by the reviewer: access_denied, now and when asked again with the same octets', async () => {
    at.serveConfidential();
    const asked = await at.confidential(await at.initialToken());
    await at.decideOpen('reject');
    const denied = await at.pollConfidential(asked.body['deferral_code']);
    expect(denied).toMatchObject({ status: 400, body: { error: 'access_denied' } });
    const token = await at.initialToken();
    const again = await at.confidential(token);
    expect(again.body['error']).toBe('access_denied');
    expect((await at.confidential(token)).body['error']).toBe('invalid_request');
    expect(await at.test.store.openSubmission(at.scene.softwareId)).toBeUndefined();
  });

  it('signs nothing when the document changes between review and signing', async () => {
    at.serveConfidential();
    const asked = await at.confidential(await at.initialToken());
    await at.decideOpen('approve');
    at.serveConfidential({
      redirect_uris: ['https://app.example/callback', 'https://evil.example/callback'],
    });
    at.test.clock.advance(31);
    const answer = await at.pollConfidential(asked.body['deferral_code']);
    expect(answer.body['error']).toBe('access_denied');
    expect(await at.test.store.countLiveStatements('all', at.test.clock.now())).toBe(0);
  });

  it('files a change for review instead of signing it', async () => {
    at.serveConfidential();
    const statement = await at.issued();
    at.serveConfidential({ scope: 'openid profile email' });
    const asked = await at.confidential(statement, { subject_token_type: STATEMENT });
    expect(asked.body['error']).toBe('authorization_pending');
    const open = await at.test.store.openSubmission(at.scene.softwareId);
    expect(open?.changes.some(({ effect }) => effect === 'expands')).toBe(true);
  });

  it('slows down who polls too fast, and stops who goes on', async () => {
    at.serveConfidential();
    const { body } = await at.confidential(await at.initialToken());
    expect((await at.pollConfidential(body['deferral_code'])).body['error']).toBe('authorization_pending');
    for (let poll = 0; poll < 20; poll += 1)
      expect((await at.pollConfidential(body['deferral_code'])).body['error']).toBe('slow_down');
    expect((await at.pollConfidential(body['deferral_code'])).body['error']).toBe('invalid_request');
    at.test.clock.advance(3_600);
    expect((await at.pollConfidential(body['deferral_code'])).body['error']).toBe('authorization_pending');
  });

  it('expires', async () => {
    at.serveConfidential();
    const { body } = await at.confidential(await at.initialToken());
    at.test.clock.advance(15 * 86_400);
    expect((await at.pollConfidential(body['deferral_code'])).body['error']).toBe('expired_token');
  });

  it('is cancelled by revocation, and reviewers need not read it any more', async () => {
    at.serveConfidential();
    const { body } = await at.confidential(await at.initialToken());
    const assertion = {
      client_assertion_type: ASSERTION_TYPE,
      client_assertion: await at.key.assertion(CLIENT),
    };
    const cancelled = await postForm(
      at.app,
      {
        token: String(body['deferral_code']),
        token_type_hint: 'urn:ietf:params:oauth:token-type:deferral-code',
        client_id: CLIENT,
        ...assertion,
      },
      { path: '/revoke' },
    );
    expect(cancelled.status).toBe(200);
    expect((await at.pollConfidential(body['deferral_code'])).body['error']).toBe('access_denied');
  });

  it('fetches nothing before the subject token was judged', async () => {
    at.serveConfidential();
    const answer = await at.confidential('imp_iat_nothing');
    expect(answer.body['error']).toBe('invalid_request');
    expect(at.internet.asked).toEqual([]);
  });

  it('takes no API token for a client identifier, as the draft wants single use', async () => {
    at.serveConfidential();
    const answer = await at.confidential(at.scene.developer.token);
    expect(answer.body['error']).toBe('invalid_request');
    expect(at.internet.asked).toEqual([]);
  });

  it('takes an initial access token for its own client identifier alone', async () => {
    at.serveConfidential();
    const other = await at.initialToken('https://app.example/other.json');
    expect((await at.confidential(other)).body['error']).toBe('invalid_request');
  });

  it('narrows audiences, never widens them', async () => {
    at.serveConfidential();
    await at.issued();
    const bound = await at.initialToken(CLIENT, [SERVER]);
    const answer = await at.confidential(bound, { audience: [SERVER, 'https://other.example'] });
    expect(decodeJwt(String(answer.body['access_token'])).aud).toEqual([SERVER]);
    const again = await at.initialToken(CLIENT, [SERVER]);
    expect((await at.confidential(again, { audience: 'https://other.example' })).body['error']).toBe(
      'invalid_target',
    );
    expect((await at.confidential(again)).body['error']).toBe('invalid_target');
  });
});

describe('renewal by the statement one holds', () => {
  it('takes the key of the client', async () => {
    at.serveConfidential();
    const statement = await at.issued();
    const renewed = await at.confidential(statement, { subject_token_type: STATEMENT });
    expect(renewed.status).toBe(200);
    const [before, after] = [decodeJwt(statement), decodeJwt(String(renewed.body['access_token']))];
    expect(Number(after.iat)).toBeGreaterThan(Number(before.iat));
    expect(after.sub).toBe(before.sub);
  });

  it('is not for whoever stole it', async () => {
    at.serveConfidential();
    const statement = await at.issued();
    const thief = await clientKey(at.test.issuer.identifier, at.test.clock);
    const byAssertion = await at.exchange(statement, {
      subject_token_type: STATEMENT,
      client_assertion_type: ASSERTION_TYPE,
      client_assertion: await thief.assertion(CLIENT),
    });
    expect(byAssertion.body['error']).toBe('invalid_client');
    const byProof = await at.exchange(statement, { subject_token_type: STATEMENT }, await thief.dpop());
    expect(byProof.body['error']).toBe('invalid_client');
  });

  it('ends with revocation, and some time after expiry', async () => {
    at.serveConfidential();
    const statement = await at.issued();
    at.test.clock.advance(90 * 86_400 + 3_600);
    const late = await at.confidential(statement, { subject_token_type: STATEMENT });
    expect(late.status).toBe(200);
    at.test.clock.advance(7 * 86_400);
    const tooLate = await at.confidential(statement, { subject_token_type: STATEMENT });
    expect(tooLate.body['error']).toBe('invalid_request');
    const jti = String(decodeJwt(String(late.body['access_token'])).jti);
    expectOk(await changeStatement(at.test.issuer, at.scene.developer.actor, jti, 'revoke', 'lost'));
    const revoked = await at.confidential(String(late.body['access_token']), {
      subject_token_type: STATEMENT,
    });
    expect(revoked.body['error']).toBe('invalid_request');
  });

  it('never widens its audience', async () => {
    at.serveConfidential();
    await at.issued();
    const bound = await at.confidential(await at.initialToken(), { audience: SERVER });
    const statement = String(bound.body['access_token']);
    const wider = await at.confidential(statement, {
      subject_token_type: STATEMENT,
      audience: [SERVER, 'https://other.example'],
    });
    expect(decodeJwt(String(wider.body['access_token'])).aud).toEqual([SERVER]);
    const unbounded = await at.confidential(statement, { subject_token_type: STATEMENT });
    expect(unbounded.body['error']).toBe('invalid_target');
  });
});

describe('token exchange for software named by its software_id', () => {
  const bySoftware = (token: string, more: Parameters = {}, dpop?: string) =>
    at.exchange(token, { client_id: undefined, software_id: at.scene.softwareId, ...more }, dpop);

  it('takes an API token, and gives what is approved', async () => {
    await approve(at.test, at.scene);
    const answer = await bySoftware(at.scene.developer.token, { completion_mode: undefined });
    expect(answer.status).toBe(200);
    expect(decodeJwt(String(answer.body['access_token']))).toMatchObject({
      software_id: at.scene.softwareId,
      client_name: METADATA['client_name'],
    });
  });

  it('tells a stranger nothing', async () => {
    await approve(at.test, at.scene);
    for (const token of [at.scene.reviewer.token, at.test.operatorToken, 'imp_nothing']) {
      const answer = await bySoftware(token);
      expect(answer.body['error']).toBe('invalid_request');
    }
  });

  it('files a new version, and waits with a DPoP key', async () => {
    await approve(at.test, at.scene);
    const version = {
      software_version: '2.0.0',
      client_metadata: JSON.stringify({ ...METADATA, scope: 'openid' }),
    };
    expect((await bySoftware(at.scene.developer.token, version)).body['error']).toBe('invalid_request');
    const asked = await bySoftware(at.scene.developer.token, version, await at.key.dpop());
    expect(asked.body['error']).toBe('authorization_pending');
    const again = await bySoftware(at.scene.developer.token, version, await at.key.dpop());
    expect(again.body['error']).toBe('authorization_pending');
    await at.decideOpen('approve');
    const polled = await at.pollWith(
      asked.body['deferral_code'],
      { client_id: undefined },
      await at.key.dpop(),
    );
    expect(decodeJwt(String(polled.body['access_token']))).toMatchObject({
      software_version: '2.0.0',
      scope: 'openid',
    });
  });

  it('renews for a key the approved metadata names, and for no other', async () => {
    const { jwks_uri: _, ...metadata } = METADATA;
    await approve(at.test, at.scene, { ...metadata, jwks: { keys: [{ ...at.key.jwk }] } });
    const first = await bySoftware(at.scene.developer.token);
    const statement = String(first.body['access_token']);
    const renewal = { subject_token_type: STATEMENT };
    expect((await bySoftware(statement, renewal)).body['error']).toBe('invalid_request');
    const thief = await clientKey(at.test.issuer.identifier, at.test.clock);
    expect((await bySoftware(statement, renewal, await thief.dpop())).body['error']).toBe('invalid_request');
    expect((await bySoftware(statement, renewal, await at.key.dpop())).status).toBe(200);
  });

  it('does not take a statement of one profile for another', async () => {
    at.serveConfidential();
    const statement = await at.issued();
    const answer = await bySoftware(statement, { subject_token_type: STATEMENT }, await at.key.dpop());
    expect(answer.body['error']).toBe('invalid_request');
  });
});
