import { randomBytes } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { open, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { err, ok, type Result } from '../domain/result.ts';
import type { Custody } from '../ports.ts';
import { newKeyPair } from './generate-key-pair.ts';
import { createKeyRing } from './key-ring.ts';
import { sealKey, unsealKey, type KeyPurpose, type OpenedKey, type Unlock } from './sealed-key.ts';

export type CustodyOpenRefusal = {
  readonly code: 'wrong_passphrase' | 'corrupted_key_file' | 'keys_directory';
  readonly detail: string;
};

const SUFFIX = '.jwe';
const CHECKPOINT = 'checkpoint-';

/**
 * Custody over a directory with one sealed file a key, mode 0600: `<kid>.jwe`, and `checkpoint-<kid>.jwe` for the
 * ledger's own key, which is made when there is none. Everything is opened at the start, so that a wrong
 * passphrase shows before anybody is served.
 */
export async function openKeyFiles(options: {
  readonly directory: string;
  readonly unlock: Unlock;
}): Promise<Result<Custody, CustodyOpenRefusal>> {
  const { directory, unlock } = options;
  const files = await keyFilesIn(directory);
  if (!files.ok) return files;
  const opened = await Promise.all(
    files.value.map(async (file) => {
      const key = await unsealKey(
        await readFile(join(directory, file), 'utf8'),
        join(directory, file),
        unlock,
      );
      return key.ok && fileName(key.value) !== file
        ? err({
            code: 'corrupted_key_file' as const,
            detail: `${join(directory, file)} holds the key ${key.value.publicJwk.kid}; rename it to ${fileName(key.value)}`,
          })
        : key;
    }),
  );
  const ring = createKeyRing();
  for (const key of opened) {
    if (!key.ok) return key;
    await ring.add(key.value);
  }

  async function make(alg: Parameters<Custody['generate']>[0], purpose: KeyPurpose): Promise<OpenedKey> {
    const key: OpenedKey = { ...(await newKeyPair(alg)), purpose };
    await writeDurably(directory, fileName(key), await sealKey(key, purpose, unlock));
    await ring.add(key);
    return key;
  }

  try {
    if (!ring.hasCheckpointKey()) await make('EdDSA', 'checkpoint');
  } catch (error) {
    return err({
      code: 'keys_directory',
      detail: `cannot write into the keys directory ${directory}: ${String(error)}`,
    });
  }
  return ok({
    publicKeys: ring.publicKeys,
    sign: ring.sign,
    checkpointPublicKey: ring.checkpointPublicKey,
    signCheckpoint: ring.signCheckpoint,
    generate: async (alg) => ok((await make(alg, 'statement')).publicJwk),
    destroy: async (kid) => {
      ring.forget(kid);
      await eraseDurably(directory, `${kid}${SUFFIX}`);
    },
  });
}

function fileName({ purpose, publicJwk }: OpenedKey): string {
  return `${purpose === 'checkpoint' ? CHECKPOINT : ''}${publicJwk.kid}${SUFFIX}`;
}

async function keyFilesIn(directory: string): Promise<Result<readonly string[], CustodyOpenRefusal>> {
  try {
    mkdirSync(directory, { recursive: true, mode: 0o700 });
    const names = (await readdir(directory)).filter((name) => name.endsWith(SUFFIX) && !name.startsWith('.'));
    // Oldest first: where a database is founded over ready keys, the first made is the first to sign.
    const dated = await Promise.all(
      names.map(async (name) => ({ name, at: (await stat(join(directory, name))).mtimeMs })),
    );
    return ok(dated.toSorted((a, b) => a.at - b.at).map(({ name }) => name));
  } catch (error) {
    return err({
      code: 'keys_directory',
      detail: `cannot read the keys directory ${directory}: ${String(error)}`,
    });
  }
}

/** The file is whole under its name or not there at all, also after a power cut. */
async function writeDurably(directory: string, name: string, text: string): Promise<void> {
  const temporary = join(directory, `.${name}.${randomBytes(4).toString('hex')}`);
  const file = await open(temporary, 'wx', 0o600);
  try {
    await file.writeFile(`${text}\n`);
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(temporary, join(directory, name));
  await syncDirectory(directory);
}

async function eraseDurably(directory: string, name: string): Promise<void> {
  const path = join(directory, name);
  try {
    const file = await open(path, 'r+');
    try {
      const { size } = await file.stat();
      await file.write(randomBytes(size), 0, size, 0);
      await file.sync();
    } finally {
      await file.close();
    }
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return;
    throw error;
  }
  await rm(path);
  await syncDirectory(directory);
}

async function syncDirectory(directory: string): Promise<void> {
  const handle = await open(directory, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
