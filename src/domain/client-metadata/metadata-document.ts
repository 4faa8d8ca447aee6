import { isJsonObject, parseJson, type JsonObject } from '../json.ts';
import { err, ok, type Result } from '../result.ts';

/**
 * How a Client ID Metadata Document is asked for. The draft recommends 5 KiB; longer ones are read so that the rules can say so. No content
 * negotiation, so that whoever digests the document gets the same octets (draft-mcguinness-oauth-cimd-sw-stmt, Metadata Digest).
 */
export const METADATA_DOCUMENT_WANTED = {
  accept: ['application/json'],
  negotiates: false,
  maxOctets: 64 * 1024,
  timeoutMilliseconds: 5_000,
} as const;

const MAX_DEPTH = 18;

/**
 * Whether a URL can be a client identifier that names a document: https, with a path, and nothing that two readers could understand differently
 * (draft-ietf-oauth-client-id-metadata-document §3).
 *
 * @returns a sentence that says what it should be; undefined when it can
 */
export function clientIdUrlProblem(text: string): string | undefined {
  // Parsers take these for something else, or drop them: the URL compared would not be the URL asked.
  if (/[^\x21-\x7e]|\\/.test(text)) return 'Write it in ASCII, without spaces and backslashes.';
  if (!URL.canParse(text)) return 'Write the whole URL, such as https://app.example/client.json.';
  const url = new URL(text);
  if (url.protocol !== 'https:' && url.protocol !== 'http:') return 'It must be an https URL.';
  if (url.hash !== '' || text.includes('#')) return 'It must not have a fragment.';
  if (url.username !== '' || url.password !== '') return 'It must not hold a user name or a password.';
  if (url.pathname === '/') return 'It must have a path: the document’s own place, such as /client.json.';
  const [, path = ''] = /^[^:]+:\/\/[^/?#]*([^?#]*)/.exec(text) ?? [];
  return path.split('/').some((segment) => /^(?:\.|%2e){1,2}$/i.test(segment))
    ? 'Its path must not have dot segments.'
    : undefined;
}

/**
 * Reads a Client ID Metadata Document. Its `client_id` must be the very URL it was fetched from (draft §4.1), else it is about somebody else.
 *
 * @returns the metadata without `client_id`, which is not attested, or a sentence that says what is wrong
 */
export function readMetadataDocument(url: string, octets: Uint8Array): Result<JsonObject, string> {
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(octets);
  } catch {
    return err('The document is not UTF-8.');
  }
  const parsed = parseJson(text, { maxDepth: MAX_DEPTH });
  if (!parsed.ok) return err(`The document cannot be used: ${parsed.error.detail}.`);
  if (!isJsonObject(parsed.value)) return err('The document is no JSON object.');
  const { client_id: clientId, ...metadata } = parsed.value;
  if (clientId !== url)
    return err(
      typeof clientId === 'string'
        ? `Its client_id is ${JSON.stringify(clientId.slice(0, 200))}; it must be exactly the URL the document is at.`
        : 'It has no client_id; it must be exactly the URL the document is at.',
    );
  return ok(metadata);
}
