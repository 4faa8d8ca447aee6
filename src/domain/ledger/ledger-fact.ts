import { isJsonObject, parseJson, textMember, type JsonValue } from '../json.ts';
import { ENTRY_KINDS, type EntryActor, type LedgerEntry, type StoredEntry } from './entry.ts';

/** What an entry tells, read from its text. */
export type LedgerFact = LedgerEntry & { readonly seq: number };

/** One value that an entry says was changed; undefined where there was none, or is none now. */
export type ValueChange = {
  /** Where it is, as member names; empty when the whole thing is one value. */
  readonly path: readonly string[];
  readonly before: JsonValue | undefined;
  readonly after: JsonValue | undefined;
};

const MAX_DEPTH = 60;

/** Reads an entry's text (`entryText`); undefined for a text that this version did not write. */
export function factOf({ seq, text }: StoredEntry): LedgerFact | undefined {
  const parsed = parseJson(text, { maxDepth: MAX_DEPTH });
  if (!parsed.ok || !isJsonObject(parsed.value)) return undefined;
  const entry = parsed.value;
  const kind = ENTRY_KINDS.find((known) => known === entry['kind']);
  const actor = actorOf(entry['actor']);
  const { at, data } = entry;
  if (kind === undefined || actor === undefined || typeof at !== 'number' || !isJsonObject(data))
    return undefined;
  return {
    seq,
    id: textMember(entry, 'id'),
    at,
    kind,
    actor,
    publisherId: textOrNull(entry['publisher_id']),
    softwareId: textOrNull(entry['software_id']),
    subject: textMember(entry, 'subject'),
    data,
  };
}

/** How an actor that is no person is called. */
export function actorWords(actor: Exclude<EntryActor, { readonly type: 'person' }>): string {
  switch (actor.type) {
    case 'workload':
      return `the workload ${actor.workloadId}`;
    case 'client':
      return `the client ${actor.clientId}`;
    case 'issuer':
      return 'the issuer itself';
  }
}

/** What an entry says was changed, value by value; empty when it tells of no before and after. */
export function changesOf({ data }: LedgerFact): readonly ValueChange[] {
  return 'before' in data && 'after' in data ? differences([], data['before'], data['after']) : [];
}

/** What an entry says besides before and after, in its order. */
export function detailsOf({ data }: LedgerFact): readonly (readonly [string, JsonValue])[] {
  const isChange = 'before' in data && 'after' in data;
  return Object.entries(data).flatMap(([name, value]) =>
    value === undefined || (isChange && (name === 'before' || name === 'after'))
      ? []
      : [[name, value] as const],
  );
}

/** Where two values differ, member by member; a list is one value. */
export function differences(
  path: readonly string[],
  before: JsonValue | undefined,
  after: JsonValue | undefined,
): readonly ValueChange[] {
  if (isJsonObject(before) && isJsonObject(after))
    return [...new Set([...Object.keys(before), ...Object.keys(after)])].flatMap((name) =>
      differences([...path, name], before[name], after[name]),
    );
  return JSON.stringify(before) === JSON.stringify(after) ? [] : [{ path, before, after }];
}

function actorOf(value: JsonValue | undefined): EntryActor | undefined {
  if (!isJsonObject(value)) return undefined;
  if (value['type'] === 'issuer') return { type: 'issuer' };
  if (value['type'] === 'workload') return { type: 'workload', workloadId: textMember(value, 'workload_id') };
  if (value['type'] === 'client') return { type: 'client', clientId: textMember(value, 'client_id') };
  const personId = textMember(value, 'person_id');
  const tokenId = textMember(value, 'token_id');
  if (personId === '') return undefined;
  return tokenId === ''
    ? { type: 'person', personId, sessionId: textMember(value, 'session_id') }
    : { type: 'person', personId, tokenId };
}

function textOrNull(value: JsonValue | undefined): string | null {
  return typeof value === 'string' ? value : null;
}
