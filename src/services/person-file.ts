import type { Actor, IssuerRole } from '../domain/access.ts';
import type { ApiToken, Person, Publisher } from '../domain/publisher.ts';
import { ok, type Result } from '../domain/result.ts';
import type { Identity, Passkey } from '../domain/sign-in/passkey.ts';
import type { Session } from '../domain/sign-in/session.ts';
import type { Page } from '../ports.ts';
import { authorize } from './authorize.ts';
import { currentPolicy, type Issuer } from './issuer.ts';
import { personOf } from './people.ts';
import type { Refusal } from './refusal.ts';
import { isAlive } from './sign-in/sessions.ts';

/** Somebody, how they get in, and what they can do here. */
export type PersonFile = {
  readonly person: Person;
  readonly publishers: readonly { readonly publisher: Publisher; readonly createdAt: number }[];
  readonly passkeys: readonly Passkey[];
  readonly identities: readonly Identity[];
  /** Those that could be used now, newest first. */
  readonly sessions: readonly Session[];
  /** Those that still work, newest first. */
  readonly tokens: readonly ApiToken[];
};

/** So many of the newest are looked through for those that are still good. */
const READ = 200;

/** One person with everything that belongs to them, for operators and auditors. Never a secret. */
export async function readPersonFile(
  issuer: Issuer,
  actor: Actor,
  id: string,
): Promise<Result<PersonFile, Refusal>> {
  const allowed = authorize(actor, 'people:read', undefined);
  if (!allowed.ok) return allowed;
  const { store } = issuer;
  const [person, publishers, passkeys, identities, sessions, tokens, policy] = await Promise.all([
    personOf(issuer, id),
    store.publishersOf(id),
    store.passkeys(id),
    store.identities(id),
    store.sessions({ personId: id }, { limit: READ }),
    store.tokens({ personId: id }, { limit: READ }),
    currentPolicy(issuer),
  ]);
  if (!person.ok) return person;
  const now = issuer.clock.now();
  const { idleSeconds } = policy.signIn.session;
  return ok({
    person: person.value,
    publishers,
    passkeys,
    identities,
    sessions: sessions.filter((session) => isAlive(session, idleSeconds, now)),
    tokens: tokens.filter(({ revokedAt, expiresAt }) => revokedAt === null && expiresAt > now),
  });
}

/** People by what their name or e-mail address holds, by role and by state; newest first. */
export async function searchPeople(
  issuer: Issuer,
  actor: Actor,
  filter: {
    readonly search?: string | undefined;
    readonly role?: IssuerRole | undefined;
    readonly state?: Person['state'] | undefined;
  },
  page: Page,
): Promise<Result<readonly Person[], Refusal>> {
  const allowed = authorize(actor, 'people:read', undefined);
  return allowed.ok ? ok(await issuer.store.findPeople(filter, page)) : allowed;
}
