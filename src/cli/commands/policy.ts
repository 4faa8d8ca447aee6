import { isJsonObject, type JsonObject } from '../../domain/json.ts';
import { ask } from '../ask.ts';
import { JSON_FLAG, type CommandDefinition } from '../command.ts';
import { argument } from '../inputs.ts';
import { text } from '../members.ts';
import type { Printer } from '../print.ts';
import { readJsonFile } from '../read-json.ts';
import { reportFailure } from '../report.ts';
import { path } from '../server.ts';

const FILE = argument('file', 'the whole policy as JSON; - for standard input');

const show: CommandDefinition = {
  path: 'policy show',
  summary: 'Show the policy in force',
  inputs: [],
  examples: ['policy show', 'policy show --json > policy.json'],
  remote: true,
  run: (get, deps) =>
    ask(get, deps, { method: 'GET', path: path`/v1/policy` }, (policy, out) => printMembers(out, policy, '')),
};

const set: CommandDefinition = {
  path: 'policy set',
  summary: 'Put another policy in force',
  description:
    'Whole: change what `policy show --json` gave. Its version guards against somebody who was faster.',
  inputs: [FILE],
  examples: ['policy set policy.json'],
  remote: true,
  run: async (get, deps) => {
    const policy = await readJsonFile(deps, get(FILE));
    if (!policy.ok || !isJsonObject(policy.value)) {
      const detail = policy.ok ? `${get(FILE)} holds no JSON object` : policy.error.detail;
      return reportFailure(deps, { kind: 'usage', detail }, get(JSON_FLAG));
    }
    return ask(get, deps, { method: 'PUT', path: path`/v1/policy`, body: policy.value }, (body, out) =>
      out.line(`Policy version ${text(body, 'version')} is in force.`),
    );
  },
};

function printMembers(out: Printer, value: JsonObject, prefix: string): void {
  for (const [name, member] of Object.entries(value))
    if (isJsonObject(member)) printMembers(out, member, `${prefix}${name}.`);
    else out.line(`${prefix}${name}  ${typeof member === 'string' ? member : JSON.stringify(member)}`);
}

export const policyCommands: readonly CommandDefinition[] = [show, set];
