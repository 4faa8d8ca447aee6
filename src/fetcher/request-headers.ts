import type { FetchWanted } from '../domain/network/fetcher.ts';

/** All that is told to a server: what is wanted, uncompressed, and who asks. No credential, no cookie. */
export function requestHeaders(wanted: FetchWanted): Record<string, string> {
  return {
    accept: wanted.negotiates === false ? '*/*' : wanted.accept.join(', '),
    'accept-encoding': 'identity',
    'user-agent': 'imprimatur',
    ...(wanted.etag === undefined ? {} : { 'if-none-match': wanted.etag }),
  };
}
