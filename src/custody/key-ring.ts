import { decodeBase64url } from '../domain/base64url.ts';
import { err, ok } from '../domain/result.ts';
import type { PublicJwk } from '../domain/signing-key.ts';
import type { Custody } from '../ports.ts';
import type { OpenedKey } from './sealed-key.ts';
import { signerFor, type Signer } from './signer.ts';

/** Opened keys in memory: what both kinds of custody share. Private members stay inside this closure. */
export type KeyRing = Pick<Custody, 'publicKeys' | 'sign' | 'checkpointPublicKey' | 'signCheckpoint'> & {
  readonly add: (key: OpenedKey) => Promise<void>;
  readonly forget: (kid: string) => void;
  readonly hasCheckpointKey: () => boolean;
};

/** An empty ring. */
export function createKeyRing(): KeyRing {
  const signers = new Map<string, { readonly publicJwk: PublicJwk; readonly sign: Signer }>();
  let checkpoint: { readonly publicKey: Uint8Array; readonly sign: Signer } | undefined;

  function checkpointKey() {
    if (checkpoint === undefined) throw new Error('custody holds no checkpoint key');
    return checkpoint;
  }

  return {
    add: async ({ privateJwk, publicJwk, purpose }) => {
      const sign = await signerFor(privateJwk, publicJwk.alg);
      if (purpose === 'statement') {
        signers.set(publicJwk.kid, { publicJwk, sign });
        return;
      }
      const publicKey = decodeBase64url(publicJwk.x ?? '');
      if (!publicKey.ok) throw new Error('the checkpoint key is not an Ed25519 key');
      checkpoint = { publicKey: publicKey.value, sign };
    },
    forget: (kid) => signers.delete(kid),
    hasCheckpointKey: () => checkpoint !== undefined,
    publicKeys: () => Promise.resolve([...signers.values()].map(({ publicJwk }) => publicJwk)),
    sign: async (kid, message) => {
      const signer = signers.get(kid);
      return signer === undefined ? err({ code: 'key_not_in_custody', kid }) : ok(await signer.sign(message));
    },
    checkpointPublicKey: () => Promise.resolve(checkpointKey().publicKey),
    signCheckpoint: (message) => checkpointKey().sign(message),
  };
}
