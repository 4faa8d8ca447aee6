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

/** One argument for a POSIX shell, whatever it holds. */
function quoted(text: string): string {
  return `'${text.replaceAll("'", String.raw`'\''`)}'`;
}
