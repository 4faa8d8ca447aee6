import type { Actor } from '../domain/access.ts';
import type { JsonObject } from '../domain/json.ts';
import type { IssuerPolicy } from '../domain/policy.ts';
import { err, ok, type Result } from '../domain/result.ts';

import { ledgerData } from './ledger-data.ts';
import { authorize } from './authorize.ts';
import { currentPolicy, decideAndCommit, entryOf, type Issuer } from './issuer.ts';
import type { Refusal } from './refusal.ts';
import { lockoutOf } from './sign-in/lockout.ts';
import { exchangePolicyProblems } from './workloads/policy-problems.ts';

/** The policy in force; any authenticated person may read it. */
export async function readPolicy(issuer: Issuer, actor: Actor): Promise<Result<IssuerPolicy, Refusal>> {
  const allowed = authorize(actor, 'policy:read', undefined);
  return allowed.ok ? ok(await currentPolicy(issuer)) : allowed;
}

/**
 * Puts a new version of the policy in force. Submissions keep the number of approvals of the day they came.
 *
 * @param command.expectedVersion the version the operator was looking at
 */
export async function changePolicy(
  issuer: Issuer,
  actor: Actor,
  command: { readonly policy: Omit<IssuerPolicy, 'version'>; readonly expectedVersion: number },
): Promise<Result<IssuerPolicy, Refusal>> {
  const allowed = authorize(actor, 'policy:write', undefined);
  if (!allowed.ok) return allowed;
  return decideAndCommit(issuer, async () => {
    const before = await currentPolicy(issuer);
    if (before.version !== command.expectedVersion)
      return err({ code: 'version_mismatch', current: before.version });
    const after: IssuerPolicy = { ...command.policy, version: before.version + 1 };
    const { defaultLifetimeSeconds, maxLifetimeSeconds } = after.statement;
    if (defaultLifetimeSeconds > maxLifetimeSeconds) {
      const detail = 'the default lifetime is longer than the longest one allowed';
      return err({
        code: 'invalid_input',
        problems: [{ pointer: '/statement/default_lifetime_seconds', detail }],
      });
    }
    const problems = exchangePolicyProblems(after.exchange, issuer.identifier);
    if (problems.length > 0) return err({ code: 'invalid_input', problems });
    const lockout = await lockoutOf(issuer, actor.personId, before.signIn, after.signIn);
    if (lockout !== undefined) return err({ code: 'invalid_input', problems: [lockout] });
    const entry = entryOf(issuer, actor, 'policy.changed', {
      subject: String(after.version),
      data: { before: policyData(before), after: policyData(after) },
    });
    return ok({ entries: [entry], changes: [{ insert: 'policy', row: after }], value: after });
  });
}

/** A policy as the ledger tells it: its members under their wire names, the groups of people as they are called. */
export function policyData(policy: IssuerPolicy): JsonObject {
  const { claim, roles } = policy.signIn.groups;
  const groups = Object.entries(roles).map(([group, given]) => [group, [...given]] as const);
  return {
    ...ledgerData(policy),
    exchange: {
      ...ledgerData(policy.exchange),
      // Members of a bundle are called what its issuer calls them.
      trust_domains: policy.exchange.trustDomains.map((domain) => ({
        ...ledgerData(domain),
        bundle: domain.bundle,
      })),
    },
    sign_in: { ...ledgerData(policy.signIn), groups: { claim, roles: Object.fromEntries(groups) } },
  };
}
