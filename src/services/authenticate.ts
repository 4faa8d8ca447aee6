import { timingSafeEqual } from '../domain/timing-safe-equal.ts';
import { sha256Base64url } from '../domain/sha256.ts';
import type { Actor } from '../domain/access.ts';
import { parseTokenText } from './token-text.ts';
import type { Issuer } from './issuer.ts';

/**
 * Who a bearer token speaks for (RFC 6750).
 *
 * @param bearer the token as it came in the Authorization header
 * @returns undefined when the token is unknown, expired or revoked, or its person is disabled: a caller
 *   learns no more than `invalid_token`
 */
export async function authenticate(issuer: Issuer, bearer: string): Promise<Actor | undefined> {
  const parsed = parseTokenText(bearer);
  if (parsed === undefined) return undefined;
  const holder = await issuer.store.tokenHolder(parsed.id);
  if (holder === undefined) return undefined;
  const { token, person, publisherIds } = holder;
  if (!timingSafeEqual(sha256Base64url(parsed.secret), token.secretSha256)) return undefined;
  if (token.revokedAt !== null || token.expiresAt <= issuer.clock.now()) return undefined;
  if (person.state !== 'active') return undefined;
  return {
    personId: person.id,
    credential: { type: 'token', id: token.id },
    roles: person.roles,
    publisherIds,
    scopes: token.scopes,
  };
}
