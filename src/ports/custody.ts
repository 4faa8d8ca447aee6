import type { Result } from '../domain/result.ts';
import type { PublicJwk, SigningAlgorithm } from '../domain/signing-key.ts';

export type CustodyRefusal =
  /** This custody cannot make keys at run time (Workers secrets); detail says what to run instead. */
  | { readonly code: 'custody_read_only'; readonly detail: string }
  /** Custody can make keys, but not at this moment: a full disk, a directory it may not write to. */
  | { readonly code: 'custody_unwritable'; readonly detail: string }
  | { readonly code: 'key_not_in_custody'; readonly kid: string };

/**
 * Where private keys live and who signs with them. Private members never cross this interface. Who owns it can sign
 * anything until consumers drop the key.
 */
export type Custody = {
  /** Makes a key pair that is durable before this returns; gives the public half. */
  generate(alg: SigningAlgorithm): Promise<Result<PublicJwk, CustodyRefusal>>;
  /** Every statement key held, oldest first. */
  publicKeys(): Promise<readonly PublicJwk[]>;
  /** JWS signature octets (for ECDSA r‖s, RFC 7518 §3.4) over `message`. */
  sign(kid: string, message: Uint8Array): Promise<Result<Uint8Array, CustodyRefusal>>;
  /** Destroys the private half for good. Idempotent. */
  destroy(kid: string): Promise<void>;
  /** The ledger's own Ed25519 key, apart from the statement keys and never in the JWK Set; 32 octets, raw. */
  checkpointPublicKey(): Promise<Uint8Array>;
  signCheckpoint(message: Uint8Array): Promise<Uint8Array>;
};
