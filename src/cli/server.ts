import { isJsonObject, type JsonObject, type JsonValue } from '../domain/json.ts';
import { err, ok, type Result } from '../domain/result.ts';
import { isLoopback, reasonOf } from '../kit/fetch-document.ts';
import { TOKEN_FILE, URL_OPTION } from './command.ts';
import type { Dependencies } from './dependencies.ts';
import type { Get } from './inputs.ts';

/** An answer of the API: its exact text, and what it says. */
export type Answer = { readonly text: string; readonly body: JsonObject };

/** Why there is no answer. */
export type Failure =
  | { readonly kind: 'usage'; readonly detail: string }
  | { readonly kind: 'unreachable'; readonly url: string; readonly detail: string }
  | {
      readonly kind: 'refused';
      readonly status: number;
      /** The exact body. */
      readonly text: string;
      /** RFC 9457 problem details; undefined when something else than our API answered. */
      readonly problem: JsonObject | undefined;
    };

export type ApiRequest = {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** Below the server's URL; made with `path`. */
  readonly path: string;
  readonly query?: Readonly<Record<string, string | number | undefined>>;
  readonly body?: JsonObject;
  /** Sent where the request creates something. */
  readonly idempotencyKey?: string;
};

/** A running server, spoken to as one person. */
export type Server = {
  readonly url: string;
  readonly send: (request: ApiRequest) => Promise<Result<Answer, Failure>>;
  /** Text as it arrives; a broken connection throws in the middle. */
  readonly stream: (request: ApiRequest) => Promise<Result<AsyncIterable<string>, Failure>>;
};

const DEFAULT_URL = 'http://localhost:8787';
const TIMEOUT_MILLISECONDS = 60_000;
const MAX_TOKEN_FILE_OCTETS = 4_096;

/** A path of the API; what is put in is one segment each. */
export function path(parts: TemplateStringsArray, ...segments: readonly string[]): string {
  return parts.reduce((made, part, i) => made + encodeURIComponent(segments[i - 1] ?? '') + part);
}

/** Finds out which server to speak to and with which token. The token is never part of a refusal. */
export async function connect(get: Get, deps: Dependencies): Promise<Result<Server, Failure>> {
  const url = (get(URL_OPTION) ?? (deps.environment['IMPRIMATUR_URL'] || DEFAULT_URL)).replace(/\/+$/, '');
  if (!/^https?:\/\//i.test(url) || !URL.canParse(url))
    return usage(`the server ${url} is not an http or https URL`);
  const parsed = new URL(url);
  if (parsed.username !== '' || parsed.password !== '' || parsed.search !== '' || parsed.hash !== '')
    return usage('the server URL must hold no user, query or fragment');
  const token = await readToken(get(TOKEN_FILE), deps);
  if (!token.ok) return token;
  if (parsed.protocol === 'http:' && !isLoopback(parsed.hostname))
    deps.stderr.write(`imprimatur: ${parsed.origin} is not https; whoever is between can read the token.\n`);
  return ok(serverAt(url, token.value, deps));
}

async function readToken(file: string | undefined, deps: Dependencies): Promise<Result<string, Failure>> {
  const { IMPRIMATUR_TOKEN: variable, IMPRIMATUR_TOKEN_FILE: variableFile } = deps.environment;
  const from = file ?? (variable ? undefined : variableFile || undefined);
  if (from === undefined && !variable)
    return usage(
      'there is no API token. Set IMPRIMATUR_TOKEN, or put it into a file and name that with --token-file. ' +
        'A token on the command line could be read in the list of processes.',
    );
  const read: Result<string, string> =
    from === undefined ? ok(variable ?? '') : await deps.files.read(from, MAX_TOKEN_FILE_OCTETS);
  if (!read.ok) return usage(`the token cannot be read: ${read.error}`);
  const token = read.value.trim();
  // Checked here, because a runtime would quote a malformed header value in its error.
  return /^[\x21-\x7e]{1,512}$/.test(token)
    ? ok(token)
    : usage('the API token is not one line of visible ASCII characters');
}

function serverAt(url: string, token: string, deps: Dependencies): Server {
  async function call(request: ApiRequest, signal?: AbortSignal): Promise<Result<Response, Failure>> {
    const headers: Record<string, string> = {
      authorization: `Bearer ${token}`,
      accept: 'application/json, application/problem+json, application/jsonl',
      ...(request.body === undefined ? {} : { 'content-type': 'application/json' }),
      ...(request.idempotencyKey === undefined ? {} : { 'idempotency-key': request.idempotencyKey }),
    };
    const target = url + request.path + queryOf(request.query ?? {});
    try {
      const response = await deps.fetch(target, {
        method: request.method,
        headers,
        redirect: 'manual',
        ...(signal === undefined ? {} : { signal }),
        ...(request.body === undefined ? {} : { body: JSON.stringify(request.body) }),
      });
      if (response.status < 300) return ok(response);
      return err(await refusalOf(response));
    } catch (error) {
      return err({ kind: 'unreachable', url, detail: reasonOf(error) });
    }
  }

  return {
    url,
    send: async (request) => {
      const response = await call(request, AbortSignal.timeout(TIMEOUT_MILLISECONDS));
      if (!response.ok) return response;
      try {
        const text = await response.value.text();
        const body = text === '' ? {} : jsonObjectOf(text);
        return body === undefined
          ? err({ kind: 'refused', status: response.value.status, text, problem: undefined })
          : ok({ text, body });
      } catch (error) {
        return err({ kind: 'unreachable', url, detail: reasonOf(error) });
      }
    },
    stream: async (request) => {
      const response = await call(request);
      return response.ok ? ok(chunksOf(response.value)) : response;
    },
  };
}

async function refusalOf(response: Response): Promise<Failure> {
  const text = await response.text();
  const isProblem = response.headers.get('content-type')?.startsWith('application/problem+json') === true;
  return {
    kind: 'refused',
    status: response.status,
    text,
    problem: isProblem ? jsonObjectOf(text) : undefined,
  };
}

async function* chunksOf(response: Response): AsyncGenerator<string> {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  if (response.body === null) return;
  for await (const chunk of response.body) yield decoder.decode(chunk, { stream: true });
  yield decoder.decode();
}

function jsonObjectOf(text: string): JsonObject | undefined {
  try {
    const value: JsonValue = JSON.parse(text);
    return isJsonObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function queryOf(query: Readonly<Record<string, string | number | undefined>>): string {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) if (value !== undefined) search.set(name, String(value));
  return search.size === 0 ? '' : `?${search.toString()}`;
}

function usage(detail: string): Result<never, Failure> {
  return err({ kind: 'usage', detail });
}
