import { getRequestListener } from '@hono/node-server';
import { requireBearerAuth } from '@modelcontextprotocol/sdk/server/auth/middleware/bearerAuth.js';
import {
  getOAuthProtectedResourceMetadataUrl,
  mcpAuthRouter,
} from '@modelcontextprotocol/sdk/server/auth/router.js';
import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { StreamableHTTPServerTransport } from '@modelcontextprotocol/sdk/server/streamableHttp.js';
import express, { type Express, type NextFunction, type Request, type Response } from 'express';
import {
  createMemoryStore,
  createRegistrationEndpoint,
  createStatementVerifier,
  type Registrar,
  type RegistrationStore,
  type StatusPolicy,
} from 'imprimatur/kit';
import { createAuthorizationServer } from './authorization-server.ts';

/**
 * An MCP server that lets in only software that a trusted issuer vouches for, with the SDK's own authorization router.
 *
 * @param options.url origin of this server; it is authorization server and MCP server (`/mcp`) in one
 * @param options.trustedIssuer issuer identifier whose software statements count
 * @param options.status how the status of statements is asked for
 * @param options.now the present in seconds, where a test moves it
 */
export function createMcpServer(options: {
  readonly url: string;
  readonly trustedIssuer: string;
  readonly status?: StatusPolicy;
  readonly store?: RegistrationStore;
  readonly now?: () => number;
}): { readonly app: Express; readonly registrar: Registrar } {
  const { trustedIssuer, status, now = () => Date.now() / 1000 } = options;
  const issuerUrl = new URL(options.url);
  const resource = new URL('/mcp', issuerUrl);
  const { app: registration, registrar } = createRegistrationEndpoint({
    authorizationServer: issuerUrl.origin,
    verifier: createStatementVerifier({
      issuers: [{ issuer: trustedIssuer, ...(status === undefined ? {} : { status }) }],
      // The SDK writes its issuer identifier with a slash at the end.
      audience: [issuerUrl.origin, issuerUrl.href],
      now,
    }),
    store: options.store ?? createMemoryStore(),
    policy: {
      classes: [
        {
          name: 'mcp',
          requires: 'software_statement',
          authMethods: ['none'],
          grantTypes: ['authorization_code', 'refresh_token'],
        },
      ],
    },
    nowMilliseconds: () => now() * 1000,
  });
  const provider = createAuthorizationServer({ registrar, resource, now });

  const app = express();
  // Before the SDK's router, whose registration endpoint knows no RFC 7592: clients may also read, update and delete themselves.
  const register = getRequestListener(registration.fetch, { overrideGlobalObjects: false });
  app.use('/register', (request, response) => void register(request, response));
  app.use(mcpAuthRouter({ provider, issuerUrl, resourceServerUrl: resource }));
  app.post('/sign-in', express.urlencoded({ extended: false }), (request, response) => {
    const { request: id, person } = formOf(request.body);
    const back = provider.signIn(id, person);
    if (back === undefined) response.status(400).type('text').send('Start again from your application.\n');
    else response.redirect(303, back.href);
  });

  const authenticated = requireBearerAuth({
    verifier: provider,
    resourceMetadataUrl: getOAuthProtectedResourceMetadataUrl(resource),
  });
  app.post('/mcp', authenticated, express.json(), (request, response, next) => {
    void answer(request, response, next);
  });
  app.all('/mcp', (_request, response) => void response.status(405).set('allow', 'POST').end());
  return { app, registrar };
}

/** Stateless: each request has a server of its own. */
async function answer(request: Request, response: Response, next: NextFunction): Promise<void> {
  try {
    const transport = new StreamableHTTPServerTransport({});
    response.on('close', () => void transport.close());
    await tools().connect(transport);
    await transport.handleRequest(request, response, request.body);
  } catch (error) {
    next(error);
  }
}

function tools(): McpServer {
  const server = new McpServer({ name: 'whoami', version: '1.0.0' });
  server.registerTool(
    'whoami',
    { description: 'Says for whom, through which software, and who vouches for that software.' },
    ({ authInfo }) => {
      const { person, clientName, softwareId, vouchedBy } = authInfo?.extra ?? {};
      return {
        content: [
          {
            type: 'text',
            text: `${String(person)} through ${String(clientName)}, software ${String(softwareId)}, vouched for by ${String(vouchedBy)}`,
          },
        ],
      };
    },
  );
  return server;
}

function formOf(body: unknown): { readonly request: string; readonly person: string } {
  const member = (name: string) => {
    const value: unknown = typeof body === 'object' && body !== null ? Reflect.get(body, name) : undefined;
    return typeof value === 'string' ? value.trim() : '';
  };
  return { request: member('request'), person: member('person') };
}
