import { describe, expect, it } from 'vitest';
import { unlockFrom } from '../../src/custody/unlock.ts';
import { encodeBase64url } from '../../src/domain/base64url.ts';
import { expectOk, expectRefusal } from '../support/issuer.ts';

const issuer = 'https://issuer.example';
const octets = new Uint8Array(32).fill(9);
const keyEncryptionKey = encodeBase64url(octets);
const passphrase = 'twelve chars';

describe('unlockFrom takes', () => {
  it('the key-encryption key before the passphrase', () => {
    expect(expectOk(unlockFrom({ passphrase, keyEncryptionKey, issuer }))).toEqual({
      unlock: { keyEncryptionKey: octets },
      warning: undefined,
    });
  });

  it('a passphrase of twelve characters as it is', () => {
    expect(expectOk(unlockFrom({ passphrase, issuer }))).toEqual({
      unlock: { passphrase },
      warning: undefined,
    });
  });

  it.each(['http://localhost:8787', 'http://127.0.0.1:8787', 'http://[::1]:8787', 'https://localhost'])(
    'a passphrase of its own for %s, with a loud warning',
    (loopback) => {
      const { unlock, warning } = expectOk(unlockFrom({ issuer: loopback }));
      expect(unlock).toEqual({ passphrase: expect.stringContaining('known to everybody') });
      expect(warning).toMatch(/^DEVELOPMENT KEYS: .*everybody knows/);
    },
  );
});

describe('unlockFrom refuses', () => {
  it.each([
    issuer,
    'https://localhost.example',
    'https://127.0.0.1.example',
    'https://issuer.example/localhost',
    'https://10.0.0.1',
    'https://0.0.0.0',
  ])('%s without a secret, and says what to set', (remote) => {
    const refused = expectRefusal(unlockFrom({ issuer: remote }));
    expect(refused.code).toBe('no_passphrase');
    expect(refused.detail).toContain('IMPRIMATUR_KEY_PASSPHRASE="$(openssl rand -base64 32)"');
    expect(refused.detail).toContain('IMPRIMATUR_KEY_ENCRYPTION_KEY="$(openssl rand -base64 32)"');
  });

  it.each(['', 'eleven char', '\u{1F511}'.repeat(11)])('the passphrase %j as too short', (short) => {
    const refused = expectRefusal(unlockFrom({ passphrase: short, issuer }));
    expect(refused.code).toBe('weak_passphrase');
    expect(refused.detail).toContain('IMPRIMATUR_KEY_PASSPHRASE must have at least 12 characters');
  });

  it('the development passphrase for an issuer others use', () => {
    const { unlock } = expectOk(unlockFrom({ issuer: 'http://localhost:8787' }));
    const development = 'passphrase' in unlock ? unlock.passphrase : '';
    expect(expectRefusal(unlockFrom({ passphrase: development, issuer })).code).toBe('weak_passphrase');
  });

  it('a key-encryption key that is none, even beside a good passphrase, without repeating it', () => {
    const refused = expectRefusal(unlockFrom({ passphrase, keyEncryptionKey: 'not-a-key', issuer }));
    expect(refused.code).toBe('key_encryption_key');
    expect(refused.detail).toContain('IMPRIMATUR_KEY_ENCRYPTION_KEY');
    expect(refused.detail).not.toContain('not-a-key');
  });
});
