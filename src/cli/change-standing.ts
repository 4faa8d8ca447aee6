import type { JsonObject } from '../domain/json.ts';
import { ok, type Result } from '../domain/result.ts';
import { JSON_FLAG, YES } from './command.ts';
import type { Dependencies } from './dependencies.ts';
import { EXIT, type ExitCode } from './exit-code.ts';
import { neededOption, type Get } from './inputs.ts';
import { maybeText, number, object, objects, text } from './members.ts';
import { printer } from './print.ts';
import { reportFailure } from './report.ts';
import { connect, path, type ApiRequest, type Failure, type Server } from './server.ts';

export const REASON = neededOption('--reason <text>', 'why; kept in the ledger');

/** Whose standing changes. */
export type Subject = { readonly kind: 'publisher' | 'software' | 'statement'; readonly id: string };
export type Verb = 'suspend' | 'reinstate' | 'revoke';

/** Pages read to count; a question does not need more than "more than". */
const MOST_PAGES = 25;
const PAGE = 200;

/** Suspends, reinstates or revokes; asks once before what takes effect elsewhere, naming how many it affects. */
export async function changeStanding(
  get: Get,
  deps: Dependencies,
  subject: Subject,
  verb: Verb,
): Promise<ExitCode> {
  const json = get(JSON_FLAG);
  const asks = verb !== 'reinstate' && !get(YES);
  if (asks && deps.confirm === undefined) return refuseToGuess(deps);
  const server = await connect(get, deps);
  if (!server.ok) return reportFailure(deps, server.error, json);
  if (asks && deps.confirm !== undefined) {
    const live = await countLive(server.value, subject, deps.now());
    if (!live.ok) return reportFailure(deps, live.error, json);
    if (!(await deps.confirm(questionOf(subject, verb, live.value)))) return notDone(deps);
  }
  const answer = await server.value.send(requestOf(subject, verb, get(REASON)));
  if (!answer.ok) return reportFailure(deps, answer.error, json);
  if (json) deps.stdout.write(`${answer.value.text}\n`);
  else tell(deps, subject, verb, answer.value.body);
  return EXIT.OK;
}

/** Where nobody can be asked, what cannot be undone needs --yes. */
export function refuseToGuess(deps: Dependencies): ExitCode {
  printer(deps.stderr, deps.environment).paragraph(
    'imprimatur: this takes effect at authorization servers and nobody can be asked here. Add --yes if it is meant.',
  );
  return EXIT.USAGE;
}

/** After a no: nothing was sent. */
export function notDone(deps: Dependencies): ExitCode {
  printer(deps.stderr, deps.environment).line('Nothing was changed.');
  return EXIT.REFUSED;
}

const COLLECTIONS = { publisher: 'publishers', software: 'software', statement: 'statements' } as const;

function requestOf(subject: Subject, verb: Verb, reason: string): ApiRequest {
  const noun = verb === 'revoke' ? 'revocation' : 'suspension';
  return {
    method: verb === 'revoke' ? 'POST' : verb === 'suspend' ? 'PUT' : 'DELETE',
    path: path`/v1/${COLLECTIONS[subject.kind]}/${subject.id}/${noun}`,
    body: { reason },
  };
}

type Live = { readonly count: number; readonly atLeast: boolean };

function questionOf(subject: Subject, verb: Verb, live: Live): string {
  const many = `${live.atLeast ? 'at least ' : ''}${live.count} live statement${live.count === 1 ? '' : 's'}`;
  const effect = verb === 'revoke' ? 'stop verifying for good' : 'read SUSPENDED until reinstated';
  const name = `${verb === 'revoke' ? 'Revoke' : 'Suspend'} ${subject.kind} ${subject.id}?`;
  return `${name} ${many} will ${effect}.`;
}

async function countLive(server: Server, subject: Subject, now: number): Promise<Result<Live, Failure>> {
  if (subject.kind === 'statement') {
    const found = await server.send({ method: 'GET', path: path`/v1/statements/${subject.id}` });
    return found.ok ? ok({ count: isLive(found.value.body, now) ? 1 : 0, atLeast: false }) : found;
  }
  if (subject.kind === 'software') return countOfSoftware(server, subject.id, now, MOST_PAGES);
  const query = { publisher_id: subject.id };
  const software = await items(server, path`/v1/software`, query, MOST_PAGES);
  if (!software.ok) return software;
  let [count, atLeast] = [0, software.value.more];
  let pages = MOST_PAGES;
  for (const item of software.value.items) {
    if (pages <= 0) return ok({ count, atLeast: true });
    const live = await countOfSoftware(server, text(item, 'software_id'), now, pages);
    if (!live.ok) return live;
    pages -= 1;
    count += live.value.count;
    atLeast ||= live.value.atLeast;
  }
  return ok({ count, atLeast });
}

async function countOfSoftware(
  server: Server,
  softwareId: string,
  now: number,
  pages: number,
): Promise<Result<Live, Failure>> {
  const found = await items(server, path`/v1/software/${softwareId}/statements`, {}, pages);
  if (!found.ok) return found;
  return ok({
    count: found.value.items.filter((item) => isLive(item, now)).length,
    atLeast: found.value.more,
  });
}

/** Everything of a list, up to a number of pages; `more` when there would be others. */
async function items(
  server: Server,
  listPath: string,
  query: Readonly<Record<string, string>>,
  pages: number,
): Promise<Result<{ readonly items: readonly JsonObject[]; readonly more: boolean }, Failure>> {
  const all: JsonObject[] = [];
  let after: string | undefined;
  for (let i = 0; i < pages; i++) {
    const answer = await server.send({
      method: 'GET',
      path: listPath,
      query: { ...query, limit: PAGE, after },
    });
    if (!answer.ok) return answer;
    all.push(...objects(answer.value.body, 'items'));
    after = maybeText(answer.value.body, 'next');
    if (after === undefined) return ok({ items: all, more: false });
  }
  return ok({ items: all, more: true });
}

function isLive(statement: JsonObject, now: number): boolean {
  return text(statement, 'state') !== 'revoked' && (number(statement, 'exp') ?? 0) > now;
}

function tell(deps: Dependencies, subject: Subject, verb: Verb, body: JsonObject): void {
  const out = printer(deps.stdout, deps.environment);
  const done = { suspend: 'suspended', reinstate: 'reinstated', revoke: 'revoked' }[verb];
  if (subject.kind === 'statement') {
    const effective = text(body, 'effective_state');
    out.line(`Statement ${subject.id} is ${done}; its status list says ${effective}.`);
    return;
  }
  const name = maybeText(object(body, subject.kind), 'name') ?? subject.id;
  out.line(`${subject.kind === 'publisher' ? 'Publisher' : 'Software'} ${name} is ${done}.`);
  const live = number(body, 'live_statements');
  if (live !== undefined) out.line(`${live} live statement${live === 1 ? '' : 's'} affected.`);
}
