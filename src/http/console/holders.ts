import type { Role } from '../../domain/access.ts';
import type { Issuer } from '../../services/issuer.ts';
import type { Holder } from './error-page.tsx';

const LOOKED_AT = 200;
const NAMED = 5;

/** A few people who hold one of these roles, for somebody who lacks it and wants to know whom to ask. */
export async function holdersOf(issuer: Issuer, roles: readonly Role[]): Promise<readonly Holder[]> {
  const people = await issuer.store.people({ limit: LOOKED_AT });
  return people
    .filter(({ state }) => state === 'active')
    .flatMap(({ name, roles: held }) => {
      const role = held.find((one) => roles.includes(one)) ?? held.find((one) => one === 'operator');
      return role === undefined ? [] : [{ name, role }];
    })
    .slice(0, NAMED);
}
