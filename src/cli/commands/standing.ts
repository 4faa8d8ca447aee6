import { changeStanding, REASON, type Subject, type Verb } from '../change-standing.ts';
import { JSON_FLAG, YES, type CommandDefinition } from '../command.ts';
import { argument, option, optionalArgument } from '../inputs.ts';
import { reportFailure } from '../report.ts';

const VERBS: readonly Verb[] = ['suspend', 'reinstate', 'revoke'];

const SUMMARIES: Readonly<Record<Verb, Readonly<Record<Subject['kind'], string>>>> = {
  suspend: {
    publisher: 'Suspend a publisher: all its statements read SUSPENDED',
    software: 'Suspend a software: its statements read SUSPENDED',
    statement: 'Suspend a statement, or all of a software or publisher: they read SUSPENDED until reinstated',
  },
  reinstate: {
    publisher: 'Lift the suspension of a publisher',
    software: 'Lift the suspension of a software',
    statement: 'Lift a suspension',
  },
  revoke: {
    publisher: 'Revoke a publisher for good: all its statements read INVALID',
    software: 'Revoke every statement of a software for good and withdraw its approval',
    statement: 'Revoke a statement, or all of a software or publisher, for good: they read INVALID',
  },
};

const EXAMPLE_ID = '01900000-0000-7000-8000-000000000004';

/** `publisher suspend`, `software revoke` and so on. */
export function standingCommands(kind: 'publisher' | 'software'): readonly CommandDefinition[] {
  const id = argument(kind === 'publisher' ? 'publisher' : 'software_id', `the ${kind}`);
  return VERBS.map((verb) => ({
    path: `${kind} ${verb}`,
    summary: SUMMARIES[verb][kind],
    inputs: verb === 'reinstate' ? [id, REASON] : [id, REASON, YES],
    examples: [`${kind} ${verb} ${EXAMPLE_ID} --reason "complaint 2026-117"`],
    remote: true,
    run: (get, deps) => changeStanding(get, deps, { kind, id: get(id) }, verb),
  }));
}

const JTI = optionalArgument('jti', 'the statement');
const SOFTWARE = option('--software <software_id>', 'instead of one statement: all of this software');
const PUBLISHER = option('--publisher <id>', 'instead of one statement: all of this publisher');

/** `revoke`, `suspend` and `reinstate`, of whatever is named. */
export const statementStandingCommands: readonly CommandDefinition[] = VERBS.map((verb) => ({
  path: verb,
  summary: SUMMARIES[verb].statement,
  ...(verb === 'reinstate'
    ? {}
    : {
        description:
          'Says how many live statements are affected and asks once. Where nobody can answer, --yes is needed.',
      }),
  inputs: [JTI, SOFTWARE, PUBLISHER, REASON, ...(verb === 'reinstate' ? [] : [YES])],
  examples: [
    `${verb} 01900000-0000-7000-8000-000000000005 --reason "posted in a public issue"`,
    `${verb} --software ${EXAMPLE_ID} --reason "certificate of the vendor leaked"${verb === 'reinstate' ? '' : ' --yes'}`,
  ],
  remote: true,
  run: async (get, deps) => {
    const named: readonly Subject[] = [
      ...subject('statement', get(JTI)),
      ...subject('software', get(SOFTWARE)),
      ...subject('publisher', get(PUBLISHER)),
    ];
    const [only, ...more] = named;
    if (only !== undefined && more.length === 0) return changeStanding(get, deps, only, verb);
    const detail = 'name one: a jti, --software or --publisher';
    return reportFailure(deps, { kind: 'usage', detail }, get(JSON_FLAG));
  },
}));

function subject(kind: Subject['kind'], id: string | undefined): readonly Subject[] {
  return id === undefined ? [] : [{ kind, id }];
}
