/** The scripts a page may ask for, one file of `browser/` each; `console` is on every page. */
export const SCRIPT_NAMES = [
  'console',
  'passkeys',
  'editor',
  'review',
  'ledger-check',
  'form-post',
  'service-worker',
] as const;
export type ScriptName = (typeof SCRIPT_NAMES)[number];
