import { setTimeout as sleep } from 'node:timers/promises';
import { OAuthClientMetadataSchema } from '@modelcontextprotocol/sdk/shared/auth.js';
import { z } from 'zod';
import { connectAsClient } from '../mcp-server/client.ts';
import { issue, read, type Issued, type People } from './issuer.ts';
import { StepFailed, type Narrator } from './narrator.ts';
import { freePort, startProgram, type Served } from './processes.ts';
import type { Vouched } from './vouch.ts';

/** The MCP server keeps a status list for a second (`examples/mcp-server/serve.ts`). */
const STATUS_LIST_MILLISECONDS = 1_200;

/** Starts the MCP server of `examples/mcp-server`, told nothing but the issuer URL. */
async function startMcpServer(trustedIssuer: string, preferredPort: number): Promise<Served> {
  const port = await freePort(preferredPort);
  return startProgram({
    args: ['examples/mcp-server/serve.ts', String(port), trustedIssuer],
    url: `http://localhost:${port}`,
    probe: '/.well-known/oauth-authorization-server',
    environment: {},
  });
}

/** An MCP client gets into a protected MCP server only because its software was approved, and only as long as its statement stands. */
export async function letInWhatWasApproved(
  { chapter, step }: Narrator,
  people: People,
  trustedIssuer: string,
  desktop: Vouched,
  options: { readonly preferredPort: number; readonly keep: (served: Served) => Served },
): Promise<Served> {
  chapter('An MCP server that lets in approved software');

  const server = await step(
    'An MCP server starts, with the MCP SDK’s own authorization router',
    'Its clients are kept by the registrar of imprimatur/kit; it too is told the issuer’s URL and nothing else.',
    async (fact) => {
      const made = options.keep(await startMcpServer(trustedIssuer, options.preferredPort));
      fact(`${made.url}/mcp, examples/mcp-server`);
      return made;
    },
  );
  const serverUrl = `${server.url}/mcp`;
  const issued = await issue(people, desktop.softwareId);
  const registrationRequest = requestOf(issued);

  await step(
    'An MCP client without a statement is turned away',
    'The SDK discovers the authorization server and tries to register; the same metadata, vouched for by nobody.',
    async (fact) => {
      const { software_statement: _statement, ...plain } = registrationRequest;
      fact(await refusalOf(() => connectAsClient({ serverUrl, registrationRequest: plain, person: 'Ada' })));
    },
  );

  const client = await step(
    'The same client with its statement gets in',
    'Registration, a person who signs in, a token, a tool call: all by the SDK.',
    async (fact) => {
      const connected = await connectAsClient({ serverUrl, registrationRequest, person: 'Ada' });
      fact(`client_id ${connected.clientId}`);
      fact(`the tool whoami says: ${await connected.whoami()}`);
      return connected;
    },
  );

  await step(
    'The statement is revoked, and the client is out',
    'Its access token has not expired: the MCP server asks about the client each time, and the status list says no.',
    async (fact) => {
      const path = `/v1/statements/${issued.jti}/revocation`;
      read(await people.developer('POST', path, { reason: 'The signing laptop was stolen.' }), z.unknown());
      await sleep(STATUS_LIST_MILLISECONDS);
      fact(await refusalOf(() => client.whoami()));
      await client.close();
    },
  );
  return server;
}

function requestOf(issued: Issued) {
  return OAuthClientMetadataSchema.parse(issued.registration_request);
}

/** Why something did not work; fails the step when it did. */
async function refusalOf(attempt: () => Promise<unknown>): Promise<string> {
  let done: unknown;
  try {
    done = await attempt();
  } catch (error) {
    return error instanceof Error ? `${error.name}: ${error.message.slice(0, 200)}` : String(error);
  }
  throw new StepFailed(`it worked: ${JSON.stringify(done)}`);
}
