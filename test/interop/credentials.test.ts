import { once } from 'node:events';
import { IncomingMessage } from 'node:http';
import { get } from 'node:https';
import { text } from 'node:stream/consumers';
import { decodeList, checkStatus } from '@digitalbazaar/vc-bitstring-status-list';
import { verifyJWT } from 'did-jwt';
import { Resolver } from 'did-resolver';
import { decodeJwt, decodeProtectedHeader } from 'jose';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { getResolver } from 'web-did-resolver';
import { z } from 'zod';
import { issueStatement } from '../../src/services/issue.ts';
import { changeStatement } from '../../src/services/statement-standing.ts';
import { approve, expectOk, METADATA, testScene, type Scene } from '../support/issuer.ts';
import { tlsIssuer, type TlsIssuer } from '../support/tls-issuer.ts';

/**
 * Statements as W3C credentials, read by libraries of others that this project uses nowhere else: web-did-resolver finds the keys over TLS, did-jwt
 * verifies signature, issuer, audience and times, and @digitalbazaar/vc-bitstring-status-list reads the status.
 */

const AS = 'https://as.example';

const listCredential = z.looseObject({
  id: z.string(),
  issuer: z.string(),
  type: z.array(z.string()),
  credentialSubject: z.looseObject({ encodedList: z.string(), statusPurpose: z.string() }),
});

/** What is served at a URL as a secured credential. */
async function download(url: string): Promise<string> {
  const [response] = z
    .tuple([z.instanceof(IncomingMessage)])
    .parse(await once(get(url, { headers: { accept: 'application/vc+jwt' } }), 'response'));
  expect(response.headers['content-type']).toBe('application/vc+jwt');
  return text(response);
}

describe.each(['', '/tenant'])('an issuer with the path %j', (path) => {
  let test: TlsIssuer;
  let scene: Scene;
  beforeEach(async () => {
    test = await tlsIssuer({ path });
    scene = await testScene(test);
    await approve(test, scene);
  });
  afterEach(() => test.close());

  async function credential() {
    const issued = await issueStatement(test.issuer, scene.developer.actor, scene.softwareId, {
      profile: 'vc+jwt',
      audience: [AS],
    });
    return expectOk(issued).statement;
  }

  const verified = (jwt: string, now = test.clock.now(), audience = AS) =>
    verifyJWT(jwt, {
      resolver: new Resolver(getResolver()),
      audience,
      // Of the authorization server: did-jwt takes an audience that is no DID for a callback URL.
      callbackUrl: audience,
      proofPurpose: 'assertionMethod',
      policies: { now },
    });

  /** The list that a URL names, verified as everything of the issuer is. */
  async function listAt(url: string) {
    const { payload, issuer } = await verified(await download(url));
    const parsed = listCredential.parse(payload);
    expect(parsed).toMatchObject({ id: url, issuer });
    return parsed;
  }

  async function statusOf(jwt: string) {
    const checked = await checkStatus({
      credential: decodeJwt(jwt),
      documentLoader: async (url) => ({ document: await listAt(url) }),
      verifyBitstringStatusListCredential: false,
      verifyMatchingIssuers: true,
    });
    expect(checked.error).toBeUndefined();
    return Object.fromEntries(
      (checked.results ?? []).map(({ credentialStatus, status }) => [credentialStatus.statusPurpose, status]),
    );
  }

  it('is verified by did-jwt with the keys of its did:web, found over TLS', async () => {
    const { jwt } = await credential();
    const outcome = await verified(jwt);
    const did = `did:web:${new URL(test.identifier).host.replace(':', '%3A')}${path.replace('/', ':')}`;
    expect(outcome).toMatchObject({
      verified: true,
      issuer: did,
      payload: { iss: did, issuer: did, credentialSubject: METADATA },
    });
    expect(outcome.signer.id).toBe(`${decodeProtectedHeader(jwt).kid ?? ''}-2020`);
    await expect(verified(jwt, test.clock.now(), 'https://other.example')).rejects.toThrow(/audience/i);
    await expect(verified(jwt, test.clock.now() + 400 * 86_400)).rejects.toThrow(/expired/i);
    const [header = '', payload = '', signature = ''] = jwt.split('.');
    const forged = Buffer.from(payload, 'base64url').toString().replace('Example Application', 'Another one');
    await expect(
      verified([header, Buffer.from(forged).toString('base64url'), signature].join('.')),
    ).rejects.toThrow(/signature/i);
  });

  it('is found revoked and suspended by the bitstring lists, and its neighbours are not', async () => {
    const [one, other] = [await credential(), await credential()];
    expect(await statusOf(one.jwt)).toEqual({ revocation: false, suspension: false });
    expectOk(await changeStatement(test.issuer, test.operator, one.jti, 'suspend', 'test'));
    expect(await statusOf(one.jwt)).toEqual({ revocation: false, suspension: true });
    expectOk(await changeStatement(test.issuer, test.operator, one.jti, 'revoke', 'test'));
    expect(await statusOf(one.jwt)).toEqual({ revocation: true, suspension: false });
    expect(await statusOf(other.jwt)).toEqual({ revocation: false, suspension: false });
  });

  it('gives lists that the library of Digital Bazaar decodes whole', async () => {
    const { idx, listId, jti } = await credential();
    expectOk(await changeStatement(test.issuer, test.operator, jti, 'revoke', 'test'));
    const { credentialSubject } = await listAt(`${test.identifier}/status-lists/${listId}/revocation`);
    const list = await decodeList({ encodedList: credentialSubject.encodedList });
    expect(list.length).toBe(2 ** 20);
    const set = Array.from({ length: list.length }, (_, place) => place).filter((at) => list.getStatus(at));
    expect(set).toEqual([idx]);
  });
});
