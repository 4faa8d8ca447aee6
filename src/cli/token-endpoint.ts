import { exportJWK, generateKeyPair, importJWK, SignJWT, type CryptoKey as JoseKey, type JWK } from 'jose';
import { isJsonObject, parseJson, textMember, type JsonObject } from '../domain/json.ts';
import { err, ok, type Result } from '../domain/result.ts';
import { reasonOf } from '../kit/fetch-document.ts';
import type { Dependencies } from './dependencies.ts';
import type { Failure } from './server.ts';

/** An issuer as its metadata describes it (RFC 8414). */
export type TokenEndpoint = { readonly issuer: string; readonly url: string };

/** What the token endpoint answered. */
export type TokenAnswer = { readonly status: number; readonly text: string; readonly body: JsonObject };

/** The key that shows that whoever asks again is the same (RFC 9449). */
export type ProofKey = { readonly privateKey: JoseKey; readonly publicJwk: JWK; readonly alg: string };

const TIMEOUT_MILLISECONDS = 60_000;
const PRIVATE = new Set(['d', 'p', 'q', 'dp', 'dq', 'qi', 'oth', 'k']);
const ALGORITHMS: Readonly<Record<string, string>> = { 'P-256': 'ES256', 'P-384': 'ES384', Ed25519: 'EdDSA' };

/** Reads the metadata of an issuer. It must call itself what it was asked as: the token is meant for nobody else (RFC 8414 §3.3). */
export async function discoverTokenEndpoint(
  deps: Dependencies,
  issuer: string,
): Promise<Result<TokenEndpoint, Failure>> {
  if (!URL.canParse(issuer) || !/^https?:/.test(issuer))
    return usage(`the server ${issuer} is not an http or https URL`);
  const { origin, pathname } = new URL(issuer);
  const path = pathname === '/' ? '' : pathname;
  const answer = await call(deps, `${origin}/.well-known/oauth-authorization-server${path}`, {});
  if (!answer.ok) return answer;
  const url = textMember(answer.value.body, 'token_endpoint');
  const named = textMember(answer.value.body, 'issuer');
  if (url === '') return usage(`${issuer} names no token endpoint`);
  if (named !== issuer || !url.startsWith(`${issuer}/`))
    return usage(`the server calls itself ${named || 'nothing'}. Name it like that with --url.`);
  return ok({ issuer, url });
}

/** Makes a key for one exchange. */
export async function makeProofKey(): Promise<ProofKey> {
  const { publicKey, privateKey } = await generateKeyPair('ES256');
  return { privateKey, publicJwk: await exportJWK(publicKey), alg: 'ES256' };
}

/** Reads a private key of the client, as JWK. */
export async function readProofKey(text: string): Promise<Result<ProofKey, string>> {
  const parsed = parseJson(text, { maxDepth: 5 });
  if (!parsed.ok || !isJsonObject(parsed.value)) return err('holds no JWK');
  const jwk = Object.fromEntries(
    Object.entries(parsed.value).filter(
      (member): member is [string, string] => typeof member[1] === 'string',
    ),
  );
  const alg = jwk['alg'] ?? ALGORITHMS[jwk['crv'] ?? ''] ?? 'PS256';
  try {
    const privateKey = await importJWK(jwk, alg);
    if (privateKey instanceof Uint8Array || privateKey.type !== 'private') return err('holds no private key');
    return ok({
      privateKey,
      publicJwk: Object.fromEntries(
        Object.entries(jwk).filter(([name]) => !PRIVATE.has(name) && name !== 'alg'),
      ),
      alg,
    });
  } catch {
    return err('holds no private key that can be used');
  }
}

/** Sends a form to the token endpoint with a DPoP proof of its own. */
export async function askTokenEndpoint(
  deps: Dependencies,
  endpoint: TokenEndpoint,
  key: ProofKey,
  parameters: readonly (readonly [string, string])[],
): Promise<Result<TokenAnswer, Failure>> {
  const { publicJwk: jwk, alg } = key;
  const proof = await new SignJWT({ htm: 'POST', htu: endpoint.url, iat: deps.now(), jti: deps.randomUuid() })
    .setProtectedHeader({ typ: 'dpop+jwt', alg, jwk })
    .sign(key.privateKey);
  return call(deps, endpoint.url, {
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded', dpop: proof },
    body: new URLSearchParams(parameters.map(([name, value]) => [name, value])).toString(),
  });
}

/** `private_key_jwt` with the same key (RFC 7523 §2.2): its audience is the issuer alone. */
export async function clientAssertion(
  deps: Dependencies,
  { issuer }: TokenEndpoint,
  { privateKey, publicJwk, alg }: ProofKey,
  clientId: string,
): Promise<readonly (readonly [string, string])[]> {
  const assertion = await new SignJWT({ jti: deps.randomUuid() })
    .setProtectedHeader({ alg, ...(publicJwk.kid === undefined ? {} : { kid: publicJwk.kid }) })
    .setIssuer(clientId)
    .setSubject(clientId)
    .setAudience(issuer)
    .setIssuedAt(deps.now())
    .setExpirationTime(deps.now() + 60)
    .sign(privateKey);
  return [
    ['client_assertion_type', 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer'],
    ['client_assertion', assertion],
  ];
}

async function call(
  deps: Dependencies,
  url: string,
  init: RequestInit,
): Promise<Result<TokenAnswer, Failure>> {
  try {
    const response = await deps.fetch(url, {
      ...init,
      redirect: 'manual',
      signal: AbortSignal.timeout(TIMEOUT_MILLISECONDS),
    });
    const text = await response.text();
    const parsed = parseJson(text, { maxDepth: 20 });
    return parsed.ok && isJsonObject(parsed.value)
      ? ok({ status: response.status, text, body: parsed.value })
      : err({ kind: 'refused', status: response.status, text, problem: undefined });
  } catch (error) {
    return err({ kind: 'unreachable', url, detail: reasonOf(error) });
  }
}

function usage(detail: string): Result<never, Failure> {
  return err({ kind: 'usage', detail });
}
