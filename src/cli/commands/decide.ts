import type { JsonObject } from '../../domain/json.ts';
import { ask, idempotencyKeyOf } from '../ask.ts';
import { IDEMPOTENCY_KEY, type CommandDefinition } from '../command.ts';
import { REASON } from '../change-standing.ts';
import { argument, duration, many, type Get } from '../inputs.ts';
import { maybeText, object, text } from '../members.ts';
import { path } from '../server.ts';
import { conditionsText } from '../show-submission.ts';

const SUBMISSION = argument('submission', 'id of the submission');
const MAX_LIFETIME = duration(
  '--max-lifetime <duration>',
  'statements over this approval last at most so long, such as 30d',
);
const AUDIENCE = many(
  '--audience <url>',
  'statements name only such authorization servers (issuer identifiers)',
);

const VERDICTS = [
  [
    'approve',
    'approve',
    'Approve a submission, so that statements can be issued over it',
    [
      '--reason "redirects belong to the verified domain"',
      '--reason "a pilot with one bank" --max-lifetime 30d --audience https://as.example',
    ],
  ],
  ['reject', 'reject', 'Reject a submission', ['--reason "the name imitates another product"']],
  [
    'request-changes',
    'request_changes',
    'Send a submission back for changes',
    ['--reason "please use jwks_uri"'],
  ],
] as const;

/** `approve`, `reject` and `request-changes`. */
export const decisionCommands: readonly CommandDefinition[] = VERDICTS.map(
  ([name, verdict, summary, [example, ...others]]) => ({
    path: name,
    summary,
    description: 'Never by who submitted it or belongs to its publisher; once per reviewer.',
    inputs: [SUBMISSION, REASON, ...(verdict === 'approve' ? [MAX_LIFETIME, AUDIENCE] : []), IDEMPOTENCY_KEY],
    examples: [commandLine(name, example), ...others.map((more) => commandLine(name, more))],
    remote: true,
    run: (get, deps) =>
      ask(
        get,
        deps,
        {
          method: 'POST',
          path: path`/v1/submissions/${get(SUBMISSION)}/decisions`,
          body: { verdict, reason: get(REASON), ...(verdict === 'approve' ? conditionsOf(get) : {}) },
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
          const conditions = conditionsText(submission);
          if (conditions !== undefined) out.paragraph(`Conditions: ${conditions}.`);
          const claimant = maybeText(decision, 'claimed_by');
          if (claimant !== undefined)
            out.paragraph(`${claimant} had claimed it and may be reading it still. Tell them.`, 'warning');
        },
      ),
  }),
);

function commandLine(name: string, options: string): string {
  return `${name} 01900000-0000-7000-8000-000000000006 ${options}`;
}

/** The condition options of `approve` as the request has them; nothing when none was given. */
function conditionsOf(get: Get): JsonObject {
  const [maxLifetime, audience] = [get(MAX_LIFETIME), get(AUDIENCE)];
  const conditions = {
    ...(maxLifetime === undefined ? {} : { max_lifetime_seconds: maxLifetime }),
    ...(audience.length === 0 ? {} : { audience: [...audience] }),
  };
  return Object.keys(conditions).length === 0 ? {} : { conditions };
}

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
