import { decodeJwt } from 'jose';
import {
  createRegistrar,
  takePrecedence,
  type Registered,
  type Registrar,
  type RegistrarOptions,
  type RegistrationRefusal,
} from 'imprimatur/kit';
import {
  errors,
  type AdapterFactory,
  type Configuration,
  type KoaContextWithOIDC,
  type Provider,
} from 'oidc-provider';
import { clientAdapter, KEPT_AS_DIGEST, NO_REDIRECTS } from './client-adapter.ts';
import { unservable } from './unservable.ts';

/** What oidc-provider is configured with, and what governs behind it. */
export type GovernedRegistration = {
  readonly registrar: Registrar;
  readonly features: Pick<NonNullable<Configuration['features']>, 'registration' | 'registrationManagement'>;
  readonly extraClientMetadata: NonNullable<Configuration['extraClientMetadata']>;
  /** Puts the registrar in the place where clients are kept; everything else stays with the adapter given. */
  readonly adapter: (others: AdapterFactory) => AdapterFactory;
  /** Call it with the provider that was configured with the rest, before it serves. */
  readonly attach: (provider: Provider) => void;
};

const TAGGED = ['client_name', 'client_uri', 'logo_uri', 'tos_uri', 'policy_uri'];

/**
 * Governs oidc-provider's own registration and registration management (RFC 7591, RFC 7592): software statements are verified on create and
 * update, and a client is found only while its registration is live.
 *
 * @param options those of `createRegistrar`; `languages` are the language tags in which human-readable members are kept, since
 *   oidc-provider keeps only members it is told of
 */
export function governRegistration(
  options: RegistrarOptions & { readonly languages?: readonly string[] },
): GovernedRegistration {
  const newClientIds = new WeakMap<object, string>();
  const askedFor = new WeakMap<object, unknown>();
  const answers = new WeakMap<object, Registered>();
  let attached: Provider | undefined;
  const registrar = createRegistrar({
    ...options,
    clients: {
      ...options.clients,
      check: async (client) => {
        if (attached === undefined) throw new Error('attach(provider) was not called');
        return unservable(attached, client);
      },
    },
  });

  async function register(context: KoaContextWithOIDC): Promise<void> {
    const answer = await registrar.register({
      body: jsonOf(context.oidc.body),
      clientId: newClientIds.get(context) ?? '',
      isHostManaged: true,
      initialAccessToken: bearerToken(context),
    });
    if (!answer.ok) throw errorOf(context, answer.error);
    answers.set(context, answer.value);
    setBody(context, { ...NO_REDIRECTS, ...answer.value.information });
  }

  const adapter = clientAdapter(registrar, {
    // oidc-provider checks the update before it is stored. It sees what would be registered: what the statement says first, and
    // not a repeated secret, which only the registrar can compare (RFC 7592 §2.2).
    expectBody: (context, { governing }) =>
      onBody(context, (body) => {
        askedFor.set(context, body);
        const { client_secret: _secret, software_statement: statement = governing?.text, ...members } = body;
        const claims = claimsOf(body['software_statement']) ?? governing?.metadata ?? {};
        const asked = takePrecedence(jsonOf(members), claims);
        return { ...NO_REDIRECTS, ...asked, software_statement: statement };
      }),
    update: async (context) => {
      const clientId = context.oidc.client?.clientId ?? '';
      const body = jsonOf(askedFor.get(context));
      const answer = await registrar.update({ body, clientId, isAuthenticated: true });
      if (!answer.ok) throw errorOf(context, answer.error);
      answers.set(context, answer.value);
    },
  });

  return {
    registrar,
    features: {
      registration: {
        enabled: true,
        idFactory: (context) => {
          const clientId = crypto.randomUUID();
          newClientIds.set(context, clientId);
          return clientId;
        },
        // Awaited after the body is read and before the client is made, on every way to this endpoint: a middleware that compares
        // paths would be passed by, since /REG/ leads here as well.
        issueRegistrationAccessToken: async (context) => {
          await register(context);
          return true;
        },
        secretFactory: () => KEPT_AS_DIGEST,
      },
      registrationManagement: { enabled: true, rotateRegistrationAccessToken: true },
    },
    extraClientMetadata: {
      properties: [
        'software_statement', // RFC 7591 §3.2.1: returned unmodified
        'software_id',
        'software_version',
        ...(options.languages ?? []).flatMap((tag) => TAGGED.map((member) => `${member}#${tag}`)),
      ],
    },
    adapter: (others) => (name) => (name === 'Client' ? adapter : others(name)),
    attach: (provider) => {
      attached = provider;
      provider.Client.prototype.compareClientSecret = function compareClientSecret(secret) {
        return registrar.authenticate(this.clientId, secret);
      };
      provider.use(async (context, next) => {
        await next();
        await finish(context, registrar, answers.get(context));
      });
    },
  };
}

/** Answers what was registered (RFC 7591 §3.2.1), and undoes a registration that oidc-provider did not complete. */
async function finish(
  context: { status: number; body: unknown; readonly method: string },
  registrar: Registrar,
  answer: Registered | undefined,
): Promise<void> {
  const { status, body, method } = context;
  if (answer !== undefined && status >= 400 && method === 'POST')
    await registrar.end(answer.registration.clientId, 'oidc-provider did not complete the registration');
  if (status >= 400 || !isObject(body)) return;
  const { registration_access_token, registration_client_uri } = body;
  if (answer !== undefined)
    context.body = { ...answer.information, registration_access_token, registration_client_uri };
  else if (body['client_secret'] === KEPT_AS_DIGEST) delete body['client_secret'];
}

/** Lets a function see and change the body as soon as it is read. */
function onBody(
  context: KoaContextWithOIDC,
  change: (body: Record<string, unknown>) => Record<string, unknown>,
): void {
  let current: unknown;
  Object.defineProperty(context.oidc, 'body', {
    configurable: true,
    get: () => current,
    set: (body: unknown) => {
      current = isObject(body) ? change(body) : body;
    },
  });
}

function setBody(context: KoaContextWithOIDC, body: Record<string, unknown>): void {
  Object.defineProperty(context.oidc, 'body', { configurable: true, writable: true, value: body });
}

/** Claims not verified yet: good for oidc-provider's checks, and for nothing else. */
function claimsOf(statement: unknown): Record<string, never> | undefined {
  try {
    return typeof statement === 'string' ? JSON.parse(JSON.stringify(decodeJwt(statement))) : undefined;
  } catch {
    return undefined;
  }
}

/** The registrar's answer as oidc-provider throws it. */
function errorOf(context: KoaContextWithOIDC, refusal: RegistrationRefusal): Error {
  if (refusal.retryAfterSeconds !== undefined) context.set('Retry-After', String(refusal.retryAfterSeconds));
  const error = new errors.OIDCProviderError(refusal.status, refusal.error ?? 'invalid_token');
  return Object.assign(error, { error_description: refusal.description, expose: true });
}

function bearerToken(context: KoaContextWithOIDC): string | undefined {
  return /^Bearer +(\S+)$/i.exec(context.get('authorization'))?.[1];
}

function jsonOf(body: unknown) {
  return JSON.parse(JSON.stringify(body ?? null));
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
