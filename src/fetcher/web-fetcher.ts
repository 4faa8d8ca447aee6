import type { Fetcher } from '../domain/network/fetcher.ts';
import { publicUrl } from '../domain/network/public-url.ts';
import { ok } from '../domain/result.ts';
import { withinDeadline } from './deadline.ts';
import { documentOf, judgeHead, readOctets, timedOut, UNREACHABLE } from './read-response.ts';
import { requestHeaders } from './request-headers.ts';

/**
 * Guarded fetch where the platform resolves names itself and reaches the public internet alone, as Cloudflare Workers do. Everything else is as on
 * Node: https, no private address or special name in the URL, no redirect, bounded size and time, no credential.
 *
 * Not for Node: there a name may lead into a private network (`createNodeFetcher`). A Worker should have the compatibility flag
 * `global_fetch_strictly_public`: without it, a URL in the Worker's own zone goes to the servers behind the zone, past what protects them.
 *
 * @param options.fetch asks; the platform's unless said
 * @param options.allowPrivate for development: http, loopback and private names are let through
 */
export function createWebFetcher(
  options: { readonly fetch?: typeof fetch; readonly allowPrivate?: boolean } = {},
): Fetcher {
  const ask = options.fetch ?? globalThis.fetch.bind(globalThis);
  return async (text, wanted) => {
    const url = publicUrl(text, { allowPrivate: options.allowPrivate ?? false });
    if (!url.ok) return url;
    const { href } = url.value;
    const signal = AbortSignal.timeout(wanted.timeoutMilliseconds);
    try {
      const asking = ask(href, { redirect: 'manual', signal, headers: requestHeaders(wanted) });
      const response = await withinDeadline(signal, asking);
      const head = {
        // A browser-like runtime hides where a redirect leads behind status 0 (Fetch, "opaqueredirect").
        status: response.type === 'opaqueredirect' ? 302 : response.status,
        // Platforms decompress by themselves; what is counted is what came out.
        header: (name: string) =>
          name === 'content-encoding' ? undefined : (response.headers.get(name) ?? undefined),
      };
      const type = judgeHead(head, wanted);
      if (!type.ok) {
        abandon(response.body);
        return type;
      }
      const octets = await readOctets(piecesOf(response.body, signal), wanted);
      return octets.ok ? ok(documentOf(href, head, type.value, octets.value)) : octets;
    } catch {
      return signal.aborted ? timedOut(wanted) : UNREACHABLE;
    }
  };
}

/** Stops asking for more as soon as nobody reads any more, or the deadline has passed. */
async function* piecesOf(
  body: ReadableStream<Uint8Array> | null,
  signal: AbortSignal,
): AsyncGenerator<Uint8Array> {
  const reader = body?.getReader();
  if (reader === undefined) return;
  try {
    for (;;) {
      const { done, value } = await withinDeadline(signal, reader.read());
      if (done) return;
      yield value;
    }
  } finally {
    abandon(reader);
  }
}

/** Nobody waits for a body that is not wanted, nor hears how it ended. */
function abandon(body: { cancel(): Promise<void> } | null): void {
  body?.cancel().catch(() => undefined);
}
