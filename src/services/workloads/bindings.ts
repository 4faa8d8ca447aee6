import type { Actor } from '../../domain/access.ts';
import type { JsonObject } from '../../domain/json.ts';
import { err, ok, type Result } from '../../domain/result.ts';
import { issuerOfRules, parseWorkloadRules, type WorkloadRules } from '../../domain/workload/rules.ts';
import type { Workload } from '../../domain/workload/workload.ts';
import type { ExchangePolicy } from '../../domain/policy.ts';
import { authorize, concealUnknown } from '../authorize.ts';
import {
  currentPolicy,
  decideAndCommit,
  entryOf,
  newId,
  rememberKey,
  replayOf,
  type Idempotency,
  type Issuer,
} from '../issuer.ts';
import type { Refusal } from '../refusal.ts';
import { softwareOf } from '../software.ts';

/** How many workloads a software may be bound to at once. */
export const MAX_WORKLOADS = 50;

export type WorkloadCommand = {
  readonly label: string;
  /** See `parseWorkloadRules`. */
  readonly rules: JsonObject;
  /** Whether it may file submissions for what is new. */
  readonly mayFile: boolean;
};

/**
 * Binds a software to a workload: a job that the rules fit may from now on collect statements for what is approved, without any secret
 * ("trusted publishing").
 *
 * @returns `invalid_input` with every problem of the rules, below `/rules`
 */
export async function bindWorkload(
  issuer: Issuer,
  actor: Actor,
  softwareId: string,
  command: WorkloadCommand,
  idempotency?: Idempotency,
): Promise<Result<Workload, Refusal>> {
  return decideAndCommit(issuer, async () => {
    const found = await softwareOf(issuer, softwareId);
    if (!found.ok) return concealUnknown(actor, 'workloads:write', found.error);
    const { publisherId } = found.value.software;
    const allowed = authorize(actor, 'workloads:write', publisherId);
    if (!allowed.ok) return allowed;
    const repeat = await replayOf(issuer, actor, idempotency, (id) => workloadOf(issuer, softwareId, id));
    if (!repeat.ok) return repeat;
    if (repeat.value !== undefined) return ok(repeat.value);
    const [policy, existing] = await Promise.all([
      currentPolicy(issuer),
      issuer.store.workloadsOf(softwareId),
    ]);
    const rules = parseWorkloadRules(command.rules);
    if (!rules.ok)
      return err({
        code: 'invalid_input',
        problems: rules.error.map(({ pointer, detail }) => ({ pointer: `/rules${pointer}`, detail })),
      });
    const untrusted = untrustedProblem(rules.value, policy.exchange);
    if (untrusted !== undefined) return err({ code: 'invalid_input', problems: [untrusted] });
    if (existing.filter(({ state }) => state === 'active').length >= MAX_WORKLOADS)
      return err({
        code: 'invalid_input',
        problems: [
          { pointer: '', detail: `A software has at most ${MAX_WORKLOADS} workloads. Let one go first.` },
        ],
      });
    const workload: Workload = {
      id: newId(issuer),
      softwareId,
      publisherId,
      label: command.label,
      rules: command.rules,
      mayFile: command.mayFile,
      state: 'active',
      createdBy: actor.personId,
      createdAt: issuer.clock.now(),
      endedAt: null,
      version: 1,
    };
    const entry = entryOf(issuer, actor, 'workload.bound', {
      subject: workload.id,
      publisherId,
      softwareId,
      data: { label: workload.label, rules: workload.rules, may_file: workload.mayFile },
    });
    return ok({
      entries: [entry],
      changes: [
        { insert: 'workload', row: workload },
        ...rememberKey(issuer, actor, idempotency, workload.id),
      ],
      value: workload,
    });
  });
}

/** Publishers choose their workloads, operators whose word about workloads counts. */
function untrustedProblem(rules: WorkloadRules, policy: ExchangePolicy) {
  const issuer = issuerOfRules(rules);
  if (issuer !== undefined)
    return policy.workloadIssuers.includes(issuer)
      ? undefined
      : {
          pointer: '/rules/issuer',
          detail: `${issuer} is not trusted here to say who runs there. Ask an operator to add it to the policy.`,
        };
  return policy.trustDomains.some(
    ({ trustDomain }) => rules.kind === 'spiffe' && trustDomain === rules.trustDomain,
  )
    ? undefined
    : {
        pointer: '/rules/trust_domain',
        detail: 'This trust domain is not trusted here. Ask an operator to add it to the policy.',
      };
}

/** The workloads of a software, oldest first; those let go too. */
export async function listWorkloads(
  issuer: Issuer,
  actor: Actor,
  softwareId: string,
): Promise<Result<readonly Workload[], Refusal>> {
  const found = await softwareOf(issuer, softwareId);
  if (!found.ok) return concealUnknown(actor, 'workloads:read', found.error);
  const allowed = authorize(actor, 'workloads:read', found.value.software.publisherId);
  return allowed.ok ? ok(await issuer.store.workloadsOf(softwareId)) : allowed;
}

/** Lets a workload go: it gets nothing from now on. What it got stands. A second time changes nothing. */
export async function endWorkload(
  issuer: Issuer,
  actor: Actor,
  softwareId: string,
  id: string,
): Promise<Result<Workload, Refusal>> {
  return decideAndCommit(issuer, async () => {
    const found = await workloadOf(issuer, softwareId, id);
    if (!found.ok) return concealUnknown(actor, 'workloads:write', found.error);
    const workload = found.value;
    const allowed = authorize(actor, 'workloads:write', workload.publisherId);
    if (!allowed.ok) return allowed;
    if (workload.state === 'ended') return ok({ replay: workload });
    const row: Workload = {
      ...workload,
      state: 'ended',
      endedAt: issuer.clock.now(),
      version: workload.version + 1,
    };
    const entry = entryOf(issuer, actor, 'workload.ended', {
      subject: id,
      publisherId: workload.publisherId,
      softwareId,
      data: { label: workload.label },
    });
    return ok({ entries: [entry], changes: [{ replace: 'workload', row }], value: row });
  });
}

async function workloadOf(
  issuer: Issuer,
  softwareId: string,
  id: string,
): Promise<Result<Workload, Refusal>> {
  const workload = await issuer.store.workload(id);
  return workload === undefined || workload.softwareId !== softwareId
    ? err({ code: 'not_found', what: 'workload', id })
    : ok(workload);
}
