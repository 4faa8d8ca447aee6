import { Resolver } from 'node:dns/promises';
import type { ResolveText } from '../domain/network/resolve-text.ts';

const TIMEOUT_MILLISECONDS = 3_000;
const TRIES = 2;

/** Answers that mean "there is none", as against "nobody answered". */
const NONE: ReadonlySet<unknown> = new Set(['ENODATA', 'ENOTFOUND']);

/**
 * TXT records through the system's resolvers.
 *
 * @param servers other resolvers, as `address:port`
 */
export function createNodeResolveText(servers?: readonly string[]): ResolveText {
  const resolver = new Resolver({ timeout: TIMEOUT_MILLISECONDS, tries: TRIES });
  if (servers !== undefined) resolver.setServers([...servers]);
  return async (name) => {
    try {
      return (await resolver.resolveTxt(name)).map((strings) => strings.join(''));
    } catch (error) {
      if (error instanceof Error && 'code' in error && NONE.has(error.code)) return [];
      throw error;
    }
  };
}
