import type { Issuer } from './issuer.ts';

/**
 * A value that is dear to make and may be some seconds old, kept for each issuer of this process. Only what was made
 * is kept, never what is being made: on Workers a request cannot wait for what another began.
 *
 * @param seconds how old it may be
 */
export function keptFor<T>(
  seconds: number,
  make: (issuer: Issuer) => Promise<T>,
): (issuer: Issuer) => Promise<T> {
  const kept = new WeakMap<Issuer, { readonly value: T; readonly at: number }>();
  return async (issuer) => {
    const now = issuer.clock.now();
    const known = kept.get(issuer);
    // A clock that stepped back must not keep a value for longer.
    if (known !== undefined && known.at <= now && now < known.at + seconds) return known.value;
    const value = await make(issuer);
    kept.set(issuer, { value, at: now });
    return value;
  };
}
