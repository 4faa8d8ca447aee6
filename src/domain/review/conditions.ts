import type { JsonObject } from '../json.ts';
import type { IssuerPolicy } from '../policy.ts';
import { err, ok, type Result } from '../result.ts';
import { audiencesBeyond } from '../statement/audience.ts';

/** What a reviewer attaches to an approval; statements keep within it. An absent member means no condition. */
export type Conditions = {
  /** Seconds a statement may last at most. */
  readonly maxLifetimeSeconds?: number;
  /** Authorization servers a statement must name, some or all of these (RFC 8414 issuer identifiers). */
  readonly audience?: readonly string[];
};

/** What cannot stand, by JSON Pointer into the request that carries the conditions. */
export type ConditionProblem = { readonly pointer: string; readonly detail: string };

/** Conditions as somebody may send them: a member that is undefined is absent. */
export type ConditionsDraft = { readonly [K in keyof Conditions]: Conditions[K] | undefined };

/**
 * Reads the conditions of a decision. They can only narrow what the policy allows, so that a statement which keeps
 * them is one the policy lets through.
 *
 * @returns null when they demand nothing
 */
export function readConditions(
  { maxLifetimeSeconds, audience }: ConditionsDraft,
  policy: IssuerPolicy['statement'],
): Result<Conditions | null, readonly ConditionProblem[]> {
  const problems = [...lifetimeProblems(maxLifetimeSeconds, policy), ...audienceProblems(audience, policy)];
  if (problems.length > 0) return err(problems);
  const conditions = {
    ...(maxLifetimeSeconds === undefined ? {} : { maxLifetimeSeconds }),
    ...(audience === undefined ? {} : { audience: [...new Set(audience)] }),
  };
  return ok(Object.keys(conditions).length === 0 ? null : conditions);
}

function lifetimeProblems(
  seconds: number | undefined,
  { maxLifetimeSeconds: max }: IssuerPolicy['statement'],
): readonly ConditionProblem[] {
  if (seconds === undefined || (Number.isSafeInteger(seconds) && seconds >= 1 && seconds <= max)) return [];
  const detail = `The policy lets statements last at most ${max} seconds. Name 1 to ${max}, or leave it out.`;
  return [{ pointer: '/conditions/max_lifetime_seconds', detail }];
}

function audienceProblems(
  audience: readonly string[] | undefined,
  policy: IssuerPolicy['statement'],
): readonly ConditionProblem[] {
  if (audience === undefined) return [];
  const pointer = '/conditions/audience';
  if (audience.length === 0)
    return [{ pointer, detail: 'Name at least one authorization server, or leave audience out.' }];
  if (new Set(audience).size > policy.maxAudiences)
    return [{ pointer, detail: `A statement names at most ${policy.maxAudiences} authorization servers.` }];
  const beyond = audiencesBeyond(audience, policy.audiences);
  const rule =
    policy.audiences === 'any'
      ? 'it is not an issuer identifier: an https URL without query or fragment (RFC 8414 §2)'
      : `the policy allows ${policy.audiences.length === 0 ? 'none' : policy.audiences.join(', ')}`;
  return beyond.map((one) => ({
    pointer: `${pointer}/${audience.indexOf(one)}`,
    detail: `${one} cannot be an audience: ${rule}.`,
  }));
}

/**
 * What several approvals demand together: the shortest lifetime, and the authorization servers that all of them name.
 *
 * @returns an error when their audiences have no server in common, so that no statement could keep to all of them
 */
export function combineConditions(
  all: readonly (Conditions | null)[],
): Result<Conditions | null, 'no_common_audience'> {
  let lifetime: number | undefined;
  let audience: readonly string[] | undefined;
  for (const conditions of all) {
    const { maxLifetimeSeconds, audience: named } = conditions ?? {};
    if (maxLifetimeSeconds !== undefined)
      lifetime = Math.min(lifetime ?? maxLifetimeSeconds, maxLifetimeSeconds);
    if (named !== undefined) audience = audience?.filter((one) => named.includes(one)) ?? named;
  }
  if (audience?.length === 0) return err('no_common_audience');
  if (lifetime === undefined && audience === undefined) return ok(null);
  return ok({
    ...(lifetime === undefined ? {} : { maxLifetimeSeconds: lifetime }),
    ...(audience === undefined ? {} : { audience }),
  });
}

/** Conditions as they stand in ledger entries and on the wire. */
export function conditionMembers(conditions: Conditions | null): JsonObject | null {
  if (conditions === null) return null;
  const { maxLifetimeSeconds, audience } = conditions;
  return {
    ...(maxLifetimeSeconds === undefined ? {} : { max_lifetime_seconds: maxLifetimeSeconds }),
    ...(audience === undefined ? {} : { audience: [...audience] }),
  };
}
