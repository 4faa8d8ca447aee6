import { err, ok, type Result } from '../result.ts';

/** Bits an entry takes (draft-ietf-oauth-status-list §4.1). */
export type BitsPerStatus = 1 | 2 | 4 | 8;

/**
 * The bit array of a status list, inflated. `octets` is the array itself: `setStatus` writes into it.
 * @see draft-ietf-oauth-status-list §4.1
 */
export type StatusBits = {
  readonly bits: BitsPerStatus;
  /** Number of entries. */
  readonly size: number;
  readonly octets: Uint8Array;
};

/** `index` or `status` that the list cannot hold. */
export type StatusBitsProblem =
  | { readonly code: 'index_out_of_bounds'; readonly index: number; readonly size: number }
  | { readonly code: 'status_out_of_range'; readonly status: number; readonly bits: BitsPerStatus };

/**
 * An array of `size` entries that all say `fill`. Throws a RangeError for a caller's bug: a size that does not fill
 * whole octets, or a fill that does not fit `bits`.
 */
export function createStatusBits(bits: BitsPerStatus, size: number, fill = 0): StatusBits {
  const perOctet = 8 / bits;
  if (!Number.isSafeInteger(size) || size < perOctet || size % perOctet !== 0) {
    throw new RangeError(`a list of ${size} entries of ${bits} bits does not fill whole octets`);
  }
  if (!fits(fill, bits)) throw new RangeError(`status ${fill} does not fit ${bits} bits`);
  let octet = 0;
  for (let shift = 0; shift < 8; shift += bits) octet |= fill << shift;
  return { bits, size, octets: new Uint8Array(size / perOctet).fill(octet) };
}

/** Reads inflated octets as a bit array; takes the octets over, without a copy. */
export function statusBitsOf(bits: BitsPerStatus, octets: Uint8Array): StatusBits {
  return { bits, size: octets.length * (8 / bits), octets };
}

/** Whether a number is one of the widths of draft-ietf-oauth-status-list §4.1. */
export function isBitsPerStatus(bits: unknown): bits is BitsPerStatus {
  return bits === 1 || bits === 2 || bits === 4 || bits === 8;
}

/** The status at `index`. Code `index_out_of_bounds` (draft-ietf-oauth-status-list §8.3: MUST reject). */
export function getStatus(list: StatusBits, index: number): Result<number, StatusBitsProblem> {
  const octet = Number.isInteger(index) ? list.octets[octetOf(list, index)] : undefined;
  if (octet === undefined) return err({ code: 'index_out_of_bounds', index, size: list.size });
  return ok((octet >> shiftOf(list, index)) & maskOf(list.bits));
}

/** Writes the status at `index`. Codes `index_out_of_bounds`, `status_out_of_range`; then nothing is written. */
export function setStatus(list: StatusBits, index: number, status: number): Result<void, StatusBitsProblem> {
  if (!fits(status, list.bits)) return err({ code: 'status_out_of_range', status, bits: list.bits });
  const at = octetOf(list, index);
  const octet = Number.isInteger(index) ? list.octets[at] : undefined;
  if (octet === undefined) return err({ code: 'index_out_of_bounds', index, size: list.size });
  const shift = shiftOf(list, index);
  list.octets[at] = (octet & ~(maskOf(list.bits) << shift)) | (status << shift);
  return ok(undefined);
}

/** How many entries say each value: element `v` counts the entries that say `v`. */
export function countStatuses(list: StatusBits): number[] {
  const octetCounts = new Uint32Array(256);
  for (const octet of list.octets) octetCounts[octet] = (octetCounts[octet] ?? 0) + 1;
  const counts = Array.from({ length: 2 ** list.bits }, () => 0);
  for (const [octet, occurrences] of octetCounts.entries()) {
    for (let shift = 0; shift < 8; shift += list.bits) {
      const status = (octet >> shift) & maskOf(list.bits);
      counts[status] = (counts[status] ?? 0) + occurrences;
    }
  }
  return counts;
}

function fits(status: number, bits: BitsPerStatus): boolean {
  return Number.isInteger(status) && status >= 0 && status <= maskOf(bits);
}

function maskOf(bits: BitsPerStatus): number {
  return 2 ** bits - 1;
}

function octetOf(list: StatusBits, index: number): number {
  return Math.floor(index / (8 / list.bits));
}

// Least significant bits first.
function shiftOf(list: StatusBits, index: number): number {
  return (index % (8 / list.bits)) * list.bits;
}
