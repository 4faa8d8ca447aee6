import { UnauthorizedError, type OAuthClientProvider } from '@modelcontextprotocol/sdk/client/auth.js';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import type {
  OAuthClientInformationMixed,
  OAuthClientMetadata,
  OAuthTokens,
} from '@modelcontextprotocol/sdk/shared/auth.js';

/** A native client picks its loopback port when it needs one (RFC 8252 §7.3). */
const REDIRECT_URL = 'http://127.0.0.1:53683/callback';

/** An MCP client with what it was registered as and its tokens. */
export type ConnectedClient = {
  readonly clientId: string;
  /** What the server's `whoami` tool answers. */
  readonly whoami: () => Promise<string>;
  /** Ends the connection; what is kept is kept. */
  readonly close: () => Promise<void>;
};

/**
 * Connects an MCP client as users meet it: the server answers 401, the SDK discovers the authorization server, registers with the software
 * statement, and a person signs in.
 *
 * @param options.registrationRequest what came with the statement (`imprimatur issue --request-out`), or metadata without one
 */
export async function connectAsClient(options: {
  readonly serverUrl: string;
  readonly registrationRequest: OAuthClientMetadata;
  readonly person: string;
}): Promise<ConnectedClient> {
  const kept: {
    client?: OAuthClientInformationMixed;
    tokens?: OAuthTokens;
    verifier?: string;
    authorization?: URL;
  } = {};
  const authProvider: OAuthClientProvider = {
    redirectUrl: REDIRECT_URL,
    clientMetadata: options.registrationRequest,
    clientInformation: () => kept.client,
    saveClientInformation: (client) => {
      kept.client = client;
    },
    tokens: () => kept.tokens,
    saveTokens: (tokens) => {
      kept.tokens = tokens;
    },
    redirectToAuthorization: (url) => {
      kept.authorization = url;
    },
    saveCodeVerifier: (verifier) => {
      kept.verifier = verifier;
    },
    codeVerifier: () => kept.verifier ?? '',
  };
  const transport = () => new StreamableHTTPClientTransport(new URL(options.serverUrl), { authProvider });
  const first = transport();
  try {
    await newClient().connect(first);
  } catch (error) {
    if (!(error instanceof UnauthorizedError)) throw error;
  }
  if (kept.authorization === undefined) throw new Error('nobody was asked to sign in');
  await first.finishAuth(await signIn(kept.authorization, options.person));
  const client = newClient();
  await client.connect(transport());
  return {
    clientId: kept.client?.client_id ?? '',
    whoami: async () => textOf(await client.callTool({ name: 'whoami' })),
    close: () => client.close(),
  };
}

function newClient(): Client {
  return new Client({ name: 'Quillfeather Desktop', version: '1.0.0' });
}

/** Answers the sign-in page as a browser would, and gives the authorization code. */
async function signIn(authorization: URL, person: string): Promise<string> {
  const page = await fetch(authorization);
  const html = await page.text();
  const [, request = ''] = /name="request" value="([^"]+)"/.exec(html) ?? [];
  if (request === '') throw new Error(`no page to sign in at: ${page.status} ${html.slice(0, 300)}`);
  const answer = await fetch(new URL('/sign-in', authorization), {
    method: 'POST',
    body: new URLSearchParams({ request, person }),
    redirect: 'manual',
  });
  const back = new URL(answer.headers.get('location') ?? 'about:blank');
  const code = back.searchParams.get('code');
  if (!back.href.startsWith(REDIRECT_URL) || code === null)
    throw new Error(`the sign-in led to ${answer.status} ${back.href}`);
  return code;
}

function textOf(result: Awaited<ReturnType<Client['callTool']>>): string {
  const content: unknown = result['content'];
  const [first]: readonly unknown[] = Array.isArray(content) ? content : [];
  const text: unknown = typeof first === 'object' && first !== null ? Reflect.get(first, 'text') : undefined;
  if (typeof text !== 'string') throw new Error('the tool gave no text');
  return text;
}
