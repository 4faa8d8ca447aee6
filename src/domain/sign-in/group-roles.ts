import { ISSUER_ROLES, type IssuerRole } from '../access.ts';
import type { SignInPolicy } from '../policy.ts';

type Mapping = SignInPolicy['groups']['roles'];

/** The roles that groups of an identity provider give. */
export function rolesOfGroups(groups: readonly string[], mapping: Mapping): readonly IssuerRole[] {
  const given = groups.flatMap((group) => (Object.hasOwn(mapping, group) ? (mapping[group] ?? []) : []));
  return ISSUER_ROLES.filter((role) => given.includes(role));
}

/**
 * The roles somebody has after a sign-in. A role that some group gives is given and taken by groups alone; a role that no group gives stays as
 * people gave it.
 */
export function rolesAfterSignIn(
  before: readonly IssuerRole[],
  groups: readonly string[],
  mapping: Mapping,
): readonly IssuerRole[] {
  const managed = Object.values(mapping).flat();
  const given = rolesOfGroups(groups, mapping);
  return ISSUER_ROLES.filter((role) => (managed.includes(role) ? given : before).includes(role));
}
