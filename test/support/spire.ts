import { exportJWK, generateKeyPair, SignJWT, type CryptoKey as JoseKey, type JWK } from 'jose';
import type { JsonObject } from '../../src/domain/json.ts';

/** A key of a trust domain: how it stands in the bundle, and how it signs. */
export type SvidKey = {
  readonly kid: string;
  /** As a bundle has it: `use` is jwt-svid, and there is no `alg` (SPIFFE Trust Domain and Bundle §4.2). */
  readonly jwk: JsonObject;
  /** Signs claims as SPIRE does; header members as they are given replace its own, undefined leaves one out. */
  readonly sign: (
    claims: JsonObject,
    header?: Readonly<Record<string, string | undefined>>,
  ) => Promise<string>;
};

/** Makes a key of a trust domain, as SPIRE's own certificate authority does. */
export async function svidKey(kid: string, alg = 'ES256'): Promise<SvidKey> {
  const { publicKey, privateKey } = await generateKeyPair(alg, { extractable: true });
  const jwk = await exportJWK(publicKey);
  return {
    kid,
    jwk: inBundle(jwk, kid),
    sign: (claims, header = {}) => sign(privateKey, claims, { alg, kid, typ: 'JWT', ...header }),
  };
}

function inBundle(jwk: JWK, kid: string): JsonObject {
  const { kty = '', crv, x, y, n, e } = jwk;
  const members = Object.entries({ crv, x, y, n, e }).filter(([, value]) => value !== undefined);
  return { kty, use: 'jwt-svid', kid, ...Object.fromEntries(members) };
}

async function sign(
  key: JoseKey,
  claims: JsonObject,
  header: Readonly<Record<string, string | undefined>>,
): Promise<string> {
  const { alg = 'ES256', ...others } = header;
  const given = Object.fromEntries(Object.entries(others).filter(([, value]) => value !== undefined));
  return new SignJWT(claims).setProtectedHeader({ alg, ...given }).sign(key);
}

/** The claims of an SVID as SPIRE makes them (pkg/server/credtemplate): `aud` is a list, five minutes, no `jti`. */
export function svidClaims(sub: string, audience: string, now: number, more: JsonObject = {}): JsonObject {
  return { sub, aud: [audience], exp: now + 300, iat: now, ...more };
}
