import { documentsOf, type Evidence } from '../../domain/review/evidence.ts';
import type { Submission } from '../../domain/submission.ts';
import type { Change } from '../../ports.ts';
import { newId, type Issuer } from '../issuer.ts';

/** The changes that put the documents of a new submission on the list of what is to be looked at (`check.ts`). */
export function planEvidence(issuer: Issuer, submission: Submission): readonly Change[] {
  return documentsOf(submission.metadata).map(({ member, url }): Change => {
    const row: Evidence = {
      id: newId(issuer),
      submissionId: submission.id,
      member,
      url,
      outcome: 'pending',
      detail: 'Nobody has looked yet.',
      checkedAt: null,
      version: 1,
    };
    return { insert: 'evidence', row };
  });
}
