import { ENTRY_KINDS } from '../../domain/ledger/entry.ts';
import type { JsonObject } from '../../domain/json.ts';
import { ok, type Result } from '../../domain/result.ts';
import { ask } from '../ask.ts';
import { JSON_FLAG, LIMIT, type CommandDefinition } from '../command.ts';
import type { Dependencies } from '../dependencies.ts';
import { EXIT } from '../exit-code.ts';
import { argument, choice, count, flag, option } from '../inputs.ts';
import { maybeText, number, object, objects, text } from '../members.ts';
import { printer, progressOn, type Printer } from '../print.ts';
import { reportFailure } from '../report.ts';
import { reasonOf } from '../../kit/fetch-document.ts';
import { connect, path } from '../server.ts';
import { instant } from '../terminal-text.ts';
import { verifyLedgerCommand } from './ledger-verify.ts';

const SEQ = argument('seq', 'number of the entry');
const KIND = choice('--kind <kind>', 'what happened, such as statement.issued', ENTRY_KINDS);
const ACTOR = option('--actor <person>', 'who did it');
const SOFTWARE = option('--software <software_id>', 'about this software');
const PUBLISHER = option('--publisher <id>', 'about this publisher');
const SUBJECT = option('--subject <id>', 'about this jti, kid or other id');
const BEFORE = count('--before <seq>', 'go on before this entry', { min: 1, max: Number.MAX_SAFE_INTEGER });
const AFTER_SEQ = count('--after-seq <seq>', 'skip entries up to this one', {
  min: 0,
  max: Number.MAX_SAFE_INTEGER,
});
const PROOF = flag('--proof', 'with the proof that the latest checkpoint covers it (RFC 9162 §2.1.3)');
const OUT = option('--out <file>', 'write to a new file instead of standard output');

const list: CommandDefinition = {
  path: 'ledger list',
  summary: 'List what happened, newest first',
  inputs: [KIND, ACTOR, SOFTWARE, PUBLISHER, SUBJECT, LIMIT, BEFORE],
  examples: [
    'ledger list',
    'ledger list --kind statement.revoked',
    'ledger list --subject 01900000-0000-7000-8000-000000000005',
  ],
  remote: true,
  run: (get, deps) => {
    const query = {
      kind: get(KIND),
      actor: get(ACTOR),
      software_id: get(SOFTWARE),
      publisher_id: get(PUBLISHER),
      subject: get(SUBJECT),
      limit: get(LIMIT),
      before: get(BEFORE),
    };
    return ask(get, deps, { method: 'GET', path: path`/v1/ledger`, query }, (body, out) => {
      const items = objects(body, 'items');
      if (items.length === 0) out.line('No entries.');
      else out.table(['seq', 'time', 'kind', 'actor', 'subject'], items.map(rowOf), [4, 3]);
      const next = number(body, 'next');
      if (next !== undefined) out.line(`There is more: add --before ${next}`, 'faint');
    });
  },
};

function rowOf(item: JsonObject): readonly string[] {
  const entry = object(item, 'entry');
  const actor = object(entry, 'actor');
  return [
    text(item, 'seq'),
    instant(number(entry, 'at') ?? 0),
    text(entry, 'kind'),
    maybeText(actor, 'person_id') ?? text(actor, 'type'),
    text(entry, 'subject'),
  ];
}

const show: CommandDefinition = {
  path: 'ledger show',
  summary: 'Show one entry, exactly as it is hashed',
  inputs: [SEQ, PROOF],
  examples: ['ledger show 17', 'ledger show 17 --proof --json'],
  remote: true,
  run: (get, deps) => {
    const target = get(PROOF) ? path`/v1/ledger/${get(SEQ)}/proof` : path`/v1/ledger/${get(SEQ)}`;
    return ask(get, deps, { method: 'GET', path: target }, (body, out) => {
      const item = get(PROOF) ? object(body, 'entry') : body;
      out.fields([
        ['seq', text(item, 'seq')],
        ['leaf hash', text(item, 'leaf_hash')],
      ]);
      for (const line of JSON.stringify(object(item, 'entry'), undefined, 2).split('\n')) out.line(line);
      if (!get(PROOF)) return;
      showCheckpoint(object(body, 'checkpoint'), out);
      const proof = body['proof'];
      for (const hash of Array.isArray(proof) ? proof : []) out.line(`proof  ${String(hash)}`);
    });
  },
};

function showCheckpoint(checkpoint: JsonObject, out: Printer): void {
  out.fields([
    ['size', text(checkpoint, 'size')],
    ['root hash', text(checkpoint, 'root_hash')],
    ['signed', instant(number(checkpoint, 'signed_at') ?? 0)],
  ]);
}

const checkpoint: CommandDefinition = {
  path: 'ledger checkpoint',
  summary: 'Show how far the ledger is sealed, and the key that says so',
  description: 'Keep what it prints somewhere else: it is what the ledger can be held to later.',
  inputs: [],
  examples: ['ledger checkpoint', 'ledger checkpoint --json > checkpoint.json'],
  remote: true,
  run: (get, deps) =>
    ask(get, deps, { method: 'GET', path: path`/v1/ledger/checkpoints/latest` }, (head, out) => {
      out.fields([
        ['entries', text(head, 'entries')],
        ['verifier key', text(head, 'verifier_key')],
      ]);
      const sealed = object(head, 'checkpoint');
      if (number(sealed, 'size') === undefined) {
        out.line('Nothing is sealed yet.');
        return;
      }
      showCheckpoint(sealed, out);
      out.line('');
      for (const line of text(sealed, 'note').trimEnd().split('\n')) out.line(line);
    }),
};

const exported: CommandDefinition = {
  path: 'ledger export',
  summary: 'Write every entry and checkpoint as JSON Lines, oldest first',
  inputs: [OUT, AFTER_SEQ],
  examples: ['ledger export --out ledger.jsonl', 'ledger export > ledger.jsonl'],
  remote: true,
  run: async (get, deps) => {
    const json = get(JSON_FLAG);
    const server = await connect(get, deps);
    if (!server.ok) return reportFailure(deps, server.error, json);
    const query = { after: get(AFTER_SEQ) };
    const stream = await server.value.stream({ method: 'GET', path: path`/v1/ledger/export`, query });
    if (!stream.ok) return reportFailure(deps, stream.error, json);
    const file = get(OUT);
    const progress = progressOn(deps.stderr);
    let broken: string | undefined;
    async function* counted(chunks: AsyncIterable<string>): AsyncGenerator<string> {
      let characters = 0;
      try {
        for await (const chunk of chunks) {
          characters += chunk.length;
          progress.show(`exported ${Math.round(characters / 1024)} KiB`);
          yield chunk;
        }
      } catch (error) {
        broken = reasonOf(error);
      }
    }
    const written =
      file === undefined
        ? await printAll(deps, counted(stream.value))
        : await deps.files.create(file, counted(stream.value));
    progress.end();
    if (!written.ok) return reportFailure(deps, { kind: 'usage', detail: written.error }, json);
    if (broken !== undefined) {
      const detail = `${broken}; what was written is only the beginning`;
      return reportFailure(deps, { kind: 'unreachable', url: server.value.url, detail }, json);
    }
    if (file !== undefined) printer(deps.stderr, deps.environment).line(`Written to ${file}.`);
    return EXIT.OK;
  },
};

async function printAll(deps: Dependencies, chunks: AsyncIterable<string>): Promise<Result<void, string>> {
  for await (const chunk of chunks) deps.stdout.write(chunk);
  return ok(undefined);
}

export const ledgerCommands: readonly CommandDefinition[] = [
  list,
  show,
  exported,
  checkpoint,
  verifyLedgerCommand,
];
