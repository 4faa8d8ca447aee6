import type { Hono } from 'hono';
import type { JsonObject } from '../../src/domain/json.ts';

type Sent = {
  readonly body?: JsonObject;
  readonly headers?: Record<string, string>;
  readonly token?: string;
};

export type Called = { readonly status: number; readonly headers: Headers; readonly body: JsonObject };

/**
 * Calls an application as one person, or as another where a token is given.
 *
 * @param base path of the issuer identifier
 */
export function caller(app: Hono, base: string, ownToken: string) {
  return async (method: string, path: string, { body, headers, token }: Sent = {}): Promise<Called> => {
    const response = await app.request(`${base}${path}`, {
      method,
      headers: {
        authorization: `Bearer ${token ?? ownToken}`,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    const parsed: JsonObject = text === '' ? {} : JSON.parse(text);
    return { status: response.status, headers: response.headers, body: parsed };
  };
}
