/**
 * Whether a text is an RFC 8414 §2 issuer identifier: an https URL without query or fragment. Loopback http is
 * let through so that a statement can be tried on one machine.
 */
export function isIssuerIdentifier(text: string): boolean {
  if (text.length > 512 || /[?#\s]/.test(text) || !URL.canParse(text)) return false;
  const url = new URL(text);
  if (url.username !== '' || url.password !== '') return false;
  if (url.protocol === 'https:') return text.toLowerCase().startsWith('https://');
  return url.protocol === 'http:' && ['localhost', '127.0.0.1', '[::1]'].includes(url.hostname);
}

/** Which of the audiences asked for a policy does not allow; empty when all are fine. */
export function audiencesBeyond(
  requested: readonly string[],
  allowed: 'any' | readonly string[],
): readonly string[] {
  return requested.filter(
    (audience) => !isIssuerIdentifier(audience) || (allowed !== 'any' && !allowed.includes(audience)),
  );
}
