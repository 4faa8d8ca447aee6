import type { KeyInterval, KeyLine, KeyTimeline } from '../../../../domain/key-timeline.ts';

/** Sizes in the units of the picture's own view box; the page scales it. */
const WIDTH = 960;
const LABEL = 150;
const ROW = 34;
const BAR = 16;
const HEAD = 34;
const PLOT = WIDTH - LABEL - 10;
const DAY = 86_400;
const STEPS = [1, 2, 7, 14, 30, 60, 90, 180, 365].map((days) => days * DAY);
const MOST_TICKS = 9;

const PHASES = {
  pending: 'published, not signing yet',
  ready: 'published long enough to sign',
  active: 'signs',
  retiring: 'published, no longer signing',
} as const;

/**
 * The lives of the keys side by side on one time line, what was and what is foreseen. The table beside it says the
 * same in words.
 */
export function KeyPicture({ timeline }: { readonly timeline: KeyTimeline }) {
  const { lines, from, until, now } = timeline;
  const height = HEAD + lines.length * ROW + 12;
  const x = (at: number) =>
    LABEL + (PLOT * (Math.min(Math.max(at, from), until) - from)) / Math.max(1, until - from);
  return (
    <figure class="key-picture">
      <div class="key-scroll" tabindex={0} role="region" aria-label="Time line of the keys">
        <svg viewBox={`0 0 ${WIDTH} ${height}`} role="img" aria-labelledby="key-picture-title">
          <title id="key-picture-title">{titleOf(timeline)}</title>
          {ticksBetween(from, until).map((at) => (
            <g>
              <line class="tick" x1={x(at)} x2={x(at)} y1={HEAD - 8} y2={height - 6} />
              <text class="tick-label" x={x(at)} y={14} text-anchor="middle">
                {dayOf(at)}
              </text>
            </g>
          ))}
          {lines.map((line, row) => (
            <Line line={line} y={HEAD + row * ROW} x={x} now={now} until={until} />
          ))}
          <line class="now" x1={x(now)} x2={x(now)} y1={HEAD - 10} y2={height - 6} />
          <text class="now-label" x={x(now)} y={HEAD - 11} text-anchor="middle">
            now
          </text>
        </svg>
      </div>
      <figcaption>
        <ul class="legend">
          {Object.entries(PHASES).map(([phase, meaning]) => (
            <li>
              <svg viewBox="0 0 16 12" aria-hidden="true">
                <rect class={`phase ${phase}`} x="0" y="1" width="16" height="10" rx="3" />
              </svg>
              <strong>{phase}</strong> {meaning}
            </li>
          ))}
          <li>
            <svg viewBox="0 0 16 12" aria-hidden="true">
              <rect class="phase active foreseen" x="0" y="1" width="16" height="10" rx="3" />
            </svg>
            pale: what comes if nobody does anything
          </li>
        </ul>
      </figcaption>
    </figure>
  );
}

function Line(props: {
  readonly line: KeyLine;
  readonly y: number;
  readonly x: (at: number) => number;
  readonly now: number;
  readonly until: number;
}) {
  const { line, y, x, now, until } = props;
  const top = y + (ROW - BAR) / 2;
  const { kid, state } = line.key;
  return (
    <g>
      <text class="key-label" x="0" y={y + ROW / 2 + 4}>
        {`${kid.slice(0, 10)}…`}
      </text>
      <text class="state-label" x={LABEL - 8} y={y + ROW / 2 + 4} text-anchor="end">
        {state}
      </text>
      {line.intervals.flatMap((interval) =>
        partsOf(interval, now, until).map(({ from, to, isForeseen }) => (
          <rect
            class={`phase ${interval.phase}${isForeseen ? ' foreseen' : ''}`}
            x={x(from)}
            y={top}
            width={Math.max(1, x(to) - x(from))}
            height={BAR}
            rx="3"
          >
            <title>{`${interval.phase}: ${dayOf(interval.from)} to ${interval.until === undefined ? 'open' : dayOf(interval.until)}`}</title>
          </rect>
        )),
      )}
      {state === 'revoked' && line.endsAt !== undefined ? (
        <path class="revoked" d={crossAt(x(line.endsAt), y + ROW / 2)} />
      ) : null}
    </g>
  );
}

type Part = { readonly from: number; readonly to: number; readonly isForeseen: boolean };

/** An interval cut at the present. */
function partsOf({ from, until }: KeyInterval, now: number, end: number): readonly Part[] {
  const to = until ?? end;
  if (to <= now) return [{ from, to, isForeseen: false }];
  if (from >= now) return [{ from, to, isForeseen: true }];
  return [
    { from, to: now, isForeseen: false },
    { from: now, to, isForeseen: true },
  ];
}

/** Midnights (UTC) at even distances, few enough to be read. */
function ticksBetween(from: number, until: number): readonly number[] {
  const span = until - from;
  const step =
    STEPS.find((candidate) => span / candidate <= MOST_TICKS) ?? Math.ceil(span / MOST_TICKS / DAY) * DAY;
  const first = Math.ceil(from / step) * step;
  const count = Math.max(0, Math.floor((until - first) / step) + 1);
  return Array.from({ length: count }, (_, i) => first + i * step);
}

function titleOf({ lines }: KeyTimeline): string {
  const words = lines.map(({ key }) => `${key.kid.slice(0, 10)} ${key.state}`);
  return `Rotation of the signing keys on a time line: ${words.join(', ') || 'no keys'}`;
}

function dayOf(at: number): string {
  return new Date(at * 1000).toISOString().slice(0, 10);
}

function crossAt(x: number, y: number): string {
  return `M${x - 5} ${y - 5}l10 10M${x + 5} ${y - 5}l-10 10`;
}
