import type { Actor } from '../domain/access.ts';
import { keyTimeline, type KeyTimeline } from '../domain/key-timeline.ts';
import { ok, type Result } from '../domain/result.ts';
import {
  neededUntil,
  refusalToActivate,
  refusalToRetire,
  refusalToRevoke,
  type KeyRefusal,
  type KeyTimes,
  type SigningKey,
} from '../domain/signing-key.ts';
import { authorize } from './authorize.ts';
import { MAX_AUDIENCES, type Reach } from './effects.ts';
import { currentPolicy, type Issuer } from './issuer.ts';
import { isHeld, standbyKey } from './key-life.ts';
import { keyOf } from './keys.ts';
import { keptFor } from './kept.ts';
import type { Refusal } from './refusal.ts';

/** Counting what every key signed walks over all live statements, so a picture of it may be this old. */
const COUNT_SECONDS = 10;

/** How many live statements each key has; up to ten seconds old. */
export const liveByKey = keptFor(COUNT_SECONDS, (issuer) => issuer.store.liveByKey(issuer.clock.now()));

/** The keys, what depends on them, and their lives on a time line. */
export type KeyRing = {
  /** Oldest first, every key there ever was. */
  readonly keys: readonly { readonly key: SigningKey; readonly liveStatements: number }[];
  readonly timeline: KeyTimeline;
  readonly times: KeyTimes;
};

/** What each step on a key would do now, and when it could be taken. */
export type KeyImpact = {
  readonly key: SigningKey;
  /** Statements it signed that are neither revoked nor expired; exact. */
  readonly liveStatements: number;
  /** Who relies on them. */
  readonly reach: Omit<Reach, 'software'>;
  readonly lastExpiresAt: number | undefined;
  readonly activation: {
    /** Why it cannot be activated now without saying that it is an emergency. */
    readonly refusal: KeyRefusal | Extract<Refusal, { readonly code: 'key_not_in_custody' }> | undefined;
    /** NumericDate, seconds. */
    readonly readyAt: number;
    /** The key that would sign no longer, and how long it would stay published for what it signed. */
    readonly stepsDown: { readonly key: SigningKey; readonly neededUntil: number } | undefined;
  };
  readonly retirement: { readonly refusal: KeyRefusal | undefined };
  readonly revocation: {
    readonly refusal: KeyRefusal | undefined;
    /** The key that would sign at once, when this is the active one. */
    readonly successor: SigningKey | undefined;
    /** Whether nothing could be signed afterwards. */
    readonly leavesNone: boolean;
  };
};

/** The key ring as a picture. */
export async function readKeyRing(issuer: Issuer, actor: Actor): Promise<Result<KeyRing, Refusal>> {
  const allowed = authorize(actor, 'keys:read', undefined);
  if (!allowed.ok) return allowed;
  const [keys, counts, policy] = await Promise.all([
    issuer.store.signingKeys(),
    liveByKey(issuer),
    currentPolicy(issuer),
  ]);
  const countOf = new Map(counts.map(({ kid, statements }) => [kid, statements]));
  const lastOf = new Map(
    counts.flatMap(({ kid, lastExpiresAt }) => (lastExpiresAt === undefined ? [] : [[kid, lastExpiresAt]])),
  );
  return ok({
    keys: keys.map((key) => ({ key, liveStatements: countOf.get(key.kid) ?? 0 })),
    timeline: keyTimeline(keys, policy.keys, lastOf, issuer.clock.now()),
    times: policy.keys,
  });
}

/** What activating, retiring or revoking a key would do now. */
export async function readKeyImpact(
  issuer: Issuer,
  actor: Actor,
  kid: string,
): Promise<Result<KeyImpact, Refusal>> {
  const allowed = authorize(actor, 'keys:read', undefined);
  if (!allowed.ok) return allowed;
  const found = await keyOf(issuer, kid);
  if (!found.ok) return found;
  const key = found.value;
  const now = issuer.clock.now();
  const [{ keys: times }, liveStatements, named, lastExpiresAt, active, held, standby] = await Promise.all([
    currentPolicy(issuer),
    issuer.store.countLiveStatements({ kid }, now),
    issuer.store.audiencesOfKey(kid, now, MAX_AUDIENCES),
    issuer.store.lastExpiresAt(kid),
    activeKey(issuer),
    isHeld(issuer, kid),
    key.state === 'active' ? standbyKey(issuer) : undefined,
  ]);
  const stepsDown =
    active === undefined || active.kid === kid
      ? undefined
      : { key: active, neededUntil: neededUntil(now, times, await issuer.store.lastExpiresAt(active.kid)) };
  return ok({
    key,
    liveStatements,
    reach: {
      audiences: named.audiences,
      audienceCount: named.audienceCount,
      // The two reads are not of one moment.
      forAnyone: Math.max(0, liveStatements - named.named),
    },
    lastExpiresAt,
    activation: {
      refusal:
        refusalToActivate(key, times, false, now) ?? (held ? undefined : { code: 'key_not_in_custody', kid }),
      readyAt: key.createdAt + times.prePublicationSeconds,
      stepsDown,
    },
    retirement: { refusal: refusalToRetire(key, times, lastExpiresAt, now) },
    revocation: {
      refusal: refusalToRevoke(key),
      successor: standby,
      leavesNone: key.state === 'active' && standby === undefined,
    },
  });
}

async function activeKey(issuer: Issuer): Promise<SigningKey | undefined> {
  return (await issuer.store.signingKeys()).find((key) => key.state === 'active');
}
