import { parseJson } from '../domain/json.ts';
import { err, ok, type Result } from '../domain/result.ts';
import type { Custody } from '../ports.ts';
import { allOpened, createKeyRing } from './key-ring.ts';
import { parseKeyEncryptionKey, unsealKey } from './sealed-key.ts';

export type SecretRefusal = {
  readonly code: 'wrong_passphrase' | 'corrupted_key_file' | 'key_encryption_key' | 'signing_keys';
  /** Names the secret, the place in it, and what to do. */
  readonly detail: string;
};

/**
 * Custody over two secrets, for Workers: sealed keys that were made elsewhere, and the key that opens them. It cannot make
 * keys: `generate` is refused with `custody_read_only` and the command to run. `destroy` forgets a key in this isolate
 * alone; the operator must take its JWE out of the secret IMPRIMATUR_SIGNING_KEYS and deploy, else the next isolate
 * holds it again.
 */
export async function openSecretKeys(secrets: {
  /** IMPRIMATUR_SIGNING_KEYS: a JSON array of compact JWEs, oldest first. */
  readonly signingKeys: string;
  /** IMPRIMATUR_KEY_ENCRYPTION_KEY: 32 octets, base64url. */
  readonly keyEncryptionKey: string;
}): Promise<Result<Custody, SecretRefusal>> {
  const keyEncryptionKey = parseKeyEncryptionKey(secrets.keyEncryptionKey);
  if (keyEncryptionKey === undefined)
    return err({
      code: 'key_encryption_key',
      detail:
        'the secret IMPRIMATUR_KEY_ENCRYPTION_KEY must be 32 octets in base64url. Put the one in that the keys were sealed under.',
    });
  const sealed = sealedKeysIn(secrets.signingKeys);
  if (sealed === undefined)
    return err({
      code: 'signing_keys',
      detail: `the secret IMPRIMATUR_SIGNING_KEYS must be a JSON array of strings. ${howToAdd('--alg ES256')}`,
    });
  const opened = allOpened(
    await Promise.all(
      sealed.map((text, i) =>
        unsealKey(text, `key ${i + 1} of IMPRIMATUR_SIGNING_KEYS`, { keyEncryptionKey }),
      ),
    ),
  );
  if (!opened.ok) return opened;
  const ring = createKeyRing();
  for (const key of opened.value) {
    if (key.purpose === 'checkpoint' && ring.hasCheckpointKey())
      return err({
        code: 'signing_keys',
        detail:
          'IMPRIMATUR_SIGNING_KEYS holds two checkpoint keys and the ledger has one. ' +
          `Take out the one that is not the ledger's; one of them is ${key.publicJwk.kid}.`,
      });
    ring.add(key);
  }
  if (!ring.hasCheckpointKey())
    return err({
      code: 'signing_keys',
      detail: `IMPRIMATUR_SIGNING_KEYS holds no checkpoint key. ${howToAdd('--checkpoint')}`,
    });
  return ok({
    publicKeys: ring.publicKeys,
    sign: ring.sign,
    checkpointPublicKey: ring.checkpointPublicKey,
    signCheckpoint: ring.signCheckpoint,
    generate: async (alg) => err({ code: 'custody_read_only', detail: howToAdd(`--alg ${alg}`) }),
    destroy: async (kid) => ring.forget(kid),
  });
}

function sealedKeysIn(text: string): readonly string[] | undefined {
  const parsed = parseJson(text, { maxDepth: 1 });
  if (!parsed.ok || !Array.isArray(parsed.value)) return undefined;
  const sealed = parsed.value.filter((item) => typeof item === 'string');
  return sealed.length === parsed.value.length ? sealed : undefined;
}

function howToAdd(option: string): string {
  return (
    `Run \`imprimatur keys create ${option}\` where the command-line client is installed, add what it prints to the JSON ` +
    'array in the secret IMPRIMATUR_SIGNING_KEYS, deploy, and ask again.'
  );
}
