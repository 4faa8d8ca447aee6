import type { Actor } from '../../domain/access.ts';
import type { SignInPolicy } from '../../domain/policy.ts';
import type { Person } from '../../domain/publisher.ts';
import { rolesAfterSignIn } from '../../domain/sign-in/group-roles.ts';
import { entryOf, type Issuer } from '../issuer.ts';
import { otherOperator } from '../operators.ts';
import { NOTHING, type Part } from './session-plan.ts';

/**
 * The roles that somebody's groups give them now, as a part of a sign-in. The last active operator stays one whatever the groups say: nobody
 * would be left to put the mapping right.
 */
export async function groupSyncOf(
  issuer: Issuer,
  cause: Actor,
  person: Person,
  groups: readonly string[],
  { groups: { roles: mapping } }: SignInPolicy,
): Promise<Part> {
  let roles = rolesAfterSignIn(person.roles, groups, mapping);
  const losesOperator = person.roles.includes('operator') && !roles.includes('operator');
  const other = losesOperator ? await otherOperator(issuer, person.id) : undefined;
  if (losesOperator && other === undefined) {
    issuer.log('warn', 'sign_in.last_operator_kept', { person_id: person.id });
    roles = ['operator', ...roles];
  }
  if (roles.length === person.roles.length && roles.every((role) => person.roles.includes(role)))
    return NOTHING;
  return {
    entries: [
      entryOf(issuer, cause, 'person.changed', {
        subject: person.id,
        data: {
          before: { roles: [...person.roles], state: person.state },
          after: { roles: [...roles], state: person.state },
          because: 'groups of the identity provider',
        },
      }),
    ],
    changes: [
      { replace: 'person', row: { ...person, roles, version: person.version + 1 } },
      // The other operator, if that is what allows it, has to be one still.
      ...(other === undefined
        ? []
        : [{ unchanged: 'person', id: other.id, version: other.version } as const]),
    ],
  };
}
