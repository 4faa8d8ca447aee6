import type { Fetcher, FetchWanted } from '../domain/network/fetcher.ts';
import { publicUrl } from '../domain/network/public-url.ts';
import { documentOf, judgeHead, readOctets, timedOut, UNREACHABLE } from './read-response.ts';

/**
 * Guarded fetch where the platform resolves names itself and reaches the public internet alone, as Cloudflare Workers do. Everything else is as on
 * Node: https, no private address or special name in the URL, no redirect, bounded size and time, no credential.
 *
 * Not for Node: there a name may lead into a private network (`createNodeFetcher`).
 *
 * @param options.allowPrivate for development: http, loopback and private names are let through
 */
export function createWebFetcher(
  options: { readonly fetch?: typeof fetch; readonly allowPrivate?: boolean } = {},
): Fetcher {
  const ask = options.fetch ?? globalThis.fetch.bind(globalThis);
  return async (text, wanted) => {
    const parsed = publicUrl(text, { allowPrivate: options.allowPrivate ?? false });
    if (!parsed.ok) return parsed;
    const deadline = AbortSignal.timeout(wanted.timeoutMilliseconds);
    try {
      const response = await ask(parsed.value.href, {
        redirect: 'manual',
        signal: deadline,
        headers: requestHeaders(wanted),
      });
      const head = {
        // A browser-like runtime hides where a redirect leads behind status 0 (Fetch, "opaqueredirect").
        status: response.type === 'opaqueredirect' ? 302 : response.status,
        // Platforms decompress by themselves; what is counted is what came out.
        header: (name: string) =>
          name === 'content-encoding' ? undefined : (response.headers.get(name) ?? undefined),
      };
      const type = judgeHead(head, wanted);
      if (!type.ok) {
        await response.body?.cancel();
        return type;
      }
      const octets = await readOctets(piecesOf(response.body), wanted);
      return octets.ok
        ? { ok: true, value: documentOf(parsed.value.href, head, type.value, octets.value) }
        : octets;
    } catch {
      return deadline.aborted ? timedOut(wanted) : UNREACHABLE;
    }
  };
}

function requestHeaders(wanted: FetchWanted): Record<string, string> {
  return {
    accept: wanted.accept.join(', '),
    'accept-encoding': 'identity',
    'user-agent': 'imprimatur',
    ...(wanted.etag === undefined ? {} : { 'if-none-match': wanted.etag }),
  };
}

/** Stops asking for more as soon as nobody reads any more. */
async function* piecesOf(body: ReadableStream<Uint8Array> | null): AsyncGenerator<Uint8Array> {
  const reader = body?.getReader();
  if (reader === undefined) return;
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      yield value;
    }
  } finally {
    await reader.cancel();
  }
}
