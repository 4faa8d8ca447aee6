import { err, ok, type Result } from '../domain/result.ts';
import { parseJson } from '../domain/json.ts';
import type { Custody } from '../ports.ts';
import { createKeyRing } from './key-ring.ts';
import { parseKeyEncryptionKey, unsealKey } from './sealed-key.ts';

export type SecretRefusal = { readonly code: string; readonly detail: string };

const HOW =
  'run `imprimatur keys create` where the command-line client is installed, add what it prints to the JSON array in the ' +
  'secret IMPRIMATUR_SIGNING_KEYS, deploy, and ask again';

/**
 * Custody over two secrets, for Workers: sealed keys that were made elsewhere, and the key that opens them.
 * It cannot make keys. `destroy` forgets a key in this isolate; the operator takes it out of the secret.
 */
export async function openSecretKeys(secrets: {
  /** A JSON array of compact JWEs, the first to sign first. */
  readonly signingKeys: string;
  /** 32 octets, base64url. */
  readonly keyEncryptionKey: string;
}): Promise<Result<Custody, SecretRefusal>> {
  const keyEncryptionKey = parseKeyEncryptionKey(secrets.keyEncryptionKey);
  if (keyEncryptionKey === undefined)
    return err({
      code: 'key_encryption_key',
      detail: 'the secret IMPRIMATUR_KEY_ENCRYPTION_KEY must be 32 octets in base64url',
    });
  const sealed = parseJson(secrets.signingKeys, { maxDepth: 2 });
  if (!sealed.ok || !Array.isArray(sealed.value) || !sealed.value.every((item) => typeof item === 'string'))
    return err({
      code: 'signing_keys',
      detail: 'the secret IMPRIMATUR_SIGNING_KEYS must be a JSON array of strings',
    });
  const ring = createKeyRing();
  for (const [i, text] of sealed.value.entries()) {
    const key = await unsealKey(String(text), `key ${i + 1} of IMPRIMATUR_SIGNING_KEYS`, {
      keyEncryptionKey,
    });
    if (!key.ok) return key;
    await ring.add(key.value);
  }
  if (!ring.hasCheckpointKey())
    return err({
      code: 'signing_keys',
      detail: `IMPRIMATUR_SIGNING_KEYS holds no checkpoint key; ${HOW.replace('keys create', 'keys create --checkpoint')}`,
    });
  return ok({
    publicKeys: ring.publicKeys,
    sign: ring.sign,
    checkpointPublicKey: ring.checkpointPublicKey,
    signCheckpoint: ring.signCheckpoint,
    generate: () => Promise.resolve(err({ code: 'custody_read_only', detail: HOW })),
    destroy: (kid) => {
      ring.forget(kid);
      return Promise.resolve();
    },
  });
}
