import type { JsonValue } from '../../../../src/domain/json.ts';
import type { FetchRefusal, FetchWanted, Fetcher } from '../../../../src/domain/network/fetcher.ts';

/** A fetcher that gives the same for every address, and remembers what it was asked for. */
export type KeyDocuments = {
  readonly fetcher: Fetcher;
  readonly asked: readonly (readonly [url: string, wanted: FetchWanted])[];
};

/** @param document what is found; octets and texts as they are, anything else as JSON */
export function keyDocuments(document: JsonValue | Uint8Array): KeyDocuments {
  const octets = document instanceof Uint8Array ? document : new TextEncoder().encode(textOf(document));
  return answering((url) => ({
    ok: true,
    value: { url, status: 200, contentType: 'application/jwk-set+json', octets },
  }));
}

/** @param error why nothing is found */
export function noKeyDocuments(error: FetchRefusal): KeyDocuments {
  return answering(() => ({ ok: false, error }));
}

function answering(answer: (url: string) => Awaited<ReturnType<Fetcher>>): KeyDocuments {
  const asked: (readonly [string, FetchWanted])[] = [];
  const fetcher: Fetcher = async (url, wanted) => {
    asked.push([url, wanted]);
    return answer(url);
  };
  return { fetcher, asked };
}

function textOf(document: JsonValue): string {
  return typeof document === 'string' ? document : JSON.stringify(document);
}
