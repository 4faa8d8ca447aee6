import { describe, expect, it } from 'vitest';
import fc from 'fast-check';
import {
  conflictOfReviewer,
  isOpen,
  nextState,
  SUBMISSION_STATES,
  VERDICTS,
  type SubmissionEvent,
  type SubmissionState,
} from '../../src/domain/submission.ts';

const event: fc.Arbitrary<SubmissionEvent> = fc.oneof(
  fc.record({
    type: fc.constant('decided' as const),
    verdict: fc.constantFrom(...VERDICTS),
    approvals: fc.integer({ min: 0, max: 2 }),
    required: fc.integer({ min: 1, max: 2 }),
  }),
  fc.record({ type: fc.constant('withdrawn' as const) }),
  fc.record({ type: fc.constant('superseded' as const) }),
);

const decided = (verdict: (typeof VERDICTS)[number], approvals = 1, required = 1): SubmissionEvent => ({
  type: 'decided',
  verdict,
  approvals,
  required,
});

describe('the state machine of a submission', () => {
  it.each([
    ['submitted', decided('approve'), 'approved'],
    ['submitted', decided('approve', 1, 2), 'submitted'],
    ['submitted', decided('approve', 2, 2), 'approved'],
    ['submitted', decided('reject', 0, 2), 'rejected'],
    ['submitted', decided('request_changes'), 'changes_requested'],
    ['submitted', { type: 'withdrawn' }, 'withdrawn'],
    ['changes_requested', { type: 'superseded' }, 'superseded'],
    ['changes_requested', { type: 'withdrawn' }, 'withdrawn'],
    ['changes_requested', decided('approve'), undefined],
    ['approved', { type: 'superseded' }, 'superseded'],
    ['approved', decided('reject'), undefined],
    ['rejected', decided('approve'), undefined],
    ['rejected', { type: 'withdrawn' }, undefined],
    ['withdrawn', decided('approve'), undefined],
    ['superseded', { type: 'superseded' }, undefined],
  ] satisfies [SubmissionState, SubmissionEvent, SubmissionState | undefined][])(
    'from %s, %j leads to %s',
    (state, happened, next) => {
      expect(nextState(state, happened)).toBe(next);
    },
  );

  it('never leaves rejected, withdrawn or superseded, whatever happens', () => {
    fc.assert(
      fc.property(fc.array(event, { maxLength: 20 }), (events) => {
        let state: SubmissionState = 'submitted';
        let ended: SubmissionState | undefined;
        for (const happened of events) {
          state = nextState(state, happened) ?? state;
          if (ended !== undefined) expect(state).toBe(ended);
          if (['rejected', 'withdrawn', 'superseded'].includes(state)) ended = state;
        }
      }),
    );
  });

  it('reaches approved only by enough approvals out of submitted', () => {
    fc.assert(
      fc.property(fc.constantFrom(...SUBMISSION_STATES), event, (state, happened) => {
        if (nextState(state, happened) !== 'approved') return;
        expect(state).toBe('submitted');
        expect(happened).toMatchObject({ type: 'decided', verdict: 'approve' });
        if (happened.type === 'decided') expect(happened.approvals).toBeGreaterThanOrEqual(happened.required);
      }),
    );
  });

  it('is open exactly while somebody owes it something', () => {
    expect(SUBMISSION_STATES.filter(isOpen)).toEqual(['submitted', 'changes_requested']);
  });
});

describe('four eyes', () => {
  const submission = { submittedBy: 'dev', publisherId: 'pub' };
  it.each([
    [{ personId: 'dev', publisherIds: [] }, [], 'submitted_it'],
    [{ personId: 'rev', publisherIds: ['pub'] }, [], 'belongs_to_publisher'],
    [{ personId: 'rev', publisherIds: [] }, [{ decidedBy: 'rev' }], 'decided_before'],
    [{ personId: 'rev', publisherIds: ['other'] }, [{ decidedBy: 'someone' }], undefined],
  ])('%j after %j: %s', (reviewer, earlier, conflict) => {
    expect(conflictOfReviewer(reviewer, submission, earlier)).toBe(conflict);
  });
});
