import { decodeBase64url } from '../domain/base64url.ts';
import { err, ok, type Result } from '../domain/result.ts';
import type { Custody } from '../ports.ts';
import type { OpenedKey, UnsealRefusal } from './sealed-key.ts';
import type { Signer } from './signer.ts';

/** Opened keys in memory: what both kinds of custody share. */
export type KeyRing = Pick<Custody, 'publicKeys' | 'sign' | 'checkpointPublicKey' | 'signCheckpoint'> & {
  /** Adds a statement key behind those it holds, or takes the checkpoint key; the caller has made sure it is the only one. */
  readonly add: (key: OpenedKey) => void;
  readonly forget: (kid: string) => void;
  readonly hasCheckpointKey: () => boolean;
};

/** An empty ring. */
export function createKeyRing(): KeyRing {
  const statementKeys = new Map<string, OpenedKey>();
  let checkpoint: { readonly publicKey: Uint8Array; readonly sign: Signer } | undefined;

  function checkpointKey() {
    if (checkpoint === undefined) throw new Error('custody was opened without a checkpoint key');
    return checkpoint;
  }

  return {
    add: (key) => {
      if (key.purpose === 'statement') {
        statementKeys.set(key.publicJwk.kid, key);
        return;
      }
      const publicKey = decodeBase64url(key.publicJwk.x ?? '');
      if (!publicKey.ok || publicKey.value.length !== 32) throw new TypeError('not an Ed25519 key');
      checkpoint = { publicKey: publicKey.value, sign: key.sign };
    },
    forget: (kid) => statementKeys.delete(kid),
    hasCheckpointKey: () => checkpoint !== undefined,
    publicKeys: () => Promise.resolve([...statementKeys.values()].map(({ publicJwk }) => publicJwk)),
    sign: async (kid, message) => {
      const key = statementKeys.get(kid);
      return key === undefined ? err({ code: 'key_not_in_custody', kid }) : ok(await key.sign(message));
    },
    checkpointPublicKey: async () => checkpointKey().publicKey.slice(),
    signCheckpoint: async (message) => checkpointKey().sign(message),
  };
}

/**
 * The keys in their order of making, or the first refusal. What opens the others is no wrong secret, so beside keys that open, a
 * key that does not is damaged.
 */
export function allOpened<E extends { readonly code: string; readonly detail: string }>(
  results: readonly Result<OpenedKey, E>[],
): Result<readonly OpenedKey[], E | UnsealRefusal> {
  const keys: OpenedKey[] = [];
  let refusal: E | undefined;
  for (const result of results) {
    if (result.ok) keys.push(result.value);
    else refusal ??= result.error;
  }
  if (refusal === undefined) return ok(keys.toSorted((a, b) => a.sequence - b.sequence));
  return err(
    keys.length > 0 && refusal.code === 'wrong_passphrase'
      ? { code: 'corrupted_key_file', detail: `${refusal.detail} Others beside it do open.` }
      : refusal,
  );
}
