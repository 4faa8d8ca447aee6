import { ACTION_NAMES, type Actor } from '../../domain/access.ts';
import type { JsonObject } from '../../domain/json.ts';
import type { LedgerEntry } from '../../domain/ledger/entry.ts';
import type { Person } from '../../domain/publisher.ts';
import { sha256Base64url } from '../../domain/sha256.ts';
import type { Session, SignInMethod } from '../../domain/sign-in/session.ts';
import { timingSafeEqual } from '../../domain/timing-safe-equal.ts';
import type { Change } from '../../ports.ts';
import { currentPolicy, entryOf, newId, type Cause, type Issuer } from '../issuer.ts';
import { newSecretText, parseSecretText } from './secret-text.ts';

/** A session just begun; `text` goes into the cookie and nowhere else. */
export type StartedSession = { readonly session: Session; readonly text: string };

/** What a browser brings to a sign-in. */
export type Browser = {
  /** What it calls itself, for its owner to tell sessions apart. */
  readonly userAgent?: string | undefined;
  /** The text of the session cookie it sent, if any. */
  readonly previous?: string | undefined;
};

/** A part of a commit. */
export type Part = { readonly entries: readonly LedgerEntry[]; readonly changes: readonly Change[] };

/** A part that can be a commit by itself. */
export type WholePart = Part & { readonly entries: readonly [LedgerEntry, ...LedgerEntry[]] };

export const NOTHING: Part = { entries: [], changes: [] };

const MAX_USER_AGENT_CHARACTERS = 200;
const PAGE = 200;

/**
 * What begins a session, for a commit that may do more. The session that the browser had ends, so that nothing which was known before the sign-in
 * is good after it (OWASP ASVS 7.2.4).
 *
 * @param how.with what showed who they are, for the ledger
 * @returns `cause` is the person by the new session: who did what else the commit does
 */
export async function planSession(
  issuer: Issuer,
  person: Person,
  how: Browser & { readonly method: SignInMethod; readonly with?: JsonObject },
): Promise<WholePart & { readonly value: StartedSession; readonly cause: Actor }> {
  const { session: times } = (await currentPolicy(issuer)).signIn;
  const id = newId(issuer);
  const { text, secret } = newSecretText(id, issuer.random(32));
  const now = issuer.clock.now();
  const session: Session = {
    id,
    personId: person.id,
    secretSha256: sha256Base64url(secret),
    method: how.method,
    userAgent: how.userAgent?.slice(0, MAX_USER_AGENT_CHARACTERS) ?? null,
    createdAt: now,
    lastSeenAt: now,
    freshUntil: now + times.stepUpSeconds,
    expiresAt: now + times.absoluteSeconds,
    endedAt: null,
    version: 1,
  };
  const cause = actorOf(issuer, person, [], session);
  const previous = await sessionOfText(issuer, how.previous);
  const ended =
    previous === undefined || previous.endedAt !== null
      ? NOTHING
      : endingOf(issuer, cause, [previous], 'another sign-in in the same browser');
  return {
    entries: [
      entryOf(issuer, cause, 'session.started', {
        subject: id,
        data: { person_id: person.id, method: how.method, expires_at: session.expiresAt, ...how.with },
      }),
      ...ended.entries,
    ],
    changes: [{ insert: 'session', row: session }, ...ended.changes],
    value: { session, text },
    cause,
  };
}

/** What ends sessions. */
export function endingOf(issuer: Issuer, cause: Cause, sessions: readonly Session[], because: string): Part {
  const endedAt = issuer.clock.now();
  return {
    entries: sessions.map(({ id, personId }) =>
      entryOf(issuer, cause, 'session.ended', { subject: id, data: { person_id: personId, because } }),
    ),
    changes: sessions.map((session) => ({
      replace: 'session',
      row: { ...session, endedAt, version: session.version + 1 },
    })),
  };
}

/** The sessions of a person that are not over by themselves or ended, newest first. */
export async function openSessions(issuer: Issuer, personId: string): Promise<readonly Session[]> {
  const now = issuer.clock.now();
  const open: Session[] = [];
  let after: string | undefined;
  for (;;) {
    const page = await issuer.store.sessions({ personId }, { after, limit: PAGE });
    open.push(...page.filter(({ endedAt, expiresAt }) => endedAt === null && expiresAt > now));
    after = page.at(-1)?.id;
    // Sessions come newest first, so behind a page of expired ones there are only older ones.
    if (page.length < PAGE || page.every(({ expiresAt }) => expiresAt <= now)) return open;
  }
}

/** A person as one of their sessions speaks for them. */
export function actorOf(
  issuer: Issuer,
  person: Person,
  publisherIds: readonly string[],
  { id, freshUntil }: Session,
): Actor {
  return {
    personId: person.id,
    credential: { type: 'session', id, isFresh: freshUntil > issuer.clock.now() },
    roles: person.roles,
    publisherIds,
    scopes: ACTION_NAMES,
  };
}

async function sessionOfText(issuer: Issuer, text: string | undefined): Promise<Session | undefined> {
  const parsed = text === undefined ? undefined : parseSecretText(text);
  const session = parsed === undefined ? undefined : await issuer.store.session(parsed.id);
  return parsed !== undefined && timingSafeEqual(sha256Base64url(parsed.secret), session?.secretSha256 ?? '')
    ? session
    : undefined;
}
