import { isJsonObject } from '../../domain/json.ts';
import { ask, askList, idempotencyKeyOf } from '../ask.ts';
import { IDEMPOTENCY_KEY, JSON_FLAG, type CommandDefinition } from '../command.ts';
import { argument, flag, neededOption } from '../inputs.ts';
import { object, text } from '../members.ts';
import { readJsonFile } from '../read-json.ts';
import { reportFailure } from '../report.ts';
import { path } from '../server.ts';

const SOFTWARE = argument('software_id', 'the software');
const RULES = argument('rules', 'what its token must say, as JSON; - for standard input');
const ID = argument('workload_id', 'the workload');
const LABEL = neededOption('--label <text>', 'what it is');
const MAY_FILE = flag('--may-file', 'it may file submissions for what is new, too');

const bind: CommandDefinition = {
  path: 'workload bind',
  summary: 'Bind a CI job or service that gets statements without a secret',
  description:
    'For GitHub Actions the rules are {"kind":"github","repository":"acme/shop","repository_id":"…","repository_owner_id":"…","workflow":".github/workflows/release.yml"}; ' +
    '`gh api repos/acme/shop --jq "{id, owner: .owner.id}"` prints the ids. docs/workloads.md has GitLab, any OpenID Connect issuer, and SPIFFE.',
  inputs: [SOFTWARE, RULES, LABEL, MAY_FILE, IDEMPOTENCY_KEY],
  examples: ['workload bind 01900000-0000-7000-8000-000000000004 rules.json --label "Release workflow"'],
  remote: true,
  run: async (get, deps) => {
    const rules = await readJsonFile(deps, get(RULES));
    if (!rules.ok || !isJsonObject(rules.value)) {
      const detail = rules.ok ? `${get(RULES)} holds no JSON object` : rules.error.detail;
      return reportFailure(deps, { kind: 'usage', detail }, get(JSON_FLAG));
    }
    const body = { label: get(LABEL), rules: rules.value, may_file: get(MAY_FILE) };
    const request = { method: 'POST', path: path`/v1/software/${get(SOFTWARE)}/workloads`, body } as const;
    return ask(get, deps, { ...request, idempotencyKey: idempotencyKeyOf(get, deps) }, (workload, out) => {
      out.fields([
        ['workload_id', text(workload, 'id')],
        ['label', text(workload, 'label')],
        ['kind', text(object(workload, 'rules'), 'kind')],
      ]);
      out.line('');
      out.paragraph(`In the job: imprimatur exchange --software ${text(workload, 'software_id')}`, 'faint');
    });
  },
};

const list: CommandDefinition = {
  path: 'workload list',
  summary: 'List the workloads of a software; those let go too',
  inputs: [SOFTWARE],
  examples: ['workload list 01900000-0000-7000-8000-000000000004'],
  remote: true,
  run: (get, deps) =>
    askList(
      get,
      deps,
      { path: path`/v1/software/${get(SOFTWARE)}/workloads` },
      {
        headings: ['workload_id', 'label', 'kind', 'state'],
        row: (item) => [
          text(item, 'id'),
          text(item, 'label'),
          text(object(item, 'rules'), 'kind'),
          text(item, 'state'),
        ],
        shrink: [1],
        empty: 'No workloads. `imprimatur workload bind` binds one.',
      },
    ),
};

const end: CommandDefinition = {
  path: 'workload end',
  summary: 'Let a workload go: it gets nothing from now on',
  inputs: [SOFTWARE, ID],
  examples: ['workload end 01900000-0000-7000-8000-000000000004 01900000-0000-7000-8000-000000000006'],
  remote: true,
  run: (get, deps) =>
    ask(
      get,
      deps,
      { method: 'DELETE', path: path`/v1/software/${get(SOFTWARE)}/workloads/${get(ID)}` },
      (workload, out) => out.line(`${text(workload, 'label')} gets no statements any more.`),
    ),
};

export const workloadCommands: readonly CommandDefinition[] = [bind, list, end];
