import { ISSUER_ROLES, type IssuerRole } from '../../../../domain/access.ts';
import { Checkbox, Group } from '../../components/form.tsx';
import { Badge } from '../../components/text.tsx';
import type { Form } from '../../form.ts';

/** What each role lets somebody do, in a sentence. */
export const ROLE_WORDS: Readonly<Record<IssuerRole, string>> = {
  reviewer: 'Reads every submission and decides on those of publishers they do not belong to.',
  operator: 'Runs the issuer: keys, policy, people, publishers, revocation, the ledger.',
  auditor: 'Reads everything, the ledger included, and changes nothing.',
};

export function RoleBadges({ roles }: { readonly roles: readonly IssuerRole[] }) {
  return roles.length === 0 ? (
    <span class="none">none</span>
  ) : (
    <>
      {roles.map((role) => (
        <>
          <Badge>{role}</Badge>{' '}
        </>
      ))}
    </>
  );
}

/** The roles to be chosen from. */
export function RoleChoices(props: {
  readonly roles: readonly IssuerRole[];
  readonly error?: string | undefined;
}) {
  return (
    <Group legend="Roles for the whole issuer" help="Developers need none: they belong to a publisher.">
      {props.error === undefined ? null : <p class="error">{props.error}</p>}
      {ISSUER_ROLES.map((role) => (
        <Checkbox
          name="roles"
          value={role}
          label={role}
          checked={props.roles.includes(role)}
          help={ROLE_WORDS[role]}
        />
      ))}
    </Group>
  );
}

/** The roles that a form chose. */
export function rolesIn(form: Form): readonly IssuerRole[] {
  return ISSUER_ROLES.filter((role) => form.all('roles').includes(role));
}
