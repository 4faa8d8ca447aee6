import { encodeBase64url } from '../base64url.ts';
import type { JsonObject } from '../json.ts';
import { gzip } from '../status-list/compress.ts';
import { dateTimeStamp } from './date-time.ts';
import { BITSTRING_LIST_CREDENTIAL, type BitstringReference } from './bitstring-status-list.ts';
import { CREDENTIAL_CONTEXT } from './vc-jwt.ts';

/** The purposes of the lists that W3C verifiers read, with the status of a Token Status List that sets their bit. */
export const STATUS_PURPOSES = { revocation: 1, suspension: 2 } as const satisfies Readonly<
  Record<BitstringReference['purpose'], number>
>;

export type StatusPurpose = keyof typeof STATUS_PURPOSES;

/**
 * The bits of one purpose (Bitstring Status List 1.0 §2.2). The first entry is the most significant bit of the first octet, the other way round
 * than in a Token Status List, so that the two share no code.
 *
 * @param size entries, a multiple of 8; 131,072 at least, so that the place of one does not tell it from others (§6.1)
 * @param isSetElsewhere whether the bit of every place that is not among `places` is set
 */
export function bitstring(
  size: number,
  places: Iterable<{ readonly idx: number; readonly isSet: boolean }>,
  isSetElsewhere: boolean,
): Uint8Array {
  const octets = new Uint8Array(size / 8).fill(isSetElsewhere ? 255 : 0);
  for (const { idx, isSet } of places) {
    const at = Math.floor(idx / 8);
    const octet = octets[at];
    if (octet === undefined) throw new RangeError(`no place ${idx} in a list of ${size}`);
    const mask = 128 >> (idx % 8);
    octets[at] = isSet ? octet | mask : octet & ~mask;
  }
  return octets;
}

/** Multibase base64url of the GZIP stream of a bit string (§2.2, `encodedList`). */
export async function encodedList(octets: Uint8Array): Promise<string> {
  return `u${encodeBase64url(await gzip(octets))}`;
}

/**
 * The credential of a list (Bitstring Status List 1.0 §2.2), as the claims of its JWT (VC-JOSE-COSE §3.1). Times are seconds, `ttl` of the subject
 * is milliseconds.
 */
export function bitstringListCredential(list: {
  readonly url: string;
  readonly issuer: string;
  readonly purpose: StatusPurpose;
  readonly iat: number;
  readonly exp: number;
  readonly ttlSeconds: number;
  readonly encodedList: string;
}): JsonObject {
  const { url, issuer, purpose, iat, exp } = list;
  return {
    '@context': [CREDENTIAL_CONTEXT],
    id: url,
    type: ['VerifiableCredential', BITSTRING_LIST_CREDENTIAL],
    issuer,
    iss: issuer,
    validFrom: dateTimeStamp(iat),
    validUntil: dateTimeStamp(exp),
    iat,
    exp,
    credentialSubject: {
      id: `${url}#list`,
      type: 'BitstringStatusList',
      statusPurpose: purpose,
      encodedList: list.encodedList,
      ttl: list.ttlSeconds * 1000,
    },
  };
}
