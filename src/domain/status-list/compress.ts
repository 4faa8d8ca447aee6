import { deflate, gunzip, gzip as gzipOctets, inflate } from 'node:zlib';
import { err, ok, type Result } from '../result.ts';
import type { StatusBits } from './bits.ts';

/** Octets that are no ZLIB stream, or inflate to more than allowed. */
export type InflateProblem = { readonly code: 'not_inflatable'; readonly detail: string };

/**
 * The ZLIB stream (RFC 1950) of a bit array, to be written as base64url in `lst`. Level 6: level 9 takes ten times as
 * long for 7 % less on a million entries. Runs off the main thread.
 * @see draft-ietf-oauth-status-list §4.1
 */
export function compressBits(list: StatusBits): Promise<Uint8Array> {
  return new Promise((resolve, reject) => {
    deflate(list.octets, { level: 6 }, (error, stream) => {
      if (error === null) resolve(stream);
      else reject(error);
    });
  });
}

/**
 * Inflates a ZLIB stream from a stranger to at most `maxOctets` octets. Code `not_inflatable` for a damaged or cut stream
 * and for one that would grow past the limit, which is refused without being inflated whole.
 * @see draft-ietf-oauth-status-list §8.3
 */
export function inflateBits(
  stream: Uint8Array,
  maxOctets: number,
): Promise<Result<Uint8Array, InflateProblem>> {
  return new Promise((resolve) => {
    inflate(stream, { maxOutputLength: maxOctets }, (error, octets) => {
      if (error === null) resolve(ok(octets));
      else resolve(err({ code: 'not_inflatable', detail: `no ZLIB stream of at most ${maxOctets} octets` }));
    });
  });
}

/**
 * The GZIP stream (RFC 1952) of octets. Runs off the main thread.
 * @see Bitstring Status List 1.0 §3.3
 */
export function gzip(octets: Uint8Array): Promise<Uint8Array> {
  return new Promise((resolve, reject) => {
    gzipOctets(octets, { level: 6 }, (error, stream) => {
      if (error === null) resolve(stream);
      else reject(error);
    });
  });
}

/**
 * Inflates a GZIP stream (RFC 1952) from a stranger to at most `maxOctets` octets, which is never exceeded on the way. Code `not_inflatable`.
 * @see Bitstring Status List 1.0 §3.2
 */
export function gunzipBounded(
  stream: Uint8Array,
  maxOctets: number,
): Promise<Result<Uint8Array, InflateProblem>> {
  return new Promise((resolve) => {
    gunzip(stream, { maxOutputLength: maxOctets }, (error, octets) => {
      if (error === null) resolve(ok(octets));
      else resolve(err({ code: 'not_inflatable', detail: `no GZIP stream of at most ${maxOctets} octets` }));
    });
  });
}
