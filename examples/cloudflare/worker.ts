import { waitUntil } from 'cloudflare:workers';
import { getOAuthApi, OAuthProvider, type OAuthProviderOptions } from '@cloudflare/workers-oauth-provider';
import {
  cloudflareAddress,
  createRegistrationEndpoint,
  createStatementVerifier,
  registrationMetadata,
  type Registrar,
} from 'imprimatur/kit';
import { createWebFetcher, openD1RegistrationStore } from 'imprimatur/kit/workers';
import { governedKv, liveRegistration, StandingUnknown, type KeyValueStore } from './governed-kv.ts';
import { providerClients } from './provider-clients.ts';
import { signIn } from './sign-in.ts';

export type Bindings = {
  /** Origin of this Worker, https. */
  readonly ORIGIN: string;
  /** Issuer identifier whose software statements count. */
  readonly TRUSTED_ISSUER: string;
  /** D1, with the migrations of drizzle/registration. */
  readonly REGISTRATIONS: Parameters<typeof openD1RegistrationStore>[0];
  /** What the provider keeps besides clients. */
  readonly OAUTH_KV: KeyValueStore;
};
type Context = {
  waitUntil(promise: Promise<unknown>): void;
  /** What the provider found in an access token. */
  readonly props?: { readonly person?: string };
  readonly auth?: { readonly clientId: string };
};
type Opened = {
  readonly answer: (request: Request, context: Context) => Promise<Response>;
  readonly registrar: Registrar;
};

/**
 * An API protected by workers-oauth-provider, at which only software registers that a trusted issuer vouches for.
 *
 * @param now the present in seconds
 */
export function createWorker(now: () => number = () => Date.now() / 1000) {
  // Kept by the isolate, so that keys and status lists stay in memory.
  let opened: Opened | undefined;
  return {
    fetch(request: Request, bindings: Bindings, context: Context): Promise<Response> {
      opened ??= open(bindings, now);
      return opened.answer(request, context);
    },
    /** By cron: ends what no longer stands, with its grants and tokens. */
    async scheduled(_event: unknown, bindings: Bindings): Promise<void> {
      opened ??= open(bindings, now);
      await opened.registrar.sweep();
    },
  };
}

export default createWorker();

function open(bindings: Bindings, now: () => number): Opened {
  const { ORIGIN: origin } = bindings;
  const { app: registration, registrar } = createRegistrationEndpoint({
    authorizationServer: origin,
    verifier: createStatementVerifier({
      issuers: [{ issuer: bindings.TRUSTED_ISSUER }],
      audience: origin,
      background: waitUntil,
      now,
    }),
    store: openD1RegistrationStore(bindings.REGISTRATIONS),
    fetcher: createWebFetcher(),
    policy: {
      classes: [
        {
          name: 'attested',
          requires: 'software_statement',
          // What the provider can do for registered clients.
          grantTypes: ['authorization_code', 'refresh_token'],
          authMethods: ['none', 'client_secret_basic', 'client_secret_post'],
        },
      ],
    },
    clients: providerClients((kv) => oauth(kv)),
    clientAddress: cloudflareAddress,
    nowMilliseconds: () => now() * 1000,
  });
  const environment = { ...bindings, OAUTH_KV: governedKv(bindings.OAUTH_KV, registrar) };
  // No clientRegistrationEndpoint and no clientIdMetadataDocumentEnabled: nobody would govern those ways in.
  const options: OAuthProviderOptions<Bindings> = {
    apiRoute: `${origin}/api`,
    apiHandler: { fetch: (_request: Request, _env: Bindings, context: Context) => api(registrar, context) },
    defaultHandler: {
      fetch: async (request: Request) =>
        new URL(request.url).pathname === '/authorize'
          ? signIn(request, oauth(), registrar)
          : new Response('There is nothing here.\n', { status: 404 }),
    },
    authorizeEndpoint: `${origin}/authorize`,
    tokenEndpoint: `${origin}/token`,
    tokenExchangeCallback: ({ clientId }) => registrar.used(clientId),
    resourceMetadata: { resource: `${origin}/api` },
  };
  const oauth = (kv = environment.OAUTH_KV) => getOAuthApi(options, { ...environment, OAUTH_KV: kv });
  const provider = new OAuthProvider(options);
  const register = new URL(registrar.endpoint).pathname;

  async function answer(request: Request, context: Context): Promise<Response> {
    const url = new URL(request.url);
    if (url.pathname === register || url.pathname.startsWith(`${register}/`)) {
      url.pathname = url.pathname.slice(register.length) || '/';
      return registration.fetch(new Request(url, request));
    }
    const response = await provider.fetch(request, environment, context);
    const isMetadata = url.pathname === '/.well-known/oauth-authorization-server';
    return isMetadata && request.method === 'GET' && response.ok ? announced(response, registrar) : response;
  }

  return {
    answer: (request, context) =>
      answer(request, context).catch((error: unknown) => {
        if (error instanceof StandingUnknown) return later();
        throw error;
      }),
    registrar,
  };
}

/** The provider checks the token alone; whether its client still stands is asked here. */
async function api(registrar: Registrar, { props, auth }: Context): Promise<Response> {
  const registration = await liveRegistration(registrar, auth?.clientId ?? '');
  if (registration === undefined)
    return Response.json(
      { error: 'invalid_token', error_description: 'The client may not be used any more.' },
      { status: 401, headers: { 'www-authenticate': 'Bearer error="invalid_token"' } },
    );
  const { metadata, governing } = registration;
  return Response.json({
    person: props?.person,
    client_name: metadata['client_name'],
    software_id: governing?.softwareId,
    vouched_for_by: governing?.issuer,
  });
}

/** The provider's metadata (RFC 8414), with the endpoint that is not the provider's. */
async function announced(response: Response, registrar: Registrar): Promise<Response> {
  const metadata: object = await response.json();
  return Response.json({ ...metadata, ...registrationMetadata(registrar) }, { headers: response.headers });
}

/** The issuer cannot be asked: neither yes nor no, or clients would throw away what still stands. */
function later(): Response {
  return Response.json(
    { error: 'temporarily_unavailable', error_description: 'Try again in a moment.' },
    { status: 503, headers: { 'retry-after': '5', 'access-control-allow-origin': '*' } },
  );
}
