import { lookup as systemLookup, type LookupAddress } from 'node:dns';
import { request as httpRequest, type IncomingMessage, type RequestOptions } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { isIP } from 'node:net';
import type { Fetcher, FetchWanted } from '../domain/network/fetcher.ts';
import { isPublicAddress } from '../domain/network/public-address.ts';
import { publicUrl } from '../domain/network/public-url.ts';
import { documentOf, judgeHead, readOctets, refuse, timedOut, UNREACHABLE } from './read-response.ts';

/** Every address of a name. Throws when there is none. */
export type Lookup = (
  hostname: string,
) => Promise<readonly { readonly address: string; readonly family: number }[]>;

/** Told to the client's developer when a name leads to a private network. */
const NOT_PUBLIC = refuse('not_public', 'Its host must be a name or an address of the public internet.');

/**
 * Guarded fetch on Node: https to the public internet and nothing else. A name is resolved once, every address it has must be public, and the
 * connection goes to one of these addresses: no second answer of a DNS server can lead elsewhere. No redirect is followed, no
 * connection is kept, no credential or cookie is sent, and size and time are bounded.
 *
 * @param options.allowPrivate for development: http, loopback and private networks are let through
 * @param options.lookup resolves names; the system's unless said
 * @param options.ca certificates to trust instead of the system's
 */
export function createNodeFetcher(
  options: { readonly allowPrivate?: boolean; readonly lookup?: Lookup; readonly ca?: string | Buffer } = {},
): Fetcher {
  const { allowPrivate = false, lookup = addressesByTheSystem } = options;
  return async (text, wanted) => {
    const parsed = publicUrl(text, { allowPrivate });
    if (!parsed.ok) return parsed;
    const url = parsed.value;
    const deadline = new AbortController();
    const timer = setTimeout(() => deadline.abort(), wanted.timeoutMilliseconds);
    try {
      const addresses = await Promise.race([addressesOf(url, lookup), aborted(deadline.signal)]);
      if (addresses.length === 0) return UNREACHABLE;
      if (!allowPrivate && !addresses.every(({ address }) => isPublicAddress(address))) return NOT_PUBLIC;
      const response = await send(url, wanted, {
        signal: deadline.signal,
        lookup: (_hostname, asked, callback) => {
          const [first] = addresses;
          if (asked.all === true) callback(null, [...addresses]);
          else callback(null, first?.address ?? '', first?.family);
        },
        ...(options.ca === undefined ? {} : { ca: options.ca }),
      });
      try {
        return await read(url.href, response, wanted);
      } finally {
        response.destroy();
      }
    } catch {
      return deadline.signal.aborted ? timedOut(wanted) : UNREACHABLE;
    } finally {
      clearTimeout(timer);
    }
  };
}

async function read(url: string, response: IncomingMessage, wanted: FetchWanted) {
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
  return octets.ok ? { ok: true as const, value: documentOf(url, head, type.value, octets.value) } : octets;
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
        headers: {
          accept: wanted.accept.join(', '),
          'accept-encoding': 'identity',
          'user-agent': 'imprimatur',
          ...(wanted.etag === undefined ? {} : { 'if-none-match': wanted.etag }),
        },
      },
      resolve,
    );
    request.once('error', reject);
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

function aborted(signal: AbortSignal): Promise<never> {
  return new Promise((_resolve, reject) => {
    signal.addEventListener('abort', () => reject(new Error('the deadline has passed')), { once: true });
  });
}
