import { isJsonObject, parseJson } from '../../domain/json.ts';
import { conclude, type Verdict } from '../../domain/statement/judge.ts';
import { err, ok, type Result } from '../../domain/result.ts';
import { JSON_FLAG, type CommandDefinition } from '../command.ts';
import type { Dependencies } from '../dependencies.ts';
import { EXIT, type ExitCode } from '../exit-code.ts';
import { argument, flag, option } from '../inputs.ts';
import { maybeText, number } from '../members.ts';
import { printer, progressOn } from '../print.ts';
import { reportFailure } from '../report.ts';
import { instant } from '../terminal-text.ts';
import { verifyStatement, type Verification } from '../verify-statement.ts';

const STATEMENT = argument('statement', 'a file, - for standard input, or the statement itself');
const ISSUER = option('--issuer <url>', 'the issuer it has to be from');
const AUDIENCE = option('--audience <url>', 'the authorization server it has to be for');
const ALLOW_HTTP = flag('--allow-http', 'ask over plain http, also beyond this machine');

const MAX_FILE_OCTETS = 128 * 1024;

/** Here 2 means more than wrong usage: nobody could be asked. */
const EXIT_OF: Readonly<Record<Verdict, ExitCode>> = {
  stands: EXIT.OK,
  does_not_stand: EXIT.REFUSED,
  could_not_tell: EXIT.USAGE,
};

const SIGNS = { holds: ['✓', 'good'], fails: ['✗', 'bad'], unknown: ['?', 'warning'] } as const;

export const verify: CommandDefinition = {
  path: 'verify',
  summary: 'Say whether a software statement stands, and why, knowing nothing but the statement',
  description:
    'Asks its issuer for metadata, keys and status, and for the document that a digest-bound statement is about, and follows no redirect and no key the statement brings along. ' +
    'Needs no server of yours and no token. A registration request with a `software_statement` will do too. ' +
    'A statement is a bearer artifact: prefer a file to typing it.\n\n' +
    'Ends with 0 when it stands, 1 when it does not, 2 when it could not be told (the issuer cannot be reached).',
  inputs: [STATEMENT, ISSUER, AUDIENCE, ALLOW_HTTP],
  examples: [
    'verify statement.jwt',
    'verify registration.json --issuer https://issuer.example --audience https://as.example',
    'verify - --json < statement.jwt',
  ],
  remote: false,
  run: async (get, deps) => {
    const statement = await readStatement(deps, get(STATEMENT));
    if (!statement.ok) return reportFailure(deps, { kind: 'usage', detail: statement.error }, get(JSON_FLAG));
    const progress = progressOn(deps.stderr);
    progress.show('asking the issuer');
    const verification = await verifyStatement(statement.value, {
      fetch: deps.fetch,
      now: deps.now(),
      allowHttp: get(ALLOW_HTTP),
      issuer: get(ISSUER),
      audience: get(AUDIENCE),
    });
    progress.end();
    const { verdict } = conclude(verification.checks);
    if (get(JSON_FLAG)) deps.stdout.write(`${JSON.stringify(asData(verification))}\n`);
    else tell(deps, verification, get(ISSUER) !== undefined);
    return EXIT_OF[verdict];
  },
};

async function readStatement(deps: Dependencies, given: string): Promise<Result<string, string>> {
  if (/^eyJ[\w-]*\.[\w-]*\.[\w-]*$/.test(given)) return ok(given);
  const text = await deps.files.read(given, MAX_FILE_OCTETS);
  if (!text.ok) return text;
  const content = text.value.trim();
  if (!content.startsWith('{')) return ok(content);
  const request = parseJson(content, { maxDepth: 16 });
  const statement =
    request.ok && isJsonObject(request.value) ? request.value['software_statement'] : undefined;
  return typeof statement === 'string' ? ok(statement) : err(`${given} holds no software_statement`);
}

function asData({ checks, claims }: Verification) {
  const { verdict } = conclude(checks);
  return { verdict, sentence: sentenceOf({ checks, claims }), checks, claims: claims ?? null };
}

function sentenceOf({ checks, claims }: Verification): string {
  const { verdict, because } = conclude(checks);
  const reason = because?.detail ?? '';
  switch (verdict) {
    case 'stands': {
      const document = maybeText(claims, 'sub');
      const { credentialSubject = claims } = claims ?? {};
      const said = isJsonObject(credentialSubject) ? credentialSubject : claims;
      const software =
        document === undefined
          ? `${maybeText(said, 'client_name') ?? 'software'} (${maybeText(said, 'software_id') ?? ''})`
          : `the document at ${document}`;
      return `It stands: ${maybeText(claims, 'iss') ?? ''} vouches for ${software} until ${instant(number(claims, 'exp') ?? 0)}.`;
    }
    case 'does_not_stand':
      return `It does not stand. ${reason}`;
    case 'could_not_tell':
      return `It could not be told whether it stands. ${reason}`;
  }
}

function tell(deps: Dependencies, verification: Verification, isIssuerDemanded: boolean): void {
  const out = printer(deps.stdout, deps.environment);
  for (const { outcome, check, detail, spec } of verification.checks) {
    const [sign, tone] = SIGNS[outcome];
    const source = outcome === 'holds' ? '' : ` (${spec})`;
    out.paragraph(`${sign} ${check.padEnd(9)}  ${detail}${source}`, tone, 0, 13);
  }
  out.line('');
  const { verdict } = conclude(verification.checks);
  out.paragraph(sentenceOf(verification), 'strong');
  if (verdict === 'stands' && !isIssuerDemanded)
    out.paragraph('Whether that issuer is one to trust is yours to know; --issuer demands one.', 'faint');
}
