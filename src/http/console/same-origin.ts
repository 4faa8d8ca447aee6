/**
 * Whether a POST comes from a page of this issuer. Browsers say so in `Sec-Fetch-Site` (Fetch Metadata §2.3), older ones in `Origin`
 * (RFC 6454 §7); what says neither is no browser and holds no cookie that was planted on it. A page sent with `Referrer-Policy:
 * no-referrer` posts with `Origin: null` (Fetch §3.2), as foreign frames do: then `Sec-Fetch-Site` alone tells them apart.
 *
 * @param identifier the issuer identifier, whose origin the pages have
 */
export function isSameOrigin(request: Request, identifier: string): boolean {
  const site = request.headers.get('sec-fetch-site');
  const origin = request.headers.get('origin');
  if (origin === 'null') return site === 'same-origin';
  if (origin !== null) return origin === new URL(identifier).origin;
  return site === null || site === 'same-origin' || site === 'none';
}
