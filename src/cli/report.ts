import type { JsonObject } from '../domain/json.ts';
import type { Dependencies } from './dependencies.ts';
import { EXIT, type ExitCode } from './exit-code.ts';
import { maybeText, objects, text } from './members.ts';
import { printer, type Printer } from './print.ts';
import type { Failure } from './server.ts';

/**
 * Says why something did not happen and what to do next. With `json`, a refusal of the server goes to standard output
 * exactly as it came, since whoever asked for JSON reads that.
 */
export function reportFailure(deps: Dependencies, failure: Failure, json: boolean): ExitCode {
  const out = printer(deps.stderr, deps.environment);
  switch (failure.kind) {
    case 'usage':
      out.paragraph(`imprimatur: ${failure.detail}`);
      return EXIT.USAGE;
    case 'unreachable':
      out.paragraph(`imprimatur: cannot reach ${failure.url}: ${failure.detail}.`);
      out.paragraph('Start a server with `imprimatur serve`, or name another with --url or IMPRIMATUR_URL.');
      return EXIT.UNREACHABLE;
    case 'refused':
      if (failure.problem === undefined) {
        out.paragraph(
          `imprimatur: the server answered ${failure.status}, and not as an imprimatur server does. Check --url or IMPRIMATUR_URL.`,
        );
        return EXIT.REFUSED;
      }
      if (json) deps.stdout.write(`${failure.text}\n`);
      else printProblem(out, failure.problem);
      return EXIT.REFUSED;
  }
}

/** What happened, each finding, what to do next (RFC 9457; `errors` as the API documents them). */
function printProblem(out: Printer, problem: JsonObject): void {
  out.paragraph(`${text(problem, 'title')}. ${text(problem, 'detail')}`, 'bad');
  const findings = objects(problem, 'errors');
  if (findings.length > 0) {
    out.line('');
    printFindings(out, findings);
  }
  const next = NEXT[text(problem, 'type').split('/').at(-1) ?? ''];
  if (next !== undefined) {
    out.line('');
    out.paragraph(next);
  }
  const requestId = maybeText(problem, 'request_id');
  if (requestId !== undefined && text(problem, 'status') === '500') out.line(`request ${requestId}`);
}

/** Each finding as `pointer  rule  detail (spec)`, wrapped under itself. */
export function printFindings(out: Printer, findings: readonly JsonObject[]): void {
  for (const finding of findings) {
    const severity = maybeText(finding, 'severity');
    const where = maybeText(finding, 'pointer') ?? '(whole)';
    const rule = [severity, maybeText(finding, 'rule')].filter((part) => part !== undefined).join(' ');
    const spec = maybeText(finding, 'spec');
    const tone = severity === 'error' ? 'bad' : severity === 'warning' ? 'warning' : 'plain';
    out.line(rule === '' ? where : `${where}  ${rule}`, tone);
    out.paragraph(`${text(finding, 'detail')}${spec === undefined ? '' : ` (${spec})`}`, 'plain', 2);
  }
}

/** What helps after a refusal, where the server's own detail does not say it in terms of this command. */
const NEXT: Readonly<Record<string, string>> = {
  invalid_token: 'Set IMPRIMATUR_TOKEN to a token of this server; `imprimatur whoami` tries it.',
  insufficient_scope: '`imprimatur whoami` lists the scopes of the token in use.',
  role_needed: '`imprimatur whoami` says who you are here; an operator gives roles and memberships.',
  invalid_client_metadata: 'Your file was not changed. `imprimatur lint` tries it again without submitting.',
  submission_state: '`imprimatur show` with the submission shows what happened to it.',
  no_approval: '`imprimatur submit` sends metadata to review.',
  version_mismatch: 'Somebody else changed it meanwhile. Look at it again, then repeat the command.',
  audience_not_allowed:
    '`imprimatur policy show` lists the audiences that may be asked for, `imprimatur show` with the submission the conditions of its approval.',
  lifetime_not_allowed:
    '`imprimatur policy show` says how long a statement may last, `imprimatur show` with the submission whether its approval says less.',
};
