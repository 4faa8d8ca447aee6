import { ruleOf, type RuleId } from './rules.ts';

export type Severity = 'error' | 'warning' | 'info';

/** What a rule says of a submission: where, what is wrong and what to do, and by which specification. */
export type Finding = {
  readonly rule: RuleId;
  readonly severity: Severity;
  /** JSON Pointer into the metadata (RFC 6901). */
  readonly pointer: string;
  readonly detail: string;
  readonly spec: string;
};

/** A finding with the severity of its rule, or another where the policy says so. */
export function findingOf(rule: RuleId, pointer: string, detail: string, severity?: Severity): Finding {
  const { severity: usual, spec } = ruleOf(rule);
  return { rule, severity: severity ?? usual, pointer, detail, spec };
}

/** A JSON Pointer from its steps (RFC 6901 §3, §4). */
export function pointerTo(...steps: readonly (string | number)[]): string {
  return steps.map((step) => `/${String(step).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
}

/** A submitted text shortened for a message; control characters are made visible. */
export function quoted(text: string): string {
  return JSON.stringify(text.length > 80 ? `${text.slice(0, 80)}…` : text);
}
