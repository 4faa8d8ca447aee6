import type { Checkpoint, StoredEntry } from '../../domain/ledger/entry.ts';
import { parseVerifierKey } from '../../domain/ledger/note.ts';
import { err, ok, type Result } from '../../domain/result.ts';
import { verifyLedger, type LedgerFault, type LedgerVerified } from '../../domain/ledger/verify-ledger.ts';
import { JSON_FLAG, type CommandDefinition } from '../command.ts';
import type { Dependencies } from '../dependencies.ts';
import { EXIT, type ExitCode } from '../exit-code.ts';
import { flag, option, type Get } from '../inputs.ts';
import {
  checkpointOf,
  checkpointsOf,
  entriesOf,
  linesOf,
  UnreadableExport,
  verifierKeyOf,
} from '../ledger-export.ts';
import { number, object, objects, text } from '../members.ts';
import { openLocal, reportLocal } from '../open-local.ts';
import { printer, progressOn } from '../print.ts';
import { reportFailure } from '../report.ts';
import { reasonOf } from '../../kit/fetch-document.ts';
import { connect, path, type Failure, type Server } from '../server.ts';

const FILE = option('--file <file>', 'an export (`imprimatur ledger export`) instead of a running server');
const LOCAL = flag('--local', 'the database of this machine instead of a running server');
const VERIFIER_KEY = option(
  '--verifier-key <key>',
  'the key checkpoints must be signed with, from where you trust it',
);

/** A ledger to recompute. `claimedKey` is what the source says of itself. */
type Source = {
  readonly entries: AsyncIterable<StoredEntry>;
  readonly checkpoints: AsyncIterable<Checkpoint>;
  readonly claimedKey: string;
};

export const verifyLedgerCommand: CommandDefinition = {
  path: 'ledger verify',
  summary: 'Recompute the whole ledger and name the first entry or checkpoint that does not hold',
  description:
    'Every leaf, the Merkle root at every checkpoint, every signature and the order of all of them. Without --verifier-key ' +
    'the key is the one the source names itself: that finds damage, but not somebody who holds a key of their own.',
  inputs: [FILE, LOCAL, VERIFIER_KEY],
  examples: ['ledger verify', 'ledger verify --file ledger.jsonl', 'ledger verify --local'],
  remote: true,
  run: async (get, deps) => {
    const [file, json] = [get(FILE), get(JSON_FLAG)];
    if (get(LOCAL)) {
      if (file === undefined && get(VERIFIER_KEY) === undefined) return verifyLocal(deps, json);
      const detail = '--local goes with neither --file nor --verifier-key: custody holds the key';
      return reportFailure(deps, { kind: 'usage', detail }, json);
    }
    let url = '';
    try {
      if (file !== undefined) return await recompute(get, deps, await fromFile(deps, file));
      const server = await connect(get, deps);
      if (!server.ok) return reportFailure(deps, server.error, json);
      url = server.value.url;
      const source = await fromServer(server.value);
      return source.ok ? await recompute(get, deps, source.value) : reportFailure(deps, source.error, json);
    } catch (error) {
      if (error instanceof UnreadableExport) {
        printer(deps.stderr, deps.environment).paragraph(`imprimatur: ${error.message}`, 'bad');
        return EXIT.REFUSED;
      }
      // The stream broke in the middle; a file that cannot be read says so the same way.
      return file === undefined
        ? reportFailure(deps, { kind: 'unreachable', url, detail: reasonOf(error) }, json)
        : reportFailure(deps, { kind: 'usage', detail: `${file} cannot be read` }, json);
    }
  },
};

async function fromFile(deps: Dependencies, file: string): Promise<Source> {
  const claimedKey = await verifierKeyOf(deps.files.lines(file));
  if (claimedKey === undefined) throw new UnreadableExport('the first line does not name the verifier key');
  return {
    entries: entriesOf(deps.files.lines(file)),
    checkpoints: checkpointsOf(deps.files.lines(file)),
    claimedKey,
  };
}

async function fromServer(server: Server): Promise<Result<Source, Failure>> {
  // The head comes first: what is sealed while the export runs is left for the next time.
  const head = await server.send({ method: 'GET', path: path`/v1/ledger/checkpoints/latest` });
  if (!head.ok) return head;
  const stream = await server.stream({ method: 'GET', path: path`/v1/ledger/export` });
  if (!stream.ok) return stream;
  const sealed = number(object(head.value.body, 'checkpoint'), 'size') ?? 0;
  return ok({
    entries: entriesOf(linesOf(stream.value)),
    checkpoints: checkpointPages(server, sealed),
    claimedKey: text(head.value.body, 'verifier_key'),
  });
}

async function* checkpointPages(server: Server, upTo: number): AsyncGenerator<Checkpoint> {
  let after = 0;
  while (after < upTo) {
    const query = { after, limit: 200 };
    const page = await server.send({ method: 'GET', path: path`/v1/ledger/checkpoints`, query });
    if (!page.ok) throw new UnreadableExport('the checkpoints could not be read to the end');
    const before = after;
    for (const item of objects(page.value.body, 'items')) {
      const checkpoint = checkpointOf(item);
      if (checkpoint === undefined) throw new UnreadableExport('a checkpoint is malformed');
      if (checkpoint.size > upTo) return;
      yield checkpoint;
      after = checkpoint.size;
    }
    if (after <= before) throw new UnreadableExport(`the checkpoint of size ${upTo} is missing`);
  }
}

async function recompute(get: Get, deps: Dependencies, source: Source): Promise<ExitCode> {
  const trusted = get(VERIFIER_KEY);
  const key = parseVerifierKey(trusted ?? source.claimedKey);
  if (!key.ok) {
    const detail = `the verifier key cannot be used: ${key.error.detail}`;
    return reportFailure(deps, { kind: 'usage', detail }, get(JSON_FLAG));
  }
  const progress = progressOn(deps.stderr);
  // A restore continues the ledger under `<origin>/<n>`, and the key is named after the latest.
  const origin = key.value.name.replace(/(\/ledger)\/[1-9]\d*$/, '$1');
  const verified = await verifyLedger({ ...source, publicKey: key.value.publicKey, origin }, (entries) =>
    progress.show(`recomputed ${entries} entries`),
  ).finally(progress.end);
  const note =
    trusted === undefined
      ? `Checked with the key the source names itself: ${source.claimedKey}. Keep it elsewhere and pass it as --verifier-key.`
      : undefined;
  return tell(deps, verified, get(JSON_FLAG), note);
}

async function verifyLocal(deps: Dependencies, json: boolean): Promise<ExitCode> {
  const opened = await openLocal(deps);
  if (!opened.ok) return opened.error;
  const progress = progressOn(deps.stderr);
  const verified = await opened.value.machine
    .verifyLedger((entries) => progress.show(`recomputed ${entries} entries`))
    .finally(progress.end);
  if (verified.ok) return tell(deps, verified, json, undefined);
  return 'code' in verified.error
    ? reportLocal(deps, verified.error)
    : tell(deps, err(verified.error), json, undefined);
}

function tell(
  deps: Dependencies,
  verified: Result<LedgerVerified, LedgerFault>,
  json: boolean,
  note: string | undefined,
): ExitCode {
  if (json) {
    const body = verified.ok
      ? {
          holds: true,
          entries: verified.value.entries,
          checkpoints: verified.value.checkpoints,
          unsealed: verified.value.unsealed,
          root_hash: verified.value.rootHash,
        }
      : { holds: false, fault: verified.error };
    deps.stdout.write(`${JSON.stringify(body)}\n`);
    return verified.ok ? EXIT.OK : EXIT.REFUSED;
  }
  const out = printer(deps.stdout, deps.environment);
  if (verified.ok) {
    const { entries, checkpoints, unsealed, rootHash } = verified.value;
    out.line(`✓ ${entries} entries and ${checkpoints} checkpoints hold.`, 'good');
    if (unsealed > 0)
      out.line(`${unsealed} entries are newer than the last checkpoint; nothing vouches for them yet.`);
    out.line(`root ${rootHash}`);
  } else {
    const fault = verified.error;
    const where = fault.what === 'entry' ? `entry ${fault.seq}` : `checkpoint ${fault.size}`;
    out.paragraph(`✗ The ledger does not hold. First: ${where}: ${fault.detail}.`, 'bad');
  }
  if (note !== undefined) out.paragraph(note, 'faint');
  return verified.ok ? EXIT.OK : EXIT.REFUSED;
}
