import type { Actor } from '../domain/access.ts';
import {
  actorWords,
  differences,
  factOf,
  type LedgerFact,
  type ValueChange,
} from '../domain/ledger/ledger-fact.ts';
import { ok, type Result } from '../domain/result.ts';
import { authorize } from './authorize.ts';
import { currentPolicy, type Issuer } from './issuer.ts';
import { policyData } from './policies.ts';
import type { Refusal } from './refusal.ts';

/** What became of the policy since somebody read it. */
export type PolicyChanges = {
  /** Value by value, then and now; empty when the policy of then is not known any more. */
  readonly changes: readonly ValueChange[];
  /** Who changed it last, and when; undefined when nobody ever did. */
  readonly last: { readonly name: string; readonly at: number } | undefined;
};

/**
 * What others changed of the policy after a version.
 *
 * @param version the one that somebody was looking at
 */
export async function policyChangesSince(
  issuer: Issuer,
  actor: Actor,
  version: number,
): Promise<Result<PolicyChanges, Refusal>> {
  const allowed = authorize(actor, 'policy:read', undefined);
  if (!allowed.ok) return allowed;
  const policy = await currentPolicy(issuer);
  const [following, last] = await Promise.all([
    changeTo(issuer, version + 1),
    changeTo(issuer, policy.version),
  ]);
  const before = following?.data['before'];
  return ok({
    // The number of the version is no setting.
    changes:
      before === undefined
        ? []
        : differences([], before, policyData(policy)).filter(({ path }) => path.join('.') !== 'version'),
    last: last === undefined ? undefined : { name: await nameOf(issuer, last), at: last.at },
  });
}

/** The entry that tells how a version came into force. */
async function changeTo(issuer: Issuer, version: number): Promise<LedgerFact | undefined> {
  const filter = { kind: 'policy.changed', subject: String(version) } as const;
  const [entry] = await issuer.store.entries(filter, undefined, 1);
  return entry === undefined ? undefined : factOf(entry);
}

async function nameOf(issuer: Issuer, { actor }: LedgerFact): Promise<string> {
  if (actor.type !== 'person') return actorWords(actor);
  return (await issuer.store.names('person', [actor.personId]))[0]?.name ?? actor.personId;
}
