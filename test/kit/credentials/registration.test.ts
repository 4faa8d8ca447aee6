import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { TrustedIssuer } from '../../../src/kit/verifier/trusted-issuer.ts';
import { makeKey, NOW, signWith, type Claims } from '../support/fake-issuer.ts';
import { AUTHORIZATION_SERVER, clientOf, scene, type Scene } from '../support/scene.ts';
import { attested, storedOf } from '../management/support/clients.ts';
import { reasonTold, refused } from '../registration/support/refused.ts';
import { CONTEXT, credentialIssuer, type CredentialIssuer } from './support/credential-issuer.ts';

let issuer: CredentialIssuer;
let at: Scene;
beforeEach(async () => {
  issuer = await credentialIssuer();
  at = await scene({ verifier: issuer.verifier() });
});
afterEach(() => issuer.close());

const instant = (seconds: number) => new Date(seconds * 1000).toISOString();
const byDid = () =>
  scene({ verifier: issuer.verifier({ issuer: issuer.did, status: { resolve: 'never' } }) });
const whyRefused = async (software_statement: string, on = at) => {
  const { body } = await refused(on, { software_statement });
  expect(body['error']).toMatch(/^(?:invalid|unapproved)_software_statement$/);
  return reasonTold(on);
};

describe('a credential registers the client it is about', () => {
  it('by keys of an issuer that RFC 8414 finds', async () => {
    const { status, body } = await at.register({ software_statement: await issuer.credential(), scope: 'a' });
    expect(status).toBe(201);
    expect(body).toMatchObject({
      client_name: 'Credentialed',
      software_id: 'software-1',
      scope: 'a',
      registration_expires_at: NOW + 86_400,
    });
    expect(body['id']).toBeUndefined();
  });
  it('by the document of a did:web', async () => {
    const on = await byDid();
    expect((await on.register({ software_statement: await issuer.credential({ by: 'did' }) })).status).toBe(
      201,
    );
    expect(issuer.asked).toContain('/.well-known/did.json');
    expect(issuer.asked).not.toContain('/jwks');
  });
  it('with keys named as the JWK Set does, and an iss that says the same', async () => {
    const claims = {
      iss: issuer.url,
      aud: [AUTHORIZATION_SERVER],
      jti: 'jti-1',
      credentialStatus: undefined,
    };
    const on = await scene({ verifier: issuer.verifier({ status: { resolve: 'when_present' } }) });
    const client = clientOf(
      on.call,
      await on.register({
        software_statement: await issuer.credential({ claims, header: { kid: 'key-1' } }),
      }),
    );
    expect((await storedOf(on, client)).governing).toMatchObject({ profile: 'vc+jwt', jti: 'jti-1' });
  });
  it('until the sooner of exp and validUntil', async () => {
    const sooner = async (claims: Claims) => {
      const on = await scene({ verifier: issuer.verifier() });
      const { body } = await on.register({ software_statement: await issuer.credential({ claims }) });
      return body['registration_expires_at'];
    };
    expect(await sooner({ validUntil: instant(NOW + 600) })).toBe(NOW + 600);
    expect(await sooner({ exp: NOW + 700 })).toBe(NOW + 700);
    expect(await sooner({ exp: undefined, validUntil: '2026-11-20T21:30:00.500+01:00' })).toBe(NOW + 1_800);
  });
});

describe('step 1, authenticity and integrity, refuses', () => {
  it.each<readonly [string, Parameters<CredentialIssuer['credential']>[0]]>([
    ['a key nobody published', { header: { kid: 'key-9' } }],
    ['no key', { header: { kid: undefined } }],
    ['a key of another issuer', { header: { kid: 'https://other.example#key-1' } }],
    ['the type of another token', { header: { typ: 'JWT', kid: 'key-1' } }],
    ['the type of an older draft', { header: { typ: 'vc+ld+json+jwt' } }],
    ['another content', { header: { cty: 'vp' } }],
    ['an issuer nobody trusts', { claims: { issuer: 'https://other.example' } }],
    ['an issuer without id', { claims: { issuer: { name: 'x' } } }],
    ['an iss that says something else', { claims: { iss: 'https://other.example' } }],
  ])('%s', async (_what, changes) => {
    await whyRefused(await issuer.credential(changes));
  });
  it('a signature of somebody else', async () => {
    const key = await makeKey('key-1');
    expect(await whyRefused(await issuer.credential({ key }))).toBe('statement.signature');
    expect(await whyRefused(await issuer.credential({ key, by: 'did' }), await byDid())).toBe(
      'statement.signature',
    );
  });
  it('an SD-JWT, which is no JWT', async () => {
    expect(await whyRefused(`${await issuer.credential()}~`)).toBe('statement.malformed');
  });
  it.each<readonly [string, (own: CredentialIssuer) => Claims]>([
    ['not listed to assert', () => ({ assertionMethod: [] })],
    [
      'listed to authenticate alone',
      (own) => ({ authentication: ['#key-1'], assertionMethod: [], id: own.did }),
    ],
    ['of another document', () => ({ id: 'did:web:other.example' })],
    [
      'under another controller',
      (own) => ({ verificationMethod: [{ ...firstMethod(own), controller: 'did:web:other.example' }] }),
    ],
    ['of an unknown type', (own) => ({ verificationMethod: [{ ...firstMethod(own), type: 'Multikey' }] })],
    [
      'published with its private half',
      (own) => ({
        verificationMethod: [{ ...firstMethod(own), publicKeyJwk: { ...own.key.publicJwk, d: 'AAAA' } }],
      }),
    ],
    [
      'embedded for another DID',
      (own) => ({ assertionMethod: [{ ...firstMethod(own), id: 'did:web:x.example#key-1' }] }),
    ],
  ])('a key of a did:web that is %s', async (_what, change) => {
    issuer.didDocument = { ...issuer.didDocument, ...change(issuer) };
    const on = await byDid();
    const answer = await on.register({ software_statement: await issuer.credential({ by: 'did' }) });
    expect([400, 503]).toContain(answer.status);
    expect(answer.body['client_id']).toBeUndefined();
  });
  it('a did:web whose document redirects or is too large', async () => {
    const on = await byDid();
    const path = '/.well-known/did.json';
    issuer.instead.set(path, (_request, response) => response.writeHead(302, { location: '/jwks' }).end());
    expect((await on.register({ software_statement: await issuer.credential({ by: 'did' }) })).status).toBe(
      503,
    );
    const other = await byDid();
    issuer.instead.set(path, (_request, response) => response.end(`{"id":"${' '.repeat(70_000)}"}`));
    expect(
      (await other.register({ software_statement: await issuer.credential({ by: 'did' }) })).status,
    ).toBe(503);
  });
});

describe('step 2, the window of validity, refuses', () => {
  it.each<readonly [string, Claims]>([
    ['exp that has passed', { exp: NOW - 60 }],
    ['validUntil that has passed, whatever exp says', { validUntil: instant(NOW - 60) }],
    ['iat that is to come', { iat: NOW + 61 }],
    ['nbf that is to come', { nbf: NOW + 61 }],
    ['validFrom that is to come', { validFrom: instant(NOW + 61) }],
    ['validFrom after validUntil', { validFrom: instant(NOW + 30), validUntil: instant(NOW + 20) }],
    ['no end', { exp: undefined, validUntil: undefined }],
    ['no beginning', { iat: undefined, validFrom: undefined }],
    ['validUntil without a time zone', { validUntil: '2027-01-01T00:00:00' }],
    ['validFrom that is a number', { validFrom: NOW }],
    ['exp that is a text', { exp: instant(NOW + 60) }],
  ])('%s', async (_what, claims) => {
    expect(await whyRefused(await issuer.credential({ claims }))).toBe('statement.times');
  });
});

function firstMethod(own: CredentialIssuer) {
  const { did, key } = own;
  return { id: `${did}#key-1`, type: 'JsonWebKey', controller: did, publicKeyJwk: key.publicJwk };
}

describe('step 4, metadata, refuses', () => {
  it.each<readonly [string, Parameters<CredentialIssuer['credential']>[0]]>([
    ['the older form', { claims: { vc: { credentialSubject: {} } } }],
    ['a presentation', { claims: { vp: {} } }],
    ['contexts in another order', { claims: { '@context': ['https://issuer.example/x', CONTEXT] } }],
    [
      'the context of the older data model',
      { claims: { '@context': ['https://www.w3.org/2018/credentials/v1'] } },
    ],
    ['a context that is no list', { claims: { '@context': CONTEXT } }],
    ['a credential about something else', { claims: { type: ['VerifiableCredential', 'Diploma'] } }],
    ['something that is no credential', { claims: { type: ['OAuthClientMetadataCredential'] } }],
    ['several subjects', { claims: { credentialSubject: [{ software_id: 'a' }, { software_id: 'b' }] } }],
    ['no subject', { claims: { credentialSubject: undefined } }],
    ['no software', { subject: { id: undefined, software_id: undefined } }],
    ['a member outside that says something else', { claims: { redirect_uris: ['https://evil.example/'] } }],
    ['a member outside alone', { claims: { scope: 'everything' } }],
    ['an audience of others', { claims: { aud: ['https://other.example'] } }],
  ])('%s', async (_what, changes) => {
    await whyRefused(await issuer.credential(changes));
  });
  it('but not a member outside that says the same', async () => {
    const claims = { redirect_uris: ['https://app.example/callback'], client_name: 'Credentialed' };
    expect((await at.register({ software_statement: await issuer.credential({ claims }) })).status).toBe(201);
  });
  it('what the rules for metadata refuse', async () => {
    const software_statement = await issuer.credential({
      subject: { redirect_uris: ['http://app.example/'] },
    });
    expect((await at.register({ software_statement })).body['error']).toBe('invalid_redirect_uri');
  });
  it.each<readonly [string, Partial<TrustedIssuer>]>([
    ['software', { mayVouchFor: { softwareIds: ['other'] } }],
    ['redirect hosts', { mayVouchFor: { redirectHosts: ['other.example'] } }],
    ['an age', { maxLifetimeSeconds: 1, clockToleranceSeconds: 0 }],
    ['an audience', { requireAudience: true }],
  ])('%s beyond the configuration', async (_what, trust) => {
    const on = await scene({ verifier: issuer.verifier(trust) });
    const { body } = await refused(on, { software_statement: await issuer.credential() });
    expect(body['error']).toBe('unapproved_software_statement');
  });
});

describe('steps 5 and 6, registration and response, without a client secret', () => {
  const secretly = { subject: { token_endpoint_auth_method: 'client_secret_basic' } };
  it('refuses a method that needs one, attested, asked for or left out', async () => {
    const silent = { subject: { token_endpoint_auth_method: undefined } };
    for (const [changes, asked] of [
      [secretly, {}],
      [silent, {}],
      [silent, { token_endpoint_auth_method: 'client_secret_post' }],
    ] as const) {
      const { body } = await refused(at, { software_statement: await issuer.credential(changes), ...asked });
      expect(body['error']).toBe('invalid_client_metadata');
      expect(reasonTold(at)).toBe('secret');
    }
  });
  it('unless the class says so', async () => {
    const policy = attested({ secretsForCredentials: true });
    const on = await scene({ verifier: issuer.verifier(), policy });
    const { body } = await on.register({ software_statement: await issuer.credential(secretly) });
    expect(typeof body['client_secret']).toBe('string');
  });
  it('an update cannot get one either', async () => {
    const silent = { subject: { token_endpoint_auth_method: undefined } };
    const client = clientOf(
      at.call,
      await at.register({
        software_statement: await issuer.credential(silent),
        token_endpoint_auth_method: 'none',
      }),
    );
    const { status, body } = await client.update({ token_endpoint_auth_method: 'client_secret_basic' });
    expect([status, body['client_secret']]).toEqual([400, undefined]);
  });
});

describe('profiles are not confused', () => {
  it('a credential where plain statements are expected', async () => {
    const on = await scene({ verifier: issuer.verifier({ profiles: ['rfc7591'] }) });
    expect(await whyRefused(await issuer.credential({ claims: { iss: issuer.url } }), on)).toBe(
      'statement.header',
    );
    const plain = {
      claims: { iss: issuer.url, software_id: 'software-1', jti: 'x' },
      header: { typ: 'JWT', kid: 'key-1' },
    };
    expect(await whyRefused(await issuer.credential(plain), on)).toBe('statement.claims');
  });
  it('a plain statement with the type of a credential', async () => {
    const { issuer: fake } = at;
    const text = await signWith(
      issuer.key,
      { alg: 'ES256', typ: 'vc+jwt', kid: 'key-1' },
      { ...fake.claims({ iss: issuer.url }) },
    );
    await whyRefused(text);
  });
  it('classes can tell them apart', async () => {
    const policy = {
      classes: [
        { name: 'plain', requires: 'software_statement', fits: { statement_profiles: ['rfc7591'] } },
        { name: 'credentialed', requires: 'software_statement', fits: { statement_profiles: ['vc+jwt'] } },
      ],
    } as const;
    const on = await scene({ verifier: issuer.verifier(), policy });
    const client = clientOf(on.call, await on.register({ software_statement: await issuer.credential() }));
    expect((await storedOf(on, client)).clientClass).toBe('credentialed');
  });
});

it.each(['did:web:127.0.0.1', 'did:web:a.example:..:b', 'did:web:', 'did:key:z6Mk', 'did:web:a.example%2Fb'])(
  '%s is no issuer to trust',
  (did) => {
    expect(() => issuer.verifier({ issuer: did })).toThrow(TypeError);
  },
);

it('a DID issues credentials alone', () => {
  expect(() => issuer.verifier({ issuer: issuer.did, profiles: ['vc+jwt', 'rfc7591'] })).toThrow(
    /credentials alone/,
  );
});
