import { createHash, createPublicKey } from 'node:crypto';
import jsonwebtoken from 'jsonwebtoken';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { z } from 'zod';
import { CLIENT, exchangeScene, SERVER, type ExchangeScene } from '../support/exchange.ts';

/** Statements over metadata documents as they leave the token endpoint, verified by jsonwebtoken and OpenSSL's digest, with what is served alone. */

const keySet = z.object({ keys: z.array(z.looseObject({ kid: z.string(), kty: z.string() })) });
const claims = z.strictObject({
  iss: z.string(),
  sub: z.string(),
  aud: z.array(z.string()),
  iat: z.int(),
  exp: z.int(),
  jti: z.string(),
  cimd_digest: z.string(),
  status: z.object({ status_list: z.object({ idx: z.int(), uri: z.string() }) }),
});

let at: ExchangeScene;
beforeEach(async () => {
  at = await exchangeScene();
});
afterEach(() => at.test.close());

it('is verified by jsonwebtoken, and names the octets that are served', async () => {
  at.serveConfidential();
  await at.issued();
  const answer = await at.confidential(await at.initialToken(), { audience: SERVER });
  const statement = String(answer.body['access_token']);

  const decoded = jsonwebtoken.decode(statement, { complete: true });
  expect(decoded?.header).toEqual({
    alg: 'ES256',
    kid: decoded?.header.kid,
    typ: 'software-statement+jwt',
  });
  const { keys } = keySet.parse(await (await at.app.request('https://issuer.example/jwks')).json());
  const jwk = keys.find(({ kid }) => kid === decoded?.header.kid);
  const verified = jsonwebtoken.verify(
    statement,
    createPublicKey({ key: { ...jwk, kty: jwk?.kty ?? '' }, format: 'jwk' }),
    {
      algorithms: ['ES256'],
      issuer: 'https://issuer.example',
      audience: SERVER,
      subject: CLIENT,
      clockTimestamp: at.test.clock.now(),
    },
  );
  const served = at.internet.sites.get(CLIENT);
  const octets = typeof served === 'object' ? served.body : '';
  expect(claims.parse(verified).cimd_digest).toBe(createHash('sha256').update(octets).digest('base64url'));
});
