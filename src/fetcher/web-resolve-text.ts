import { isJsonObject, parseJson } from '../domain/json.ts';
import type { ResolveText } from '../domain/network/resolve-text.ts';

const TIMEOUT_MILLISECONDS = 5_000;
const TXT = 16;
/** RFC 1035 §4.1.1 */
const NO_ERROR = 0;
const NAME_ERROR = 3;

/**
 * TXT records over HTTPS, in the JSON form that public resolvers speak, where a platform has no resolver of its own.
 *
 * @param options.resolver URL of the resolver; Cloudflare's unless said
 */
export function createWebResolveText(
  options: { readonly fetch?: typeof fetch; readonly resolver?: string } = {},
): ResolveText {
  const ask = options.fetch ?? globalThis.fetch.bind(globalThis);
  const resolver = options.resolver ?? 'https://cloudflare-dns.com/dns-query';
  return async (name) => {
    const response = await ask(`${resolver}?name=${encodeURIComponent(name)}&type=TXT`, {
      headers: { accept: 'application/dns-json' },
      signal: AbortSignal.timeout(TIMEOUT_MILLISECONDS),
    });
    const parsed = parseJson(await response.text(), { maxDepth: 10 });
    if (!response.ok || !parsed.ok || !isJsonObject(parsed.value))
      throw new Error(`the resolver answered ${response.status}`);
    const { Status: status, Answer: answer } = parsed.value;
    if (status === NAME_ERROR) return [];
    if (status !== NO_ERROR) throw new Error(`the resolver answered with RCODE ${JSON.stringify(status)}`);
    const records = Array.isArray(answer) ? answer.filter(isJsonObject) : [];
    return records.flatMap(({ type, data }) =>
      type === TXT && typeof data === 'string' ? [unquoted(data)] : [],
    );
  };
}

/** Strings of a record in presentation form (RFC 1035 §5.1), joined. */
function unquoted(data: string): string {
  if (!data.startsWith('"')) return data;
  return [...data.matchAll(/"((?:[^"\\]|\\.)*)"/g)]
    .map(([, text = '']) => text.replaceAll(/\\(.)/g, '$1'))
    .join('');
}
