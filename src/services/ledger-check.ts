import type { Actor } from '../domain/access.ts';
import type { Checkpoint } from '../domain/ledger/entry.ts';
import { LedgerVerifier, type LedgerFault, type LedgerVerified } from '../domain/ledger/ledger-verifier.ts';
import { ok, type Result } from '../domain/result.ts';
import { authorize } from './authorize.ts';
import { ledgerOrigin, type Issuer } from './issuer.ts';
import type { Refusal } from './refusal.ts';

/** A full check of the ledger: every entry hashed again, every checkpoint verified. */
export type LedgerCheck = {
  /** `broken`: it could not be brought to an end, which says nothing about the ledger. */
  readonly state: 'running' | 'holds' | 'fails' | 'broken';
  /** Entries hashed so far, of those there were when it began. */
  readonly checked: number;
  readonly total: number;
  /** NumericDates, seconds. */
  readonly startedAt: number;
  readonly finishedAt: number | undefined;
  /** Who asked for it. */
  readonly startedBy: string;
  readonly fault: LedgerFault | undefined;
  readonly verified: LedgerVerified | undefined;
};

type Job = {
  readonly verifier: LedgerVerifier;
  readonly total: number;
  /** Size of the last checkpoint there was at the start; later ones are left to the next check. */
  readonly sealedSize: number;
  readonly startedAt: number;
  readonly startedBy: string;
  /** Checkpoints read and not verified yet, ascending. */
  ahead: Checkpoint[];
  outcome: Pick<LedgerCheck, 'state' | 'fault' | 'verified' | 'finishedAt'>;
  /** Until then somebody is at a step; a request that died at it must not hold up the check for ever. */
  busyUntil: number;
};

/** Entries of a step, small enough that requests in between hardly wait. */
const STEP_ENTRIES = 500;
/** Where each request does one step it may be a larger one. */
const REQUEST_ENTRIES = 5_000;
const CHECKPOINTS_READ = 200;
const STEP_SECONDS = 30;
const RUNNING = { state: 'running', fault: undefined, verified: undefined, finishedAt: undefined } as const;

/** The last check of each issuer of this process, or the one going on. Nobody's authority depends on it. */
const jobs = new WeakMap<Issuer, Job>();

/** Begins a full check; while one is going on, that one is given. It changes nothing, so auditors may ask for it too. */
export async function startLedgerCheck(issuer: Issuer, actor: Actor): Promise<Result<LedgerCheck, Refusal>> {
  const allowed = authorize(actor, 'ledger:read', undefined);
  if (!allowed.ok) return allowed;
  const going = jobs.get(issuer);
  if (going?.outcome.state === 'running') return ok(viewOf(going));
  const [total, latest, publicKey] = await Promise.all([
    issuer.store.entryCount(),
    issuer.store.latestCheckpoint(),
    issuer.custody.checkpointPublicKey(),
  ]);
  const job: Job = {
    verifier: new LedgerVerifier({ publicKey, origin: ledgerOrigin(issuer.identifier, 0) }),
    total,
    sealedSize: latest?.size ?? 0,
    startedAt: issuer.clock.now(),
    startedBy: actor.personId,
    ahead: [],
    outcome: RUNNING,
    busyUntil: 0,
  };
  jobs.set(issuer, job);
  if (issuer.inBackground === undefined) await stepAlone(issuer, job, REQUEST_ENTRIES);
  else issuer.inBackground(() => stepAlone(issuer, job, STEP_ENTRIES));
  return ok(viewOf(job));
}

/**
 * How the check goes or went; undefined when this process made none. Where nothing goes on after an answer, asking
 * moves it on by a step.
 */
export async function readLedgerCheck(
  issuer: Issuer,
  actor: Actor,
): Promise<Result<LedgerCheck | undefined, Refusal>> {
  const allowed = authorize(actor, 'ledger:read', undefined);
  if (!allowed.ok) return allowed;
  const job = jobs.get(issuer);
  if (job === undefined) return ok(undefined);
  if (issuer.inBackground === undefined && job.outcome.state === 'running')
    await stepAlone(issuer, job, REQUEST_ENTRIES);
  return ok(viewOf(job));
}

/** The last check that this process made, or the one going on, for use cases that have authorised already. */
export function lastLedgerCheck(issuer: Issuer): LedgerCheck | undefined {
  const job = jobs.get(issuer);
  return job === undefined ? undefined : viewOf(job);
}

async function stepAlone(issuer: Issuer, job: Job, entries: number): Promise<'more' | 'done'> {
  const now = issuer.clock.now();
  if (job.outcome.state !== 'running') return 'done';
  if (job.busyUntil > now) return 'more';
  job.busyUntil = now + STEP_SECONDS;
  try {
    const ended = await step(issuer, job, entries);
    if (ended !== undefined) job.outcome = { ...ended, finishedAt: issuer.clock.now() };
  } catch (error) {
    issuer.log('error', 'ledger.check_broken', { error: String(error) });
    job.outcome = { ...RUNNING, state: 'broken', finishedAt: issuer.clock.now() };
  }
  job.busyUntil = 0;
  return job.outcome.state === 'running' ? 'more' : 'done';
}

type Ended = Pick<LedgerCheck, 'state' | 'fault' | 'verified'>;

async function step(issuer: Issuer, job: Job, entries: number): Promise<Ended | undefined> {
  const { verifier, total } = job;
  const wanted = Math.min(entries, total - verifier.size);
  const batch = wanted > 0 ? await issuer.store.entriesAfter(verifier.size, wanted) : [];
  for (const entry of batch) {
    const fault = verifier.append(entry) ?? (await checkSealed(issuer, job));
    if (fault !== undefined) return { state: 'fails', fault, verified: undefined };
  }
  if (batch.length > 0 && verifier.size < total) return undefined;
  const uncovered = await nextCheckpoint(issuer, job);
  return uncovered === undefined
    ? { state: 'holds', fault: undefined, verified: verifier.verified() }
    : { state: 'fails', fault: verifier.uncovered(uncovered), verified: undefined };
}

async function checkSealed(issuer: Issuer, job: Job): Promise<LedgerFault | undefined> {
  if (job.verifier.size > job.sealedSize) return undefined;
  for (;;) {
    const next = await nextCheckpoint(issuer, job);
    if (next?.size !== job.verifier.size) return undefined;
    const fault = await job.verifier.check(next);
    if (fault !== undefined) return fault;
    job.ahead.shift();
  }
}

/** The checkpoint to be verified next; undefined when all there were at the start are. */
async function nextCheckpoint(issuer: Issuer, job: Job): Promise<Checkpoint | undefined> {
  const { sealedSize: verified } = job.verifier;
  if (job.ahead.length === 0 && verified < job.sealedSize)
    job.ahead = [...(await issuer.store.checkpointsAfter(verified, CHECKPOINTS_READ))];
  const [next] = job.ahead;
  return next !== undefined && next.size <= job.sealedSize ? next : undefined;
}

function viewOf({ verifier, total, startedAt, startedBy, outcome }: Job): LedgerCheck {
  return { ...outcome, checked: verifier.size, total, startedAt, startedBy };
}
