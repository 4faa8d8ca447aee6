import type { JsonObject } from '../json.ts';
import type { PublicJwk } from '../signing-key.ts';

/**
 * The bundle of a trust domain (SPIFFE Trust Domain and Bundle §4). Its keys say `jwt-svid` and no algorithm, so that whoever takes the bundle
 * for a JWK Set of another kind finds no key there to verify with.
 *
 * @param bundle.sequence grows with every change of the keys
 * @param bundle.refreshHintSeconds after which consumers should ask again
 */
export function trustBundle(bundle: {
  readonly keys: readonly PublicJwk[];
  readonly sequence: number;
  readonly refreshHintSeconds: number;
}): JsonObject {
  return {
    keys: bundle.keys.map(({ alg: _alg, ...jwk }) => ({ ...jwk, use: 'jwt-svid' })),
    spiffe_sequence: bundle.sequence,
    spiffe_refresh_hint: bundle.refreshHintSeconds,
  };
}

/** Changes of keys there may be after one restore before numbers would meet those of the next second. */
const CHANGES = 2 ** 20;

/**
 * The sequence of a bundle, from what the database remembers: versions of rows only grow, and a database that was restored from a backup begins
 * above everything that was said before, because it was restored later.
 *
 * @param changes how often keys and their times were changed
 * @param restoredAt when the database was last restored; NumericDate, 0 for never
 */
export function bundleSequence(changes: number, restoredAt: number): number {
  return restoredAt * CHANGES + changes;
}
