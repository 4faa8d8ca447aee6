import { encodeBase64url } from '../../src/domain/base64url.ts';
import type { JsonObject } from '../../src/domain/json.ts';
import { sha256 } from '../../src/domain/sha256.ts';
import { decide } from '../../src/services/decide.ts';
import { submit } from '../../src/services/submit.ts';
import type { TestInternet } from './internet.ts';
import { expectOk, METADATA, type Scene, type TestIssuer } from './issuer.ts';

/** Where the documents of tests are. */
export const DOCUMENT_URL = 'https://app.example/oauth/client.json';

/** Octets of a document: what it says, as it is written. */
export function documentOctets(
  more: JsonObject = {},
  written: { readonly url?: string; readonly before?: string; readonly after?: string } = {},
): Uint8Array {
  const { url = DOCUMENT_URL, before = '', after = '\n' } = written;
  return new TextEncoder().encode(
    `${before}${JSON.stringify({ client_id: url, ...METADATA, ...more }, null, 2)}${after}`,
  );
}

export function digestOf(octets: Uint8Array): string {
  return encodeBase64url(sha256(octets));
}

/** Puts octets where a document is served; gives their digest. */
export function serve(internet: TestInternet, octets: Uint8Array, url = DOCUMENT_URL): string {
  internet.sites.set(url, { contentType: 'application/json', body: octets });
  return digestOf(octets);
}

/** Submits a document by its URL and approves it; gives the submission's id. */
export async function approveDocument(
  { issuer }: TestIssuer,
  scene: Scene,
  url = DOCUMENT_URL,
): Promise<string> {
  const { developer, reviewer, softwareId } = scene;
  const submission = expectOk(await submit(issuer, developer.actor, softwareId, { clientId: url }));
  expectOk(
    await decide(issuer, reviewer.actor, submission.id, { verdict: 'approve', reason: 'as it should be' }),
  );
  return submission.id;
}
