import { describe, expect, it } from 'vitest';
import { clientOf, REGISTER, scene } from '../support/scene.ts';
import { openTo } from '../management/support/clients.ts';
import { refused } from './support/refused.ts';
import {
  ATTESTED,
  EXTENSION,
  IMPLICIT_ONLY,
  REQUEST,
  REQUEST_WITH_STATEMENT,
  REQUEST_WITH_TOKEN,
  RESPONSE,
  SECRET_LIFETIME_SECONDS,
  SKETCHY_REDIRECT,
  STATEMENT,
} from './support/rfc7591.ts';
import { mint } from './support/tokens.ts';

const POLICY = openTo({
  metadata: { extraMembers: Object.keys(EXTENSION) },
  secretLifetimeSeconds: SECRET_LIFETIME_SECONDS,
});
const DEFAULTS = { grant_types: ['authorization_code'], response_types: ['code'] };

describe('the examples of RFC 7591', () => {
  it('§3.1: the request is granted as it is written', async () => {
    const at = await scene({ policy: POLICY });
    const answer = await at.call('POST', '', { body: REQUEST, headers: { accept: 'application/json' } });
    expect(answer.status).toBe(201);
    expect(answer.body).toMatchObject({ ...REQUEST, ...DEFAULTS });
  });

  it('§3.1: a server that does not understand the extension drops it', async () => {
    const at = await scene({ policy: openTo() });
    const { body } = await at.register(REQUEST);
    const { example_extension_parameter: _extension, ...understood } = REQUEST;
    expect(body).toMatchObject(understood);
    expect(body).not.toHaveProperty('example_extension_parameter');
  });

  it('§3.1: the request with an initial access token and keys by value is granted with a token of this server', async () => {
    const at = await scene({ policy: openTo({ ...POLICY.classes[0], requires: 'initial_access_token' }) });
    const { token } = await mint(at);
    const { body } = await at.register(REQUEST_WITH_TOKEN, token);
    expect(body).toMatchObject({ ...REQUEST_WITH_TOKEN, ...DEFAULTS });
  });

  it('§3.1: the token of the example is no token of this server', async () => {
    const at = await scene({ policy: POLICY });
    expect((await at.register(REQUEST_WITH_TOKEN, 'ey23f2.adfj230.af32-developer321')).status).toBe(401);
  });

  it('§3.1.1: the request with a statement is granted with one of the trusted issuer that says the same', async () => {
    const at = await scene({ policy: POLICY });
    const silent = { redirect_uris: undefined, software_version: undefined };
    const software_statement = await at.issuer.statement({ ...silent, ...ATTESTED });
    const { status, body } = await at.register({ ...REQUEST_WITH_STATEMENT, software_statement });
    expect(status).toBe(201);
    expect(body).toMatchObject({ ...REQUEST_WITH_STATEMENT, ...ATTESTED, ...DEFAULTS, software_statement });
  });

  it('§3.1.1: the statement of the example names no issuer, so nobody approves of it', async () => {
    const at = await scene({ policy: POLICY });
    const { body } = await refused(at, { ...REQUEST_WITH_STATEMENT, software_statement: STATEMENT });
    expect(body['error']).toBe('unapproved_software_statement');
  });

  it('§3.2.1: the response is the one of the example, with credentials of this server', async () => {
    const at = await scene({ policy: POLICY });
    const answer = await at.register(RESPONSE);
    const { id, token, information } = clientOf(at.call, answer);
    expect(answer.headers.get('content-type')).toMatch(/^application\/json/);
    expect(answer.headers.get('cache-control')).toBe('no-store');
    expect(answer.headers.get('pragma')).toBe('no-cache');
    expect(information).toEqual({
      ...RESPONSE,
      response_types: ['code'],
      client_id: id,
      client_secret: expect.stringMatching(/^imp_cs_/),
      client_id_issued_at: at.issuer.clock.now(),
      client_secret_expires_at: at.issuer.clock.now() + SECRET_LIFETIME_SECONDS,
      registration_access_token: token,
      registration_client_uri: `${REGISTER}/${id}`,
    });
  });

  it('§3.2.2: the redirect URI of the example gets the error of the example', async () => {
    const at = await scene({ policy: POLICY });
    const { body } = await refused(at, SKETCHY_REDIRECT);
    expect(body['error']).toBe('invalid_redirect_uri');
    expect(body['error_description']).toContain('http://sketchy.example.com');
  });

  it('§3.2.2: the response type of the example gets the error of the example', async () => {
    const at = await scene({ policy: POLICY });
    const { body } = await refused(at, IMPLICIT_ONLY);
    expect(body['error']).toBe('invalid_client_metadata');
    expect(body['error_description']).toMatch(/authorization_code needs a response type with code/);
  });
});
