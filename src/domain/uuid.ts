/**
 * A UUIDv7: 48 bits of milliseconds, then 74 random bits (RFC 9562 §5.7).
 *
 * @param milliseconds since the epoch
 * @param random 10 octets
 */
export function uuid(milliseconds: number, random: Uint8Array): string {
  const octets = new Uint8Array(16);
  octets.set(random.subarray(0, 10), 6);
  new DataView(octets.buffer).setUint32(0, Math.floor(milliseconds / 2 ** 16));
  new DataView(octets.buffer).setUint16(4, milliseconds % 2 ** 16);
  octets[6] = ((octets[6] ?? 0) & 0x0f) | 0x70;
  octets[8] = ((octets[8] ?? 0) & 0x3f) | 0x80;
  const hex = Array.from(octets, (octet) => octet.toString(16).padStart(2, '0')).join('');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}

/** Whether a text has the form of a UUID (RFC 9562 §4), in lower case. */
export function isUuid(text: string): boolean {
  return /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(text);
}
