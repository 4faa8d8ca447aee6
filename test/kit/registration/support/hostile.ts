import fc from 'fast-check';
import { MEMBERS } from '../../../../src/domain/client-metadata/members.ts';
import type { JsonValue } from '../../../../src/domain/json.ts';
import { EC_KEY } from '../../../domain/client-metadata/examples.ts';
import { CALLBACK } from '../../management/support/clients.ts';

const anyText = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc.string({ unit: 'grapheme', maxLength: 20 }),
  fc.webUrl({ withQueryParameters: true, withFragments: true }),
  fc.constantFrom('', ' ', '\0', '\u202e', '__proto__', 'constructor', '[object Object]', 'a'.repeat(3_000)),
);

/** Texts that are nearly redirect URIs, put together from pieces that parsers read differently. */
const nearlyUri = fc
  .tuple(
    fc.constantFrom('https:', 'http:', 'HTTPS:', 'javascript:', 'com.example.app:', 'urn:', '', ':'),
    fc.constantFrom('//', '/', '\\\\', '', '///'),
    fc.constantFrom('client.example.org', '127.0.0.1', '[::1]', '[', '0x7f000001', 'a@b', 'ü', '*', '%', ''),
    fc.constantFrom('', '/callback', '/../x', '/%2e%2e', '?a=//b', '#', ':99999', ':8443/', '\n', '%zz'),
  )
  .map((pieces) => pieces.join(''));

const anyJson: fc.Arbitrary<JsonValue> = fc.jsonValue({ maxDepth: 4 }).map((value) => {
  const copy: JsonValue = JSON.parse(JSON.stringify(value));
  return copy;
});

const anyKey = fc.record(
  {
    kty: fc.oneof(fc.constantFrom('EC', 'RSA', 'OKP', 'oct', 'AKP'), anyJson),
    crv: fc.oneof(fc.constantFrom('P-256', 'P-521', 'Ed25519', 'X448', 'secp256k1'), anyJson),
    x: fc.oneof(fc.constant(EC_KEY['x'] ?? ''), anyJson),
    y: fc.oneof(fc.constant(EC_KEY['y'] ?? ''), anyJson),
    n: fc.oneof(fc.constantFrom(`${'_'.repeat(341)}w`, 'AQAB'), anyJson),
    e: fc.oneof(fc.constant('AQAB'), anyJson),
    d: anyJson,
    kid: anyJson,
    use: anyJson,
    alg: anyJson,
  },
  { requiredKeys: ['kty'], noNullPrototype: true },
);

/** Values that some member takes, and that no other should stumble over. */
const anyValue = fc.oneof(
  anyJson,
  anyText,
  nearlyUri,
  fc.array(nearlyUri, { maxLength: 4 }),
  fc.array(anyText, { maxLength: 4 }),
  fc.record({ keys: fc.array(fc.oneof(anyKey, anyJson), { maxLength: 3 }) }, { noNullPrototype: true }),
  fc.subarray(['authorization_code', 'implicit', 'refresh_token', 'client_credentials', 'magic']),
  fc.constantFrom('none', 'private_key_jwt', 'client_secret_post', 'tls_client_auth', 'native', 'read write'),
  fc.subarray(['code', 'token', 'id_token', 'code token', '']),
);

/** Names that mean something else, or nothing. */
const NO_METADATA = [
  'software_id',
  'software_version',
  'software_statement',
  'client_id',
  'client_secret',
  'iss',
  'constructor',
  'toString',
  'hasOwnProperty',
  'valueOf',
  '',
];

const anyName = fc
  .tuple(
    fc.constantFrom(...Object.keys(MEMBERS), ...NO_METADATA),
    fc.constantFrom('', '', '', '', '#fr', '#', '#f r', '#ja-Jpan-JP', '#__proto__'),
  )
  .map((pieces) => pieces.join(''));

/** Members by any name with any value, beside a redirect URI that is good: some of it would be granted. */
export const hostileMetadata = fc
  .dictionary(anyName, anyValue, { maxKeys: 4, noNullPrototype: true })
  .map((members) => ({ redirect_uris: [CALLBACK], ...members }));

/** JSON and what is nearly JSON. */
export const hostileText = fc.oneof(
  anyText,
  anyJson.map((value) => JSON.stringify(value)),
  fc
    .tuple(hostileMetadata, fc.nat(), anyText)
    .map(([metadata, at, text]) => spliced(JSON.stringify(metadata), at, text)),
);

function spliced(text: string, at: number, piece: string): string {
  const place = at % (text.length + 1);
  return text.slice(0, place) + piece + text.slice(place + piece.length);
}
