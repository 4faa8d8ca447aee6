import type { Submission } from '../../domain/submission.ts';
import type { Issuer } from '../../services/issuer.ts';

/**
 * How many approvals each submission still waits for, by id. Only where the policy of its day asked for more than one
 * can some have been given already, so only there are decisions read.
 */
export async function waitingApprovals(
  issuer: Issuer,
  submissions: readonly Submission[],
): Promise<ReadonlyMap<string, number>> {
  const counted = submissions.map(async ({ id, state, requiredApprovals }): Promise<[string, number]> => {
    if (state !== 'submitted') return [id, 0];
    if (requiredApprovals === 1) return [id, 1];
    const given = (await issuer.store.decisions(id)).filter(({ verdict }) => verdict === 'approve');
    return [id, requiredApprovals - given.length];
  });
  return new Map(await Promise.all(counted));
}
