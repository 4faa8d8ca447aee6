/**
 * The life of a signing key: pending (published, not signing) → active → retiring (published, not signing)
 * → retired (gone); revoked from anywhere but retired. Windows follow from how long consumers cache a JWK Set and from
 * the last statement's `exp`.
 */

/** Algorithms a statement can be signed with; never `none`, never HMAC (RFC 8725 §3.1). */
export const SIGNING_ALGORITHMS = ['ES256', 'PS256', 'EdDSA', 'ES384', 'RS256'] as const;
export type SigningAlgorithm = (typeof SIGNING_ALGORITHMS)[number];

export const KEY_STATES = ['pending', 'active', 'retiring', 'retired', 'revoked'] as const;
export type KeyState = (typeof KEY_STATES)[number];

/** Public members only, in the order they are published (RFC 7517, RFC 7518 §6). */
export type PublicJwk = {
  readonly kty: 'EC' | 'RSA' | 'OKP';
  readonly crv?: string;
  readonly x?: string;
  readonly y?: string;
  readonly n?: string;
  readonly e?: string;
  readonly kid: string;
  readonly alg: SigningAlgorithm;
  readonly use: 'sig';
};

/** What is known of a key outside custody. */
export type SigningKey = {
  /** RFC 7638 thumbprint, base64url SHA-256. */
  readonly kid: string;
  readonly alg: SigningAlgorithm;
  readonly publicJwk: PublicJwk;
  readonly state: KeyState;
  readonly stateReason: string | null;
  /** NumericDates, seconds; null until it happened. */
  readonly createdAt: number;
  readonly activatedAt: number | null;
  readonly retiringAt: number | null;
  readonly endedAt: number | null;
  readonly version: number;
};

/** Times that fit real caches (docs/decisions/0004-key-times.md). Seconds. */
export type KeyTimes = {
  /** `max-age` of the JWK Set. */
  readonly jwksMaxAgeSeconds: number;
  /** How long a key is published before it may sign. */
  readonly prePublicationSeconds: number;
  /** What verifiers' clocks may be off by. */
  readonly clockSkewSeconds: number;
};

export const DEFAULT_KEY_TIMES: KeyTimes = {
  jwksMaxAgeSeconds: 300,
  prePublicationSeconds: 48 * 3600,
  clockSkewSeconds: 300,
};

export type KeyRefusal =
  | { readonly code: 'key_state'; readonly state: KeyState; readonly wanted: string }
  | { readonly code: 'key_not_published_long_enough'; readonly readyAt: number }
  | { readonly code: 'key_still_needed'; readonly until: number };

/** Whether a key belongs into the JWK Set. */
export function isPublished(state: KeyState): boolean {
  return state === 'pending' || state === 'active' || state === 'retiring';
}

/**
 * Whether a key may start to sign.
 *
 * @param emergency skips the pre-publication time: consumers that cached the set refuse until they refetch
 * @param now NumericDate, seconds
 */
export function refusalToActivate(
  key: SigningKey,
  times: KeyTimes,
  emergency: boolean,
  now: number,
): KeyRefusal | undefined {
  if (key.state !== 'pending') return { code: 'key_state', state: key.state, wanted: 'pending' };
  const readyAt = key.createdAt + times.prePublicationSeconds;
  if (!emergency && now < readyAt) return { code: 'key_not_published_long_enough', readyAt };
  return undefined;
}

/**
 * Whether a retiring key may leave the JWK Set: only when nothing it signed can still be valid anywhere.
 *
 * @param lastExpiresAt the latest `exp` among what it signed; undefined when it signed nothing
 */
export function refusalToRetire(
  key: SigningKey,
  times: KeyTimes,
  lastExpiresAt: number | undefined,
  now: number,
): KeyRefusal | undefined {
  if (key.state === 'pending') return undefined;
  if (key.state !== 'retiring') return { code: 'key_state', state: key.state, wanted: 'retiring' };
  const until = neededUntil(key.retiringAt ?? 0, times, lastExpiresAt);
  return now < until ? { code: 'key_still_needed', until } : undefined;
}

/**
 * When a retiring key may leave the JWK Set; for one still active, when it could if it stepped down at `retiringAt`.
 *
 * @param lastExpiresAt the latest `exp` among what it signed; undefined when it signed nothing
 */
export function neededUntil(retiringAt: number, times: KeyTimes, lastExpiresAt: number | undefined): number {
  return Math.max(
    (lastExpiresAt ?? 0) + times.clockSkewSeconds,
    retiringAt + times.jwksMaxAgeSeconds + times.clockSkewSeconds,
  );
}

/** Whether a key can be revoked: a retired one is out of the set already, and a revoked one stays so. */
export function refusalToRevoke(key: SigningKey): KeyRefusal | undefined {
  return key.state === 'retired' || key.state === 'revoked'
    ? { code: 'key_state', state: key.state, wanted: 'pending, active or retiring' }
    : undefined;
}
