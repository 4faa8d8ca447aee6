import { ask, idempotencyKeyOf } from '../ask.ts';
import { IDEMPOTENCY_KEY, type CommandDefinition } from '../command.ts';
import { argument, neededOption, option } from '../inputs.ts';
import { object, objects, text } from '../members.ts';
import { readMetadataToSend } from '../read-metadata.ts';
import { printFindings } from '../report.ts';
import { path } from '../server.ts';
import { printChanges } from '../show-submission.ts';

const SOFTWARE = argument('software_id', 'the software');
const FILE = argument('file', 'client metadata as JSON; - for standard input');
const VERSION = neededOption('--software-version <version>', 'which version of the software this describes');
const NOTE = option('--note <text>', 'for the reviewer');

export const submit: CommandDefinition = {
  path: 'submit',
  summary: 'Submit client metadata for review',
  description:
    'Metadata that breaks a rule is answered with every finding, and nothing is stored. The file is never changed.',
  inputs: [SOFTWARE, FILE, VERSION, NOTE, IDEMPOTENCY_KEY],
  examples: [
    'submit 01900000-0000-7000-8000-000000000004 metadata.json --software-version 1.0.0',
    'submit 01900000-0000-7000-8000-000000000004 metadata.json --software-version 1.1.0 --note "new redirect for the beta"',
  ],
  remote: true,
  run: async (get, deps) => {
    const metadata = await readMetadataToSend(get, deps, get(FILE));
    if (!metadata.ok) return metadata.error;
    const note = get(NOTE);
    const body = {
      software_version: get(VERSION),
      client_metadata: metadata.value,
      ...(note === undefined ? {} : { note }),
    };
    const request = { method: 'POST', path: path`/v1/software/${get(SOFTWARE)}/submissions`, body } as const;
    return ask(get, deps, { ...request, idempotencyKey: idempotencyKeyOf(get, deps) }, (submission, out) => {
      printChanges(out, objects(submission, 'changes'));
      printFindings(out, objects(submission, 'findings'));
      const risk = text(object(submission, 'risk'), 'level');
      out.line(`Submission ${text(submission, 'id')} waits for review (risk ${risk}).`, 'strong');
      out.line(`Watch it: imprimatur show ${text(submission, 'id')}`);
    });
  },
};
