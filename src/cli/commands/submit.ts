import { ask, idempotencyKeyOf } from '../ask.ts';
import type { JsonObject } from '../../domain/json.ts';
import { err, ok, type Result } from '../../domain/result.ts';
import { IDEMPOTENCY_KEY, JSON_FLAG, type CommandDefinition } from '../command.ts';
import type { Dependencies } from '../dependencies.ts';
import type { ExitCode } from '../exit-code.ts';
import { argument, option, optionalArgument, type Get } from '../inputs.ts';
import { maybeText, object, objects, text } from '../members.ts';
import { readMetadataToSend } from '../read-metadata.ts';
import { printFindings, reportFailure } from '../report.ts';
import { path } from '../server.ts';
import { printChanges } from '../show-submission.ts';

const SOFTWARE = argument('software_id', 'the software');
const FILE = optionalArgument('file', 'client metadata as JSON; - for standard input');
const CLIENT_ID = option(
  '--client-id <url>',
  'instead of a file: the URL of a Client ID Metadata Document, which the server fetches',
);
const VERSION = option(
  '--software-version <version>',
  'which version of the software this describes; a document without one is called by its digest',
);
const NOTE = option('--note <text>', 'for the reviewer');

export const submit: CommandDefinition = {
  path: 'submit',
  summary: 'Submit client metadata, or a Client ID Metadata Document, for review',
  description:
    'With --client-id the octets that are served at the URL now are reviewed, and a later change of them needs a new review. ' +
    'Metadata that breaks a rule is answered with every finding, and nothing is stored. The file is never changed.',
  inputs: [SOFTWARE, FILE, CLIENT_ID, VERSION, NOTE, IDEMPOTENCY_KEY],
  examples: [
    'submit 01900000-0000-7000-8000-000000000004 metadata.json --software-version 1.0.0',
    'submit 01900000-0000-7000-8000-000000000004 metadata.json --software-version 1.1.0 --note "new redirect for the beta"',
    'submit 01900000-0000-7000-8000-000000000004 --client-id https://app.example/oauth/client.json',
  ],
  remote: true,
  run: async (get, deps) => {
    const said = await whatIsSent(get, deps);
    if (!said.ok) return said.error;
    const note = get(NOTE);
    const body = { ...said.value, ...(note === undefined ? {} : { note }) };
    const request = { method: 'POST', path: path`/v1/software/${get(SOFTWARE)}/submissions`, body } as const;
    return ask(get, deps, { ...request, idempotencyKey: idempotencyKeyOf(get, deps) }, (submission, out) => {
      printChanges(out, objects(submission, 'changes'));
      printFindings(out, objects(submission, 'findings'));
      const digest = maybeText(object(submission, 'document'), 'cimd_digest');
      if (digest !== undefined) out.line(`cimd_digest ${digest}`);
      const risk = text(object(submission, 'risk'), 'level');
      out.line(`Submission ${text(submission, 'id')} waits for review (risk ${risk}).`, 'strong');
      out.line(`Watch it: imprimatur show ${text(submission, 'id')}`);
    });
  },
};

/** The metadata of a file, or the address of a document. */
async function whatIsSent(get: Get, deps: Dependencies): Promise<Result<JsonObject, ExitCode>> {
  const [file, clientId, version] = [get(FILE), get(CLIENT_ID), get(VERSION)];
  const misused = (detail: string) => err(reportFailure(deps, { kind: 'usage', detail }, get(JSON_FLAG)));
  const software_version = version === undefined ? {} : { software_version: version };
  if (clientId !== undefined)
    return file === undefined
      ? ok({ client_id: clientId, ...software_version })
      : misused('give a file or --client-id, not both');
  if (file === undefined) return misused('give a file with client metadata, or --client-id');
  if (version === undefined) return misused('--software-version is needed with a file');
  const metadata = await readMetadataToSend(get, deps, file);
  return metadata.ok ? ok({ client_metadata: metadata.value, ...software_version }) : metadata;
}
