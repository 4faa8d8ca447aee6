import { randomUUID } from 'node:crypto';
import type { Hono } from 'hono';
import { calculateJwkThumbprint, exportJWK, generateKeyPair, SignJWT, type JWK } from 'jose';
import { isJsonObject, parseJson, type JsonObject } from '../../src/domain/json.ts';
import type { Clock } from '../../src/ports.ts';

export const EXCHANGE = 'urn:ietf:params:oauth:grant-type:token-exchange';
export const DEFERRED = 'urn:ietf:params:oauth:grant-type:deferred';
export const REDEMPTION = 'urn:ietf:params:oauth:grant-type:software-statement';
export const STATEMENT = 'urn:ietf:params:oauth:token-type:software-statement';
export const ACCESS_TOKEN = 'urn:ietf:params:oauth:token-type:access_token';

/** A key of a client: for DPoP proofs (RFC 9449) and client assertions (RFC 7523). */
export type ClientKey = {
  readonly jwk: JWK;
  readonly jkt: string;
  readonly dpop: (claims?: JsonObject) => Promise<string>;
  readonly assertion: (clientId: string, claims?: JsonObject) => Promise<string>;
};

/** Makes a key whose proofs are for the token endpoint of an issuer, by its clock. */
export async function clientKey(issuer: string, clock: Clock, path = '/token'): Promise<ClientKey> {
  const { publicKey, privateKey } = await generateKeyPair('ES256');
  const jwk = await exportJWK(publicKey);
  return {
    jwk: { ...jwk, kid: 'client-1', use: 'sig', alg: 'ES256' },
    jkt: await calculateJwkThumbprint(jwk),
    dpop: (claims = {}) =>
      new SignJWT({
        htm: 'POST',
        htu: `${issuer}${path}`,
        iat: clock.now(),
        jti: randomUUID(),
        ...claims,
      })
        .setProtectedHeader({ typ: 'dpop+jwt', alg: 'ES256', jwk })
        .sign(privateKey),
    assertion: (clientId, claims = {}) =>
      new SignJWT({
        iss: clientId,
        sub: clientId,
        aud: issuer,
        iat: clock.now(),
        exp: clock.now() + 60,
        jti: randomUUID(),
        ...claims,
      })
        .setProtectedHeader({ alg: 'ES256', kid: 'client-1' })
        .sign(privateKey),
  };
}

export type TokenAnswer = {
  readonly status: number;
  readonly headers: Headers;
  readonly body: JsonObject;
};

/** Sends a form to the token endpoint or another path. */
export async function postForm(
  app: Hono,
  parameters: Readonly<Record<string, string | readonly string[] | undefined>>,
  options: { readonly dpop?: string; readonly path?: string; readonly issuer?: string } = {},
): Promise<TokenAnswer> {
  const form = new URLSearchParams();
  for (const [name, value] of Object.entries(parameters))
    for (const each of value === undefined ? [] : [value].flat()) form.append(name, each);
  const response = await app.request(
    `${options.issuer ?? 'https://issuer.example'}${options.path ?? '/token'}`,
    {
      method: 'POST',
      headers: {
        'content-type': 'application/x-www-form-urlencoded',
        ...(options.dpop === undefined ? {} : { dpop: options.dpop }),
      },
      body: form.toString(),
    },
  );
  const text = await response.text();
  const parsed = text === '' ? undefined : parseJson(text, { maxDepth: 10 });
  return {
    status: response.status,
    headers: response.headers,
    body: parsed?.ok === true && isJsonObject(parsed.value) ? parsed.value : {},
  };
}
