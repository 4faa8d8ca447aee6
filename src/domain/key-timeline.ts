import { isPublished, neededUntil, type KeyTimes, type SigningKey } from './signing-key.ts';

/** What a key does for a while: `ready` is a pending key published long enough to sign. */
export const KEY_PHASES = ['pending', 'ready', 'active', 'retiring'] as const;
export type KeyPhase = (typeof KEY_PHASES)[number];

/** A stretch of a key's life. NumericDates, seconds. */
export type KeyInterval = {
  readonly phase: KeyPhase;
  readonly from: number;
  /** Undefined while nothing ends it but a person. */
  readonly until: number | undefined;
};

/** The life of one key: what was, and what comes if nobody does anything. */
export type KeyLine = {
  readonly key: SigningKey;
  readonly intervals: readonly KeyInterval[];
  /** When a pending key may sign; for others when it might have. */
  readonly readyAt: number;
  /** When it left the JWK Set or, for a retiring key, when it will; undefined while that is open. */
  readonly endsAt: number | undefined;
};

export type KeyTimeline = {
  readonly lines: readonly KeyLine[];
  /** What a picture of it should show: from the first thing that matters to past the last one foreseen. */
  readonly from: number;
  readonly until: number;
  readonly now: number;
};

/** How long an ended key stays in the picture. */
const PAST_SECONDS = 180 * 86_400;
const MARGIN = 0.05;
const LEAST_SPAN_SECONDS = 7 * 86_400;

/**
 * Lays the rotation of the keys out on a time line: for each key when it was pending, active and retiring, and when a
 * retiring one will go. Keys that ended long ago are left out.
 *
 * @param lastExpiresAt the latest `exp` of what a key signed, by `kid`; absent when it signed nothing
 * @param now NumericDate, seconds
 */
export function keyTimeline(
  keys: readonly SigningKey[],
  times: KeyTimes,
  lastExpiresAt: ReadonlyMap<string, number>,
  now: number,
): KeyTimeline {
  const lines = keys
    .filter((key) => isPublished(key.state) || (key.endedAt ?? now) > now - PAST_SECONDS)
    .map((key) => lineOf(key, times, lastExpiresAt.get(key.kid), now));
  const moments = lines.flatMap(({ intervals, endsAt, readyAt }) => [
    ...intervals.map(({ from }) => from),
    ...(endsAt === undefined ? [] : [endsAt]),
    readyAt,
  ]);
  const first = Math.max(Math.min(now, ...moments), now - 2 * PAST_SECONDS);
  const last = Math.max(now, ...moments);
  const span = Math.max(last - first, LEAST_SPAN_SECONDS);
  return { lines, from: first - span * MARGIN, until: first + span * (1 + MARGIN), now };
}

function lineOf(key: SigningKey, times: KeyTimes, lastExpiresAt: number | undefined, now: number): KeyLine {
  const readyAt = key.createdAt + times.prePublicationSeconds;
  const endsAt =
    key.endedAt ??
    (key.retiringAt === null ? undefined : Math.max(now, neededUntil(key.retiringAt, times, lastExpiresAt)));
  return { key, readyAt, endsAt, intervals: [...waiting(key, readyAt), ...signing(key, endsAt)] };
}

// A key activated before it was ready (the first one, an emergency) was never ready.
function waiting(key: SigningKey, readyAt: number): readonly KeyInterval[] {
  const until = key.activatedAt ?? key.endedAt ?? undefined;
  if (until !== undefined && until <= key.createdAt) return [];
  if (until !== undefined && until <= readyAt) return [{ phase: 'pending', from: key.createdAt, until }];
  return [
    ...(readyAt > key.createdAt ? [{ phase: 'pending' as const, from: key.createdAt, until: readyAt }] : []),
    { phase: 'ready', from: readyAt, until },
  ];
}

function signing(key: SigningKey, endsAt: number | undefined): readonly KeyInterval[] {
  if (key.activatedAt === null) return [];
  const active: KeyInterval = {
    phase: 'active',
    from: key.activatedAt,
    until: key.retiringAt ?? key.endedAt ?? undefined,
  };
  return key.retiringAt === null
    ? [active]
    : [active, { phase: 'retiring', from: key.retiringAt, until: endsAt }];
}
