import type { JsonObject, JsonValue } from '../../../src/domain/json.ts';
import {
  createRegistrationEndpoint,
  type RegistrationEndpointOptions,
} from '../../../src/kit/registration/endpoint.ts';
import { createMemoryStore } from '../../../src/kit/registration/memory-store.ts';
import type { RegistrationLog } from '../../../src/kit/registration/context.ts';
import type { Registrar } from '../../../src/kit/registration/registrar.ts';
import type { RegistrationStore } from '../../../src/kit/registration/ports.ts';
import type { TrustedIssuer } from '../../../src/kit/verifier/trusted-issuer.ts';
import { fakeIssuer, type FakeIssuer } from './fake-issuer.ts';

export const AUTHORIZATION_SERVER = 'https://as.example';
export const REGISTER = `${AUTHORIZATION_SERVER}/register`;

/** An answer of the endpoint; `body` is empty where there is none. */
export type Answer = { readonly status: number; readonly headers: Headers; readonly body: JsonObject };

export type Sent = {
  readonly token?: string;
  readonly body?: JsonValue | string;
  readonly headers?: Readonly<Record<string, string>>;
};

/** A registration endpoint over a store in memory, an issuer that it trusts, and a clock that both share. */
export type Scene = {
  readonly issuer: FakeIssuer;
  readonly registrar: Registrar;
  readonly store: RegistrationStore;
  /** What the operator's log was told, in order. */
  readonly told: readonly (readonly [string, Readonly<Record<string, unknown>>])[];
  /** Calls the endpoint over HTTP; `path` below `/register`. */
  readonly call: (method: string, path: string, sent?: Sent) => Promise<Answer>;
  /** POSTs a registration request. */
  readonly register: (body: JsonValue, token?: string) => Promise<Answer>;
  /** Registers with a statement that stands, and fails the test if that does not work. */
  readonly registered: (claims?: JsonObject, asked?: JsonObject) => Promise<Client>;
  /** Everything the store holds, to see that a refusal left nothing behind. */
  readonly contents: () => Promise<JsonValue>;
};

/** A client that was registered, with its credentials. */
export type Client = {
  readonly id: string;
  readonly token: string;
  readonly information: JsonObject;
  readonly read: () => Promise<Answer>;
  /** PUTs metadata, `client_id` added. */
  readonly update: (body: JsonObject, token?: string) => Promise<Answer>;
  readonly remove: () => Promise<Answer>;
};

/** @param options whatever of the endpoint's options the test is about */
export async function scene(
  options: Partial<RegistrationEndpointOptions> & { readonly trust?: Partial<TrustedIssuer> } = {},
): Promise<Scene> {
  const { trust, ...given } = options;
  const issuer = await fakeIssuer();
  const store = given.store ?? createMemoryStore();
  const told: (readonly [string, Readonly<Record<string, unknown>>])[] = [];
  const log: RegistrationLog = (_level, event, fields) => {
    told.push([event, fields]);
  };
  const { app, registrar } = createRegistrationEndpoint({
    authorizationServer: AUTHORIZATION_SERVER,
    verifier: issuer.verifier({ ...trust }, { audience: [AUTHORIZATION_SERVER] }),
    limits: { address: false, token: false, statement: false },
    nowMilliseconds: () => issuer.clock.now() * 1000,
    log,
    ...given,
    store,
  });

  async function call(method: string, path: string, { token, body, headers }: Sent = {}): Promise<Answer> {
    const response = await app.request(path === '' ? '/' : path, {
      method,
      headers: {
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
    const text = await response.text();
    const parsed: JsonObject = text === '' ? {} : JSON.parse(text);
    return { status: response.status, headers: response.headers, body: parsed };
  }

  const register = (body: JsonValue, token?: string) =>
    call('POST', '', { body, ...(token === undefined ? {} : { token }) });

  return {
    issuer,
    registrar,
    store,
    told,
    call,
    register,
    registered: async (claims = {}, asked = {}) => {
      const software_statement = await issuer.statement(claims);
      return clientOf(call, await register({ ...asked, software_statement }));
    },
    contents: async () => {
      const texts = (await store.entriesAfter(0, 1000)).map(({ text }) => text);
      const clients = await store.registrations({}, undefined, 1000);
      const tokens = await store.initialAccessTokens(1000);
      return JSON.parse(JSON.stringify({ texts, clients, tokens }));
    },
  };
}

/** The client that an answer registered; throws when it registered none. */
export function clientOf(call: Scene['call'], answer: Answer): Client {
  const { client_id: id, registration_access_token: token } = answer.body;
  if (answer.status !== 201 || typeof id !== 'string' || typeof token !== 'string')
    throw new Error(`not registered: ${answer.status} ${JSON.stringify(answer.body)}`);
  const path = `/${id}`;
  return {
    id,
    token,
    information: answer.body,
    read: () => call('GET', path, { token }),
    update: (body, other = token) => call('PUT', path, { token: other, body: { client_id: id, ...body } }),
    remove: () => call('DELETE', path, { token }),
  };
}
