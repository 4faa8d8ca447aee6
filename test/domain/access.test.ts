import { describe, expect, it } from 'vitest';
import fc from 'fast-check';
import {
  ACTION_NAMES,
  ACTIONS,
  denialOf,
  ISSUER_ROLES,
  isAction,
  rolesFor,
  scopesBeyond,
  type Actor,
} from '../../src/domain/access.ts';

const actor = fc.record({
  personId: fc.uuid(),
  credential: fc.record({ type: fc.constant('token' as const), id: fc.uuid() }),
  roles: fc.uniqueArray(fc.constantFrom(...ISSUER_ROLES)),
  publisherIds: fc.uniqueArray(fc.constantFrom('p1', 'p2')),
  scopes: fc.uniqueArray(fc.constantFrom(...ACTION_NAMES)),
});
const action = fc.constantFrom(...ACTION_NAMES);
const owner = fc.constantFrom('p1', 'p2', 'p3');

describe('the access table', () => {
  it('never lets an operator approve, submit or issue', () => {
    for (const name of ['decisions:write', 'submissions:write', 'statements:issue'] as const)
      expect(rolesFor(name)).not.toContain('operator');
  });

  it('lets an auditor change nothing but their own tokens', () => {
    const writable = ACTION_NAMES.filter(
      (name) => !name.endsWith(':read') && rolesFor(name).includes('auditor'),
    );
    expect(writable).toEqual(['tokens:write']);
  });

  it('lets a reviewer write decisions, comments and their own tokens only', () => {
    const writable = ACTION_NAMES.filter(
      (name) => !name.endsWith(':read') && rolesFor(name).includes('reviewer'),
    );
    expect(writable).toEqual(['tokens:write', 'comments:write', 'decisions:write']);
  });

  it('knows its own names and no others', () => {
    expect(ACTION_NAMES.every(isAction)).toBe(true);
    for (const name of ['', 'toString', '__proto__', 'keys:delete']) expect(isAction(name)).toBe(false);
  });
});

describe('denialOf', () => {
  it('denies whatever neither a role nor a membership allows, naming the roles that would', () => {
    fc.assert(
      fc.property(actor, action, owner, (who: Actor, what, publisherId) => {
        const { roles, developer } = ACTIONS[what];
        const byRole = who.roles.some((role) => roles.some((allowed) => allowed === role));
        const byMembership = developer && who.publisherIds.includes(publisherId);
        const denial = denialOf(who, what, publisherId);
        if (!byRole && !byMembership)
          expect(denial).toEqual({ code: 'role_needed', action: what, anyOf: rolesFor(what) });
        else if (!who.scopes.includes(what))
          expect(denial).toEqual({ code: 'insufficient_scope', action: what });
        else expect(denial).toBeUndefined();
      }),
    );
  });

  it('never allows less when scopes, roles or memberships are added', () => {
    fc.assert(
      fc.property(actor, action, owner, (who: Actor, what, publisherId) => {
        fc.pre(denialOf(who, what, publisherId) === undefined);
        const wider = { ...who, roles: ISSUER_ROLES, publisherIds: ['p1', 'p2', 'p3'], scopes: ACTION_NAMES };
        expect(denialOf(wider, what, publisherId)).toBeUndefined();
      }),
    );
  });
});

it('a token cannot be given scopes its maker does not carry', () => {
  expect(scopesBeyond(['keys:read', 'keys:write'], ['keys:read'])).toEqual(['keys:write']);
});
