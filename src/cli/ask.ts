import type { JsonObject } from '../domain/json.ts';
import { AFTER, IDEMPOTENCY_KEY, JSON_FLAG, LIMIT } from './command.ts';
import type { Dependencies } from './dependencies.ts';
import { EXIT, type ExitCode } from './exit-code.ts';
import type { Get } from './inputs.ts';
import { maybeText, objects } from './members.ts';
import { printer, type Printer } from './print.ts';
import { reportFailure } from './report.ts';
import { connect, type ApiRequest } from './server.ts';

/** Sends one request and shows its answer: as the exact JSON, or as `show` tells it. */
export async function ask(
  get: Get,
  deps: Dependencies,
  request: ApiRequest,
  show: (body: JsonObject, out: Printer) => void,
): Promise<ExitCode> {
  const json = get(JSON_FLAG);
  const server = await connect(get, deps);
  if (!server.ok) return reportFailure(deps, server.error, json);
  const answer = await server.value.send(request);
  if (!answer.ok) return reportFailure(deps, answer.error, json);
  if (json) deps.stdout.write(answer.value.text === '' ? '' : `${answer.value.text}\n`);
  else show(answer.value.body, printer(deps.stdout, deps.environment));
  return EXIT.OK;
}

/** A list: one page as a table, and how to get the next. */
export function askList(
  get: Get,
  deps: Dependencies,
  request: Omit<ApiRequest, 'method'>,
  list: {
    readonly headings: readonly string[];
    readonly row: (item: JsonObject) => readonly string[];
    /** Columns that may be cut on a narrow terminal. */
    readonly shrink?: readonly number[];
    /** Said when there is nothing: what to do. */
    readonly empty: string;
  },
): Promise<ExitCode> {
  const query = { ...request.query, limit: get(LIMIT), after: get(AFTER) };
  return ask(get, deps, { ...request, method: 'GET', query }, (body, out) => {
    const items = objects(body, 'items');
    if (items.length === 0) out.paragraph(list.empty);
    else out.table(list.headings, items.map(list.row), list.shrink);
    const next = maybeText(body, 'next');
    if (next !== undefined) out.line(`There is more: add --after ${next}`, 'faint');
  });
}

/** The key that makes a creating request repeatable: the caller's, else one for this invocation. */
export function idempotencyKeyOf(get: Get, deps: Dependencies): string {
  return get(IDEMPOTENCY_KEY) ?? deps.randomUuid();
}
