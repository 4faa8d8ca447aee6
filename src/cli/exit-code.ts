/** What the command ends with; every `--help` says so. */
export const EXIT = {
  OK: 0,
  /** Refused by the server, or a check failed. */
  REFUSED: 1,
  /** The command line, the environment or a local file cannot be used; `verify` also: could not tell. */
  USAGE: 2,
  /** The server cannot be reached. */
  UNREACHABLE: 3,
} as const;
export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

/** The same, for people. */
export const EXIT_CODES_HELP =
  'Exit codes: 0 done, 1 refused or a check failed, 2 wrong usage, 3 server cannot be reached.';
