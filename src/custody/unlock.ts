import { err, ok, type Result } from '../domain/result.ts';
import { parseKeyEncryptionKey, type Unlock } from './sealed-key.ts';

export type UnlockRefusal = {
  readonly code: 'no_passphrase' | 'weak_passphrase' | 'key_encryption_key';
  readonly detail: string;
};

const LOOPBACK = new Set(['localhost', '127.0.0.1', '[::1]']);
const SHORTEST_PASSPHRASE = 12;
const DEVELOPMENT_PASSPHRASE = 'development passphrase, known to everybody';
const MAKE_ONE = 'IMPRIMATUR_KEY_PASSPHRASE="$(openssl rand -base64 32)"';

/**
 * What opens the private keys, from what the operator set. Without anything, an issuer on this machine gets a
 * passphrase everybody knows and a warning that says so; any other issuer is refused.
 */
export function unlockFrom(settings: {
  readonly passphrase: string | undefined;
  readonly keyEncryptionKey: string | undefined;
  readonly issuer: string;
}): Result<{ readonly unlock: Unlock; readonly warning: string | undefined }, UnlockRefusal> {
  if (settings.keyEncryptionKey !== undefined) {
    const keyEncryptionKey = parseKeyEncryptionKey(settings.keyEncryptionKey);
    return keyEncryptionKey === undefined
      ? err({
          code: 'key_encryption_key',
          detail:
            'IMPRIMATUR_KEY_ENCRYPTION_KEY must be 32 octets in base64url; `openssl rand -base64 32` makes them',
        })
      : ok({ unlock: { keyEncryptionKey }, warning: undefined });
  }
  if (settings.passphrase !== undefined)
    return settings.passphrase.length < SHORTEST_PASSPHRASE
      ? err({
          code: 'weak_passphrase',
          detail: `IMPRIMATUR_KEY_PASSPHRASE must have at least ${SHORTEST_PASSPHRASE} characters; ${MAKE_ONE} makes a good one`,
        })
      : ok({ unlock: { passphrase: settings.passphrase }, warning: undefined });
  if (!LOOPBACK.has(new URL(settings.issuer).hostname))
    return err({
      code: 'no_passphrase',
      detail:
        `${settings.issuer} is not on this machine, so its private keys need a passphrase of their own. Set ` +
        `${MAKE_ONE} and keep it apart from the key files.`,
    });
  return ok({
    unlock: { passphrase: DEVELOPMENT_PASSPHRASE },
    warning:
      'DEVELOPMENT KEYS: the private keys are sealed with a passphrase that everybody knows. ' +
      `Good for trying things on this machine, for nothing else. For more, start over with ${MAKE_ONE}.`,
  });
}
