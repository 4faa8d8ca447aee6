import type { Actor } from '../domain/access.ts';
import type { Person } from '../domain/publisher.ts';
import { ok, type Result } from '../domain/result.ts';
import { authorize } from './authorize.ts';
import type { Issuer } from './issuer.ts';
import type { Refusal } from './refusal.ts';

const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
const OFFERED = 20;

/**
 * Whom somebody means by a name, an e-mail address or an id.
 *
 * @returns everybody it may be, active people only; one when it is clear
 */
export async function findPerson(
  issuer: Issuer,
  actor: Actor,
  text: string,
): Promise<Result<readonly Person[], Refusal>> {
  const allowed = authorize(actor, 'people:read', undefined);
  if (!allowed.ok) return allowed;
  if (UUID.test(text)) {
    const person = await issuer.store.person(text.toLowerCase());
    return ok(person?.state === 'active' ? [person] : []);
  }
  const found = await issuer.store.findPeople({ search: text, state: 'active' }, { limit: OFFERED });
  const exact = found.filter(({ name, email }) => name === text || email === text);
  return ok(exact.length === 1 ? exact : found);
}
