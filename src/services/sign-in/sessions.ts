import type { Actor } from '../../domain/access.ts';
import type { Person } from '../../domain/publisher.ts';
import { err, ok, type Result } from '../../domain/result.ts';
import { sha256Base64url } from '../../domain/sha256.ts';
import type { Session, SignInMethod } from '../../domain/sign-in/session.ts';
import { timingSafeEqual } from '../../domain/timing-safe-equal.ts';
import type { Page } from '../../ports.ts';
import { currentPolicy, decideAndCommit, entryOf, type Issuer } from '../issuer.ts';
import type { Refusal } from '../refusal.ts';
import { parseSecretText } from './secret-text.ts';
import {
  actorOf,
  endingOf,
  openSessions,
  planSession,
  type Browser,
  type StartedSession,
} from './session-plan.ts';

/** Somebody who is signed in: what they may do, who they are, and by which session. */
export type SignedIn = { readonly actor: Actor; readonly person: Person; readonly session: Session };

const TOUCH_SECONDS = 60;

/** Begins a session for a person who has just shown who they are. */
export function startSession(
  issuer: Issuer,
  person: Person,
  how: Browser & { readonly method: SignInMethod },
): Promise<Result<StartedSession, Refusal>> {
  return decideAndCommit<StartedSession>(issuer, async () => ok(await planSession(issuer, person, how)));
}

/**
 * Who a session cookie speaks for.
 *
 * @param text the value of the cookie
 * @returns undefined when the session is unknown, ended, idle for too long or past its time, or its person is disabled
 */
export async function authenticateSession(
  issuer: Issuer,
  text: string | undefined,
): Promise<SignedIn | undefined> {
  const parsed = text === undefined ? undefined : parseSecretText(text);
  if (parsed === undefined) return undefined;
  const [holder, policy] = await Promise.all([issuer.store.sessionHolder(parsed.id), currentPolicy(issuer)]);
  if (holder === undefined) return undefined;
  const { session, person, publisherIds } = holder;
  if (!timingSafeEqual(sha256Base64url(parsed.secret), session.secretSha256)) return undefined;
  const { idleSeconds } = policy.signIn.session;
  const now = issuer.clock.now();
  if (!isAlive(session, idleSeconds, now) || person.state !== 'active') return undefined;
  if (session.lastSeenAt + TOUCH_SECONDS <= now) await issuer.store.touchSession(session.id, now);
  return { actor: actorOf(issuer, person, publisherIds, session), person, session };
}

/** One's own sessions, or anybody's for operators and auditors; newest first, ended ones included. */
export async function listSessions(
  issuer: Issuer,
  actor: Actor,
  filter: { readonly personId?: string | undefined },
  page: Page,
): Promise<Result<readonly Session[], Refusal>> {
  const seesOthers = actor.roles.includes('operator') || actor.roles.includes('auditor');
  const personId = seesOthers ? filter.personId : actor.personId;
  return ok(await issuer.store.sessions({ personId }, page));
}

/** Where somebody is signed in now: their sessions that could be used, newest first. */
export async function ownSessions(issuer: Issuer, { person }: SignedIn): Promise<readonly Session[]> {
  const [sessions, policy] = await Promise.all([openSessions(issuer, person.id), currentPolicy(issuer)]);
  const now = issuer.clock.now();
  return sessions.filter((session) => isAlive(session, policy.signIn.session.idleSeconds, now));
}

/** Ends a session at once: one's own, or anybody's for operators. A second time changes nothing. */
export function endSession(
  issuer: Issuer,
  actor: Actor,
  id: string,
  because: string,
): Promise<Result<Session, Refusal>> {
  return decideAndCommit(issuer, async () => {
    const session = await issuer.store.session(id);
    if (session === undefined || !(session.personId === actor.personId || actor.roles.includes('operator')))
      return err({ code: 'not_found', what: 'session', id });
    if (session.endedAt !== null) return ok({ replay: session });
    const row: Session = { ...session, endedAt: issuer.clock.now(), version: session.version + 1 };
    return ok({
      entries: [
        entryOf(issuer, actor, 'session.ended', {
          subject: id,
          data: { person_id: session.personId, because },
        }),
      ],
      changes: [{ replace: 'session', row }],
      value: row,
    });
  });
}

/** Ends one of one's own sessions: whose else an operator ends is chosen where that person is shown. */
export async function endOwnSession(
  issuer: Issuer,
  { actor, person }: SignedIn,
  id: string,
): Promise<Result<Session, Refusal>> {
  const session = await issuer.store.session(id);
  return session?.personId === person.id
    ? endSession(issuer, actor, id, 'ended by its owner')
    : err({ code: 'not_found', what: 'session', id });
}

/**
 * Ends every session somebody has but the one in use.
 *
 * @returns how many
 */
export function endOtherSessions(
  issuer: Issuer,
  { actor, person, session: own }: SignedIn,
): Promise<Result<number, Refusal>> {
  return decideAndCommit<number>(issuer, async () => {
    const others = (await openSessions(issuer, person.id)).filter(({ id }) => id !== own.id);
    const { entries, changes } = endingOf(issuer, actor, others, 'ended from another session');
    const [first, ...rest] = entries;
    return ok(
      first === undefined ? { replay: 0 } : { entries: [first, ...rest], changes, value: others.length },
    );
  });
}

/** Whether a session could be used now. */
export function isAlive(session: Session, idleSeconds: number, now: number): boolean {
  return session.endedAt === null && session.expiresAt > now && session.lastSeenAt + idleSeconds > now;
}
