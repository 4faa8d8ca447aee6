import type { Result } from '../result.ts';

/** What is wanted of a document. */
export type FetchWanted = {
  /** Media types that are taken, without parameters. */
  readonly accept: readonly string[];
  /** Whether the server is told these types (RFC 9110 §12.5.1). True unless said; otherwise it is told that any will do. */
  readonly negotiates?: boolean;
  readonly maxOctets: number;
  /** For everything together: name, connection, headers and body. */
  readonly timeoutMilliseconds: number;
  /** Ask only for what differs from this version (RFC 9110 §13.1.2). */
  readonly etag?: string;
};

/** A document as it came. With status 304 there are no octets. */
export type FetchedDocument = {
  readonly url: string;
  readonly status: 200 | 304;
  readonly contentType: string;
  readonly octets: Uint8Array;
  readonly etag?: string;
  /** Seconds for which its server lets it be used (RFC 9111 §5.2.2.1). */
  readonly maxAgeSeconds?: number;
};

/** Why there is no document. `detail` says what to change and nothing of what a name resolved to. */
export type FetchRefusal = {
  readonly code:
    | 'not_https'
    | 'not_public'
    | 'bad_url'
    | 'redirect'
    | 'status'
    | 'content_type'
    | 'too_large'
    | 'timeout'
    | 'unreachable';
  readonly detail: string;
};

/** Fetches a small document from a URL that a stranger named, guarded. */
export type Fetcher = (url: string, wanted: FetchWanted) => Promise<Result<FetchedDocument, FetchRefusal>>;
