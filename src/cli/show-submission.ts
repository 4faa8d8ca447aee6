import type { JsonObject } from '../domain/json.ts';
import { joined, maybeText, number, object, objects, text } from './members.ts';
import type { Printer } from './print.ts';
import { printFindings } from './report.ts';
import { age, instant } from './terminal-text.ts';

/** A submission as a reviewer needs it: first what it adds to authority, then the rest. */
export function showSubmission(submission: JsonObject, out: Printer, now: number): void {
  const submittedAt = number(submission, 'submitted_at') ?? 0;
  const closedAt = number(submission, 'closed_at');
  const risk = object(submission, 'risk');
  out.fields([
    ['submission', text(submission, 'id')],
    ['software', `${text(submission, 'software_id')} version ${text(submission, 'software_version')}`],
    ['document', maybeText(object(submission, 'document'), 'client_id')],
    ['cimd_digest', maybeText(object(submission, 'document'), 'cimd_digest')],
    ['state', text(submission, 'state')],
    [
      'submitted',
      `${instant(submittedAt)}, ${age(now - submittedAt)} ago, by ${text(submission, 'submitted_by')}`,
    ],
    ['closed', closedAt === undefined ? undefined : instant(closedAt)],
    ['risk', `${text(risk, 'level')} (${text(risk, 'score')})`],
    ['approvals needed', text(submission, 'required_approvals')],
    ['conditions', conditionsText(submission)],
    ['compared with', maybeText(submission, 'compared_with') ?? 'nothing: it is the first'],
    ['note', maybeText(submission, 'note')],
  ]);
  out.line('');
  printChanges(out, objects(submission, 'changes'));
  const findings = objects(submission, 'findings');
  out.line(findings.length === 0 ? 'No findings.' : 'Findings', findings.length === 0 ? 'plain' : 'strong');
  printFindings(out, findings);
  const decisions = objects(submission, 'decisions');
  if (decisions.length > 0) {
    out.line('');
    out.line('Decisions', 'strong');
    for (const decision of decisions)
      out.paragraph(
        [
          `${text(decision, 'verdict')} by ${text(decision, 'decided_by')}, ${instant(number(decision, 'decided_at') ?? 0)}: ${text(decision, 'reason')}`,
          ...[conditionsText(decision)].filter((part) => part !== undefined),
        ].join('; '),
        'plain',
        2,
      );
  }
  out.line('');
  out.line('Client metadata', 'strong');
  for (const line of JSON.stringify(object(submission, 'client_metadata'), undefined, 2).split('\n'))
    out.line(line);
}

/** What an approval demands of statements, in words; undefined when nothing. */
export function conditionsText(of: JsonObject): string | undefined {
  const conditions = object(of, 'conditions');
  const lifetime = number(conditions, 'max_lifetime_seconds');
  const parts = [
    ...(lifetime === undefined ? [] : [`statements last at most ${age(lifetime)}`]),
    ...('audience' in conditions ? [`only for ${joined(conditions, 'audience')}`] : []),
  ];
  return parts.length === 0 ? undefined : parts.join(', ');
}

const EFFECTS = [
  ['expands', 'Expands authority', 'warning'],
  ['narrows', 'Narrows authority', 'plain'],
  ['neutral', 'Changes no authority', 'plain'],
] as const;
const SIGNS: Readonly<Record<string, string>> = { added: '+', removed: '-', changed: '~' };

/** The difference to what was approved before, `expands` first. */
export function printChanges(out: Printer, changes: readonly JsonObject[]): void {
  for (const [effect, title, tone] of EFFECTS) {
    const some = changes.filter((change) => text(change, 'effect') === effect);
    if (some.length === 0) continue;
    out.line(title, 'strong');
    for (const change of some) {
      const [before, after] = [maybeText(change, 'before'), maybeText(change, 'after')];
      const values = [before, after].filter((value) => value !== undefined).join(' → ');
      const sign = SIGNS[text(change, 'kind')] ?? '~';
      out.line(`  ${sign} ${maybeText(change, 'pointer') ?? text(change, 'member')}  ${values}`, tone);
      out.paragraph(text(change, 'reason'), 'faint', 4);
    }
    out.line('');
  }
}
