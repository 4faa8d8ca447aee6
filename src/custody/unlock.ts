import { err, ok, type Result } from '../domain/result.ts';
import { parseKeyEncryptionKey, type Unlock } from './sealed-key.ts';

export type UnlockRefusal = {
  readonly code: 'no_passphrase' | 'weak_passphrase' | 'key_encryption_key';
  readonly detail: string;
};

const LOOPBACK = new Set(['localhost', '127.0.0.1', '[::1]']);
const SHORTEST_PASSPHRASE = 12;
const DEVELOPMENT_PASSPHRASE = 'development passphrase, known to everybody';
const MAKE_PASSPHRASE = 'IMPRIMATUR_KEY_PASSPHRASE="$(openssl rand -base64 32)"';
const MAKE_KEY = 'IMPRIMATUR_KEY_ENCRYPTION_KEY="$(openssl rand -base64 32)"';

/**
 * What opens the private keys, from what the operator set: the key-encryption key, else the passphrase. Without either, an
 * issuer on this machine gets a passphrase everybody knows and a warning that says so; any other issuer is refused.
 *
 * @param settings.issuer an issuer identifier that was parsed before (RFC 8414 §2)
 */
export function unlockFrom(settings: {
  readonly passphrase?: string | undefined;
  readonly keyEncryptionKey?: string | undefined;
  readonly issuer: string;
}): Result<{ readonly unlock: Unlock; readonly warning: string | undefined }, UnlockRefusal> {
  const { passphrase, issuer } = settings;
  if (settings.keyEncryptionKey !== undefined) {
    const keyEncryptionKey = parseKeyEncryptionKey(settings.keyEncryptionKey);
    return keyEncryptionKey === undefined
      ? err({
          code: 'key_encryption_key',
          detail: `IMPRIMATUR_KEY_ENCRYPTION_KEY must be 32 octets in base64url. Make one with ${MAKE_KEY}.`,
        })
      : ok({ unlock: { keyEncryptionKey }, warning: undefined });
  }
  const isLoopback = LOOPBACK.has(new URL(issuer).hostname);
  if (passphrase !== undefined) {
    if (Array.from(passphrase).length < SHORTEST_PASSPHRASE)
      return weak(`must have at least ${SHORTEST_PASSPHRASE} characters`);
    if (passphrase === DEVELOPMENT_PASSPHRASE && !isLoopback)
      return weak('must not be the development passphrase, which everybody knows');
    return ok({ unlock: { passphrase }, warning: undefined });
  }
  if (!isLoopback)
    return err({
      code: 'no_passphrase',
      detail:
        `${issuer} is not on this machine, so its private keys need a secret of their own. Set ` +
        `${MAKE_PASSPHRASE} or ${MAKE_KEY}, and keep the value apart from the key files.`,
    });
  return ok({
    unlock: { passphrase: DEVELOPMENT_PASSPHRASE },
    warning:
      'DEVELOPMENT KEYS: the private keys are sealed with a passphrase that everybody knows. Good for trying ' +
      `things on this machine, for nothing else. For more, start over with an empty keys directory and ${MAKE_PASSPHRASE}.`,
  });
}

function weak(problem: string): Result<never, UnlockRefusal> {
  return err({
    code: 'weak_passphrase',
    detail: `IMPRIMATUR_KEY_PASSPHRASE ${problem}. Make a good one with ${MAKE_PASSPHRASE}.`,
  });
}
