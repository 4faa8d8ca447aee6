import { lookup as systemLookup, type LookupAddress } from 'node:dns';
import { request as httpRequest, type IncomingMessage, type RequestOptions } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { isIP } from 'node:net';
import type { FetchedDocument, Fetcher, FetchRefusal, FetchWanted } from '../domain/network/fetcher.ts';
import { isLinkLocal, isPublicAddress } from '../domain/network/public-address.ts';
import { publicUrl } from '../domain/network/public-url.ts';
import { ok, type Result } from '../domain/result.ts';
import { withinDeadline } from './deadline.ts';
import { createPlaces } from './places.ts';
import { documentOf, judgeHead, readOctets, refuse, timedOut, UNREACHABLE } from './read-response.ts';
import { requestHeaders } from './request-headers.ts';

/** Every address of a name. Throws when there is none. */
export type Lookup = (
  hostname: string,
) => Promise<readonly { readonly address: string; readonly family: number }[]>;

const MAX_CONCURRENT = 32;
/** Names, statuses and types fit in this many octets many times over. */
const MAX_HEADER_OCTETS = 16 * 1024;

/** Told to the client's developer when a name leads to a private network. */
const NOT_PUBLIC = refuse('not_public', 'Its host must be a name or an address of the public internet.');

/**
 * Guarded fetch on Node: https to the public internet and nothing else. A name is resolved once, every address it has must be public, and the
 * connection goes to one of these addresses: no second answer of a DNS server can lead elsewhere. No redirect is followed, no
 * connection is kept, no credential or cookie is sent, and size and time are bounded.
 *
 * @param options.allowPrivate for development: http, loopback and private networks are let through, but never the link
 * @param options.lookup resolves names; the system's unless said
 * @param options.ca certificates to trust instead of the system's
 * @param options.maxConcurrent documents fetched at the same time, 32 unless said; more wait for their turn, within their own deadline
 */
export function createNodeFetcher(
  options: {
    readonly allowPrivate?: boolean;
    readonly lookup?: Lookup;
    readonly ca?: string | Buffer;
    readonly maxConcurrent?: number;
  } = {},
): Fetcher {
  const { allowPrivate = false, lookup = addressesByTheSystem, ca } = options;
  const takePlace = createPlaces(options.maxConcurrent ?? MAX_CONCURRENT);

  async function fetchFrom(url: URL, wanted: FetchWanted, signal: AbortSignal) {
    const addresses = await withinDeadline(signal, addressesOf(url, lookup));
    if (addresses.length === 0) return UNREACHABLE;
    const mayAsk = allowPrivate ? (at: string) => !isLinkLocal(at) : isPublicAddress;
    if (!addresses.every(({ address }) => mayAsk(address))) return NOT_PUBLIC;
    const checked: RequestOptions['lookup'] = (_hostname, asked, callback) => {
      const [first] = addresses;
      if (asked.all === true) callback(null, [...addresses]);
      else callback(null, first?.address ?? '', first?.family);
    };
    const sending = send(url, wanted, { signal, lookup: checked, ...(ca === undefined ? {} : { ca }) });
    const response = await withinDeadline(signal, sending);
    try {
      return await withinDeadline(signal, read(url.href, response, wanted));
    } finally {
      response.destroy();
    }
  }

  return async (text, wanted) => {
    const url = publicUrl(text, { allowPrivate });
    if (!url.ok) return url;
    const deadline = new AbortController();
    const timer = setTimeout(() => deadline.abort(), wanted.timeoutMilliseconds);
    try {
      const leavePlace = await takePlace(deadline.signal);
      try {
        return await fetchFrom(url.value, wanted, deadline.signal);
      } finally {
        leavePlace();
      }
    } catch {
      return deadline.signal.aborted ? timedOut(wanted) : UNREACHABLE;
    } finally {
      clearTimeout(timer);
    }
  };
}

async function read(
  url: string,
  response: IncomingMessage,
  wanted: FetchWanted,
): Promise<Result<FetchedDocument, FetchRefusal>> {
  const head = {
    status: response.statusCode ?? 0,
    header: (name: string) => {
      const value = response.headers[name];
      return typeof value === 'string' ? value : value?.join(', ');
    },
  };
  const type = judgeHead(head, wanted);
  if (!type.ok) return type;
  const octets = await readOctets(response, wanted);
  return octets.ok ? ok(documentOf(url, head, type.value, octets.value)) : octets;
}

function send(
  url: URL,
  wanted: FetchWanted,
  options: RequestOptions & { readonly ca?: string | Buffer },
): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const request = (url.protocol === 'https:' ? httpsRequest : httpRequest)(
      url,
      {
        ...options,
        method: 'GET',
        agent: false,
        maxHeaderSize: MAX_HEADER_OCTETS,
        // Not even NODE_TLS_REJECT_UNAUTHORIZED=0 makes a stranger's certificate count.
        rejectUnauthorized: true,
        headers: requestHeaders(wanted),
      },
      resolve,
    );
    // A connection can fail more than once, and a failure nobody listens to ends the process.
    request.on('error', reject);
    // Status 101 gives neither a response nor an error: the connection is closed, and that is all.
    request.once('close', () => reject(new Error('closed without a response')));
    request.end();
  });
}

/** An address in the URL needs no resolution; Node would not ask `lookup` about it. */
async function addressesOf(url: URL, lookup: Lookup): Promise<readonly LookupAddress[]> {
  const host = url.hostname.replace(/^\[|\]$/g, '');
  const family = isIP(host);
  return family === 0 ? (await lookup(host)).map((found) => ({ ...found })) : [{ address: host, family }];
}

function addressesByTheSystem(hostname: string): Promise<readonly LookupAddress[]> {
  return new Promise((found, failed) => {
    systemLookup(hostname, { all: true, verbatim: true }, (error, addresses) => {
      if (error === null) found(addresses);
      else failed(error);
    });
  });
}
