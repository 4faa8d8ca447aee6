import type { Actor } from '../domain/access.ts';
import type { Draft } from '../domain/draft.ts';
import { err, ok, type Result } from '../domain/result.ts';
import type { SoftwareStanding } from '../ports.ts';
import { authorize, concealUnknown } from './authorize.ts';
import type { Issuer } from './issuer.ts';
import type { Refusal } from './refusal.ts';
import { softwareOf } from './software.ts';

/** Characters; room for metadata of twice the size that fits into a statement, indented. */
export const MAX_DRAFT_CHARACTERS = 64 * 1024;
const MAX_VERSION_CHARACTERS = 200;
const MAX_NOTE_CHARACTERS = 4_000;

/** What of a draft is written by its author. */
export type DraftText = Pick<Draft, 'softwareVersion' | 'metadataText' | 'note'>;

export type DraftDesk = { readonly standing: SoftwareStanding; readonly draft: Draft | undefined };

/** What is being written for a software, if anything, and the software it is for. */
export async function readDraft(
  issuer: Issuer,
  actor: Actor,
  softwareId: string,
): Promise<Result<DraftDesk, Refusal>> {
  const [found, draft] = await Promise.all([
    mayWrite(issuer, actor, softwareId),
    issuer.store.draft(softwareId),
  ]);
  return found.ok ? ok({ standing: found.value, draft }) : found;
}

/**
 * Keeps what somebody is writing. The developers of a publisher share one draft a software, so a save names the version it was made from.
 *
 * @param over version that the author saw; 0 when there was no draft
 * @returns `version_mismatch` when somebody else has saved, submitted or discarded it meanwhile: nothing of theirs is lost
 */
export async function saveDraft(
  issuer: Issuer,
  actor: Actor,
  softwareId: string,
  text: DraftText,
  over: number,
): Promise<Result<Draft, Refusal>> {
  const found = await mayWrite(issuer, actor, softwareId);
  if (!found.ok) return found;
  const problems = tooLong(text);
  if (problems.length > 0) return err({ code: 'invalid_input', problems });
  const draft: Draft = {
    softwareId,
    softwareVersion: text.softwareVersion,
    metadataText: text.metadataText,
    note: text.note,
    updatedBy: actor.personId,
    updatedAt: issuer.clock.now(),
    version: over + 1,
  };
  if (await issuer.store.saveDraft(draft)) return ok(draft);
  const current = await issuer.store.draft(softwareId);
  return err({ code: 'version_mismatch', current: current?.version ?? 0 });
}

/** Throws the draft away. What is not there is gone already. */
export async function discardDraft(
  issuer: Issuer,
  actor: Actor,
  softwareId: string,
): Promise<Result<void, Refusal>> {
  const found = await mayWrite(issuer, actor, softwareId);
  if (!found.ok) return found;
  await issuer.store.removeDraft(softwareId);
  return ok(undefined);
}

/** The draft has become a submission: it goes, unless somebody has written on meanwhile. */
export async function draftSubmitted(issuer: Issuer, softwareId: string, version: number): Promise<void> {
  const draft = await issuer.store.draft(softwareId);
  if (draft?.version === version) await issuer.store.removeDraft(softwareId);
}

async function mayWrite(
  issuer: Issuer,
  actor: Actor,
  softwareId: string,
): Promise<Result<SoftwareStanding, Refusal>> {
  const found = await softwareOf(issuer, softwareId);
  if (!found.ok) return concealUnknown(actor, 'submissions:write', found.error);
  const allowed = authorize(actor, 'submissions:write', found.value.software.publisherId);
  return allowed.ok ? found : allowed;
}

function tooLong(text: DraftText): readonly { readonly pointer: string; readonly detail: string }[] {
  const bounds = [
    ['/software_version', text.softwareVersion, MAX_VERSION_CHARACTERS],
    ['/client_metadata', text.metadataText, MAX_DRAFT_CHARACTERS],
    ['/note', text.note, MAX_NOTE_CHARACTERS],
  ] as const;
  return bounds
    .filter(([, value, max]) => value.length > max)
    .map(([pointer, , max]) => ({
      pointer,
      detail: `At most ${max.toLocaleString('en')} characters are kept.`,
    }));
}
