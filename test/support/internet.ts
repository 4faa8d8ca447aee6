import type { Fetcher, FetchRefusal } from '../../src/domain/network/fetcher.ts';
import type { ResolveText } from '../../src/domain/network/resolve-text.ts';

/** What a test's internet gives at a URL: a document, or why there is none. */
export type Site =
  { readonly contentType: string; readonly body: string | Uint8Array } | FetchRefusal['code'];

/** An internet of a test's own: documents by URL and TXT records by name, and everything that was asked for. */
export type TestInternet = {
  readonly sites: Map<string, Site>;
  readonly records: Map<string, readonly string[] | 'nobody answers'>;
  readonly asked: string[];
  readonly fetcher: Fetcher;
  readonly resolveText: ResolveText;
};

/** What guarded fetch says of each (src/fetcher/read-response.ts, src/domain/network/public-url.ts). */
const SAID: Readonly<Record<FetchRefusal['code'], string>> = {
  not_https: 'It must be an https URL.',
  not_public: 'Its host must be a name or an address of the public internet.',
  bad_url: 'It is not a URL.',
  redirect: 'It answers with a redirect (302). Name the URL it leads to.',
  status: 'It answers with status 404 instead of 200.',
  content_type: 'Its Content-Type must be text/html.',
  too_large: 'It gives more than 1 octets.',
  timeout: 'It did not answer within 5 seconds.',
  unreachable: 'It cannot be reached.',
};

export function testInternet(): TestInternet {
  const sites = new Map<string, Site>();
  const records = new Map<string, readonly string[] | 'nobody answers'>();
  const asked: string[] = [];
  return {
    sites,
    records,
    asked,
    fetcher: async (url, wanted) => {
      asked.push(url);
      const site = sites.get(url) ?? 'unreachable';
      if (typeof site === 'string') return { ok: false, error: { code: site, detail: SAID[site] } };
      const octets = typeof site.body === 'string' ? new TextEncoder().encode(site.body) : site.body;
      if (!wanted.accept.includes(site.contentType))
        return {
          ok: false,
          error: { code: 'content_type', detail: `Its Content-Type must be ${wanted.accept.join(' or ')}.` },
        };
      if (octets.length > wanted.maxOctets)
        return {
          ok: false,
          error: { code: 'too_large', detail: `It gives more than ${wanted.maxOctets} octets.` },
        };
      return { ok: true, value: { url, status: 200, contentType: site.contentType, octets } };
    },
    resolveText: async (name) => {
      asked.push(name);
      const found = records.get(name) ?? [];
      if (found === 'nobody answers') throw new Error('nobody answers');
      return found;
    },
  };
}
