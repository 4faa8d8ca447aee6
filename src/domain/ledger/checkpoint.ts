import { decodeBase64, encodeBase64 } from '../base64url.ts';
import { err, ok, type Result } from '../result.ts';
import { isHash } from './merkle.ts';
import { NOTE_SIGNATURE_TYPE, noteKeyId } from './note.ts';
import type { Note, NoteKey, NoteProblem, NoteSignature, NoteSignatureType } from './note.ts';

const ED25519_SIGNATURE_OCTETS = 64;
const TIMESTAMP_OCTETS = 8;

/** What a checkpoint says: the log's origin, its number of entries, and its RFC 6962 root (32 octets). */
export type TreeHead = { readonly origin: string; readonly size: number; readonly root: Uint8Array };

/** Text that is no checkpoint body. */
export type TreeHeadProblem = { readonly code: 'malformed_checkpoint'; readonly detail: string };

/** Signs octets with an Ed25519 key that stays where it is; gives the 64 octets of RFC 8032. */
export type SignNote = (message: Uint8Array) => Promise<Uint8Array>;

/** A signature that verified. `time` (seconds) is what a cosignature was made at; a plain signature has none. */
export type VerifiedSignature = { readonly key: NoteKey; readonly time: number | undefined };

/**
 * The body of a checkpoint: what is signed, its last newline included. Throws a TypeError for a tree head that has no
 * body: a caller's bug.
 * @see c2sp.org/tlog-checkpoint, "Note text"
 */
export function checkpointBody(head: TreeHead): string {
  const body = `${head.origin}\n${head.size}\n${encodeBase64(head.root)}\n`;
  if (!parseCheckpointBody(body).ok) throw new TypeError('not a tree head that a checkpoint can say');
  return body;
}

/**
 * Reads a checkpoint body. Code `malformed_checkpoint`, also for extension lines: logs of ours have none, and what monitors
 * cannot audit is not worth believing.
 */
export function parseCheckpointBody(body: string): Result<TreeHead, TreeHeadProblem> {
  const [origin = '', size = '', root = '', end, ...more] = body.split('\n');
  if (end !== '' || more.length > 0) return malformed('not three lines');
  if (origin === '') return malformed('the origin is empty');
  if (!/^(0|[1-9]\d{0,15})$/.test(size) || !Number.isSafeInteger(Number(size))) {
    return malformed('the tree size is no decimal number below 2^53');
  }
  const hash = decodeBase64(root);
  if (!hash.ok || !isHash(hash.value)) return malformed('the root is not the base64 of 32 octets');
  return ok({ origin, size: Number(size), root: hash.value });
}

/** Signs a checkpoint body with plain Ed25519, type 0x01 (c2sp.org/signed-note, "Ed25519 signatures"). */
export async function signCheckpoint(
  body: string,
  key: { readonly name: string; readonly publicKey: Uint8Array },
  sign: SignNote,
): Promise<NoteSignature> {
  const keyId = noteKeyId(key.name, NOTE_SIGNATURE_TYPE.ED25519, key.publicKey);
  return { name: key.name, keyId, signature: await sign(utf8(body)) };
}

/**
 * Signs a checkpoint body together with `time` (seconds), type 0x04. The same key may make both signatures: a body never
 * starts with the header line of this one followed by `time`, since its second line is a number.
 * @see c2sp.org/tlog-cosignature, "Ed25519 signed message"
 */
export async function cosignCheckpoint(
  body: string,
  key: { readonly name: string; readonly publicKey: Uint8Array },
  time: number,
  sign: SignNote,
): Promise<NoteSignature> {
  const keyId = noteKeyId(key.name, NOTE_SIGNATURE_TYPE.COSIGNATURE, key.publicKey);
  const signature = new Uint8Array(TIMESTAMP_OCTETS + ED25519_SIGNATURE_OCTETS);
  new DataView(signature.buffer).setBigUint64(0, BigInt(time));
  signature.set(await sign(utf8(cosignedText(time, body))), TIMESTAMP_OCTETS);
  return { name: key.name, keyId, signature };
}

/**
 * Verifies a note with the keys it is trusted under and gives the signatures that verified, at least one. Lines of unknown
 * keys are ignored; names are compared literally. Codes: `invalid_signature` when a line with the name and id of a known
 * key does not verify (the whole note is refused), `no_known_signature`.
 * @see c2sp.org/signed-note, "Signatures"
 */
export async function verifyNote(
  note: Note,
  keys: readonly NoteKey[],
): Promise<Result<readonly VerifiedSignature[], NoteProblem>> {
  const verified: VerifiedSignature[] = [];
  for (const line of note.signatures) {
    const key = keys.find((candidate) => isSignedBy(line, candidate));
    if (key === undefined) continue;
    const signed = undoSignature(note.body, line.signature, key.type);
    if (signed === undefined || !(await verifyEd25519(key.publicKey, signed.signature, utf8(signed.text)))) {
      return err({ code: 'invalid_signature', detail: `the signature of ${key.name} does not verify` });
    }
    const { time } = signed;
    verified.push({ key, time });
  }
  if (verified.length > 0) return ok(verified);
  return err({ code: 'no_known_signature', detail: 'no line is signed by a key that is trusted' });
}

function isSignedBy(line: NoteSignature, key: NoteKey): boolean {
  if (line.name !== key.name) return false;
  const keyId = noteKeyId(key.name, key.type, key.publicKey);
  return keyId.every((octet, i) => octet === line.keyId[i]);
}

async function verifyEd25519(
  publicKey: Uint8Array,
  signature: Uint8Array,
  message: Uint8Array,
): Promise<boolean> {
  if (signature.length !== ED25519_SIGNATURE_OCTETS) return false;
  let key: CryptoKey;
  try {
    key = await crypto.subtle.importKey('raw', new Uint8Array(publicKey), 'Ed25519', false, ['verify']);
  } catch {
    // Some runtimes refuse octets that are no point of the curve here, others when verifying.
    return false;
  }
  return crypto.subtle.verify('Ed25519', key, new Uint8Array(signature), new Uint8Array(message));
}

type Signed = { readonly text: string; readonly signature: Uint8Array; readonly time: number | undefined };

// What was signed, and the bare Ed25519 signature; undefined when the blob is none of that type.
function undoSignature(body: string, blob: Uint8Array, type: NoteSignatureType): Signed | undefined {
  if (type === NOTE_SIGNATURE_TYPE.ED25519) return { text: body, signature: blob, time: undefined };
  if (blob.length !== TIMESTAMP_OCTETS + ED25519_SIGNATURE_OCTETS) return undefined;
  const time = Number(new DataView(blob.buffer, blob.byteOffset, TIMESTAMP_OCTETS).getBigUint64(0));
  // Past 2^53 a number would no longer give back the digits that were signed.
  if (!Number.isSafeInteger(time)) return undefined;
  return { text: cosignedText(time, body), signature: blob.subarray(TIMESTAMP_OCTETS), time };
}

function cosignedText(time: number, body: string): string {
  return `cosignature/v1\ntime ${time}\n${body}`;
}

function utf8(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

function malformed(detail: string): Result<never, TreeHeadProblem> {
  return err({ code: 'malformed_checkpoint', detail });
}
