/** What the page after a change begins with. A code travels in the URL, never a text. */
export const NOTICES = {
  saved: 'Saved.',
  created: 'Created.',
  removed: 'Removed.',
  signed_out: 'You are signed out.',
} as const satisfies Readonly<Record<string, string>>;

export type NoticeCode = keyof typeof NOTICES;

/** The text of a notice; undefined for anything that is no code. */
export function noticeOf(code: string | null): string | undefined {
  return code !== null && isNoticeCode(code) ? NOTICES[code] : undefined;
}

function isNoticeCode(code: string): code is NoticeCode {
  return Object.hasOwn(NOTICES, code);
}
