import { decodeBase64url } from '../base64url.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../json.ts';
import { err, ok, type Result } from '../result.ts';
import { gunzipBounded } from '../status-list/compress.ts';

/** One place in one list (Bitstring Status List 1.0 §2.1). */
export type BitstringReference = {
  readonly purpose: 'revocation' | 'suspension';
  readonly index: number;
  /** URL of the list's credential. */
  readonly url: string;
};

/** A list whose credential holds. */
export type BitstringList = {
  readonly purposes: readonly string[];
  readonly octets: Uint8Array;
  /** Seconds for which it may be used; undefined when it does not say. */
  readonly ttlSeconds: number | undefined;
};

export const BITSTRING_LIST_CREDENTIAL = 'BitstringStatusListCredential';

/** 131,072 entries, so that the place of one credential does not tell it from others (§6.1). */
const LEAST_OCTETS = 16 * 1024;
/** 2^27 entries. */
const MOST_OCTETS = 2 ** 24;
const MAX_ENTRIES = 8;

/**
 * Reads `credentialStatus`. A type or a purpose that is not understood is refused: what it means might be that the credential no longer
 * stands. The refusal is a sentence.
 */
export function readStatusEntries(
  status: JsonValue | undefined,
): Result<readonly BitstringReference[], string> {
  if (status === undefined) return ok([]);
  const entries = Array.isArray(status) ? status : [status];
  if (entries.length === 0 || entries.length > MAX_ENTRIES) return err('Its credentialStatus is malformed.');
  const references: BitstringReference[] = [];
  for (const entry of entries) {
    const reference = isJsonObject(entry) ? readEntry(entry) : err('Its credentialStatus is malformed.');
    if (!reference.ok) return reference;
    references.push(reference.value);
  }
  return ok(references);
}

function readEntry(entry: JsonObject): Result<BitstringReference, string> {
  const { type, statusPurpose: purpose, statusListIndex: index, statusListCredential: url, id } = entry;
  if (type !== 'BitstringStatusListEntry')
    return err(
      `Its status is of the type ${JSON.stringify(type ?? null).slice(0, 100)}, which is not understood.`,
    );
  if (purpose !== 'revocation' && purpose !== 'suspension')
    return err(
      `Its status has the purpose ${JSON.stringify(purpose ?? null).slice(0, 100)}, which is not understood.`,
    );
  if (entry['statusSize'] !== undefined && entry['statusSize'] !== 1)
    return err('Its status takes more than one bit, which is not understood.');
  if (typeof index !== 'string' || !/^(?:0|[1-9]\d{0,9})$/.test(index))
    return err('Its statusListIndex is no whole number written as text.');
  if (typeof url !== 'string' || !URL.canParse(url)) return err('Its statusListCredential is no URL.');
  return id === url
    ? err('Its status entry has the id of the list.')
    : ok({ purpose, index: Number(index), url });
}

/**
 * Reads the subject of a list's credential (§2.2, §3.2): multibase base64url of a GZIP stream, which is never inflated beyond a bound. The refusal
 * is a sentence's end.
 */
export async function readBitstringList(subject: JsonObject): Promise<Result<BitstringList, string>> {
  const { type, statusPurpose, encodedList, ttl } = subject;
  const purposes = [statusPurpose].flat().filter((one) => typeof one === 'string');
  if (type !== 'BitstringStatusList' || purposes.length === 0) return err('it is no BitstringStatusList');
  if (typeof encodedList !== 'string' || !encodedList.startsWith('u'))
    return err('its encodedList is no multibase base64url');
  const stream = decodeBase64url(encodedList.slice(1));
  if (!stream.ok) return err('its encodedList is no multibase base64url');
  const octets = await gunzipBounded(stream.value, MOST_OCTETS);
  if (!octets.ok) return err(`its encodedList is ${octets.error.detail}`);
  if (octets.value.length < LEAST_OCTETS) return err(`it has fewer than ${LEAST_OCTETS * 8} entries`);
  const ttlSeconds = typeof ttl === 'number' && ttl >= 0 ? ttl / 1000 : undefined;
  return ok({ purposes, octets: octets.value, ttlSeconds });
}

/** Whether the bit at a place is set; the first entry is the most significant bit of the first octet (§3.3). Undefined beyond the end. */
export function isSet({ octets }: Pick<BitstringList, 'octets'>, index: number): boolean | undefined {
  const octet = octets[Math.floor(index / 8)];
  return octet === undefined ? undefined : ((octet >> (7 - (index % 8))) & 1) === 1;
}
