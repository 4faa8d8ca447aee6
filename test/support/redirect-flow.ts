import type { Hono } from 'hono';
import { encodeBase64url } from '../../src/domain/base64url.ts';
import { sha256Base64url } from '../../src/domain/sha256.ts';
import { METADATA } from './issuer.ts';
import type { JsonObject } from '../../src/domain/json.ts';
import type { TestInternet } from './internet.ts';

export const CLIENT = 'https://app.example/client.json';
export const CALLBACK = 'https://app.example/callback';
/** RFC 7636 appendix B. */
export const VERIFIER = 'dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk';
export const STATE = '4L7xQ2mN9pR6 sT1v&+=%';

export type Parameters = Readonly<Record<string, string | readonly string[] | undefined>>;

/** Serves the metadata document of the client; gives its digest. */
export function serveClient(internet: TestInternet, more: JsonObject = {}): string {
  const { jwks_uri: _, ...metadata } = METADATA;
  const text = JSON.stringify({
    client_id: CLIENT,
    ...metadata,
    token_endpoint_auth_method: 'none',
    ...more,
  });
  internet.sites.set(CLIENT, { contentType: 'application/json', body: text });
  return sha256Base64url(text);
}

/** The path of an authorization request that is sound, but for what a test says. */
export function authorizePath(more: Parameters = {}): string {
  const parameters: Parameters = {
    response_type: 'software_statement_code',
    client_id: CLIENT,
    redirect_uri: CALLBACK,
    state: STATE,
    code_challenge: sha256Base64url(VERIFIER),
    code_challenge_method: 'S256',
    dpop_jkt: encodeBase64url(new Uint8Array(32)),
    ...more,
  };
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(parameters))
    for (const each of value === undefined ? [] : [value].flat()) query.append(name, each);
  return `/authorize?${query.toString()}`;
}

export type Delivered =
  /** Nobody was sent anywhere: the person reads what is wrong. */
  | { readonly to: 'page'; readonly status: number; readonly html: string }
  /** On to the page that asks. */
  | { readonly to: 'console'; readonly path: string }
  | {
      readonly to: 'client';
      /** The redirect URI with what it had of a query. */
      readonly at: string;
      readonly parameters: Readonly<Record<string, string>>;
    };

const RESPONSE = new Set(['software_statement_code', 'error', 'error_description', 'state', 'iss']);

/** What an address says to the client that it leads to. */
export function responseIn(location: string): Extract<Delivered, { to: 'client' }> {
  const at = new URL(location);
  const said = [...at.searchParams].filter(([name]) => RESPONSE.has(name));
  for (const [name] of said) at.searchParams.delete(name);
  const parameters = Object.fromEntries(said);
  return { to: 'client', at: at.href, parameters };
}

/** Sends a browser to the authorization endpoint, and tells where it ends up. */
export async function authorize(app: Hono, more: Parameters = {}): Promise<Delivered> {
  const response = await app.request(authorizePath(more), { headers: { accept: 'text/html' } });
  const location = response.headers.get('location');
  if (location === null) return { to: 'page', status: response.status, html: await response.text() };
  return location.startsWith('/console/authorize/')
    ? { to: 'console', path: location }
    : responseIn(location);
}
