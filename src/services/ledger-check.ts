import type { Actor } from '../domain/access.ts';
import type { Checkpoint } from '../domain/ledger/entry.ts';
import { hasEnded, type LedgerCheck } from '../domain/ledger/ledger-check.ts';
import { LedgerVerifier, type LedgerFault } from '../domain/ledger/ledger-verifier.ts';
import { ok, type Result } from '../domain/result.ts';
import { authorize } from './authorize.ts';
import { ledgerOrigin, type Issuer } from './issuer.ts';
import type { Refusal } from './refusal.ts';

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

/** The last check of each issuer of this process, or the one going on; how the last of all came out is in the database. */
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
 * How the check goes or went; undefined when there never was one. Where nothing goes on after an answer, asking moves
 * it on by a step.
 */
export async function readLedgerCheck(
  issuer: Issuer,
  actor: Actor,
): Promise<Result<LedgerCheck | undefined, Refusal>> {
  const allowed = authorize(actor, 'ledger:read', undefined);
  if (!allowed.ok) return allowed;
  const job = jobs.get(issuer);
  if (issuer.inBackground === undefined && job?.outcome.state === 'running')
    await stepAlone(issuer, job, REQUEST_ENTRIES);
  return ok(await lastLedgerCheck(issuer));
}

/** The check going on in this process, else the last that anyone made, for use cases that have authorised already. */
export async function lastLedgerCheck(issuer: Issuer): Promise<LedgerCheck | undefined> {
  const job = jobs.get(issuer);
  const own = job === undefined ? undefined : viewOf(job);
  if (own?.state === 'running') return own;
  const noted = await issuer.store.endedLedgerCheck();
  return (noted?.finishedAt ?? 0) > (own?.finishedAt ?? 0) ? noted : (own ?? noted);
}

async function stepAlone(issuer: Issuer, job: Job, entries: number): Promise<'more' | 'done'> {
  const now = issuer.clock.now();
  if (job.outcome.state !== 'running') return 'done';
  if (job.busyUntil > now) return 'more';
  job.busyUntil = now + STEP_SECONDS;
  try {
    const ended = await step(issuer, job, entries);
    if (ended !== undefined) {
      job.outcome = { ...ended, finishedAt: issuer.clock.now() };
      await note(issuer, viewOf(job));
    }
  } catch (error) {
    issuer.log('error', 'ledger.check_broken', { error: String(error) });
    job.outcome = { ...RUNNING, state: 'broken', finishedAt: issuer.clock.now() };
  }
  job.busyUntil = 0;
  return job.outcome.state === 'running' ? 'more' : 'done';
}

/** Remembers how it came out; where that cannot be written, the outcome stands all the same. */
async function note(issuer: Issuer, check: LedgerCheck): Promise<void> {
  if (!hasEnded(check)) return;
  try {
    await issuer.store.noteLedgerCheck(check);
  } catch (error) {
    issuer.log('error', 'ledger.check_not_noted', { error: String(error) });
  }
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
