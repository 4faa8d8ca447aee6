/** Sent with what pages of any origin may read: it holds nothing that depends on who asks. */
export const CROSS_ORIGIN = {
  'access-control-allow-origin': '*',
  'x-content-type-options': 'nosniff',
} as const;

/** The answer to a preflight for it (Fetch, "CORS protocol"). */
export const PREFLIGHT = {
  ...CROSS_ORIGIN,
  'access-control-allow-methods': 'GET, HEAD, OPTIONS',
  'access-control-allow-headers': 'Accept, If-None-Match',
  'access-control-max-age': '86400',
} as const;
