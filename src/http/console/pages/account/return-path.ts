const START = '/console';
const MAX_CHARACTERS = 2_000;

/**
 * Where somebody goes after a sign-in: the page of this console that they wanted, and never another site's (CWE-601).
 *
 * @param text what the URL asked for
 * @returns a path below the issuer, with its query; the start page for anything else
 */
export function returnPath(text: string | null): string {
  // Browsers read a backslash as a slash, and two of either as the beginning of a host.
  if (text === null || text.length > MAX_CHARACTERS || !/^\/(?![/\\])[!-[\]-~]*$/.test(text)) return START;
  const place = new URL(text, 'https://here.invalid');
  const path = place.pathname;
  if (place.origin !== 'https://here.invalid' || path.startsWith('//')) return START;
  return /^\/sign-(?:in|out)(?:\/|$)/.test(path) ? START : path + place.search;
}
