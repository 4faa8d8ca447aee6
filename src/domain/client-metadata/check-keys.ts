import { decodeBase64url } from '../base64url.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../json.ts';
import { findingOf, pointerTo, quoted, type Finding } from './finding.ts';

/** Members that only private or symmetric keys have (RFC 7518 §6.2.2, §6.3.2, §6.4). */
const PRIVATE_MEMBERS = ['d', 'p', 'q', 'dp', 'dq', 'qi', 'oth', 'k', 'priv'] as const;

/** Octets of a coordinate (RFC 7518 §6.2.1.2, RFC 8037 §2). */
const CURVES: ReadonlyMap<string, { readonly kty: string; readonly octets: number }> = new Map([
  ['P-256', { kty: 'EC', octets: 32 }],
  ['P-384', { kty: 'EC', octets: 48 }],
  ['P-521', { kty: 'EC', octets: 66 }],
  ['secp256k1', { kty: 'EC', octets: 32 }],
  ['Ed25519', { kty: 'OKP', octets: 32 }],
  ['Ed448', { kty: 'OKP', octets: 57 }],
  ['X25519', { kty: 'OKP', octets: 32 }],
  ['X448', { kty: 'OKP', octets: 56 }],
]);

/** `jwks` and `jwks_uri` (RFC 7591 §2), and every key by value. */
export function checkKeys(metadata: JsonObject): readonly Finding[] {
  const { jwks, jwks_uri: uri } = metadata;
  const findings: Finding[] = [];
  if (jwks !== undefined && uri !== undefined)
    findings.push(
      findingOf(
        'jwks-and-jwks-uri',
        '/jwks',
        'Keep jwks_uri and remove jwks; the two must not stand together.',
      ),
    );
  if (!isJsonObject(jwks)) return findings;
  findings.push(
    findingOf(
      'jwks-inline',
      '/jwks',
      'Publish the keys at a jwks_uri, so that they can be rotated without a new submission.',
    ),
  );
  const keys = jwks['keys'];
  if (!Array.isArray(keys) || keys.length === 0)
    return [
      ...findings,
      findingOf('jwks-shape', '/jwks/keys', 'jwks needs a member keys with at least one JSON Web Key.'),
    ];
  const kids = new Set<string>();
  keys.forEach((key, i) => {
    const pointer = pointerTo('jwks', 'keys', i);
    if (!isJsonObject(key)) {
      findings.push(findingOf('jwks-shape', pointer, 'A JSON Web Key is an object.'));
      return;
    }
    findings.push(...keyFindings(key, pointer));
    const kid = key['kid'];
    if (typeof kid === 'string') {
      if (kids.has(kid))
        findings.push(
          findingOf('jwk-kid-duplicate', `${pointer}/kid`, `Another key has the kid ${quoted(kid)}.`),
        );
      kids.add(kid);
    } else if (keys.length > 1)
      findings.push(
        findingOf('jwk-kid-missing', pointer, 'Give every key a kid, for example its RFC 7638 thumbprint.'),
      );
  });
  return findings;
}

/**
 * Private or symmetric key material anywhere in the metadata, unknown members included. The finding says where,
 * never what.
 *
 * @param depth values nested deeper are not searched; they are refused by another rule
 */
export function findPrivateKeys(
  value: JsonValue | undefined,
  pointer: string,
  depth: number,
): readonly Finding[] {
  if (depth === 0) return [];
  if (Array.isArray(value))
    return value.flatMap((item, i) => findPrivateKeys(item, `${pointer}/${i}`, depth - 1));
  if (!isJsonObject(value)) return [];
  const isKey = typeof value['kty'] === 'string';
  const here = isKey ? PRIVATE_MEMBERS.filter((name) => Object.hasOwn(value, name)) : [];
  const symmetric = isKey && value['kty'] === 'oct';
  const own =
    symmetric && here.length === 0
      ? [
          findingOf(
            'private-key',
            `${pointer}/kty`,
            'A symmetric key (kty oct) cannot be published; register a public key.',
          ),
        ]
      : here.map((name) =>
          findingOf(
            'private-key',
            `${pointer}/${name}`,
            'This member belongs to a private or symmetric key. It was not stored; treat the key as disclosed, make a new one and submit its public half.',
          ),
        );
  return [
    ...own,
    ...Object.entries(value).flatMap(([name, member]) =>
      findPrivateKeys(member, `${pointer}${pointerTo(name)}`, depth - 1),
    ),
  ];
}

function keyFindings(key: JsonObject, pointer: string): readonly Finding[] {
  const kty = key['kty'];
  const findings: Finding[] = [];
  if (kty === 'RSA') findings.push(...rsaFindings(key, pointer));
  else if (kty === 'EC' || kty === 'OKP') findings.push(...curveFindings(key, kty, pointer));
  else if (kty !== 'oct')
    findings.push(findingOf('jwk-type', `${pointer}/kty`, 'kty must be RSA, EC or OKP.'));
  const use = key['use'];
  if (use !== undefined && use !== 'sig' && use !== 'enc')
    findings.push(findingOf('jwk-use', `${pointer}/use`, 'use is "sig" or "enc".'));
  const alg = key['alg'];
  if (typeof alg === 'string' && /^(?:HS|none|A\d|dir)/.test(alg))
    findings.push(
      findingOf('jwk-use', `${pointer}/alg`, `${quoted(alg)} is not an algorithm of a public key.`),
    );
  return findings;
}

function rsaFindings(key: JsonObject, pointer: string): readonly Finding[] {
  const modulus = octetsOf(key['n']);
  if (modulus === undefined || octetsOf(key['e']) === undefined)
    return [
      findingOf('jwk-coordinates', `${pointer}/n`, 'n and e of an RSA key are base64url without padding.'),
    ];
  const bits = bitLength(modulus);
  return bits < 2048
    ? [
        findingOf(
          'jwk-rsa-size',
          `${pointer}/n`,
          `The modulus has ${bits} bits; make a key of at least 2048, better 3072.`,
        ),
      ]
    : [];
}

function curveFindings(key: JsonObject, kty: 'EC' | 'OKP', pointer: string): readonly Finding[] {
  const crv = key['crv'];
  const curve = typeof crv === 'string' ? CURVES.get(crv) : undefined;
  if (curve === undefined || curve.kty !== kty)
    return [
      findingOf(
        'jwk-type',
        `${pointer}/crv`,
        `crv of a key of type ${kty} must be one of ${[...CURVES]
          .filter(([, { kty: of }]) => of === kty)
          .map(([name]) => name)
          .join(', ')}.`,
      ),
    ];
  return (kty === 'EC' ? ['x', 'y'] : ['x'])
    .filter((name) => octetsOf(key[name])?.length !== curve.octets)
    .map((name) =>
      findingOf(
        'jwk-coordinates',
        `${pointer}/${name}`,
        `${name} must be ${curve.octets} octets in base64url without padding.`,
      ),
    );
}

function octetsOf(value: JsonValue | undefined): Uint8Array | undefined {
  if (typeof value !== 'string' || value === '') return undefined;
  const decoded = decodeBase64url(value);
  return decoded.ok ? decoded.value : undefined;
}

function bitLength(octets: Uint8Array): number {
  const first = octets.findIndex((octet) => octet !== 0);
  return first < 0 ? 0 : (octets.length - first) * 8 - Math.clz32(octets[first] ?? 0) + 24;
}
