/** A public key credential of a person (Web Authentication Level 3 §4, "passkey"). */
export type Passkey = {
  /** The credential id, base64url. */
  readonly id: string;
  readonly personId: string;
  /** What its owner calls it. */
  readonly name: string;
  /** COSE_Key octets, base64url (RFC 9052 §7). */
  readonly publicKey: string;
  /** The signature counter as last seen; 0 where the authenticator has none (§6.1.1). */
  readonly counter: number;
  /** How the authenticator may be reached, as it said (§5.8.4). */
  readonly transports: readonly string[];
  /** NumericDates, seconds. */
  readonly createdAt: number;
  readonly lastUsedAt: number | null;
  readonly version: number;
};

/** An account at an identity provider: issuer and subject name a person (OpenID Connect Core 1.0 §2). */
export type Identity = {
  readonly issuer: string;
  readonly subject: string;
  readonly personId: string;
  /** NumericDate, seconds. */
  readonly createdAt: number;
};

/**
 * Whether an authenticator's counter did not go on: two devices hold what only one should, or an answer is used again. Authenticators without a
 * counter always give 0 (§6.1.1).
 */
export function counterWentBack(stored: number, seen: number): boolean {
  return (stored > 0 || seen > 0) && seen <= stored;
}
