import { mkdir, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { err, ok, type Result } from '../domain/result.ts';
import type { PublicJwk, SigningAlgorithm } from '../domain/signing-key.ts';
import type { Custody } from '../ports.ts';
import { eraseDurably, finishErasing, writeDurably } from './durable-file.ts';
import { newKeyPair } from './generate-key-pair.ts';
import { allOpened, createKeyRing } from './key-ring.ts';
import { sealKey, unsealKey, type KeyPurpose, type OpenedKey, type Unlock } from './sealed-key.ts';
import { signerFor } from './signer.ts';

export type CustodyOpenRefusal = {
  /** `keys_directory`: the directory or a file in it cannot be read or written. */
  readonly code: 'wrong_passphrase' | 'corrupted_key_file' | 'keys_directory';
  /** Names the file and what to do. */
  readonly detail: string;
};

const SUFFIX = '.jwe';
const CHECKPOINT = 'checkpoint-';
/** RFC 7638 with SHA-256: 32 octets in base64url. */
const THUMBPRINT = /^[A-Za-z0-9_-]{43}$/;

/**
 * Custody over a directory with one sealed file a key, mode 0600: `<kid>.jwe`, and `checkpoint-<kid>.jwe` for the
 * ledger's own key, which is made when there is none. Everything is opened at the start, side by side, so that a
 * wrong passphrase or a damaged file shows before anybody is served. Other names, and names with a leading dot, are ignored.
 *
 * `generate` answers a directory it cannot write to with `custody_unwritable` and the system's reason.
 */
export async function openKeyFiles(options: {
  readonly directory: string;
  readonly unlock: Unlock;
}): Promise<Result<Custody, CustodyOpenRefusal>> {
  const { directory, unlock } = options;
  const ring = createKeyRing();

  let lastSequence = 0;

  async function make(alg: SigningAlgorithm, purpose: KeyPurpose): Promise<Result<PublicJwk, string>> {
    const { privateJwk, publicJwk } = await newKeyPair(alg);
    const label = { purpose, sequence: ++lastSequence };
    const key: OpenedKey = { ...label, publicJwk, sign: await signerFor(privateJwk, alg) };
    const sealed = await sealKey({ privateJwk, publicJwk }, label, unlock);
    const written = await fromSystem(writeDurably(directory, fileName(key), `${sealed}\n`));
    if (!written.ok) return written;
    ring.add(key);
    return ok(publicJwk);
  }

  const files = await fromSystem(keyFilesIn(directory));
  if (!files.ok) return cannotUse(directory, files.error);
  const opened = allOpened(
    await Promise.all(files.value.map((file) => openKeyFile(directory, file, unlock))),
  );
  if (!opened.ok) return opened;
  for (const key of opened.value) {
    if (key.purpose === 'checkpoint' && ring.hasCheckpointKey())
      return err({
        code: 'corrupted_key_file',
        detail:
          `${directory} holds two checkpoint keys and the ledger has one. Move away the one that is not the ledger's; ` +
          `one of them is ${fileName(key)}.`,
      });
    ring.add(key);
    lastSequence = Math.max(lastSequence, key.sequence);
  }
  if (!ring.hasCheckpointKey()) {
    const made = await make('EdDSA', 'checkpoint');
    if (!made.ok) return cannotUse(directory, made.error);
  }

  return ok({
    publicKeys: ring.publicKeys,
    sign: ring.sign,
    checkpointPublicKey: ring.checkpointPublicKey,
    signCheckpoint: ring.signCheckpoint,
    generate: async (alg) => {
      const made = await make(alg, 'statement');
      return made.ok
        ? made
        : err({
            code: 'custody_unwritable',
            detail: `No key was made: ${cannotUseText(directory, made.error)}`,
          });
    },
    destroy: async (kid) => {
      ring.forget(kid);
      if (THUMBPRINT.test(kid)) await eraseDurably(directory, kid + SUFFIX);
    },
  });
}

async function openKeyFile(
  directory: string,
  file: string,
  unlock: Unlock,
): Promise<Result<OpenedKey, CustodyOpenRefusal>> {
  const path = join(directory, file);
  const text = await fromSystem(readFile(path, 'utf8'));
  if (!text.ok)
    return err({
      code: 'keys_directory',
      detail: `${path} cannot be read: ${text.error}. Fix its owner and mode.`,
    });
  const key = await unsealKey(text.value.replace(/\n$/, ''), path, unlock);
  return key.ok && fileName(key.value) !== file
    ? err({
        code: 'corrupted_key_file',
        detail: `${path} holds the key of ${fileName(key.value)}. Give it that name, or put the right file back.`,
      })
    : key;
}

function fileName({ purpose, publicJwk }: OpenedKey): string {
  return `${purpose === 'checkpoint' ? CHECKPOINT : ''}${publicJwk.kid}${SUFFIX}`;
}

async function keyFilesIn(directory: string): Promise<readonly string[]> {
  await mkdir(directory, { recursive: true, mode: 0o700 });
  await finishErasing(directory);
  const names = await readdir(directory);
  return names.filter((name) => name.endsWith(SUFFIX) && !name.startsWith('.')).toSorted();
}

/** What the file system refuses is foreseeable and becomes its message; any other exception is a bug and stays one. */
async function fromSystem<T>(work: Promise<T>): Promise<Result<T, string>> {
  try {
    return ok(await work);
  } catch (error) {
    if (error instanceof Error && 'syscall' in error) return err(error.message);
    throw error;
  }
}

function cannotUse(directory: string, reason: string): Result<never, CustodyOpenRefusal> {
  return err({ code: 'keys_directory', detail: cannotUseText(directory, reason) });
}

function cannotUseText(directory: string, reason: string): string {
  return (
    `the keys directory ${directory} cannot be used: ${reason}. ` +
    'Let the user that runs this program read and write it, and see that there is space.'
  );
}
