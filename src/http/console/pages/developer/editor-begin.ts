import type { Actor } from '../../../../domain/access.ts';
import type { JsonObject } from '../../../../domain/json.ts';
import { ok, type Result } from '../../../../domain/result.ts';
import type { Submission } from '../../../../domain/submission.ts';
import { readDraft } from '../../../../services/drafts.ts';
import type { Issuer } from '../../../../services/issuer.ts';
import type { Refusal } from '../../../../services/refusal.ts';
import { listSubmissions, readSubmission } from '../../../../services/submissions.ts';
import { workOn, workOnDraft, type EditorMode, type EditorWork } from './editor-work.ts';

/** What the text in the editor was made from. */
export type Origin =
  { readonly type: 'draft' | 'nothing' } | { readonly type: 'submission'; readonly submission: Submission };

/** Whatever became of it, nobody has to write it again; what was superseded has a successor. */
const BEGUN_FROM = ['submitted', 'changes_requested', 'approved', 'withdrawn', 'rejected'] as const;

/**
 * What somebody finds when they open the editor: the draft, else the submission they ask for, else the newest there is.
 *
 * @param asked.from id of a submission of this software to begin from
 */
export async function beginWork(
  issuer: Issuer,
  actor: Actor,
  softwareId: string,
  asked: { readonly from: string | undefined; readonly mode: EditorMode },
): Promise<Result<{ readonly work: EditorWork; readonly origin: Origin }, Refusal>> {
  const [desk, newest] = await Promise.all([
    readDraft(issuer, actor, softwareId),
    listSubmissions(issuer, actor, { softwareId, states: BEGUN_FROM }, { limit: 1 }, 'newest'),
  ]);
  if (!desk.ok) return desk;
  if (!newest.ok) return newest;
  const { draft } = desk.value;
  if (draft !== undefined) return ok({ work: workOnDraft(draft, asked.mode), origin: { type: 'draft' } });
  const named = asked.from === undefined ? undefined : await readSubmission(issuer, actor, asked.from);
  if (named?.ok === false) return named;
  const submission =
    named?.value.submission.softwareId === softwareId ? named.value.submission : newest.value[0];
  return ok({
    work: workOn(textOf(submission), 0, asked.mode),
    origin: submission === undefined ? { type: 'nothing' } : { type: 'submission', submission },
  });
}

/** A first submission begins with what most software has. */
const BEGINNING: JsonObject = {
  grant_types: ['authorization_code', 'refresh_token'],
  response_types: ['code'],
};

function textOf(submission: Submission | undefined) {
  return {
    softwareVersion: submission?.state === 'approved' ? '' : (submission?.softwareVersion ?? ''),
    metadataText: JSON.stringify(submission?.metadata ?? BEGINNING, null, 2),
    note: '',
  };
}
