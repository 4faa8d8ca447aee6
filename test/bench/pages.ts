import Database from 'better-sqlite3';
import type { Bench } from './bench.ts';
import { REAL_SERVER, scriptOf, startChild } from './child.ts';
import { createClient, type Client } from './client.ts';
import { signIn, type Dataset } from './dataset.ts';
import { milliseconds, percentile, timed, type Measurement } from './measure.ts';

const BAR_MILLISECONDS = 30;

type Who = 'operator' | 'developer' | 'reviewer';

/** A page to be measured; more are added here. */
type MeasuredPage = {
  readonly name: string;
  /** Whose session it is opened with; nobody's when absent. */
  readonly as?: Who;
  /** Another address each time where the page depends on it. */
  readonly path: (dataset: Dataset & Samples) => string;
};

/** Some of what the pages about one thing are about. */
type Samples = {
  /** Submissions that wait for review, of any publisher. */
  readonly waitingIds: readonly string[];
  /** Submissions of the developer's publisher. */
  readonly submissionIds: readonly string[];
  /** Statements of the developer's publisher, by `jti`. */
  readonly statementIds: readonly string[];
};

const anyOf = <T>(values: readonly T[], otherwise: T): T =>
  values[Math.floor(Math.random() * values.length)] ?? otherwise;

const PAGES: readonly MeasuredPage[] = [
  { name: 'home', path: () => '/' },
  { name: 'catalogue', path: () => '/catalogue' },
  {
    name: 'catalogue search that finds one',
    path: ({ size }) => `/catalogue?q=application%20${Math.floor(Math.random() * size.software)}`,
  },
  { name: 'catalogue search that finds nothing', path: () => '/catalogue?q=nonesuch' },
  { name: 'catalogue of a publisher', path: ({ publisherId }) => `/catalogue?publisher=${publisherId}` },
  { name: 'catalogue of a domain', path: () => '/catalogue?domain=www.app.example' },
  { name: 'catalogue entry', path: ({ softwareIds }) => `/catalogue/${anyOf(softwareIds, '')}` },
  { name: 'catalogue for programs', path: () => '/catalogue.json' },
  { name: 'software list', as: 'developer', path: () => '/console/software' },
  {
    name: 'software list search that finds one',
    as: 'developer',
    // Every twentieth is the developer's own.
    path: ({ size }) =>
      `/console/software?search=application%20${20 * Math.floor((Math.random() * size.software) / 20)}`,
  },
  {
    name: 'software list search that finds nothing',
    as: 'developer',
    path: () => '/console/software?search=nonesuch',
  },
  {
    name: 'software',
    as: 'developer',
    path: ({ softwareIds }) => `/console/software/${anyOf(softwareIds, '')}`,
  },
  {
    name: 'submission',
    as: 'developer',
    path: ({ submissionIds }) => `/console/submissions/${anyOf(submissionIds, '')}`,
  },
  {
    name: 'statement',
    as: 'developer',
    path: ({ statementIds }) => `/console/statements/${anyOf(statementIds, '')}`,
  },
  { name: 'review queue', as: 'reviewer', path: () => '/console/queue' },
  {
    name: 'review',
    as: 'reviewer',
    path: ({ waitingIds }) => `/console/review/${anyOf(waitingIds, '')}`,
  },
  { name: 'overview', as: 'operator', path: () => '/console/overview' },
  { name: 'software list of everybody', as: 'operator', path: () => '/console/software' },
  { name: 'ledger', as: 'operator', path: () => '/console/ledger' },
];

/** Time of pages at the client, one at a time, on the large database: what the server takes and the way over loopback. */
export async function pages(bench: Bench): Promise<readonly Measurement[]> {
  const large = await bench.large();
  const dataset = { ...large, ...samplesOf(large) };
  const cookies: Readonly<Record<Who, string>> = {
    operator: await signIn(dataset, dataset.operatorId),
    developer: await signIn(dataset, dataset.developerId),
    reviewer: await signIn(dataset, dataset.reviewerId),
  };
  const server = await startChild(await scriptOf(REAL_SERVER), { environment: dataset.environment });
  const client = createClient(server.url);
  const count = bench.quick ? 60 : 300;
  const measurements: Measurement[] = [];
  for (const page of PAGES) {
    const cookie = page.as === undefined ? undefined : cookies[page.as];
    measurements.push(await measure(page, count, () => open(client, page.path(dataset), cookie)));
  }
  client.close();
  await server.stop();
  return measurements;
}

/** Draws from the whole database, so that pages are as cold as they are for people. */
function samplesOf({ database: path, publisherId }: Dataset): Samples {
  const database = new Database(path, { readonly: true });
  const draw = (select: string, ...values: readonly string[]): readonly string[] =>
    database
      .prepare<string[], string>(`${select} ORDER BY random() LIMIT 1000`)
      .pluck()
      .all(...values);
  const samples = {
    waitingIds: draw(`SELECT id FROM submissions WHERE state = 'submitted'`),
    submissionIds: draw('SELECT id FROM submissions WHERE publisher_id = ?', publisherId),
    statementIds: draw('SELECT jti FROM statements WHERE publisher_id = ?', publisherId),
  };
  database.close();
  return samples;
}

type Opened = { readonly took: number; readonly octets: number };

async function open(client: Client, path: string, cookie: string | undefined): Promise<Opened> {
  let octets = 0;
  const took = await timed(async () => {
    octets = Buffer.byteLength(await client.page(path, cookie));
  });
  return { took, octets };
}

async function measure(page: MeasuredPage, count: number, once: () => Promise<Opened>): Promise<Measurement> {
  // Lets it compile, and reads what one is likely to find in memory.
  for (let i = 0; i < count / 3; i += 1) await once();
  const seen: Opened[] = [];
  while (seen.length < count) seen.push(await once());
  const times = seen.map(({ took }) => took);
  const [p50, p95, p99] = [0.5, 0.95, 0.99].map((share) => percentile(times, share));
  const octets = Math.max(...seen.map((one) => one.octets));
  return {
    work: `page: ${page.name}, p95`,
    ours: milliseconds(p95 ?? 0),
    baseline: `${BAR_MILLISECONDS} ms, fixed`,
    ratio: (p95 ?? 0) / BAR_MILLISECONDS,
    bar: 1,
    wanted: 'at most',
    note: `p50 ${milliseconds(p50 ?? 0)}, p99 ${milliseconds(p99 ?? 0)}, at most ${Math.ceil(octets / 1000)} kB of markup`,
  };
}
