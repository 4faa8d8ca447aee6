import type { Actor } from '../domain/access.ts';
import { ok, type Result } from '../domain/result.ts';
import type { Software } from '../domain/software.ts';
import type { Submission } from '../domain/submission.ts';
import type { Page } from '../ports.ts';
import type { Issuer } from './issuer.ts';
import type { Refusal } from './refusal.ts';
import { listSoftware } from './software.ts';

/** A software as its developers look for it: with who answers for it, and what is under way. */
export type DeskItem = {
  readonly software: Software;
  readonly publisherName: string;
  /** The submission that people still owe an answer or an amendment. */
  readonly open: Submission | undefined;
};

/** Software the actor may see, newest first, with what is under way for each. */
export async function readDesk(
  issuer: Issuer,
  actor: Actor,
  filter: Parameters<typeof listSoftware>[2],
  page: Page,
): Promise<Result<readonly DeskItem[], Refusal>> {
  const found = await listSoftware(issuer, actor, filter, page);
  if (!found.ok) return found;
  const publisherIds = [...new Set(found.value.map(({ publisherId }) => publisherId))];
  const [publishers, open] = await Promise.all([
    issuer.store.publishers({ ids: publisherIds }, { limit: publisherIds.length }),
    issuer.store.openSubmissions(found.value.map(({ id }) => id)),
  ]);
  const names = new Map(publishers.map(({ id, name }) => [id, name]));
  const submissions = new Map(open.map((submission) => [submission.softwareId, submission]));
  return ok(
    found.value.map((software) => ({
      software,
      publisherName: names.get(software.publisherId) ?? '',
      open: submissions.get(software.id),
    })),
  );
}
