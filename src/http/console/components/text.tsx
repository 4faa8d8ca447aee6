import type { Child } from 'hono/jsx';
import { useHere } from './here.tsx';

/** How something stands, at a glance; the word says it, the colour only repeats it. */
export type Tone = 'good' | 'bad' | 'waiting' | 'muted' | 'plain';

export function Badge(props: { readonly tone?: Tone; readonly children: Child }) {
  return <span class={`badge ${props.tone ?? 'plain'}`}>{props.children}</span>;
}

const TONES: Readonly<Record<string, Tone>> = {
  active: 'good',
  approved: 'good',
  valid: 'good',
  verified: 'good',
  holds: 'good',
  low: 'good',
  submitted: 'waiting',
  pending: 'waiting',
  changes_requested: 'waiting',
  retiring: 'waiting',
  suspended: 'waiting',
  medium: 'waiting',
  rejected: 'bad',
  revoked: 'bad',
  lost: 'bad',
  fails: 'bad',
  high: 'bad',
  disabled: 'bad',
  expired: 'muted',
  withdrawn: 'muted',
  superseded: 'muted',
  retired: 'muted',
};

/** A state of the domain by its own word. */
export function State(props: { readonly state: string }) {
  return <Badge tone={TONES[props.state] ?? 'plain'}>{props.state.replaceAll('_', ' ')}</Badge>;
}

/** A time: how long ago or ahead, with the exact one behind it. */
export function Time(props: {
  /** NumericDate, seconds. */
  readonly at: number;
  /** The exact time is shown as well. */
  readonly exact?: boolean;
}) {
  const { now } = useHere();
  const iso = new Date(props.at * 1000).toISOString();
  const exact = `${iso.slice(0, 10)} ${iso.slice(11, 16)} UTC`;
  return (
    <time datetime={iso} title={exact}>
      {props.exact === true ? `${exact} (${relative(props.at, now)})` : relative(props.at, now)}
    </time>
  );
}

const UNITS = [
  ['year', 365 * 86_400],
  ['month', 30 * 86_400],
  ['day', 86_400],
  ['hour', 3_600],
  ['minute', 60],
] as const;

/** "3 days ago", "in 2 hours". */
export function relative(at: number, now: number): string {
  const distance = Math.abs(at - now);
  const text = duration(distance);
  if (text === undefined) return 'just now';
  return at > now ? `in ${text}` : `${text} ago`;
}

/** "3 days"; undefined for less than a minute. */
export function duration(seconds: number): string | undefined {
  for (const [name, length] of UNITS) {
    const count = Math.floor(seconds / length);
    if (count >= 1) return count === 1 ? `1 ${name}` : `${count} ${name}s`;
  }
  return undefined;
}

/** A number with its noun: "1 statement", "12,000 statements". */
export function counted(count: number, noun: string, plural = `${noun}s`): string {
  return `${count.toLocaleString('en')} ${count === 1 ? noun : plural}`;
}

/** A name that somebody else chose, in its own direction of writing. */
export function Name(props: { readonly children: string }) {
  return <bdi class="name">{props.children}</bdi>;
}

/** An id, a digest, an address: in a fixed width, breaking where it must. */
export function Code(props: { readonly children: string; readonly short?: boolean }) {
  const { children } = props;
  return props.short === true && children.length > 16 ? (
    <code title={children}>{`${children.slice(0, 8)}…${children.slice(-4)}`}</code>
  ) : (
    <code>{children}</code>
  );
}

/** Words as somebody wrote them, lines and all, in their own direction of writing. */
export function Said({ children }: { readonly children: string }) {
  return (
    <p class="raw">
      <bdi>{children}</bdi>
    </p>
  );
}
