import { expect } from 'vitest';

/** Sends a request to an issuer, wherever it runs: a real port, or workerd. */
export type Send = (path: string, init?: RequestInit) => Promise<Response>;

/** The members of answers that tests look at; which of them are there depends on the endpoint. */
export type Wire = {
  readonly id: string;
  readonly issuer: string;
  readonly jwks_uri: string;
  readonly software_id: string;
  readonly jti: string;
  readonly kid: string;
  readonly state: string;
  readonly status: number;
  readonly type: string;
  readonly detail: string;
  readonly token: string;
  readonly version: number;
  readonly entries: number;
  readonly next: string | null;
  readonly software_statement: string;
  readonly access_token: string;
  readonly deferral_code: string;
  readonly registration_request: object;
  readonly entry: { readonly kind: string };
  readonly checkpoint: { readonly size: number } | null;
  readonly items: readonly Wire[];
  readonly errors: readonly { readonly pointer: string; readonly rule: string; readonly detail: string }[];
};

export type Answer = { readonly status: number; readonly headers: Headers; readonly body: Wire };

/** Calls the API as one person. */
export type Client = (
  method: string,
  path: string,
  body?: unknown,
  headers?: Record<string, string>,
) => Promise<Answer>;

export function apiClient(send: Send, token: string): Client {
  return async (method, path, body, headers = {}) => {
    const response = await send(path, {
      method,
      headers: {
        authorization: `Bearer ${token}`,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    const wire: Wire = JSON.parse(
      response.headers.get('content-type')?.endsWith('json') === true ? text : 'null',
    );
    return { status: response.status, headers: response.headers, body: wire };
  };
}

/** The body of an answer that must have this status; shows the problem when it has not. */
export async function expectStatus(answer: Promise<Answer>, status: number): Promise<Wire> {
  const given = await answer;
  expect({ status: given.status, body: given.body }).toMatchObject({ status });
  return given.body;
}
