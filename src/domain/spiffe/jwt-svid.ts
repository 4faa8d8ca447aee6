import type { JsonObject, JsonValue } from '../json.ts';
import { err, ok, type Result } from '../result.ts';
import { parseCompact } from '../statement/judge.ts';
import { isSignedUnderJwk } from '../statement/verify-signature.ts';
import { algorithmsOf } from './bundle.ts';
import type { BundleSource } from './bundle-source.ts';
import { parseSpiffeId, type SpiffeId } from './spiffe-id.ts';

/** What a validator expects of a JWT-SVID. */
export type ExpectedSvid = {
  /** The validator's own identifier. */
  readonly audience: string;
  /** Whether it must be the only audience: an SVID for two can be passed on by either of them. */
  readonly isAlone: boolean;
  /** What `iss` must be where there is one; null when it does not matter. */
  readonly expectedIss: string | null;
  /** Whether `iss` must be there. */
  readonly requireIss?: boolean;
  /** Whether `iat` must be there. */
  readonly requireIat?: boolean;
  /** Seconds that clocks may differ. */
  readonly toleranceSeconds: number;
};

/** A JWT-SVID that holds. */
export type VerifiedSvid = {
  readonly id: SpiffeId;
  readonly claims: JsonObject;
  /** NumericDate. */
  readonly expiresAt: number;
};

/** Why a JWT-SVID does not hold; `unavailable` when nobody could be asked. Details are sentences. */
export type SvidRefusal = {
  readonly code:
    'malformed' | 'header' | 'id' | 'trust_domain' | 'claims' | 'key' | 'signature' | 'unavailable';
  readonly detail: string;
};

const MAX_CHARACTERS = 16_384;
const ALGORITHMS = ['RS256', 'RS384', 'RS512', 'ES256', 'ES384', 'ES512', 'PS256', 'PS384', 'PS512'];
const HEADER_MEMBERS: ReadonlySet<string> = new Set(['alg', 'kid', 'typ']);

/**
 * Validates a JWT-SVID (JWT-SVID §2 to §4, §6): compact form, its few header members, the ID, its times and audience, and a signature under a
 * key of exactly the trust domain the ID names. Bundles of other trust domains are never looked at.
 *
 * @param sourceOf the bundle of a trust domain that is trusted; undefined for any other
 * @param now NumericDate, seconds
 */
export async function verifyJwtSvid(
  text: string,
  sourceOf: (trustDomain: string) => BundleSource | undefined,
  expected: ExpectedSvid,
  now: number,
): Promise<Result<VerifiedSvid, SvidRefusal>> {
  const parsed = parseCompact(text, MAX_CHARACTERS);
  if (!parsed.ok) return refuse('malformed', `The JWT-SVID cannot be read: ${parsed.error}.`);
  const { header, claims } = parsed.value;
  const { alg, kid } = header;
  const stranger = Object.keys(header).find((name) => !HEADER_MEMBERS.has(name));
  if (stranger !== undefined)
    return refuse('header', 'The header of a JWT-SVID holds alg, kid and typ, and nothing else.');
  if (typeof alg !== 'string' || !ALGORITHMS.includes(alg))
    return refuse('header', 'The alg of a JWT-SVID is one of RS, ES or PS with 256, 384 or 512.');
  if (header['typ'] !== undefined && header['typ'] !== 'JWT' && header['typ'] !== 'JOSE')
    return refuse('header', 'The typ of a JWT-SVID is JWT or JOSE, where there is one.');
  if (typeof kid !== 'string' || kid === '') return refuse('header', 'A JWT-SVID must name its key (kid).');
  const id = typeof claims['sub'] === 'string' ? parseSpiffeId(claims['sub']) : err('There is none.');
  if (!id.ok) return refuse('id', `The sub of a JWT-SVID is a SPIFFE ID. ${id.error}`);
  const source = sourceOf(id.value.trustDomain);
  if (source === undefined) return refuse('trust_domain', 'This trust domain is not trusted here.');
  const fault = claimsFault(claims, expected, now);
  if (fault !== undefined) return refuse('claims', fault);
  const key = await keyOf(source, kid);
  if (!key.ok) return key;
  if (!algorithmsOf(key.value).includes(alg))
    return refuse('key', 'The key that kid names is not for this alg.');
  if (!(await isSignedUnderJwk(text, key.value, alg)))
    return refuse('signature', 'The signature of the JWT-SVID does not fit.');
  return ok({ id: id.value, claims, expiresAt: Number(claims['exp']) });
}

async function keyOf(source: BundleSource, kid: string): Promise<Result<JsonObject, SvidRefusal>> {
  const bundle = await source.current();
  if (!bundle.ok) return refuse('unavailable', bundle.error);
  const known = bundle.value.keys.get(kid);
  if (known !== undefined) return ok(known);
  // A key may have been added since; an empty bundle is a clear word.
  const again = bundle.value.keys.size === 0 ? bundle : await source.again();
  const found = again.ok ? again.value.keys.get(kid) : undefined;
  return found === undefined ? refuse('key', 'The trust domain has no such key.') : ok(found);
}

function claimsFault(claims: JsonObject, expected: ExpectedSvid, now: number): string | undefined {
  const { exp, iat, nbf, iss, aud } = claims;
  const { toleranceSeconds: tolerance, expectedIss } = expected;
  if (!isTime(exp)) return 'A JWT-SVID must say when it expires (exp).';
  if (exp <= now - tolerance) return 'The JWT-SVID has expired.';
  if (iat === undefined && expected.requireIat === true) return 'It must say when it was issued (iat).';
  if (iat !== undefined && (!isTime(iat) || iat > now + tolerance || iat >= exp))
    return 'The JWT-SVID was issued in the future, or after it expired (iat).';
  if (nbf !== undefined && (!isTime(nbf) || nbf > now + tolerance))
    return 'The JWT-SVID is not valid yet (nbf).';
  if (iss === undefined && expected.requireIss === true) return 'It must say who issued it (iss).';
  if (iss !== undefined && expectedIss !== null && iss !== expectedIss)
    return 'The JWT-SVID names another issuer (iss) than its trust domain has.';
  const audiences = Array.isArray(aud) ? aud : [aud];
  if (audiences.some((each) => typeof each !== 'string'))
    return 'The audience of a JWT-SVID is a text, or a list of texts (aud).';
  if (!audiences.includes(expected.audience)) return `The JWT-SVID must be for ${expected.audience} (aud).`;
  if (expected.isAlone && audiences.length > 1)
    return `The JWT-SVID must be for ${expected.audience} alone (aud).`;
  return undefined;
}

function isTime(value: JsonValue | undefined): value is number {
  return typeof value === 'number' && Number.isFinite(value) && value > 0;
}

function refuse(
  code: SvidRefusal['code'],
  detail: string,
): { readonly ok: false; readonly error: SvidRefusal } {
  return err({ code, detail });
}
