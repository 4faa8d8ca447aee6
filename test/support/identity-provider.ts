import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { Provider, type Configuration } from 'oidc-provider';
import { createIdentityProvider } from '../../src/identity/open-id-connect.ts';
import type { IdentityProvider } from '../../src/ports/sign-in.ts';

/** An account of the provider, with what it tells of it. */
export type Account = {
  readonly subject: string;
  readonly name?: string;
  readonly email?: string;
  readonly groups?: readonly string[];
};

/** A real OpenID provider on loopback, whose users are always at their desk and say who they are at once. */
export type TestIdentityProvider = {
  readonly url: string;
  /** As its client, with a secret or without. */
  readonly client: (kind: 'confidential' | 'public') => IdentityProvider;
  /** Who sits in front of the browser from now on; undefined says no. */
  user: Account | undefined;
  /** How often somebody was asked who they are. */
  readonly asked: () => number;
  /** Goes where the issuer sends a browser and follows every redirect; gives the URL at which it comes back. */
  readonly visit: (url: string, browser?: Jar) => Promise<string>;
  readonly stop: () => void;
};

/** The cookies of one browser at the provider. */
export type Jar = Map<string, string>;

const SECRET = 'a-secret-of-the-client-that-is-long-enough';
const MAX_REDIRECTS = 10;

/**
 * @param redirectUri of the issuer
 * @param options.inIdToken whether names and groups stand in the ID token; at UserInfo alone otherwise
 */
export async function startIdentityProvider(
  redirectUri: string,
  options: { readonly inIdToken?: boolean } = {},
): Promise<TestIdentityProvider> {
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('listening without an address');
  const url = `http://localhost:${address.port}`;
  const accounts = new Map<string, Account>();
  let asked = 0;
  const state: { user: Account | undefined } = { user: undefined };

  const provider = new Provider(url, configuration(redirectUri, accounts, options.inIdToken === true));
  const handle = provider.callback();

  async function interact(request: IncomingMessage, response: ServerResponse): Promise<void> {
    asked += 1;
    const { user } = state;
    if (user !== undefined) accounts.set(user.subject, user);
    await provider.interactionFinished(
      request,
      response,
      user === undefined
        ? { error: 'access_denied', error_description: 'the user said no' }
        : { login: { accountId: user.subject } },
    );
  }
  server.on('request', (request, response) => {
    if (request.url?.startsWith('/interaction/') === true) void interact(request, response);
    else void handle(request, response);
  });

  return {
    url,
    client: (kind) =>
      createIdentityProvider({
        issuer: url,
        clientId: kind,
        clientSecret: kind === 'confidential' ? SECRET : undefined,
        name: 'Example Login',
      }),
    get user() {
      return state.user;
    },
    set user(user) {
      state.user = user;
    },
    asked: () => asked,
    visit: async (start, jar = new Map<string, string>()) => {
      let next = start;
      for (let i = 0; i < MAX_REDIRECTS; i += 1) {
        if (next.startsWith(`${redirectUri}?`)) return next;
        const cookie = [...jar].map(([name, value]) => `${name}=${value}`).join('; ');
        const answer = await fetch(next, { redirect: 'manual', headers: cookie === '' ? {} : { cookie } });
        for (const set of answer.headers.getSetCookie()) {
          const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(set) ?? [];
          if (value === '') jar.delete(name);
          else jar.set(name, value);
        }
        const location = answer.headers.get('location');
        if (location === null) throw new Error(`${answer.status} at ${next}: ${await answer.text()}`);
        next = new URL(location, next).href;
      }
      throw new Error('redirected for ever');
    },
    stop: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}

function configuration(
  redirectUri: string,
  accounts: ReadonlyMap<string, Account>,
  inIdToken: boolean,
): Configuration {
  const client = {
    redirect_uris: [redirectUri],
    response_types: ['code' as const],
    grant_types: ['authorization_code'],
  };
  return {
    clients: [
      { ...client, client_id: 'confidential', client_secret: SECRET },
      { ...client, client_id: 'public', token_endpoint_auth_method: 'none' },
    ],
    cookies: { keys: ['a key for the cookies of this test'] },
    claims: { openid: ['sub'], profile: ['name', 'groups'], email: ['email'] },
    conformIdTokenClaims: !inIdToken,
    features: { devInteractions: { enabled: false } },
    interactions: { url: (_context, { uid }) => `/interaction/${uid}` },
    pkce: { required: () => true },
    findAccount: (_context, id) => ({
      accountId: id,
      claims: () => {
        const { name, email, groups } = accounts.get(id) ?? {};
        return { sub: id, name, email, groups };
      },
    }),
    // Nobody is asked for consent: the organisation runs both.
    loadExistingGrant: async (context) => {
      const { client: asking, session, provider } = context.oidc;
      const grant = new provider.Grant({
        ...(asking === undefined ? {} : { clientId: asking.clientId }),
        ...(session?.accountId === undefined ? {} : { accountId: session.accountId }),
      });
      grant.addOIDCScope('openid profile email');
      await grant.save();
      return grant;
    },
  };
}
