import { parseClientMetadata } from '../../domain/client-metadata/parse-client-metadata.ts';
import { DEFAULT_METADATA_POLICY } from '../../domain/client-metadata/policy.ts';
import type { JsonObject } from '../../domain/json.ts';
import { JSON_FLAG, type CommandDefinition } from '../command.ts';
import type { Dependencies } from '../dependencies.ts';
import { EXIT, type ExitCode } from '../exit-code.ts';
import { argument, flag, many, option, type Get } from '../inputs.ts';
import { objects } from '../members.ts';
import { printer } from '../print.ts';
import { readMetadata, readMetadataToSend } from '../read-metadata.ts';
import { printFindings, reportFailure } from '../report.ts';
import { connect, path } from '../server.ts';
import { printChanges } from '../show-submission.ts';

const FILE = argument('file', 'client metadata as JSON; - for standard input');
const SOFTWARE = option(
  '--software <software_id>',
  'read as a submission of this software, by the server’s policy',
);
const OFFLINE = flag('--offline', 'read by the default policy, without a server');
const DOMAINS = many('--domain <host>', 'with --offline: a verified domain of the publisher');

export const lint: CommandDefinition = {
  path: 'lint',
  summary: 'Read client metadata by every rule; nothing is submitted or stored',
  description:
    'With --software the server also shows what a submission would change against the approval that stands. Ends with 1 when a finding is an error.',
  inputs: [FILE, SOFTWARE, OFFLINE, DOMAINS],
  examples: [
    'lint metadata.json --offline',
    'lint metadata.json --software 01900000-0000-7000-8000-000000000004',
  ],
  remote: true,
  run: async (get, deps) => {
    const json = get(JSON_FLAG);
    const [software, offline] = [get(SOFTWARE), get(OFFLINE)];
    if ((software === undefined) !== offline)
      return reportFailure(deps, { kind: 'usage', detail: 'choose one: --software or --offline' }, json);
    return software === undefined ? readOffline(get, deps) : preview(get, deps, software);
  },
};

async function readOffline(get: Get, deps: Dependencies): Promise<ExitCode> {
  const metadata = await readMetadata(deps, get(FILE));
  if (!metadata.ok) return metadata.error;
  const read = parseClientMetadata(metadata.value, {
    policy: DEFAULT_METADATA_POLICY,
    verifiedDomains: get(DOMAINS).map((domain) => domain.toLowerCase()),
  });
  const findings = read.findings.map(({ rule, severity, pointer, detail, spec }) => ({
    rule,
    severity,
    pointer,
    detail,
    spec,
  }));
  const body = { acceptable: read.metadata !== undefined, findings };
  return tell(deps, get, body, JSON.stringify(body));
}

async function preview(get: Get, deps: Dependencies, software: string): Promise<ExitCode> {
  const metadata = await readMetadataToSend(get, deps, get(FILE));
  if (!metadata.ok) return metadata.error;
  const server = await connect(get, deps);
  if (!server.ok) return reportFailure(deps, server.error, get(JSON_FLAG));
  const target = path`/v1/software/${software}/preview`;
  const answer = await server.value.send({
    method: 'POST',
    path: target,
    body: { client_metadata: metadata.value },
  });
  return answer.ok
    ? tell(deps, get, answer.value.body, answer.value.text)
    : reportFailure(deps, answer.error, get(JSON_FLAG));
}

function tell(deps: Dependencies, get: Get, body: JsonObject, exact: string): ExitCode {
  const acceptable = body['acceptable'] === true;
  if (get(JSON_FLAG)) deps.stdout.write(`${exact}\n`);
  else {
    const out = printer(deps.stdout, deps.environment);
    const findings = objects(body, 'findings');
    printFindings(out, findings);
    if (findings.length > 0) out.line('');
    printChanges(out, objects(body, 'changes'));
    if (acceptable) out.line('✓ It can be submitted.', 'good');
    else out.line('✗ It cannot be submitted: put the errors right first. The file was not changed.', 'bad');
  }
  return acceptable ? EXIT.OK : EXIT.REFUSED;
}
