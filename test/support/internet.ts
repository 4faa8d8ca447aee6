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
      if (typeof site === 'string') return { ok: false, error: { code: site, detail: `It gives ${site}.` } };
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
