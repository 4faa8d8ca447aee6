import type { JsonObject } from '../../domain/json.ts';
import { PROFILES } from '../../domain/statement/statement.ts';
import { idempotencyKeyOf } from '../ask.ts';
import { IDEMPOTENCY_KEY, JSON_FLAG, type CommandDefinition } from '../command.ts';
import type { Dependencies } from '../dependencies.ts';
import { EXIT, type ExitCode } from '../exit-code.ts';
import { argument, choice, duration, many, option, type Get } from '../inputs.ts';
import { maybeText, number, object, text } from '../members.ts';
import { printer } from '../print.ts';
import { reportFailure } from '../report.ts';
import { connect, path, type ApiRequest } from '../server.ts';
import { instant } from '../terminal-text.ts';

const SOFTWARE = argument('software_id', 'the software, with an approved submission');
const JTI = argument('jti', 'the statement to follow up');
const AUDIENCE = many('--audience <url>', 'issuer identifier of an authorization server it is for');
const LIFETIME = duration('--lifetime <duration>', 'how long it lasts, such as 90d (default by policy)');
const PROFILE = choice(
  '--profile <profile>',
  'the shape it takes (default rfc7591); cimd for an approved Client ID Metadata Document',
  PROFILES,
);
const OUT = option('--out <file>', 'write the statement to a new file');
const REQUEST_OUT = option(
  '--request-out <file>',
  'write a ready registration request body (RFC 7591 §3.1) to a new file',
);

export const issue: CommandDefinition = {
  path: 'issue',
  summary: 'Issue a software statement over the approval that stands',
  description:
    'A statement is a bearer artifact at a registration endpoint: new files can be read by their owner alone. Without --out it is printed.',
  inputs: [SOFTWARE, PROFILE, AUDIENCE, LIFETIME, OUT, REQUEST_OUT, IDEMPOTENCY_KEY],
  examples: [
    'issue 01900000-0000-7000-8000-000000000004 --out statement.jwt --request-out registration.json',
    'issue 01900000-0000-7000-8000-000000000004 --audience https://as.example --lifetime 90d',
    'issue 01900000-0000-7000-8000-000000000004 --profile cimd --request-out registration.json',
  ],
  remote: true,
  run: (get, deps) => {
    const [audience, lifetime, profile] = [get(AUDIENCE), get(LIFETIME), get(PROFILE)];
    const body = {
      ...(profile === undefined ? {} : { profile }),
      ...(audience.length === 0 ? {} : { audience }),
      ...(lifetime === undefined ? {} : { lifetime_seconds: lifetime }),
    };
    return make(get, deps, { method: 'POST', path: path`/v1/software/${get(SOFTWARE)}/statements`, body });
  },
};

export const renew: CommandDefinition = {
  path: 'statement renew',
  summary: 'Issue a successor with the same audience over the approval that stands now',
  inputs: [JTI, LIFETIME, OUT, REQUEST_OUT, IDEMPOTENCY_KEY],
  examples: ['statement renew 01900000-0000-7000-8000-000000000005 --out statement.jwt'],
  remote: true,
  run: (get, deps) => {
    const lifetime = get(LIFETIME);
    const body = lifetime === undefined ? {} : { lifetime_seconds: lifetime };
    return make(get, deps, { method: 'POST', path: path`/v1/statements/${get(JTI)}/renewal`, body });
  },
};

async function make(get: Get, deps: Dependencies, request: ApiRequest): Promise<ExitCode> {
  const json = get(JSON_FLAG);
  const server = await connect(get, deps);
  if (!server.ok) return reportFailure(deps, server.error, json);
  const answer = await server.value.send({ ...request, idempotencyKey: idempotencyKeyOf(get, deps) });
  if (!answer.ok) return reportFailure(deps, answer.error, json);
  const { body, text: exact } = answer.value;
  const unwritten = await writeFiles(get, deps, body);
  if (json) deps.stdout.write(`${exact}\n`);
  else tell(get, deps, body);
  const out = printer(deps.stderr, deps.environment);
  for (const problem of unwritten) out.paragraph(`imprimatur: ${problem}`, 'bad');
  if (unwritten.length > 0)
    out.paragraph(
      `The statement was issued all the same: \`imprimatur statement show ${text(body, 'jti')} --json\` has it.`,
    );
  return unwritten.length === 0 ? EXIT.OK : EXIT.USAGE;
}

/** Writes what was asked for; gives what could not be written. */
async function writeFiles(get: Get, deps: Dependencies, body: JsonObject): Promise<readonly string[]> {
  const request = `${JSON.stringify(object(body, 'registration_request'), undefined, 2)}\n`;
  const wanted = [
    [get(OUT), `${text(body, 'software_statement')}\n`],
    [get(REQUEST_OUT), request],
  ] as const;
  const problems: string[] = [];
  for (const [file, content] of wanted) {
    if (file === undefined) continue;
    const written = await deps.files.create(file, once(content));
    if (!written.ok) problems.push(written.error);
  }
  return problems;
}

function tell(get: Get, deps: Dependencies, statement: JsonObject): void {
  const out = printer(deps.stdout, deps.environment);
  const [file, requestFile] = [get(OUT), get(REQUEST_OUT)];
  out.fields([
    ['statement', text(statement, 'jti')],
    ['expires', instant(number(statement, 'exp') ?? 0)],
    ['file', file],
    ['request', requestFile],
  ]);
  const jwt = maybeText(statement, 'software_statement');
  if (file !== undefined || jwt === undefined) return;
  out.line('');
  out.line(jwt);
}

async function* once(content: string): AsyncGenerator<string> {
  yield content;
}
