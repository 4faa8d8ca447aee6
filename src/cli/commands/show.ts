import type { JsonObject } from '../../domain/json.ts';
import { JSON_FLAG, type CommandDefinition } from '../command.ts';
import { EXIT } from '../exit-code.ts';
import { argument } from '../inputs.ts';
import { printer, type Printer } from '../print.ts';
import { reportFailure } from '../report.ts';
import { connect, path, type Failure } from '../server.ts';
import { showStatement } from '../show-statement.ts';
import { showSubmission } from '../show-submission.ts';
import { showSoftware } from './software.ts';

const ID = argument('id', 'a submission, a software_id or a jti');

type View = {
  readonly target: (id: string) => string;
  readonly show: (body: JsonObject, out: Printer, now: number) => void;
};

const VIEWS: readonly View[] = [
  { target: (id) => path`/v1/submissions/${id}`, show: showSubmission },
  { target: (id) => path`/v1/software/${id}`, show: showSoftware },
  { target: (id) => path`/v1/statements/${id}`, show: showStatement },
];

export const show: CommandDefinition = {
  path: 'show',
  summary: 'Show a submission, a software or a statement, whichever has this id',
  description: 'A submission is shown with its findings and its difference, what expands authority first.',
  inputs: [ID],
  examples: ['show 01900000-0000-7000-8000-000000000006', 'show 01900000-0000-7000-8000-000000000006 --json'],
  remote: true,
  run: async (get, deps) => {
    const json = get(JSON_FLAG);
    const server = await connect(get, deps);
    if (!server.ok) return reportFailure(deps, server.error, json);
    let refusal: Failure | undefined;
    for (const { target, show: print } of VIEWS) {
      const answer = await server.value.send({ method: 'GET', path: target(get(ID)) });
      if (answer.ok) {
        if (json) deps.stdout.write(`${answer.value.text}\n`);
        else print(answer.value.body, printer(deps.stdout, deps.environment), deps.now());
        return EXIT.OK;
      }
      if (answer.error.kind !== 'refused' || ![403, 404].includes(answer.error.status))
        return reportFailure(deps, answer.error, json);
      // That a thing may not be seen says more than that another kind of thing is not there.
      if (refusal === undefined || answer.error.status === 403) refusal = answer.error;
    }
    if (refusal?.kind === 'refused' && refusal.status === 404 && !json) {
      printer(deps.stderr, deps.environment).paragraph(
        `There is no submission, software or statement ${get(ID)} that you may see.`,
        'bad',
      );
      return EXIT.REFUSED;
    }
    return refusal === undefined ? EXIT.REFUSED : reportFailure(deps, refusal, json);
  },
};
