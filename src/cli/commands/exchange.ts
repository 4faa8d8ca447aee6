import { PROFILES } from '../../domain/statement/statement.ts';
import type { Result } from '../../domain/result.ts';
import { ok } from '../../domain/result.ts';
import { JSON_FLAG, URL_OPTION, type CommandDefinition } from '../command.ts';
import type { Dependencies } from '../dependencies.ts';
import { EXIT, type ExitCode } from '../exit-code.ts';
import { choice, duration, flag, many, option, type Get } from '../inputs.ts';
import { maybeText, number, text } from '../members.ts';
import { printer } from '../print.ts';
import { reportFailure } from '../report.ts';
import type { Failure } from '../server.ts';
import { findSubjectToken, type SubjectToken } from '../subject-token.ts';
import {
  askTokenEndpoint,
  clientAssertion,
  discoverTokenEndpoint,
  makeProofKey,
  readProofKey,
  type ProofKey,
  type TokenAnswer,
  type TokenEndpoint,
} from '../token-endpoint.ts';

const SOFTWARE = option('--software <software_id>', 'the software the statement is about');
const CLIENT = option('--client-id <url>', 'or the Client ID Metadata Document it is about');
const PROFILE = choice('--profile <profile>', 'the shape it takes (default rfc7591)', PROFILES);
const AUDIENCE = many('--audience <url>', 'issuer identifier of an authorization server it is for');
const TOKEN_FILE = option('--subject-token-file <file>', 'file that holds the token; - for standard input');
const VARIABLE = option(
  '--subject-token-variable <name>',
  'variable that holds the token, such as IMPRIMATUR_ID_TOKEN',
);
const KEY = option(
  '--key <file>',
  'private JWK of the client, where its own key is asked for, as by a renewal',
);
const ASSERTION = flag('--authenticate', 'authenticate as the client with --key (private_key_jwt)');
const VERSION = option('--software-version <version>', 'with --metadata: file this version where it is new');
const METADATA = option('--metadata <file>', 'client metadata as JSON');
const WAIT = duration('--wait <duration>', 'wait for reviewers for so long, such as 2h');
const OUT = option('--out <file>', 'write the statement to a new file');

const MAX_METADATA_OCTETS = 256 * 1_024;
const MAX_KEY_OCTETS = 16_384;
const DEFAULT_INTERVAL_SECONDS = 5;
type Parameters = readonly (readonly [string, string])[];

export const exchange: CommandDefinition = {
  path: 'exchange',
  summary: 'Get a statement for a CI job or service by the token its platform gives it',
  description:
    'On a runner of GitHub Actions the token is asked for by itself (`permissions: id-token: write`). Other tokens that are good: of GitLab, of any OpenID Connect ' +
    'issuer that is trusted, a JWT-SVID, an initial access token, an API token, a statement that renews itself. No API token is needed.',
  inputs: [
    SOFTWARE,
    CLIENT,
    PROFILE,
    AUDIENCE,
    TOKEN_FILE,
    VARIABLE,
    KEY,
    ASSERTION,
    VERSION,
    METADATA,
    WAIT,
    OUT,
    URL_OPTION,
  ],
  examples: [
    'exchange --software 01900000-0000-7000-8000-000000000004 --out statement.jwt',
    'exchange --software 01900000-0000-7000-8000-000000000004 --subject-token-variable IMPRIMATUR_ID_TOKEN',
    'exchange --software 01900000-0000-7000-8000-000000000004 --metadata metadata.json --software-version 2.0.0 --wait 2h',
  ],
  remote: false,
  run: async (get, deps) => {
    const json = get(JSON_FLAG);
    const answer = await obtain(get, deps);
    if (!answer.ok) return reportFailure(deps, answer.error, json);
    return answer.value.status === 200 ? tell(get, deps, answer.value) : refuse(get, deps, answer.value);
  },
};

async function obtain(get: Get, deps: Dependencies): Promise<Result<TokenAnswer, Failure>> {
  const target = await targetOf(get, deps);
  if (!target.ok) return target;
  const url = get(URL_OPTION) ?? (deps.environment['IMPRIMATUR_URL'] || 'http://localhost:8787');
  const endpoint = await discoverTokenEndpoint(deps, url.replace(/\/+$/, ''));
  if (!endpoint.ok) return endpoint;
  const key = await keyOf(get, deps);
  if (!key.ok) return key;
  const source = { file: get(TOKEN_FILE), variable: get(VARIABLE) };
  const subject = await findSubjectToken(deps, source, endpoint.value.issuer);
  if (!subject.ok) return usage(subject.error);
  const identity = async (): Promise<Parameters> =>
    get(ASSERTION)
      ? clientAssertion(deps, endpoint.value, key.value, get(CLIENT) ?? get(SOFTWARE) ?? '')
      : [];
  const wait = get(WAIT) ?? 0;
  const first = await askTokenEndpoint(deps, endpoint.value, key.value, [
    ...exchangeOf(subject.value, get(AUDIENCE), wait > 0 || get(CLIENT) !== undefined),
    ...target.value,
    ...(await identity()),
  ]);
  return first.ok
    ? follow(deps, endpoint.value, key.value, first.value, deps.now() + wait, get(CLIENT), identity)
    : first;
}

/** Polls while people decide, no faster than told, and no longer than until then. */
async function follow(
  deps: Dependencies,
  endpoint: TokenEndpoint,
  key: ProofKey,
  first: TokenAnswer,
  until: number,
  clientId: string | undefined,
  identity: () => Promise<Parameters>,
): Promise<Result<TokenAnswer, Failure>> {
  const code = maybeText(first.body, 'deferral_code');
  if (code === undefined) return ok(first);
  let latest = first;
  let interval = number(first.body, 'interval') ?? DEFAULT_INTERVAL_SECONDS;
  while (isWaiting(latest) && deps.now() + interval <= until) {
    if (latest === first)
      printer(deps.stderr, deps.environment).paragraph('Reviewers look at it first; waiting.', 'faint');
    await deps.wait(interval);
    const answer = await askTokenEndpoint(deps, endpoint, key, [
      ['grant_type', 'urn:ietf:params:oauth:grant-type:deferred'],
      ['deferral_code', code],
      ...(clientId === undefined ? [] : [['client_id', clientId] as const]),
      ...(await identity()),
    ]);
    if (!answer.ok) return answer;
    latest = answer.value;
    // RFC 8628 §3.5, which the draft follows: five seconds more from then on.
    if (latest.body['error'] === 'slow_down') interval += 5;
    interval = Math.max(interval, number(latest.body, 'interval') ?? 0);
  }
  return ok(latest);
}

function isWaiting({ body }: TokenAnswer): boolean {
  return body['error'] === 'authorization_pending' || body['error'] === 'slow_down';
}

function exchangeOf(subject: SubjectToken, audience: readonly string[], mayDefer: boolean): Parameters {
  return [
    ['grant_type', 'urn:ietf:params:oauth:grant-type:token-exchange'],
    ['requested_token_type', 'urn:ietf:params:oauth:token-type:software-statement'],
    ['subject_token', subject.token],
    ['subject_token_type', subject.type],
    ...audience.map((each) => ['audience', each] as const),
    ...(mayDefer ? [['completion_mode', 'deferred'] as const] : []),
  ];
}

async function targetOf(get: Get, deps: Dependencies): Promise<Result<Parameters, Failure>> {
  const [software, client, profile] = [get(SOFTWARE), get(CLIENT), get(PROFILE)];
  const [version, file] = [get(VERSION), get(METADATA)];
  if ((software === undefined) === (client === undefined))
    return usage('name one: --software or --client-id');
  if (client !== undefined)
    return profile === undefined && version === undefined && file === undefined
      ? ok([['client_id', client]])
      : usage(
          'with --client-id the document is all there is: leave out --profile, --software-version and --metadata',
        );
  if ((version === undefined) !== (file === undefined))
    return usage('--software-version and --metadata go together');
  const metadata = file === undefined ? ok('') : await deps.files.read(file, MAX_METADATA_OCTETS);
  if (!metadata.ok) return usage(metadata.error);
  return ok([
    ['software_id', software ?? ''],
    ...(profile === undefined ? [] : [['statement_profile', profile] as const]),
    ...(version === undefined
      ? []
      : [['software_version', version] as const, ['client_metadata', metadata.value] as const]),
  ]);
}

async function keyOf(get: Get, deps: Dependencies): Promise<Result<ProofKey, Failure>> {
  const file = get(KEY);
  if (file === undefined)
    return get(ASSERTION)
      ? usage('--authenticate needs the key of the client: --key')
      : ok(await makeProofKey());
  const read = await deps.files.read(file, MAX_KEY_OCTETS);
  if (!read.ok) return usage(read.error);
  const key = await readProofKey(read.value);
  return key.ok ? key : usage(`${file} ${key.error}`);
}

async function tell(get: Get, deps: Dependencies, answer: TokenAnswer): Promise<ExitCode> {
  const statement = text(answer.body, 'access_token');
  const file = get(OUT);
  if (get(JSON_FLAG)) deps.stdout.write(`${answer.text}\n`);
  else if (file === undefined) deps.stdout.write(`${statement}\n`);
  if (file === undefined) return EXIT.OK;
  const written = await deps.files.create(file, once(`${statement}\n`));
  if (!written.ok) return reportFailure(deps, { kind: 'usage', detail: written.error }, false);
  if (!get(JSON_FLAG)) printer(deps.stdout, deps.environment).fields([['file', file]]);
  return EXIT.OK;
}

function refuse(get: Get, deps: Dependencies, answer: TokenAnswer): ExitCode {
  if (get(JSON_FLAG)) deps.stdout.write(`${answer.text}\n`);
  const out = printer(deps.stderr, deps.environment);
  out.paragraph(`${text(answer.body, 'error')}: ${text(answer.body, 'error_description')}`, 'bad');
  if (isWaiting(answer))
    out.paragraph('Run this again once reviewers have approved it, or wait for them with --wait.');
  return EXIT.REFUSED;
}

async function* once(content: string): AsyncGenerator<string> {
  yield content;
}

function usage(detail: string): Result<never, Failure> {
  return { ok: false, error: { kind: 'usage', detail } };
}
