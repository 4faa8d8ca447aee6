import { err, ok, type Result } from '../result.ts';

/** A SPIFFE ID that names a workload (SPIFFE-ID §2). */
export type SpiffeId = {
  /** The ID as it was given; IDs are compared octet by octet. */
  readonly text: string;
  readonly trustDomain: string;
  /** From the first slash on; never empty, never a trailing slash. */
  readonly path: string;
};

/** Octets (SPIFFE-ID §2.3). */
export const MAX_SPIFFE_ID_OCTETS = 2_048;

// By hand: `new URL()` resolves dot segments, keeps capitals in the trust domain, and lets more through than the grammar does.
const TRUST_DOMAIN = /^[a-z0-9._-]{1,255}$/;
const SPIFFE_ID = /^spiffe:\/\/([a-z0-9._-]{1,255})((?:\/[A-Za-z0-9._-]+)+)$/;

/** Whether a text is the name of a trust domain (SPIFFE-ID §2.1). */
export function isTrustDomain(text: string): boolean {
  return TRUST_DOMAIN.test(text);
}

/** Reads the SPIFFE ID of a workload strictly. One without a path names the trust domain itself, and is none. The refusal is a sentence. */
export function parseSpiffeId(text: string): Result<SpiffeId, string> {
  if (text.length > MAX_SPIFFE_ID_OCTETS) return err(`It is longer than ${MAX_SPIFFE_ID_OCTETS} octets.`);
  const [, trustDomain, path] = SPIFFE_ID.exec(text) ?? [];
  if (trustDomain === undefined || path === undefined || hasDotSegment(path))
    return err('It is not the SPIFFE ID of a workload, such as spiffe://example.org/ci/release.');
  return ok({ text, trustDomain, path });
}

/** What IDs a rule takes: one, or all below a path. */
export type SpiffeIdPattern = {
  readonly text: string;
  readonly trustDomain: string;
  /** The whole ID, or all that comes before the star, with its last slash. */
  readonly prefix: string;
  readonly isPrefix: boolean;
};

/**
 * Reads a pattern: a SPIFFE ID, or one that ends in `/*`, which takes whole segments only (draft-ietf-oauth-spiffe-client-auth §5.1). The refusal
 * is a sentence.
 */
export function parseSpiffeIdPattern(text: string): Result<SpiffeIdPattern, string> {
  if (!text.endsWith('/*')) {
    const id = parseSpiffeId(text);
    return id.ok ? ok({ text, trustDomain: id.value.trustDomain, prefix: text, isPrefix: false }) : id;
  }
  const prefix = text.slice(0, -1);
  const [, trustDomain = ''] = /^spiffe:\/\/([^/]*)\//.exec(prefix) ?? [];
  const isRoot = prefix === `spiffe://${trustDomain}/`;
  if (!isTrustDomain(trustDomain) || !(isRoot || parseSpiffeId(prefix.slice(0, -1)).ok))
    return err('It is neither a SPIFFE ID nor one that ends in /*, such as spiffe://example.org/ci/*.');
  return ok({ text, trustDomain, prefix, isPrefix: true });
}

/** Whether an ID is one a pattern takes. */
export function matchesSpiffeIdPattern({ prefix, isPrefix }: SpiffeIdPattern, id: SpiffeId): boolean {
  return isPrefix ? id.text.startsWith(prefix) : id.text === prefix;
}

function hasDotSegment(path: string): boolean {
  return path.split('/').some((segment) => segment === '.' || segment === '..');
}
