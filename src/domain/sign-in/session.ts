/** How a session was begun. */
export const SIGN_IN_METHODS = ['passkey', 'open_id_connect'] as const;
export type SignInMethod = (typeof SIGN_IN_METHODS)[number];

/** One browser that is signed in. Only the SHA-256 of its secret is kept. */
export type Session = {
  readonly id: string;
  readonly personId: string;
  readonly secretSha256: string;
  readonly method: SignInMethod;
  /** What the browser called itself, shortened; for its owner to tell sessions apart. */
  readonly userAgent: string | null;
  /** NumericDates, seconds. */
  readonly createdAt: number;
  /** Written at most once a minute; what the idle lifetime counts from. */
  readonly lastSeenAt: number;
  /** Until then, actions that ask for a fresh sign-in may be done. */
  readonly freshUntil: number;
  /** The absolute lifetime. */
  readonly expiresAt: number;
  readonly endedAt: number | null;
  readonly version: number;
};
