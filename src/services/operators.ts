import type { Person } from '../domain/publisher.ts';
import type { Issuer } from './issuer.ts';

const PAGE = 200;

/** The longest-standing active operator besides somebody; undefined when nobody else could give a role back. */
export async function otherOperator(
  issuer: Issuer,
  personId: string | undefined,
): Promise<Person | undefined> {
  let after: string | undefined;
  let found: Person | undefined;
  for (;;) {
    const page = await issuer.store.people({ after, limit: PAGE });
    found =
      page.findLast(
        ({ id, roles, state }) => id !== personId && state === 'active' && roles.includes('operator'),
      ) ?? found;
    after = page.at(-1)?.id;
    if (page.length < PAGE) return found;
  }
}
