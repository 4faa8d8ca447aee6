/** What the page after a change begins with. A code travels in the URL, never a text. */
export const NOTICES = {
  saved: 'Saved.',
  created: 'Created.',
  removed: 'Removed.',
  signed_out: 'You are signed out.',
  passkey_added: 'The passkey is added. It signs you in from now on.',
  passkey_renamed: 'Renamed.',
  passkey_removed: 'The passkey is removed. It signs nobody in any more.',
  sessions_ended: 'Every other session has ended.',
  identity_linked: 'Your account is linked. It signs you in from now on.',
  identity_unlinked: 'The account is unlinked. It signs nobody in any more.',
  key_generated: 'A key was generated and is published. It may sign when it has been published long enough.',
  key_activated: 'The key signs from now on.',
  key_retired: 'The key left the JWK Set, and its private half was destroyed.',
  key_revoked: 'The key was revoked, and every statement that it signed with it.',
  person_disabled: 'They can no longer sign in, and their tokens no longer work.',
  person_enabled: 'They can sign in again.',
  session_ended: 'The session has ended.',
  workload_bound: 'The workload is bound. Its next run gets a statement.',
  workload_ended: 'The workload gets no statements any more.',
  token_revoked: 'The token no longer works.',
  invitation_revoked: 'The link no longer lets anybody in.',
  suspended: 'Suspended. Status lists say so from their next fetch on.',
  reinstated: 'Reinstated. Status lists say so from their next fetch on.',
  revoked: 'Revoked. Status lists say so from their next fetch on.',
  policy_changed: 'The new policy is in force.',
  check_started: 'The check has begun.',
  domain_claimed: 'The domain is claimed. Publish what stands below it, then check.',
  domain_verified: 'The domain is verified.',
  domain_too_soon: 'It was looked at a moment ago. Wait ten seconds, then check again.',
  domain_released: 'The domain is given up.',
  software_registered: 'Registered. Next, write down its client metadata and submit it.',
  software_renamed: 'Renamed.',
  draft_saved: 'The draft is saved.',
  draft_discarded: 'The draft is gone.',
  submitted: 'Submitted. A reviewer will answer; what is found behind its addresses appears here soon.',
  withdrawn: 'Withdrawn. Nobody will review it.',
  commented: 'Said.',
  decided: 'Your decision is recorded.',
  decided_on_claimed: 'Your decision is recorded. Another reviewer had claimed this submission: tell them.',
  review_claimed: 'It is yours for half an hour.',
  review_claimed_by_another: 'Somebody else has claimed it already.',
  review_released: 'Others can claim it now.',
  queue_done: 'Nothing waits that you may decide and that nobody else is reading.',
  statement_issued: 'Issued. It can be used from now on.',
} as const satisfies Readonly<Record<string, string>>;

export type NoticeCode = keyof typeof NOTICES;

/** What is no plain success: neither good nor bad, or something that the reader has to see to. */
const TONES: Readonly<Partial<Record<NoticeCode, 'plain' | 'waiting'>>> = {
  signed_out: 'plain',
  check_started: 'plain',
  draft_discarded: 'plain',
  withdrawn: 'plain',
  domain_released: 'plain',
  review_released: 'plain',
  queue_done: 'plain',
  domain_too_soon: 'waiting',
  decided_on_claimed: 'waiting',
  review_claimed_by_another: 'waiting',
};

/** What a page begins with, and in which tone. */
export type SaidFirst = { readonly text: string; readonly tone: 'good' | 'plain' | 'waiting' };

/** A notice by its code; undefined for anything that is no code. */
export function noticeOf(code: string | null): SaidFirst | undefined {
  return code !== null && isNoticeCode(code)
    ? { text: NOTICES[code], tone: TONES[code] ?? 'good' }
    : undefined;
}

function isNoticeCode(code: string): code is NoticeCode {
  return Object.hasOwn(NOTICES, code);
}
