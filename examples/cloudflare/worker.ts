import { waitUntil } from 'cloudflare:workers';
import { OAuthProvider, type OAuthHelpers } from '@cloudflare/workers-oauth-provider';
import {
  cloudflareAddress,
  createRegistrationEndpoint,
  createStatementVerifier,
  type Registrar,
} from 'imprimatur/kit';
import { createWebFetcher, openD1RegistrationStore } from 'imprimatur/kit/workers';
import { governedKv, type KeyValueStore } from './governed-kv.ts';
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
/** The provider adds its helpers before it asks the default handler. */
type Environment = Bindings & { readonly OAUTH_PROVIDER?: OAuthHelpers };
type Context = {
  waitUntil(promise: Promise<unknown>): void;
  readonly props?: { readonly person?: string; readonly clientId?: string };
};
type Opened = { readonly answer: (request: Request, context: Context) => Promise<Response> };

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
          grantTypes: ['authorization_code', 'refresh_token'],
          authMethods: ['none', 'client_secret_basic', 'client_secret_post'],
        },
      ],
    },
    clientAddress: cloudflareAddress,
    nowMilliseconds: () => now() * 1000,
  });
  const provider = new OAuthProvider<Environment>({
    apiRoute: `${origin}/api`,
    apiHandler: {
      fetch: (_request: Request, _env: Environment, context: Context) => api(registrar, context),
    },
    defaultHandler: {
      fetch: (request: Request, env: Environment) =>
        new URL(request.url).pathname === '/authorize' && env.OAUTH_PROVIDER !== undefined
          ? signIn(request, env.OAUTH_PROVIDER)
          : Promise.resolve(new Response('There is nothing here.\n', { status: 404 })),
    },
    authorizeEndpoint: `${origin}/authorize`,
    tokenEndpoint: `${origin}/token`,
    // Announced in the metadata; the registrar answers there, before the provider is asked.
    clientRegistrationEndpoint: registrar.endpoint,
    clientRegistrationCallback: () => ({
      code: 'access_denied',
      description: 'Clients register through the registrar.',
      status: 403,
    }),
    tokenExchangeCallback: ({ clientId }) => registrar.used(clientId),
    resourceMetadata: { resource: `${origin}/api` },
  });
  const environment = { ...bindings, OAUTH_KV: governedKv(bindings.OAUTH_KV, registrar) };
  const register = new URL(registrar.endpoint).pathname;
  return {
    answer: async (request, context) => {
      const url = new URL(request.url);
      if (url.pathname !== register && !url.pathname.startsWith(`${register}/`))
        return provider.fetch(request, environment, context);
      url.pathname = url.pathname.slice(register.length) || '/';
      return registration.fetch(new Request(url, request));
    },
  };
}

/** The provider checks the token alone; whether its client still stands is asked here. */
async function api(registrar: Registrar, { props }: Context): Promise<Response> {
  const standing = await registrar.standing(props?.clientId ?? '');
  if (standing.outcome !== 'live')
    return Response.json(
      { error: 'invalid_token', error_description: 'The client may not be used any more.' },
      { status: 401, headers: { 'www-authenticate': 'Bearer error="invalid_token"' } },
    );
  const { metadata, governing } = standing.registration;
  return Response.json({
    person: props?.person,
    client_name: metadata['client_name'],
    software_id: governing?.softwareId,
    vouched_for_by: governing?.issuer,
  });
}
