import { createPublicKey } from 'node:crypto';
import jsonwebtoken from 'jsonwebtoken';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { z } from 'zod';
import { issueStatement } from '../../src/services/issue.ts';
import { approve, expectOk, METADATA, testScene, type Scene } from '../support/issuer.ts';
import { tlsIssuer, type TlsIssuer } from '../support/tls-issuer.ts';

/** Statements as JWT-SVIDs, verified by jsonwebtoken, which this project uses nowhere else, with the keys of the bundle as it is served. */

const REGISTER = 'https://as.example/register';
const bundle = z.object({
  keys: z.array(z.looseObject({ kid: z.string(), kty: z.string(), use: z.literal('jwt-svid') })),
  spiffe_sequence: z.int().positive(),
  spiffe_refresh_hint: z.int().positive(),
});

let test: TlsIssuer;
let scene: Scene;
beforeEach(async () => {
  test = await tlsIssuer({ trustDomain: 'issuer.example' });
  scene = await testScene(test);
  await approve(test, scene);
});
afterEach(() => test.close());

it('is verified by jsonwebtoken with the bundle', async () => {
  const { statement } = expectOk(
    await issueStatement(test.issuer, scene.developer.actor, scene.softwareId, {
      profile: 'jwt-svid',
      audience: [REGISTER],
    }),
  );
  const { keys } = bundle.parse(JSON.parse((await test.publications.spiffeBundle())?.body ?? ''));
  const decoded = jsonwebtoken.decode(statement.jwt, { complete: true });
  expect(decoded?.header).toEqual({ alg: 'ES256', kid: statement.kid, typ: 'JWT' });
  const jwk = keys.find(({ kid }) => kid === statement.kid);
  if (jwk === undefined) throw new Error('the bundle has no such key');
  const key = createPublicKey({ key: { ...jwk }, format: 'jwk' });
  const sub = `spiffe://issuer.example/software/${scene.softwareId}`;
  const verify = (audience: string, seconds = 0) =>
    jsonwebtoken.verify(statement.jwt, key, {
      algorithms: ['ES256'],
      audience,
      issuer: 'spiffe://issuer.example',
      subject: sub,
      maxAge: '1h',
      clockTimestamp: test.clock.now() + seconds,
    });
  expect(verify(REGISTER)).toMatchObject({ sub, aud: [REGISTER], ...METADATA });
  expect(() => verify('https://as.example')).toThrow('audience');
  expect(() => verify(REGISTER, 3_601)).toThrow('expired');
});
