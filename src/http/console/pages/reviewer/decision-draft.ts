import { VERDICTS, type Verdict } from '../../../../domain/submission.ts';
import type { DecideCommand } from '../../../../services/decide.ts';

const DAY = 86_400;
/** The way back after a passkey is bounded (pages/account/return-path.ts). */
const MAX_RETURN_CHARACTERS = 2_000;

export const MAX_REASON_CHARACTERS = 2_000;

/** Sentences that reviewers write often; one of them may begin a reason. */
export const REASON_TEMPLATES = {
  domain: 'Redirects belong to a verified domain of the publisher.',
  narrow: 'It asks for no more than it needs.',
  unchanged: 'It adds no authority to what was approved before.',
  unverified: 'Please verify the domains it redirects to.',
  broad: 'Please ask for fewer scopes, or say in the note why each is needed.',
  keys: 'Please authenticate with private_key_jwt and jwks_uri.',
  name: 'The name imitates another product.',
} as const;
export type TemplateName = keyof typeof REASON_TEMPLATES;

/** What a reviewer has typed, as it was typed. */
export type DecisionDraft = {
  readonly verdict: Verdict | undefined;
  readonly template: TemplateName | undefined;
  readonly reason: string;
  /** Days, as text. */
  readonly days: string;
  /** One issuer identifier a line. */
  readonly audience: string;
};

export const EMPTY_DRAFT: DecisionDraft = {
  verdict: undefined,
  template: undefined,
  reason: '',
  days: '',
  audience: '',
};

/** Where the problems of a draft stand, by its fields. */
export type DraftProblems = { readonly [K in keyof DecisionDraft]?: string };

/** Reads a draft, from a form or from a query: both give a text for a name. */
export function readDraft(text: (name: string) => string): DecisionDraft {
  return {
    verdict: VERDICTS.find((verdict) => verdict === text('verdict')),
    template: templateOf(text('template')),
    reason: text('reason'),
    days: text('days').trim(),
    audience: text('audience').trim(),
  };
}

/** A draft as the fields of its form; those that are empty are left out. */
export function draftFields(draft: DecisionDraft): Readonly<Record<string, string>> {
  const fields = {
    verdict: draft.verdict ?? '',
    template: draft.template ?? '',
    reason: draft.reason,
    days: draft.days,
    audience: draft.audience,
  };
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== ''));
}

/**
 * The way to show a passkey and back to what was typed.
 *
 * @param page path of the form
 * @returns undefined when there is more than a URL should carry
 */
export function stepUpWith(page: string, draft: DecisionDraft): string | undefined {
  const target = `${page}?${new URLSearchParams(draftFields(draft)).toString()}`;
  return target.length > MAX_RETURN_CHARACTERS ? undefined : stepUpTo(target);
}

/** The way to show a passkey and back to a page. */
export function stepUpTo(target: string): string {
  return `/console/step-up?${new URLSearchParams({ return: target }).toString()}`;
}

/**
 * What a draft commands, or what is missing. Conditions are read for an approval only: for anything else they are left
 * as typed and count for nothing.
 */
export function commandOf(
  draft: DecisionDraft,
):
  | { readonly ok: true; readonly value: DecideCommand }
  | { readonly ok: false; readonly error: DraftProblems } {
  const reason = fullReason(draft);
  const days = draft.days === '' ? undefined : Number(draft.days);
  const isApproval = draft.verdict === 'approve';
  const problems: DraftProblems = {
    ...(draft.verdict === undefined ? { verdict: 'Choose what you decide.' } : {}),
    ...(reason === '' ? { reason: 'Say why: it is kept, and the developer reads it.' } : {}),
    ...(reason.length > MAX_REASON_CHARACTERS
      ? { reason: `A reason has at most ${MAX_REASON_CHARACTERS.toLocaleString('en')} characters.` }
      : {}),
    ...(isApproval && days !== undefined && !(Number.isInteger(days) && days > 0)
      ? { days: 'Write a whole number of days, or nothing.' }
      : {}),
  };
  if (draft.verdict === undefined || Object.keys(problems).length > 0) return { ok: false, error: problems };
  const audience = draft.audience.split(/\s+/).filter((line) => line !== '');
  const conditions = {
    maxLifetimeSeconds: days === undefined ? undefined : days * DAY,
    audience: audience.length === 0 ? undefined : audience,
  };
  return {
    ok: true,
    value: { verdict: draft.verdict, reason, ...(isApproval ? { conditions } : {}) },
  };
}

/** The reason as it is kept: the template, then what was typed. */
export function fullReason({ template, reason }: DecisionDraft): string {
  return [template === undefined ? '' : REASON_TEMPLATES[template], reason.trim()]
    .filter((part) => part !== '')
    .join(' ');
}

function templateOf(name: string): TemplateName | undefined {
  return isTemplate(name) ? name : undefined;
}

function isTemplate(name: string): name is TemplateName {
  return Object.hasOwn(REASON_TEMPLATES, name);
}
