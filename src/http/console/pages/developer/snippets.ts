import type { JsonObject } from '../../../../domain/json.ts';
import { metadataUrl } from '../../../../domain/statement/judge.ts';

/** Stands for the authorization server where a statement is for any. */
const SOME_SERVER = 'https://as.example';
/** The name under which the registration request is saved. */
export const REQUEST_FILE = 'registration-request.json';

/** A registration with curl, ready to be pasted into a shell (RFC 7591 §3.1). */
export function curlSnippet(audience: readonly string[] | null, request: JsonObject): string {
  const server = audience?.[0] ?? SOME_SERVER;
  return [
    '# Where the authorization server registers clients (RFC 8414)',
    `REGISTRATION_ENDPOINT=$(curl -s ${quoted(metadataUrl(server))} | tr -d '\\n' \\`,
    String.raw`  | sed -E 's/.*"registration_endpoint": *"([^"]+)".*/\1/')`,
    '',
    '# Register there; some servers ask for an initial access token as well: -H "Authorization: Bearer …"',
    'curl -X POST "$REGISTRATION_ENDPOINT" \\',
    "  -H 'Content-Type: application/json' \\",
    `  -d ${quoted(JSON.stringify(request))}`,
  ].join('\n');
}

/** The same in TypeScript, with the request in a file beside it. */
export function typescriptSnippet(audience: readonly string[] | null): string {
  const server = audience?.[0] ?? SOME_SERVER;
  return `import { readFile } from "node:fs/promises";

const discovered = await fetch(${JSON.stringify(metadataUrl(server))});
const { registration_endpoint } = (await discovered.json()) as { registration_endpoint: string };

const response = await fetch(registration_endpoint, {
  method: "POST",
  headers: { "content-type": "application/json" },
  body: await readFile(${JSON.stringify(REQUEST_FILE)}),
});
const answer = await response.json();
if (response.status !== 201) throw new Error(\`\${answer.error}: \${answer.error_description}\`);
// Keep these: they are what your software is called there.
console.log(answer.client_id, answer.registration_client_uri);
`;
}

/**
 * A token request that carries a digest-bound statement, for a client without a registration
 * (draft-mcguinness-oauth-cimd-sw-stmt, Presentation Request). The client signs its assertion with a key its document carries.
 */
export function presentationSnippet(
  audience: readonly string[] | null,
  clientId: string,
  statement: string,
): string {
  const server = audience?.[0] ?? SOME_SERVER;
  return [
    '# Where the authorization server gives tokens (RFC 8414)',
    `TOKEN_ENDPOINT=$(curl -s ${quoted(metadataUrl(server))} | tr -d '\\n' \\`,
    String.raw`  | sed -E 's/.*"token_endpoint": *"([^"]+)".*/\1/')`,
    '',
    '# CLIENT_ASSERTION is signed with a key of the document (RFC 7523 §2.2)',
    'curl -X POST "$TOKEN_ENDPOINT" \\',
    '  -d grant_type=client_credentials \\',
    `  --data-urlencode client_id=${quoted(clientId)} \\`,
    '  -d client_assertion_type=urn:ietf:params:oauth:client-assertion-type:jwt-bearer \\',
    '  --data-urlencode client_assertion="$CLIENT_ASSERTION" \\',
    `  --data-urlencode software_statement=${quoted(statement)}`,
  ].join('\n');
}

/** One argument for a POSIX shell, whatever it holds. */
function quoted(text: string): string {
  return `'${text.replaceAll("'", String.raw`'\''`)}'`;
}
