import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  checkpointBody,
  cosignCheckpoint,
  parseCheckpointBody,
  signCheckpoint,
  verifyNote,
} from '../../../src/domain/ledger/checkpoint.ts';
import {
  encodeNote,
  NOTE_SIGNATURE_TYPE,
  noteKeyId,
  parseNote,
  parseVerifierKey,
  verifierKey,
  type NoteKey,
} from '../../../src/domain/ledger/note.ts';

const { ED25519, COSIGNATURE } = NOTE_SIGNATURE_TYPE;

function read(text: string) {
  const note = parseNote(text);
  if (!note.ok) throw new Error(note.error.detail);
  return note.value;
}

function keyOf(vkey: string): NoteKey {
  const key = parseVerifierKey(vkey);
  if (!key.ok) throw new Error(key.error.detail);
  return key.value;
}

const pair = await crypto.subtle.generateKey('Ed25519', true, ['sign', 'verify']);
const publicKey = new Uint8Array(await crypto.subtle.exportKey('raw', pair.publicKey));
const name = 'issuer.example/ledger';
const plain: NoteKey = { name, type: ED25519, publicKey };
const timed: NoteKey = { name, type: COSIGNATURE, publicKey };
const root = new Uint8Array(32).fill(7);
const body = checkpointBody({ origin: name, size: 42, root });

async function sign(message: Uint8Array): Promise<Uint8Array> {
  return new Uint8Array(await crypto.subtle.sign('Ed25519', pair.privateKey, new Uint8Array(message)));
}

const signedPlainly = await signCheckpoint(body, plain, sign);
const signedWithTime = await cosignCheckpoint(body, timed, 1_790_000_000, sign);
const text = encodeNote(body, [signedPlainly, signedWithTime]);

// c2sp.org/signed-note, "Example".
const EXAMPLE_KEY = 'example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k';
const EXAMPLE_NOTE = `This is an example message.

— example.com/foo Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM=
`;

// https://sum.golang.org/latest on 2024-09-23; key from cmd/go/internal/modfetch/key.go.
const GO_KEY = 'sum.golang.org+033de0ae+Ac4zctda0e5eza+HJyk9SxEdh+s3Ux18htTTAD8OuAn8';
const GO_NOTE = `go.sum database tree
30055305
mXfgRcJ0bG0j3CPdKwgGWtUzBUbX67saZGRmFuJGGsM=

— sum.golang.org Az3grpgEild5qw7+5dtV13Kf1C2Xurm8q4fhdxvcsDHnqNTaxL2AFjBY+2TyGKevucFcAAlWFJJYle3EJlDCrQ+y3A8=
`;

test.each([
  ['the example of signed-note', EXAMPLE_KEY, EXAMPLE_NOTE],
  ['a checkpoint of sum.golang.org', GO_KEY, GO_NOTE],
])('verifies %s', async (_, vkey, note) => {
  const key = keyOf(vkey);
  expect(await verifyNote(read(note), [key])).toEqual({ ok: true, value: [{ key, time: undefined }] });
  expect(verifierKey(key)).toBe(vkey);
  expect(encodeNote(read(note).body, read(note).signatures)).toBe(note);
});

test('reads the checkpoint of sum.golang.org', () => {
  const head = parseCheckpointBody(read(GO_NOTE).body);
  expect(head).toMatchObject({ ok: true, value: { origin: 'go.sum database tree', size: 30_055_305 } });
});

test('verifies what it signed, with the time where time is signed', async () => {
  expect(await verifyNote(read(text), [plain, timed])).toEqual({
    ok: true,
    value: [
      { key: plain, time: undefined },
      { key: timed, time: 1_790_000_000 },
    ],
  });
});

test('signs the text that tlog-cosignature spells out', async () => {
  const message = new TextEncoder().encode(`cosignature/v1\ntime 1790000000\n${body}`);
  const [...blob] = signedWithTime.signature;
  expect(blob.slice(8)).toEqual([...(await sign(message))]);
  expect(blob.slice(0, 8)).toEqual([0, 0, 0, 0, 0x6a, 0xb1, 0x3b, 0x80]);
});

test('gives the two types of one key two ids', () => {
  expect(noteKeyId(name, ED25519, publicKey)).not.toEqual(noteKeyId(name, COSIGNATURE, publicKey));
});

test('ignores lines of unknown keys, also under a known name', async () => {
  const stranger = { name, keyId: Uint8Array.of(1, 2, 3, 4), signature: new Uint8Array(64) };
  const other = { ...signedPlainly, name: 'other.example' };
  const note = encodeNote(body, [stranger, other, signedPlainly]);
  expect(await verifyNote(read(note), [plain])).toMatchObject({ ok: true, value: [{ key: plain }] });
});

test.each([
  ['no line is by a known key', [{ ...signedPlainly, name: 'other.example' }]],
  ['the name differs in case', [{ ...signedPlainly, name: name.toUpperCase() }]],
])('refuses a note when %s', async (_, signatures) => {
  const outcome = await verifyNote(read(encodeNote(body, signatures)), [plain, timed]);
  expect(outcome).toMatchObject({ ok: false, error: { code: 'no_known_signature' } });
});

const tooLate = await cosignCheckpoint(body, timed, 2 ** 53, sign);
test.each([
  ['a plain signature of 63 octets', { ...signedPlainly, signature: signedPlainly.signature.slice(1) }],
  ['a time without a signature', { ...signedWithTime, signature: new Uint8Array(8) }],
  ['a time past 2^53 that is signed', tooLate],
  ['a plain signature under the id of the other type', { ...signedPlainly, keyId: signedWithTime.keyId }],
])('refuses the whole note for %s beside a good line', async (_, bad) => {
  const outcome = await verifyNote(read(encodeNote(body, [signedPlainly, bad])), [plain, timed]);
  expect(outcome).toMatchObject({ ok: false, error: { code: 'invalid_signature' } });
});

test('refuses a note whose body or signature has any bit flipped', async () => {
  await fc.assert(
    fc.asyncProperty(fc.nat(), fc.constantFrom(signedPlainly, signedWithTime), async (bit, line) => {
      const signature = line.signature.slice();
      const octet = (bit >> 3) % signature.length;
      signature[octet] = (signature[octet] ?? 0) ^ (1 << (bit & 7));
      const outcome = await verifyNote({ body, signatures: [{ ...line, signature }] }, [plain, timed]);
      expect(outcome).toMatchObject({ ok: false, error: { code: 'invalid_signature' } });
    }),
  );
  const grown = read(text.replace('\n42\n', '\n43\n'));
  expect(await verifyNote(grown, [plain])).toMatchObject({ error: { code: 'invalid_signature' } });
});

test('counts a known key that is no point of the curve as a signature that fails', async () => {
  const key: NoteKey = { name, type: ED25519, publicKey: new Uint8Array(32).fill(255) };
  const line = { name, keyId: noteKeyId(name, ED25519, key.publicKey), signature: new Uint8Array(64) };
  const outcome = await verifyNote({ body, signatures: [line] }, [key]);
  expect(outcome).toMatchObject({ ok: false, error: { code: 'invalid_signature' } });
});

const line = EXAMPLE_NOTE.slice(EXAMPLE_NOTE.indexOf('—'));
const base64 = line.slice(line.lastIndexOf(' ') + 1, -1);
test.each([
  ['no blank line', `body\n${line}`],
  ['no signatures', 'body\n\n'],
  ['no last newline', EXAMPLE_NOTE.slice(0, -1)],
  ['a hyphen for the em dash', EXAMPLE_NOTE.replace('—', '-')],
  ['an en dash for the em dash', EXAMPLE_NOTE.replace('—', '–')],
  ['two spaces', EXAMPLE_NOTE.replace('— ', '—  ')],
  ['a trailing space', `${EXAMPLE_NOTE.slice(0, -1)} \n`],
  ['a carriage return', EXAMPLE_NOTE.replaceAll('\n', '\r\n')],
  ['a tab in the body', EXAMPLE_NOTE.replace('This', '\tThis')],
  ['a lone surrogate', EXAMPLE_NOTE.replace('This', '\ud800')],
  ['a plus in the key name', EXAMPLE_NOTE.replace('/foo', '+foo')],
  ['a no-break space in the key name', EXAMPLE_NOTE.replace('/foo', '\u00a0foo')],
  ['an empty key name', EXAMPLE_NOTE.replace('example.com/foo', '')],
  ['base64 without padding', EXAMPLE_NOTE.replace('=\n', '\n')],
  ['trailing bits that are not zero', EXAMPLE_NOTE.replace('aQM=\n', 'aQN=\n')],
  ['base64url', EXAMPLE_NOTE.replace(base64, 'Uw2QOkn8_-==')],
  ['a key id and no signature', EXAMPLE_NOTE.replace(base64, 'Uw2QOg==')],
  ['65 signatures', `body\n\n${line.repeat(65)}`],
])('refuses a note with %s', (_, note) => {
  expect(parseNote(note)).toMatchObject({ ok: false, error: { code: 'malformed_note' } });
});

test('takes 16 signatures, and empty lines in the body', () => {
  expect(read(`a\n\nb\n\n${line.repeat(16)}`)).toMatchObject({ body: 'a\n\nb\n' });
  expect(read(`a\n\nb\n\n${line.repeat(16)}`).signatures).toHaveLength(16);
});

test('never throws on any text', () => {
  const pieces = fc.array(fc.constantFrom('\n', '\n\n', '— ', 'a', ' ', 'AAAAAAAA', '=', '+', '0', line));
  fc.assert(
    fc.property(pieces, (words) => {
      const note = parseNote(words.join(''));
      if (note.ok) expect(encodeNote(note.value.body, note.value.signatures)).toBe(words.join(''));
      parseVerifierKey(words.join(''));
      parseCheckpointBody(words.join(''));
    }),
    { numRuns: 2_000 },
  );
});

test.each([
  ['another id', EXAMPLE_KEY.replace('530d903a', '530d903b')],
  ['an id in capitals', EXAMPLE_KEY.replace('530d903a', '530D903A')],
  ['another name', EXAMPLE_KEY.replace('foo', 'bar')],
  ['no name', EXAMPLE_KEY.replace('example.com/foo', '')],
  ['an unknown type', `a+00000000+${Buffer.alloc(33, 6).toString('base64')}`],
  ['a key of 31 octets', verifierKey({ name: 'a', type: ED25519, publicKey: new Uint8Array(31) })],
  ['nothing', ''],
])('refuses a verifier key with %s', (_, vkey) => {
  expect(parseVerifierKey(vkey)).toMatchObject({ ok: false, error: { code: 'malformed_key' } });
});

const hash = 'CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=';
test.each([
  ['a leading zero', `log\n042\n${hash}\n`],
  ['a sign', `log\n+42\n${hash}\n`],
  ['a size past 2^53', `log\n9007199254740992\n${hash}\n`],
  ['no origin', `\n42\n${hash}\n`],
  ['an extension line', `log\n42\n${hash}\nmore\n`],
  ['no last newline', `log\n42\n${hash}`],
  ['a root of 31 octets', `log\n42\n${Buffer.alloc(31).toString('base64')}\n`],
  ['a root that is not canonical', `log\n42\n${hash.replace('2I=', '2J=')}\n`],
])('refuses a checkpoint body with %s', (_, malformed) => {
  expect(parseCheckpointBody(malformed)).toMatchObject({
    ok: false,
    error: { code: 'malformed_checkpoint' },
  });
});

test('reads back every body it writes', () => {
  const heads = fc.record({ size: fc.maxSafeNat(), root: fc.uint8Array({ minLength: 32, maxLength: 32 }) });
  fc.assert(
    fc.property(heads, (head) => {
      const value = { origin: name, ...head };
      expect(parseCheckpointBody(checkpointBody(value))).toEqual({ ok: true, value });
    }),
  );
});

test.each([
  ['an origin with a newline', () => checkpointBody({ origin: 'a\nb', size: 1, root })],
  ['a root of 31 octets', () => checkpointBody({ origin: 'a', size: 1, root: root.slice(1) })],
  ['a key name with a space', () => encodeNote(body, [{ ...signedPlainly, name: 'a b' }])],
  ['a body without its newline', () => encodeNote('body', [signedPlainly])],
])('throws a TypeError when told to write %s', (_, write) => {
  expect(write).toThrow(TypeError);
});
