/** Seconds. */
const BUCKETS = [0.001, 0.005, 0.01, 0.03, 0.1, 0.3, 1, 3] as const;

type Histogram = { readonly counts: number[]; sum: number; count: number };

/** What a scrape adds to the counters: facts that are read when they are asked for. */
export type Gauge = {
  readonly name: string;
  readonly help: string;
  readonly value: number;
  readonly labels?: string;
  /** Set for a value that only ever grows. */
  readonly type?: 'counter';
};

/** Counters of this process in Prometheus text format (exposition format 0.0.4). */
export type Metrics = {
  /** Counts answers of one route, a pattern and never a path, so that labels stay few. */
  readonly counter: (route: string) => (status: number) => void;
  /** Counts answers and how long they took. */
  readonly timer: (route: string) => (status: number, seconds: number) => void;
  readonly text: (gauges: readonly Gauge[]) => string;
};

export function createMetrics(): Metrics {
  /** Per route, answers by the first digit of their status. */
  const requests = new Map<string, number[]>();
  const durations = new Map<string, Histogram>();

  function counter(route: string): (status: number) => void {
    const counts = requests.get(route) ?? Array.from({ length: 6 }, () => 0);
    requests.set(route, counts);
    return (status) => {
      const digit = Math.floor(status / 100);
      counts[digit] = (counts[digit] ?? 0) + 1;
    };
  }

  return {
    counter,
    timer: (route) => {
      const count = counter(route);
      const histogram = durations.get(route) ?? { counts: BUCKETS.map(() => 0), sum: 0, count: 0 };
      durations.set(route, histogram);
      return (status, seconds) => {
        count(status);
        BUCKETS.forEach((bound, i) => {
          if (seconds <= bound) histogram.counts[i] = (histogram.counts[i] ?? 0) + 1;
        });
        histogram.sum += seconds;
        histogram.count += 1;
      };
    },
    text: (gauges) => {
      const lines = [
        '# HELP imprimatur_requests_total Requests answered.',
        '# TYPE imprimatur_requests_total counter',
      ];
      for (const [route, counts] of requests)
        counts.forEach((count, digit) => {
          if (count > 0)
            lines.push(`imprimatur_requests_total{route="${route}",status="${digit}xx"} ${count}`);
        });
      lines.push(
        '# HELP imprimatur_request_duration_seconds Time to answer.',
        '# TYPE imprimatur_request_duration_seconds histogram',
      );
      for (const [route, { counts, sum, count }] of durations) {
        if (count === 0) continue;
        BUCKETS.forEach((bound, i) =>
          lines.push(
            `imprimatur_request_duration_seconds_bucket{route="${route}",le="${bound}"} ${counts[i] ?? 0}`,
          ),
        );
        lines.push(
          `imprimatur_request_duration_seconds_bucket{route="${route}",le="+Inf"} ${count}`,
          `imprimatur_request_duration_seconds_sum{route="${route}"} ${sum}`,
          `imprimatur_request_duration_seconds_count{route="${route}"} ${count}`,
        );
      }
      const named = new Set<string>();
      for (const { name, help, value, labels, type } of gauges) {
        if (!named.has(name)) lines.push(`# HELP ${name} ${help}`, `# TYPE ${name} ${type ?? 'gauge'}`);
        named.add(name);
        lines.push(`${name}${labels === undefined ? '' : `{${labels}}`} ${value}`);
      }
      return `${lines.join('\n')}\n`;
    },
  };
}
