import { ACTION_NAMES, type Actor } from '../../domain/access.ts';
import type { Person } from '../../domain/publisher.ts';
import { err, ok, type Result } from '../../domain/result.ts';
import { sha256Base64url } from '../../domain/sha256.ts';
import type { Session, SignInMethod } from '../../domain/sign-in/session.ts';
import { timingSafeEqual } from '../../domain/timing-safe-equal.ts';
import type { Page } from '../../ports.ts';
import { currentPolicy, decideAndCommit, entryOf, newId, type Issuer } from '../issuer.ts';
import type { Refusal } from '../refusal.ts';
import { newSecretText, parseSecretText } from './secret-text.ts';

/** Somebody who is signed in: what they may do, who they are, and by which session. */
export type SignedIn = { readonly actor: Actor; readonly person: Person; readonly session: Session };

/** A session just begun; `text` goes into the cookie and nowhere else. */
export type StartedSession = { readonly session: Session; readonly text: string };

const TOUCH_SECONDS = 60;
const MAX_USER_AGENT_CHARACTERS = 200;

/**
 * Begins a session for a person who has just shown who they are. The session they had in this browser ends, so that nothing which was known
 * before the sign-in is good after it.
 *
 * @param how.previous the text of the session cookie that the browser sent, if any
 */
export async function startSession(
  issuer: Issuer,
  person: Person,
  how: {
    readonly method: SignInMethod;
    readonly userAgent?: string | undefined;
    readonly previous?: string | undefined;
  },
): Promise<Result<StartedSession, Refusal>> {
  const { session: times } = (await currentPolicy(issuer)).signIn;
  return decideAndCommit<StartedSession>(issuer, async () => {
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
        ? { entries: [], changes: [] }
        : {
            entries: [
              entryOf(issuer, cause, 'session.ended', {
                subject: previous.id,
                data: { person_id: previous.personId, because: 'another sign-in in the same browser' },
              }),
            ],
            changes: [
              {
                replace: 'session' as const,
                row: { ...previous, endedAt: now, version: previous.version + 1 },
              },
            ],
          };
    return ok({
      entries: [
        entryOf(issuer, cause, 'session.started', {
          subject: id,
          data: { person_id: person.id, method: how.method, expires_at: session.expiresAt },
        }),
        ...ended.entries,
      ],
      changes: [{ insert: 'session', row: session }, ...ended.changes],
      value: { session, text },
    });
  });
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

/** A passkey was shown again: for a while, actions that ask for it may be done. */
export function stepUp(issuer: Issuer, { session, actor }: SignedIn): Promise<Result<Session, Refusal>> {
  return decideAndCommit(issuer, async () => {
    const current = (await issuer.store.session(session.id)) ?? session;
    if (current.endedAt !== null) return err({ code: 'not_found', what: 'session', id: session.id });
    const { stepUpSeconds } = (await currentPolicy(issuer)).signIn.session;
    const row: Session = {
      ...current,
      freshUntil: issuer.clock.now() + stepUpSeconds,
      version: current.version + 1,
    };
    return ok({
      entries: [entryOf(issuer, actor, 'session.stepped-up', { subject: session.id })],
      changes: [{ replace: 'session', row }],
      value: row,
    });
  });
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

/** Whether a session could be used now. */
export function isAlive(session: Session, idleSeconds: number, now: number): boolean {
  return session.endedAt === null && session.expiresAt > now && session.lastSeenAt + idleSeconds > now;
}

function actorOf(
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
