import { err, ok, type Result } from '../domain/result.ts';
import type { Dependencies } from './dependencies.ts';
import { isLoopback, reasonOf } from './server.ts';

const TIMEOUT_MILLISECONDS = 10_000;

/** What may be asked of addresses that a stranger's statement names. */
export type FetchRules = {
  /** Plain http to other machines. */
  readonly allowHttp: boolean;
  /** The issuer: an address it names must not be less protected than its own. */
  readonly issuer: string;
};

/**
 * Gets a text with bounds on size and time; redirects are not followed, and plain http is for loopback issuers. The
 * refusal is a sentence that says what could not be had.
 */
export async function fetchText(
  fetcher: Dependencies['fetch'],
  url: string,
  wanted: { readonly accept: string; readonly maxOctets: number; readonly rules: FetchRules },
): Promise<Result<string, string>> {
  const forbidden = reasonNotToAsk(new URL(url), wanted.rules);
  if (forbidden !== undefined) return err(`${url} was not asked: ${forbidden}`);
  try {
    const response = await fetcher(url, {
      headers: { accept: wanted.accept },
      redirect: 'manual',
      credentials: 'omit',
      signal: AbortSignal.timeout(TIMEOUT_MILLISECONDS),
    });
    if (response.status >= 300 && response.status < 400)
      return err(`${url} redirects elsewhere, which is not followed`);
    if (response.status !== 200) return err(`${url} answered ${response.status}`);
    const text = await readBounded(response, wanted.maxOctets);
    return text === undefined
      ? err(`${url} gives more than ${wanted.maxOctets} octets, or no UTF-8`)
      : ok(text);
  } catch (error) {
    return err(`${url} cannot be reached: ${reasonOf(error)}`);
  }
}

function reasonNotToAsk(url: URL, rules: FetchRules): string | undefined {
  if (url.username !== '' || url.password !== '') return 'it holds a user name';
  if (url.protocol === 'https:') return undefined;
  if (url.protocol !== 'http:') return 'it is neither https nor http';
  if (rules.allowHttp) return undefined;
  if (!isLoopback(url.hostname)) return 'it is plain http; --allow-http permits that';
  return isLoopback(new URL(rules.issuer).hostname)
    ? undefined
    : 'it is on this machine, and the issuer is not';
}

async function readBounded(response: Response, maxOctets: number): Promise<string | undefined> {
  if (response.body === null) return '';
  const chunks: Uint8Array[] = [];
  let octets = 0;
  for await (const chunk of response.body) {
    octets += chunk.byteLength;
    // Leaving the loop cancels the stream.
    if (octets > maxOctets) return undefined;
    chunks.push(chunk);
  }
  const decoder = new TextDecoder('utf-8', { fatal: true });
  try {
    return chunks.map((chunk) => decoder.decode(chunk, { stream: true })).join('') + decoder.decode();
  } catch {
    return undefined;
  }
}
