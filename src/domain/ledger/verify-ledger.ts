import { encodeBase64url } from '../base64url.ts';
import { parseCheckpointBody, verifyNote } from './checkpoint.ts';
import type { Checkpoint, StoredEntry } from './entry.ts';
import { CompactRange, equalHashes } from './merkle.ts';
import { NOTE_SIGNATURE_TYPE, parseNote } from './note.ts';
import { err, ok, type Result } from '../result.ts';

/** What does not hold first, in ledger order. */
export type LedgerFault =
  | { readonly what: 'entry'; readonly seq: number; readonly detail: string }
  | { readonly what: 'checkpoint'; readonly size: number; readonly detail: string };

export type LedgerVerified = {
  readonly entries: number;
  readonly checkpoints: number;
  /** Entries after the last checkpoint, which nothing vouches for yet. */
  readonly unsealed: number;
  /** base64url root over all entries. */
  readonly rootHash: string;
};

/**
 * Recomputes the whole ledger: every leaf, the root at every checkpoint, every checkpoint's signatures and its
 * place in the chain. Streams; memory stays constant.
 *
 * @param source.entries ascending by `seq` from 1
 * @param source.checkpoints ascending by size
 * @param source.publicKey the checkpoint key, 32 octets, from where the verifier trusts it
 * @param source.origin the ledger's origin; after a restore `<origin>/<n>` (RFC 6962 says nothing of names, C2SP does)
 * @param progress told now and then how many entries were read
 */
export async function verifyLedger(
  source: {
    readonly entries: AsyncIterable<StoredEntry>;
    readonly checkpoints: AsyncIterable<Checkpoint>;
    readonly publicKey: Uint8Array;
    readonly origin: string;
  },
  progress?: (entries: number) => void,
): Promise<Result<LedgerVerified, LedgerFault>> {
  const encoder = new TextEncoder();
  const empty = CompactRange.restore(0, []);
  if (!empty.ok) throw new Error(empty.error.detail);
  const range = empty.value;
  const checkpoints = source.checkpoints[Symbol.asyncIterator]();
  let next = await checkpoints.next();
  let count = 0;
  let previousSize = 0;
  let previousTime = 0;

  for await (const entry of source.entries) {
    if (entry.seq !== range.size + 1)
      return err({
        what: 'entry',
        seq: range.size + 1,
        detail: `missing: the next entry found is ${entry.seq}`,
      });
    range.appendEntry(encoder.encode(entry.text));
    if (range.size % 10_000 === 0) progress?.(range.size);
    while (next.done !== true && next.value.size === range.size) {
      const checkpoint = next.value;
      const fault = await faultOf(checkpoint, range, { previousSize, previousTime }, source);
      if (fault !== undefined)
        return err(
          fault === ROOT_DIFFERS && checkpoint.size - previousSize === 1
            ? { what: 'entry', seq: checkpoint.size, detail: ROOT_DIFFERS }
            : {
                what: 'checkpoint',
                size: checkpoint.size,
                detail:
                  fault === ROOT_DIFFERS
                    ? `${fault}, so one of the entries ${previousSize + 1} to ${checkpoint.size} was changed`
                    : fault,
              },
        );
      count += 1;
      previousSize = checkpoint.size;
      previousTime = checkpoint.signedAt;
      next = await checkpoints.next();
    }
  }
  if (next.done !== true)
    return err({
      what: 'checkpoint',
      size: next.value.size,
      detail: `covers ${next.value.size} entries, but there are ${range.size}`,
    });
  return ok({
    entries: range.size,
    checkpoints: count,
    unsealed: range.size - previousSize,
    rootHash: encodeBase64url(range.root()),
  });
}

const ROOT_DIFFERS = 'the root recomputed from the entries is not the one that was signed';

async function faultOf(
  checkpoint: Checkpoint,
  range: CompactRange,
  before: { readonly previousSize: number; readonly previousTime: number },
  trusted: { readonly publicKey: Uint8Array; readonly origin: string },
): Promise<string | undefined> {
  if (checkpoint.previousSize !== before.previousSize)
    return `names ${checkpoint.previousSize} as its predecessor, which is ${before.previousSize}`;
  if (checkpoint.signedAt < before.previousTime) return 'is older than the checkpoint before it';
  const note = parseNote(checkpoint.note);
  if (!note.ok) return `is not a signed note: ${note.error.detail}`;
  const head = parseCheckpointBody(note.value.body);
  if (!head.ok) return `has no readable body: ${head.error.detail}`;
  const { origin, size, root } = head.value;
  if (!isOriginOf(origin, trusted.origin)) return `is of another ledger, ${origin}`;
  if (size !== checkpoint.size) return `was signed over ${size} entries`;
  const verified = await verifyNote(note.value, [
    { name: origin, type: NOTE_SIGNATURE_TYPE.ED25519, publicKey: trusted.publicKey },
    { name: origin, type: NOTE_SIGNATURE_TYPE.COSIGNATURE, publicKey: trusted.publicKey },
  ]);
  if (!verified.ok) return verified.error.detail;
  const times = verified.value.flatMap(({ time }) => (time === undefined ? [] : [time]));
  if (!times.includes(checkpoint.signedAt)) return 'was not signed at the time it says';
  if (verified.value.length < 2) return 'lacks one of its two signatures';
  return equalHashes(root, range.root()) && encodeBase64url(root) === checkpoint.rootHash
    ? undefined
    : ROOT_DIFFERS;
}

function isOriginOf(origin: string, base: string): boolean {
  return (
    origin === base || (origin.startsWith(`${base}/`) && /^[1-9][0-9]*$/.test(origin.slice(base.length + 1)))
  );
}
