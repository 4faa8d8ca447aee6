import { ask, idempotencyKeyOf } from '../ask.ts';
import { IDEMPOTENCY_KEY, type CommandDefinition } from '../command.ts';
import { REASON } from '../change-standing.ts';
import { argument } from '../inputs.ts';
import { object, text } from '../members.ts';
import { path } from '../server.ts';

const SUBMISSION = argument('submission', 'id of the submission');

const VERDICTS = [
  [
    'approve',
    'approve',
    'Approve a submission, so that statements can be issued over it',
    'redirects belong to the verified domain',
  ],
  ['reject', 'reject', 'Reject a submission', 'the name imitates another product'],
  ['request-changes', 'request_changes', 'Send a submission back for changes', 'please use jwks_uri'],
] as const;

/** `approve`, `reject` and `request-changes`. */
export const decisionCommands: readonly CommandDefinition[] = VERDICTS.map(
  ([name, verdict, summary, example]) => ({
    path: name,
    summary,
    description: 'Never by who submitted it or belongs to its publisher; once per reviewer.',
    inputs: [SUBMISSION, REASON, IDEMPOTENCY_KEY],
    examples: [`${name} 01900000-0000-7000-8000-000000000006 --reason "${example}"`],
    remote: true,
    run: (get, deps) =>
      ask(
        get,
        deps,
        {
          method: 'POST',
          path: path`/v1/submissions/${get(SUBMISSION)}/decisions`,
          body: { verdict, reason: get(REASON) },
          idempotencyKey: idempotencyKeyOf(get, deps),
        },
        (decision, out) => {
          const submission = object(decision, 'submission');
          const state = text(submission, 'state');
          out.line(`Recorded. Submission ${text(decision, 'submission_id')} is ${state}.`);
          if (verdict === 'approve' && state === 'submitted')
            out.line(
              `${text(submission, 'required_approvals')} approvals are needed; another reviewer has to decide.`,
            );
        },
      ),
  }),
);

/** Taking a submission back, by its publisher. */
export const withdraw: CommandDefinition = {
  path: 'withdraw',
  summary: 'Take a submission back that nobody has decided',
  inputs: [SUBMISSION, REASON],
  examples: ['withdraw 01900000-0000-7000-8000-000000000006 --reason "wrong redirect URI"'],
  remote: true,
  run: (get, deps) =>
    ask(
      get,
      deps,
      {
        method: 'POST',
        path: path`/v1/submissions/${get(SUBMISSION)}/withdrawal`,
        body: { reason: get(REASON) },
      },
      (submission, out) => out.line(`Submission ${text(submission, 'id')} is ${text(submission, 'state')}.`),
    ),
};
