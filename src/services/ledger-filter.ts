import type { Actor } from '../domain/access.ts';
import { ok, type Result } from '../domain/result.ts';
import type { EntryFilter } from '../ports.ts';
import type { Issuer } from './issuer.ts';
import type { Names } from './ledger-view.ts';
import type { Refusal } from './refusal.ts';
import { authorize } from './authorize.ts';

/** What a reader wrote into the filters: an id, or a name. */
export type WrittenFilter = Omit<EntryFilter, 'actorId' | 'publisherId' | 'softwareId'> & {
  readonly actor?: string | undefined;
  readonly publisher?: string | undefined;
  readonly software?: string | undefined;
};

type Named = { readonly id: string; readonly name: string };
export type FilterMember = 'actor' | 'publisher' | 'software';

export type ReadFilter = {
  readonly filter: EntryFilter;
  /** Names of what is filtered by. */
  readonly names: Names;
  /** Names that stand for none or for several; the first few it may mean. */
  readonly unclear: readonly {
    readonly member: FilterMember;
    readonly text: string;
    readonly found: readonly Named[];
  }[];
};

const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
const OFFERED = 10;

/** Finds whom the filters of the ledger mean. A name that stands for nobody, or for several, filters nothing and is told. */
export async function readFilter(
  issuer: Issuer,
  actor: Actor,
  written: WrittenFilter,
): Promise<Result<ReadFilter, Refusal>> {
  const allowed = authorize(actor, 'ledger:read', undefined);
  if (!allowed.ok) return allowed;
  const { actor: person, publisher, software, ...rest } = written;
  const [people, publishers, products] = await Promise.all([
    find(issuer, 'actor', person),
    find(issuer, 'publisher', publisher),
    find(issuer, 'software', software),
  ]);
  const found = [people, publishers, products];
  return ok({
    filter: {
      ...rest,
      actorId: people?.chosen?.id,
      publisherId: publishers?.chosen?.id,
      softwareId: products?.chosen?.id,
    },
    names: new Map(
      found.flatMap((one) => (one?.chosen === undefined ? [] : [[one.chosen.id, one.chosen.name]])),
    ),
    unclear: found.flatMap((one) =>
      one === undefined || one.chosen !== undefined
        ? []
        : [{ member: one.member, text: one.text, found: one.offered }],
    ),
  });
}

type Found = {
  readonly member: FilterMember;
  readonly text: string;
  readonly chosen: Named | undefined;
  readonly offered: readonly Named[];
};

async function find(
  issuer: Issuer,
  member: FilterMember,
  text: string | undefined,
): Promise<Found | undefined> {
  if (text === undefined) return undefined;
  if (UUID.test(text)) {
    const id = text.toLowerCase();
    const [known] = await issuer.store.names(member === 'actor' ? 'person' : member, [id]);
    return { member, text, chosen: known ?? { id, name: id }, offered: [] };
  }
  const offered = await byName(issuer, member, text);
  return { member, text, chosen: offered.length === 1 ? offered[0] : undefined, offered };
}

async function byName(issuer: Issuer, member: FilterMember, search: string): Promise<readonly Named[]> {
  const page = { limit: OFFERED };
  switch (member) {
    case 'actor':
      return issuer.store.findPeople({ search }, page);
    case 'publisher':
      return issuer.store.publishers({ search }, page);
    case 'software':
      return issuer.store.softwareList({ search }, page);
  }
}
