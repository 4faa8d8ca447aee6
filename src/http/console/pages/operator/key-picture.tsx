import type { KeyInterval, KeyLine, KeyTimeline } from '../../../../domain/key-timeline.ts';

/** Sizes in the units of a picture's own view box; the page scales it. */
type Sizes = {
  readonly name: 'wide' | 'narrow';
  readonly width: number;
  /** What is left of the plot. */
  readonly label: number;
  readonly row: number;
  /** Where the bar is in its row. */
  readonly barTop: number;
  /** Where the words of a row are in it. */
  readonly words: number;
  /** Where the state ends; where the name begins at 0. */
  readonly stateEnd: number;
  readonly mostTicks: number;
  /** Half of what a date takes. */
  readonly halfDate: number;
};

/** Wide pages have the names beside the bars, phones above them: both show the whole time, so that nobody has to scroll to the present. */
const SIZES: readonly Sizes[] = [
  {
    name: 'wide',
    width: 960,
    label: 150,
    row: 34,
    barTop: 9,
    words: 21,
    stateEnd: 142,
    mostTicks: 9,
    halfDate: 32,
  },
  {
    name: 'narrow',
    width: 360,
    label: 0,
    row: 48,
    barTop: 24,
    words: 18,
    stateEnd: 350,
    mostTicks: 4,
    halfDate: 40,
  },
];
const MARGIN = 10;
const BAR = 16;
const HEAD = 34;
const DAY = 86_400;
const STEPS = [1, 2, 7, 14, 30, 60, 90, 180, 365].map((days) => days * DAY);

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
  return (
    <figure class="key-picture">
      {SIZES.map((sizes) => (
        <Plot timeline={timeline} sizes={sizes} />
      ))}
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

function Plot({ timeline, sizes }: { readonly timeline: KeyTimeline; readonly sizes: Sizes }) {
  const { lines, from, until, now } = timeline;
  const { name, width, label, row: rowHeight, halfDate } = sizes;
  const height = HEAD + lines.length * rowHeight + 12;
  const plot = width - label - MARGIN;
  const x = (at: number) =>
    label + (plot * (Math.min(Math.max(at, from), until) - from)) / Math.max(1, until - from);
  /** Where words over a place begin to be cut off, they stand as near to it as they can. */
  const inside = (place: number) => Math.min(Math.max(place, halfDate), width - halfDate);
  const title = `key-picture-${name}`;
  return (
    <svg class={`key-plot ${name}`} viewBox={`0 0 ${width} ${height}`} role="img" aria-labelledby={title}>
      <title id={title}>{titleOf(timeline)}</title>
      {ticksBetween(from, until, sizes.mostTicks).map((at) => (
        <g>
          <line class="tick" x1={x(at)} x2={x(at)} y1={HEAD - 8} y2={height - 6} />
          <text class="tick-label" x={inside(x(at))} y={12} text-anchor="middle">
            {dayOf(at)}
          </text>
        </g>
      ))}
      {lines.map((line, row) => (
        <Line line={line} y={HEAD + row * rowHeight} x={x} sizes={sizes} now={now} until={until} />
      ))}
      <line class="now" x1={x(now)} x2={x(now)} y1={HEAD - 8} y2={height - 6} />
      <text class="now-label" x={inside(x(now))} y={HEAD - 10} text-anchor="middle">
        now
      </text>
    </svg>
  );
}

function Line(props: {
  readonly line: KeyLine;
  readonly y: number;
  readonly x: (at: number) => number;
  readonly sizes: Sizes;
  readonly now: number;
  readonly until: number;
}) {
  const { line, y, x, sizes, now, until } = props;
  const top = y + sizes.barTop;
  const { kid, state } = line.key;
  return (
    <g>
      <text class="key-label" x="0" y={y + sizes.words}>
        {`${kid.slice(0, 10)}…`}
      </text>
      <text class="state-label" x={sizes.stateEnd} y={y + sizes.words} text-anchor="end">
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
        <path class="revoked" d={crossAt(x(line.endsAt), top + BAR / 2)} />
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
function ticksBetween(from: number, until: number, most: number): readonly number[] {
  const span = until - from;
  const step = STEPS.find((candidate) => span / candidate <= most) ?? Math.ceil(span / most / DAY) * DAY;
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
