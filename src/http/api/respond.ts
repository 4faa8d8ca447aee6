import type { Reply } from './endpoint.ts';

/** What a reply needs to know of the request it answers. */
export type Answered = {
  readonly requestId: string;
  /** Issuer identifier; addresses of things are below it. */
  readonly issuer: string;
  /** Path and query of the request, below the issuer. */
  readonly target: string;
  /** The query parameter that takes `next` of a page. */
  readonly pagedBy: 'after' | 'before';
  /** Told when lines break off in the middle, after the status was sent. */
  readonly onBroken: (error: unknown) => void;
};

/** A reply as HTTP: JSON, lines, or nothing; never cached, since it depends on who asked. */
export function respond(reply: Reply, answered: Answered): Response {
  const headers: Record<string, string> = {
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
    'x-request-id': answered.requestId,
    ...reply.headers,
  };
  const { location } = headers;
  if (location !== undefined) headers['location'] = `${answered.issuer}${location}`;
  if (reply.lines !== undefined) {
    headers['content-type'] = 'application/jsonl';
    return new Response(streamOf(reply.lines, answered.onBroken), { status: reply.status, headers });
  }
  if (reply.octets !== undefined) {
    headers['content-type'] = 'application/json';
    // A copy, because a response takes a buffer of its own.
    return new Response(new Uint8Array(reply.octets), { status: reply.status, headers });
  }
  if (reply.body === undefined) return new Response(null, { status: reply.status, headers });
  headers['content-type'] = 'application/json';
  const next = nextOf(reply.body);
  if (next !== undefined) headers['link'] = linkToNext(answered, next);
  return new Response(JSON.stringify(reply.body), { status: reply.status, headers });
}

function nextOf(body: unknown): string | undefined {
  if (typeof body !== 'object' || body === null || !('next' in body)) return undefined;
  const { next } = body;
  return typeof next === 'string' || typeof next === 'number' ? String(next) : undefined;
}

/** RFC 8288: the same request, one page on. */
function linkToNext({ issuer, target, pagedBy }: Answered, next: string): string {
  const [path = '', query = ''] = target.split('?', 2);
  const parameters = new URLSearchParams(query);
  parameters.set(pagedBy, next);
  return `<${issuer}${path}?${parameters}>; rel="next"`;
}

function streamOf(
  lines: AsyncIterable<string>,
  onBroken: (error: unknown) => void,
): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder();
  const iterator = lines[Symbol.asyncIterator]();
  return new ReadableStream({
    pull: async (controller) => {
      try {
        const { done, value } = await iterator.next();
        if (done === true) controller.close();
        else controller.enqueue(encoder.encode(value));
      } catch (error) {
        onBroken(error);
        // The reader must not take what came for the whole.
        controller.error(error);
      }
    },
    cancel: async () => {
      await iterator.return?.();
    },
  });
}
