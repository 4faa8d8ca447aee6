import { parseJson, type JsonValue } from '../domain/json.ts';
import { err, ok, type Result } from '../domain/result.ts';

/** Gets a text from a server that is trusted by configuration, or from one it names. */
export type FetchRules = {
  readonly fetch: typeof fetch;
  /** The configured issuer: what it names must not be less protected than its own address. */
  readonly issuer: string;
  /** Plain http beyond loopback. */
  readonly allowHttp?: boolean;
};

/** Octets as they came, content codings removed; with how long they may be used, as in `FetchedText`. */
export type FetchedOctets = { readonly octets: Uint8Array; readonly maxAgeSeconds: number | undefined };

/** A text, and for how many seconds its server lets it be used (RFC 9111 §5.2.2.1); undefined when it does not say. */
export type FetchedText = { readonly text: string; readonly maxAgeSeconds: number | undefined };

const TIMEOUT_MILLISECONDS = 5_000;
const MAX_JSON_DEPTH = 32;

/**
 * Gets octets with bounds on their number and time; redirects are not followed, and plain http is for loopback issuers. The
 * refusal is a sentence that says what could not be had.
 */
export async function fetchOctets(
  url: string,
  wanted: { readonly accept: string; readonly maxOctets: number },
  rules: FetchRules,
): Promise<Result<FetchedOctets, string>> {
  const forbidden = reasonNotToAsk(new URL(url), rules);
  if (forbidden !== undefined) return err(`${url} was not asked: ${forbidden}`);
  try {
    const response = await rules.fetch(url, {
      headers: { accept: wanted.accept },
      redirect: 'manual',
      signal: AbortSignal.timeout(TIMEOUT_MILLISECONDS),
    });
    if (response.status !== 200) {
      // A body that nobody reads keeps its connection.
      await response.body?.cancel();
      const redirects = response.status >= 300 && response.status < 400;
      return err(
        redirects
          ? `${url} redirects elsewhere, which is not followed`
          : `${url} answered ${response.status}`,
      );
    }
    const octets = await readBounded(response, wanted.maxOctets);
    return octets === undefined
      ? err(`${url} gives more than ${wanted.maxOctets} octets`)
      : ok({ octets, maxAgeSeconds: maxAgeOf(response.headers) });
  } catch (error) {
    return err(`${url} cannot be reached: ${reasonOf(error)}`);
  }
}

/** `fetchOctets` for a text in UTF-8. */
export async function fetchText(
  url: string,
  wanted: { readonly accept: string; readonly maxOctets: number },
  rules: FetchRules,
): Promise<Result<FetchedText, string>> {
  const fetched = await fetchOctets(url, wanted, rules);
  if (!fetched.ok) return fetched;
  const { octets, maxAgeSeconds } = fetched.value;
  try {
    return ok({ text: new TextDecoder('utf-8', { fatal: true }).decode(octets), maxAgeSeconds });
  } catch {
    return err(`${url} gives no UTF-8`);
  }
}

/** `fetchText` for a JSON document, read strictly. */
export async function fetchJson(
  url: string,
  wanted: { readonly accept: string; readonly maxOctets: number },
  rules: FetchRules,
): Promise<Result<{ readonly value: JsonValue; readonly maxAgeSeconds: number | undefined }, string>> {
  const fetched = await fetchText(url, wanted, rules);
  if (!fetched.ok) return fetched;
  const parsed = parseJson(fetched.value.text, { maxDepth: MAX_JSON_DEPTH });
  return parsed.ok
    ? ok({ value: parsed.value, maxAgeSeconds: fetched.value.maxAgeSeconds })
    : err(`${url} gives no usable JSON: ${parsed.error.detail}`);
}

/** Whether a host is this machine. */
export function isLoopback(hostname: string): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127(?:\.\d{1,3}){3}$/.test(hostname);
}

/** What went wrong on the network, in words; never a header or anything secret. */
export function reasonOf(error: unknown): string {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  if (cause instanceof Error && cause.name === 'TimeoutError') return 'no answer in time';
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : '';
  return NETWORK_ERRORS[code] ?? (code === '' ? 'the request failed' : `the request failed (${code})`);
}

const NETWORK_ERRORS: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'nothing listens there',
  ENOTFOUND: 'there is no such host',
  EAI_AGAIN: 'the host name cannot be looked up now',
  ECONNRESET: 'the connection broke',
  UND_ERR_SOCKET: 'the connection broke',
  CERT_HAS_EXPIRED: 'its certificate has expired',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'its certificate is self-signed',
  SELF_SIGNED_CERT_IN_CHAIN: 'its certificate is self-signed',
  ERR_TLS_CERT_ALTNAME_INVALID: 'its certificate is for another name',
};

function reasonNotToAsk(url: URL, rules: FetchRules): string | undefined {
  if (url.username !== '' || url.password !== '') return 'it holds a user name';
  if (url.protocol === 'https:') return undefined;
  if (url.protocol !== 'http:') return 'it is neither https nor http';
  if (rules.allowHttp === true) return undefined;
  if (!isLoopback(url.hostname)) return 'it is plain http, which only --allow-http (allowHttp) permits';
  return isLoopback(new URL(rules.issuer).hostname)
    ? undefined
    : 'it is on this machine, and the issuer is not';
}

function maxAgeOf(headers: Headers): number | undefined {
  const control = headers.get('cache-control') ?? '';
  if (/(?:^|[\s,])no-(?:store|cache)(?:$|[\s,])/i.test(control)) return 0;
  const [, seconds] = /(?:^|[\s,])max-age="?(\d{1,9})/i.exec(control) ?? [];
  return seconds === undefined ? undefined : Math.max(0, Number(seconds) - ageOf(headers));
}

/** Seconds a shared cache held the answer already (RFC 9111 §5.1). */
function ageOf(headers: Headers): number {
  const [age = '0'] = /^\d{1,9}$/.exec(headers.get('age') ?? '') ?? [];
  return Number(age);
}

async function readBounded(response: Response, maxOctets: number): Promise<Uint8Array | undefined> {
  if (response.body === null) return new Uint8Array();
  const chunks: Uint8Array[] = [];
  let count = 0;
  for await (const chunk of response.body) {
    count += chunk.byteLength;
    // Leaving the loop cancels the stream.
    if (count > maxOctets) return undefined;
    chunks.push(chunk);
  }
  const octets = new Uint8Array(count);
  let offset = 0;
  for (const chunk of chunks) {
    octets.set(chunk, offset);
    offset += chunk.byteLength;
  }
  return octets;
}
