import { describe, expect, it } from 'vitest';
import fc from 'fast-check';
import {
  effectiveState,
  nextStatementState,
  STATEMENT_STATES,
  type StatementState,
} from '../../../src/domain/statement/statement.ts';

describe('the state of a statement', () => {
  it('never leaves revoked, whatever is commanded', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom('revoke', 'suspend', 'reinstate' as const)), (commands) => {
        let state: StatementState = 'revoked';
        for (const command of commands) state = nextStatementState(state, command) ?? state;
        expect(state).toBe('revoked');
      }),
    );
  });

  it('a suspension can be lifted, and only a suspension', () => {
    expect(nextStatementState('suspended', 'reinstate')).toBe('valid');
    expect(nextStatementState('valid', 'reinstate')).toBeUndefined();
    expect(nextStatementState('revoked', 'suspend')).toBeUndefined();
  });
});

describe('the effective state', () => {
  it.each([
    ['valid', 'active', 'active', 'valid'],
    ['valid', 'suspended', 'active', 'suspended'],
    ['valid', 'active', 'suspended', 'suspended'],
    ['valid', 'active', 'revoked', 'revoked'],
    ['suspended', 'active', 'active', 'suspended'],
    ['revoked', 'suspended', 'suspended', 'revoked'],
  ] as const)('own %s, software %s, publisher %s: %s', (own, software, publisher, effective) => {
    expect(effectiveState(own, software, publisher)).toBe(effective);
  });

  it('is never better than the own state', () => {
    const rank = (state: StatementState) => STATEMENT_STATES.indexOf(state);
    fc.assert(
      fc.property(
        fc.constantFrom(...STATEMENT_STATES),
        fc.constantFrom('active' as const, 'suspended' as const),
        fc.constantFrom('active' as const, 'suspended' as const, 'revoked' as const),
        (own, software, publisher) => {
          expect(rank(effectiveState(own, software, publisher))).toBeGreaterThanOrEqual(rank(own));
        },
      ),
    );
  });
});
