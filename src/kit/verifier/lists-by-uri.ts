import type { CachedDocument } from '../../domain/network/cached-document.ts';

/** Lists kept at a time; one list answers for up to a million statements. */
const MAX_LISTS = 32;

/** Keeps the lists that were used last, one cache for each URI. */
export function listsByUri<T>(make: (uri: string) => CachedDocument<T>): (uri: string) => CachedDocument<T> {
  const lists = new Map<string, CachedDocument<T>>();
  return (uri) => {
    const list = lists.get(uri) ?? make(uri);
    // The least recently used list is the first of the map.
    lists.delete(uri);
    lists.set(uri, list);
    const [oldest] = lists.keys();
    if (lists.size > MAX_LISTS && oldest !== undefined) lists.delete(oldest);
    return list;
  };
}
