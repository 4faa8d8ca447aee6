/** What the page after a change begins with. A code travels in the URL, never a text. */
export const NOTICES = {
  saved: 'Saved.',
  created: 'Created.',
  removed: 'Removed.',
  signed_out: 'You are signed out.',
  key_generated: 'A key was generated and is published. It may sign when it has been published long enough.',
  key_activated: 'The key signs from now on.',
  key_retired: 'The key left the JWK Set, and its private half was destroyed.',
  key_revoked: 'The key was revoked, and every statement that it signed with it.',
  person_disabled: 'They can no longer sign in, and their tokens no longer work.',
  person_enabled: 'They can sign in again.',
  session_ended: 'The session has ended.',
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
} as const satisfies Readonly<Record<string, string>>;

export type NoticeCode = keyof typeof NOTICES;

/** The text of a notice; undefined for anything that is no code. */
export function noticeOf(code: string | null): string | undefined {
  return code !== null && isNoticeCode(code) ? NOTICES[code] : undefined;
}

function isNoticeCode(code: string): code is NoticeCode {
  return Object.hasOwn(NOTICES, code);
}
