import { decodeBase64, encodeBase64 } from '../base64url.ts';
import { err, ok, type Result } from '../result.ts';
import { sha256 } from '../sha256.ts';

/** Signature types of signed notes that are understood here (c2sp.org/signed-note, "Signature types"). */
export const NOTE_SIGNATURE_TYPE = { ED25519: 0x01, COSIGNATURE: 0x04 } as const;
export type NoteSignatureType = (typeof NOTE_SIGNATURE_TYPE)[keyof typeof NOTE_SIGNATURE_TYPE];

/** A key that notes are verified with. `publicKey` is 32 octets (RFC 8032 §5.1.5). */
export type NoteKey = {
  readonly name: string;
  readonly type: NoteSignatureType;
  readonly publicKey: Uint8Array;
};

/** One signature line, undone: `keyId` is 4 octets, `signature` what follows them. */
export type NoteSignature = {
  readonly name: string;
  readonly keyId: Uint8Array;
  readonly signature: Uint8Array;
};

/** A signed note, nothing of it verified. `body` ends in a newline. */
export type Note = { readonly body: string; readonly signatures: readonly NoteSignature[] };

/** Why a text is no note, a text is no verifier key, or a note is not to be believed. */
export type NoteProblem = {
  readonly code: 'malformed_note' | 'malformed_key' | 'no_known_signature' | 'invalid_signature';
  readonly detail: string;
};

/** More signature lines than this are refused; C2SP asks for at least 16. */
export const MAX_NOTE_SIGNATURES = 64;

const KEY_OCTETS = 32;
const KEY_ID_OCTETS = 4;
const MAX_NOTE_CHARACTERS = 1_000_000;
const SPACE = 0x20;
const NEWLINE = 0x0a;
const SIGNATURE_PREFIX = '\u2014 ';

/** SHA-256(name ‖ 0x0A ‖ type ‖ public key), the first four octets (c2sp.org/signed-note, "Signatures"). */
export function noteKeyId(name: string, type: NoteSignatureType, publicKey: Uint8Array): Uint8Array {
  return sha256(new TextEncoder().encode(`${name}\n`), Uint8Array.of(type), publicKey).slice(
    0,
    KEY_ID_OCTETS,
  );
}

/** The verifier key ("vkey") of a key, as verifiers are configured with it (c2sp.org/signed-note, "Verifier keys"). */
export function verifierKey(key: NoteKey): string {
  assertKeyName(key.name);
  const keyId = Array.from(noteKeyId(key.name, key.type, key.publicKey), (octet) =>
    octet.toString(16).padStart(2, '0'),
  ).join('');
  return `${key.name}+${keyId}+${encodeBase64(Uint8Array.of(key.type, ...key.publicKey))}`;
}

/** Reads a verifier key of a known type, whose key id must fit. Code `malformed_key`. */
export function parseVerifierKey(text: string): Result<NoteKey, NoteProblem> {
  // Only the name may not hold a plus sign: the base64 of the key may.
  const [, name = '', material = ''] = /^([^+]+)\+[0-9a-f]{8}\+(.+)$/.exec(text) ?? [];
  if (!isKeyName(name)) return refuse('malformed_key', 'not <name>+<key id>+<key>');
  const octets = decodeBase64(material);
  if (!octets.ok) return refuse('malformed_key', octets.error.detail);
  const type = Object.values(NOTE_SIGNATURE_TYPE).find((known) => known === octets.value[0]);
  if (type === undefined) return refuse('malformed_key', 'a signature type that is not understood');
  const key = { name, type, publicKey: octets.value.slice(1) };
  if (key.publicKey.length !== KEY_OCTETS) return refuse('malformed_key', 'an Ed25519 key is 32 octets');
  if (verifierKey(key) !== text) return refuse('malformed_key', 'the key id is not that of the key');
  return ok(key);
}

/** The text of a note over `body`. Throws a TypeError for a body or key name that no note may hold: a caller's bug. */
export function encodeNote(body: string, signatures: readonly NoteSignature[]): string {
  if (!body.endsWith('\n') || !isNoteText(body))
    throw new TypeError('a note body is text that ends in a newline');
  const lines = signatures.map(({ name, keyId, signature }) => {
    assertKeyName(name);
    return `${SIGNATURE_PREFIX}${name} ${encodeBase64(Uint8Array.of(...keyId, ...signature))}\n`;
  });
  return `${body}\n${lines.join('')}`;
}

/**
 * Reads the text of a note, hostile or not, and verifies nothing. Code `malformed_note`.
 * @see c2sp.org/signed-note, "Format"
 */
export function parseNote(text: string): Result<Note, NoteProblem> {
  if (text.length > MAX_NOTE_CHARACTERS) return refuse('malformed_note', 'the note is too long');
  if (!isNoteText(text)) return refuse('malformed_note', 'control characters or a lone surrogate');
  const blank = text.lastIndexOf('\n\n');
  if (blank < 0 || !text.endsWith('\n')) return refuse('malformed_note', 'no signature block');
  const lines = text.slice(blank + 2, -1).split('\n');
  if (lines.length > MAX_NOTE_SIGNATURES) return refuse('malformed_note', 'too many signatures');
  const signatures: NoteSignature[] = [];
  for (const line of lines) {
    const signature = parseSignatureLine(line);
    if (signature === undefined) return refuse('malformed_note', 'a signature line that is none');
    signatures.push(signature);
  }
  return ok({ body: text.slice(0, blank + 1), signatures });
}

function parseSignatureLine(line: string): NoteSignature | undefined {
  if (!line.startsWith(SIGNATURE_PREFIX)) return undefined;
  const [name = '', base64 = '', ...more] = line.slice(SIGNATURE_PREFIX.length).split(' ');
  const octets = decodeBase64(base64);
  if (more.length > 0 || !isKeyName(name) || !octets.ok || octets.value.length <= KEY_ID_OCTETS)
    return undefined;
  return {
    name,
    keyId: octets.value.slice(0, KEY_ID_OCTETS),
    signature: octets.value.slice(KEY_ID_OCTETS),
  };
}

function isNoteText(text: string): boolean {
  if (!text.isWellFormed()) return false;
  for (let i = 0; i < text.length; i++) {
    const character = text.charCodeAt(i);
    if (character < SPACE && character !== NEWLINE) return false;
  }
  return true;
}

function isKeyName(name: string): boolean {
  return name !== '' && isNoteText(name) && !/[+\p{White_Space}]/u.test(name);
}

function assertKeyName(name: string): void {
  if (!isKeyName(name)) throw new TypeError('a key name holds neither spaces nor a plus sign');
}

function refuse(code: NoteProblem['code'], detail: string): Result<never, NoteProblem> {
  return err({ code, detail });
}
