import { z } from 'zod';
import { read, type People, type RunningIssuer } from './issuer.ts';
import type { Served } from './processes.ts';
import { readMetadata, type Vouched } from './vouch.ts';

const submitted = z.looseObject({ id: z.string() });

/** Leaves a new version in the review queue for whoever tried the demonstration. */
export async function leaveWorkForAReviewer(people: People, { name, softwareId }: Vouched): Promise<string> {
  const metadata = readMetadata(name);
  const known = z.array(z.string()).parse(metadata['redirect_uris']);
  const redirect_uris = [...known, 'https://app.example/oauth/callback'];
  const answer = await people.developer('POST', `/v1/software/${softwareId}/submissions`, {
    software_version: '1.1.0',
    client_metadata: { ...metadata, redirect_uris },
    note: 'One more redirect URI, on our main site.',
  });
  return read(answer, submitted).id;
}

/** Addresses, tokens and commands to go on with. */
export function invitation(
  issuer: RunningIssuer,
  people: People,
  { server, mcpServer }: { readonly server: Served; readonly mcpServer: Served },
  submission: string,
): readonly string[] {
  return [
    'They keep running until Ctrl-C:',
    `  issuer                ${issuer.url}  (API documentation at ${issuer.url}/docs)`,
    `  authorization server  ${server.url}`,
    `  MCP server            ${mcpServer.url}/mcp`,
    `  operator’s token      ${issuer.operatorToken}`,
    `  developer’s token     ${people.developerToken}`,
    `  reviewer’s token      ${people.reviewerToken}`,
    '',
    'What the authorization server read:',
    `  curl ${issuer.url}/.well-known/oauth-authorization-server`,
    `  curl ${issuer.url}/jwks`,
    'Be the reviewer; a new version that asks for one more redirect URI waits for you:',
    `  export IMPRIMATUR_URL=${issuer.url} IMPRIMATUR_TOKEN=${people.reviewerToken}`,
    '  npx imprimatur queue',
    `  npx imprimatur show ${submission}`,
    `  npx imprimatur approve ${submission} --reason 'Our main site, as agreed.'`,
    'Be the operator:',
    `  curl -H 'Authorization: Bearer ${issuer.operatorToken}' ${issuer.url}/v1/ledger`,
    '',
  ];
}
