import type { FetchedDocument, FetchRefusal, FetchWanted } from '../domain/network/fetcher.ts';
import { err, ok, type Result } from '../domain/result.ts';

/** A response before its body is read; header names in lower case. */
export type ResponseHead = {
  readonly status: number;
  readonly header: (name: string) => string | undefined;
};

/**
 * Decides by status and headers whether a body is wanted. Codes `redirect`, `status`, `content_type`, `too_large`.
 *
 * @returns the media type; undefined for 304, which has no body
 */
export function judgeHead(head: ResponseHead, wanted: FetchWanted): Result<string | undefined, FetchRefusal> {
  const { status, header } = head;
  if (status === 304 && wanted.etag !== undefined) return ok(undefined);
  if (status >= 300 && status < 400)
    return refuse('redirect', `It answers with a redirect (${status}). Name the URL it leads to.`);
  if (status !== 200) return refuse('status', `It answers with status ${status} instead of 200.`);
  const encoding = header('content-encoding') ?? 'identity';
  if (encoding.toLowerCase() !== 'identity')
    return refuse(
      'content_type',
      'It answers compressed although that was not asked for. Have its server heed Accept-Encoding.',
    );
  const type = (header('content-type') ?? '').split(';')[0]?.trim().toLowerCase() ?? '';
  if (!wanted.accept.includes(type))
    return refuse('content_type', `Its Content-Type must be ${wanted.accept.join(' or ')}.`);
  const length = Number(header('content-length') ?? '0');
  if (length > wanted.maxOctets) return tooLarge(wanted);
  return ok(type);
}

/** Puts together what was read. */
export function documentOf(
  url: string,
  head: ResponseHead,
  contentType: string | undefined,
  octets: Uint8Array,
): FetchedDocument {
  const etag = head.header('etag');
  const maxAgeSeconds = maxAgeOf(head.header('cache-control'));
  return {
    url,
    status: contentType === undefined ? 304 : 200,
    contentType: contentType ?? '',
    octets,
    ...(etag === undefined ? {} : { etag }),
    ...(maxAgeSeconds === undefined ? {} : { maxAgeSeconds }),
  };
}

/** Puts pieces together, not one octet beyond the bound. */
export async function readOctets(
  pieces: AsyncIterable<Uint8Array>,
  wanted: FetchWanted,
): Promise<Result<Uint8Array, FetchRefusal>> {
  const read: Uint8Array[] = [];
  let length = 0;
  for await (const piece of pieces) {
    length += piece.byteLength;
    if (length > wanted.maxOctets) return tooLarge(wanted);
    read.push(piece);
  }
  const octets = new Uint8Array(length);
  let at = 0;
  for (const piece of read) {
    octets.set(piece, at);
    at += piece.byteLength;
  }
  return ok(octets);
}

export function refuse(code: FetchRefusal['code'], detail: string): Result<never, FetchRefusal> {
  return err({ code, detail });
}

/** What is said of everything that went wrong on the way: never what a name resolved to, nor why a connection failed. */
export const UNREACHABLE = refuse('unreachable', 'It cannot be reached.');

export function timedOut(wanted: FetchWanted): Result<never, FetchRefusal> {
  return refuse('timeout', `It did not answer within ${wanted.timeoutMilliseconds / 1000} seconds.`);
}

function tooLarge(wanted: FetchWanted): Result<never, FetchRefusal> {
  return refuse('too_large', `It gives more than ${wanted.maxOctets} octets.`);
}

function maxAgeOf(cacheControl: string | undefined): number | undefined {
  if (cacheControl === undefined) return undefined;
  if (/(?:^|[\s,])(?:no-store|no-cache)(?:$|[\s,=])/i.test(cacheControl)) return 0;
  const [, seconds] = /(?:^|[\s,])max-age="?(\d{1,10})/i.exec(cacheControl) ?? [];
  return seconds === undefined ? undefined : Number(seconds);
}
