import type { Actor } from '../../domain/access.ts';
import type { DocumentWatch } from '../../domain/client-identifier.ts';
import { visiblePublishers } from '../authorize.ts';
import type { Issuer } from '../issuer.ts';

/** An approved document that is not what is served any more. */
export type ChangedDocument = {
  readonly watch: DocumentWatch;
  readonly softwareName: string;
};

/** How many documents drifted, and those for the longest; nothing for who sees only some publishers. */
export async function changedDocuments(
  issuer: Issuer,
  actor: Actor,
  limit: number,
): Promise<{ readonly count: number; readonly oldest: readonly ChangedDocument[] }> {
  if (visiblePublishers(actor, 'submissions:read') !== undefined) return { count: 0, oldest: [] };
  const { store } = issuer;
  const [count, oldest] = await Promise.all([store.countDriftedDocuments(), store.driftedDocuments(limit)]);
  const software = await store.names('software', [...new Set(oldest.map(({ softwareId }) => softwareId))]);
  const names = new Map(software.map(({ id, name }) => [id, name]));
  return {
    count,
    oldest: oldest.map((watch) => ({ watch, softwareName: names.get(watch.softwareId) ?? '' })),
  };
}
