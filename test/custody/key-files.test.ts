import { createPublicKey, randomBytes, verify } from 'node:crypto';
import {
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspect } from 'node:util';
import * as fc from 'fast-check';
import { base64url, compactDecrypt } from 'jose';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openKeyFiles } from '../../src/custody/key-files.ts';
import { SIGNING_ALGORITHMS } from '../../src/domain/signing-key.ts';
import type { Custody } from '../../src/ports.ts';
import { expectOk, expectRefusal } from '../support/issuer.ts';

const MESSAGE = new TextEncoder().encode('message');
const keyEncryptionKey = randomBytes(32);
const unlock = { keyEncryptionKey };

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'imprimatur-custody-'));
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

const open = async (): Promise<Custody> => expectOk(await openKeyFiles({ directory, unlock }));
const refusal = async () => expectRefusal(await openKeyFiles({ directory, unlock }));
const checkpointFile = () => readdirSync(directory).find((name) => name.startsWith('checkpoint-')) ?? '';
const generated = async (custody: Custody) => expectOk(await custody.generate('ES256')).kid;

describe('a key', () => {
  it('is on disk under its thumbprint, for its owner alone, before generate returns', async () => {
    const kid = await generated(await open());
    expect(readdirSync(directory).toSorted()).toEqual([`${kid}.jwe`, checkpointFile()].toSorted());
    for (const file of readdirSync(directory))
      expect(statSync(join(directory, file)).mode & 0o777).toBe(0o600);
  });

  it('signs the same after the directory was opened again', async () => {
    const first = await open();
    for (const alg of SIGNING_ALGORITHMS) expectOk(await first.generate(alg));
    const second = await open();
    expect(await second.publicKeys()).toEqual(await first.publicKeys());
    expect(await second.checkpointPublicKey()).toEqual(await first.checkpointPublicKey());
    const ed25519 = (await second.publicKeys()).find(({ alg }) => alg === 'EdDSA');
    const signature = expectOk(await second.sign(ed25519?.kid ?? '', MESSAGE));
    expect(verify(null, MESSAGE, createPublicKey({ key: { ...ed25519 }, format: 'jwk' }), signature)).toBe(
      true,
    );
  });

  it('keeps company: twenty made at once are all held and all on disk', async () => {
    const custody = await open();
    const kids = await Promise.all(Array.from({ length: 20 }, () => generated(custody)));
    expect(new Set(kids).size).toBe(20);
    expect(new Set((await (await open()).publicKeys()).map(({ kid }) => kid))).toEqual(new Set(kids));
  });

  it('not held is named in the refusal to sign', async () => {
    const custody = await open();
    expect(expectRefusal(await custody.sign('unknown', MESSAGE))).toEqual({
      code: 'key_not_in_custody',
      kid: 'unknown',
    });
  });
});

describe('the checkpoint key', () => {
  it('is made once, is Ed25519, signs, and is not among the statement keys', async () => {
    const custody = await open();
    const publicKey = await custody.checkpointPublicKey();
    const x = base64url.encode(publicKey);
    const key = createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x }, format: 'jwk' });
    expect(verify(null, MESSAGE, key, await custody.signCheckpoint(MESSAGE))).toBe(true);
    expect(await custody.publicKeys()).toEqual([]);
    const kid = /^checkpoint-(.*)\.jwe$/.exec(checkpointFile())?.[1] ?? '';
    expect(expectRefusal(await custody.sign(kid, MESSAGE)).code).toBe('key_not_in_custody');
  });

  it('cannot be changed through what checkpointPublicKey gave', async () => {
    const custody = await open();
    const given = await custody.checkpointPublicKey();
    const before = given.slice();
    given.fill(0);
    expect(await custody.checkpointPublicKey()).toEqual(before);
  });

  it('cannot be destroyed by any kid', async () => {
    const custody = await open();
    const file = checkpointFile();
    for (const kid of [file, file.replace('.jwe', ''), file.slice('checkpoint-'.length, -'.jwe'.length)])
      await custody.destroy(kid);
    expect(checkpointFile()).toBe(file);
  });

  it('refuses to be two', async () => {
    await open();
    const first = checkpointFile();
    renameSync(join(directory, first), join(directory, 'aside'));
    await open();
    renameSync(join(directory, 'aside'), join(directory, first));
    expect(await refusal()).toMatchObject({
      code: 'corrupted_key_file',
      detail: expect.stringContaining('two checkpoint keys'),
    });
  });
});

describe('destroy', () => {
  it('takes the key out of memory and off the disk, and may be repeated', async () => {
    const custody = await open();
    const [kid, other] = [await generated(custody), await generated(custody)];
    await Promise.all([custody.destroy(kid), custody.destroy(kid)]);
    await custody.destroy(kid);
    expect(expectRefusal(await custody.sign(kid, MESSAGE)).code).toBe('key_not_in_custody');
    expect(readdirSync(directory).toSorted()).toEqual([`${other}.jwe`, checkpointFile()].toSorted());
    expect((await (await open()).publicKeys()).map((jwk) => jwk.kid)).toEqual([other]);
  });

  it('is finished at the next start when a crash left the file half overwritten', async () => {
    const kid = await generated(await open());
    renameSync(join(directory, `${kid}.jwe`), join(directory, `.erasing-${kid}.jwe`));
    writeFileSync(join(directory, `.erasing-${kid}.jwe`), randomBytes(100));
    expect(await (await open()).publicKeys()).toEqual([]);
    expect(readdirSync(directory)).toEqual([checkpointFile()]);
  });

  it('touches nothing outside the directory', async () => {
    const outside = join(directory, 'outside.jwe');
    const inside = join(directory, 'keys');
    writeFileSync(outside, 'kept');
    const custody = expectOk(await openKeyFiles({ directory: inside, unlock }));
    await custody.destroy('../outside');
    expect(readFileSync(outside, 'utf8')).toBe('kept');
  });
});

describe('opening refuses', () => {
  it('a key-encryption key that is another one, naming a file and what to set', async () => {
    await open();
    const other = { keyEncryptionKey: randomBytes(32) };
    const refused = expectRefusal(await openKeyFiles({ directory, unlock: other }));
    expect(refused.code).toBe('wrong_passphrase');
    expect(refused.detail).toContain(join(directory, checkpointFile()));
  });

  it('a passphrase for files under a key-encryption key, naming the variable to set', async () => {
    await open();
    const refused = expectRefusal(await openKeyFiles({ directory, unlock: { passphrase: 'a passphrase' } }));
    expect(refused.code).toBe('wrong_passphrase');
    expect(refused.detail).toContain('IMPRIMATUR_KEY_ENCRYPTION_KEY');
  });

  it('files whose names were swapped', async () => {
    const custody = await open();
    const [a, b] = [await generated(custody), await generated(custody)];
    renameSync(join(directory, `${a}.jwe`), join(directory, 'aside'));
    renameSync(join(directory, `${b}.jwe`), join(directory, `${a}.jwe`));
    renameSync(join(directory, 'aside'), join(directory, `${b}.jwe`));
    const refused = await refusal();
    expect(refused.code).toBe('corrupted_key_file');
    expect(refused.detail).toMatch(new RegExp(`(${a}|${b})\\.jwe holds the key of (${a}|${b})\\.jwe`));
  });

  it('the checkpoint key passed off as a statement key, and the reverse', async () => {
    const kid = await generated(await open());
    const asStatement = checkpointFile().replace('checkpoint-', '');
    copyFileSync(join(directory, checkpointFile()), join(directory, asStatement));
    expect(await refusal()).toMatchObject({
      code: 'corrupted_key_file',
      detail: expect.stringContaining(join(directory, asStatement)),
    });
    rmSync(join(directory, asStatement));
    renameSync(join(directory, `${kid}.jwe`), join(directory, `checkpoint-${kid}.jwe`));
    expect(await refusal()).toMatchObject({
      code: 'corrupted_key_file',
      detail: expect.stringContaining(`checkpoint-${kid}.jwe`),
    });
  });

  it.each([
    ['nothing', ''],
    ['a line break', '\n'],
    ['another text', 'nonsense'],
    ['five parts of nonsense', 'AAAA.AAAA.AAAA.AAAA.AAAA'],
    ['five empty parts', '....'],
    ['far too much', `${'A'.repeat(20_000)}....`],
  ])('a .jwe file that holds %s', async (_, text) => {
    await open();
    writeFileSync(join(directory, 'stray.jwe'), text);
    expect(await refusal()).toMatchObject({
      code: 'corrupted_key_file',
      detail: expect.stringContaining(join(directory, 'stray.jwe')),
    });
  });

  it('a .jwe that cannot be read', async () => {
    await open();
    mkdirSync(join(directory, 'directory.jwe'));
    expect(await refusal()).toMatchObject({
      code: 'keys_directory',
      detail: expect.stringContaining(join(directory, 'directory.jwe')),
    });
  });

  it('a file with any octet changed', async () => {
    const kid = await generated(await open());
    const path = join(directory, `${kid}.jwe`);
    const whole = readFileSync(path);
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 0, max: whole.length - 1 }),
        fc.integer({ min: 1, max: 255 }),
        async (position, difference) => {
          const damaged = Buffer.from(whole);
          damaged.writeUInt8(damaged.readUInt8(position) ^ difference, position);
          writeFileSync(path, damaged);
          const refused = await refusal();
          expect(refused.detail).toContain(path);
          // A changed `alg` reads as a file sealed the other way; beside a file that opens it is still damage.
          expect(refused.code).toBe('corrupted_key_file');
        },
      ),
      { numRuns: 400, examples: Array.from({ length: 8 }, (_, bit) => [whole.length - 2, 1 << bit]) },
    );
    writeFileSync(path, whole);
    expect(await (await open()).publicKeys()).toHaveLength(1);
  });

  it('a cut file', async () => {
    const kid = await generated(await open());
    const path = join(directory, `${kid}.jwe`);
    const whole = readFileSync(path);
    for (let length = 0; length < whole.length - 1; length += 7) {
      writeFileSync(path, whole.subarray(0, length));
      expect(await refusal()).toMatchObject({ code: 'corrupted_key_file' });
    }
  });

  it('a directory that is a file, naming it', async () => {
    const path = join(directory, 'file');
    writeFileSync(path, '');
    expect(expectRefusal(await openKeyFiles({ directory: path, unlock }))).toMatchObject({
      code: 'keys_directory',
      detail: expect.stringContaining(path),
    });
  });
});

it('ignores the README, names with a dot in front, and other files', async () => {
  for (const name of ['README.md', '.gitkeep', '.half.jwe.0a1b', '.hidden.jwe', 'notes.txt'])
    writeFileSync(join(directory, name), 'not a key');
  expect(await (await open()).publicKeys()).toEqual([]);
});

it('opens a file whose last line break an editor took', async () => {
  const kid = await generated(await open());
  const path = join(directory, `${kid}.jwe`);
  writeFileSync(path, readFileSync(path, 'utf8').trimEnd());
  expect(await (await open()).publicKeys()).toHaveLength(1);
});

it('makes a missing directory that only its owner can enter', async () => {
  const inner = join(directory, 'deep', 'keys');
  expectOk(await openKeyFiles({ directory: inner, unlock }));
  expect(statSync(inner).mode & 0o777).toBe(0o700);
});

it('answers generate with the reason when the directory is gone, and keeps what it held', async () => {
  const custody = await open();
  const kid = await generated(custody);
  rmSync(directory, { recursive: true });
  const refused = expectRefusal(await custody.generate('ES256'));
  expect(refused).toMatchObject({ code: 'custody_unwritable', detail: expect.stringContaining(directory) });
  expect((await custody.publicKeys()).map((jwk) => jwk.kid)).toEqual([kid]);
});

it('lets no private member out, in a value, a refusal or a plain file', async () => {
  const custody = await open();
  const said: unknown[] = [custody];
  for (const alg of SIGNING_ALGORITHMS) said.push(await custody.generate(alg));
  for (const { kid } of await custody.publicKeys()) said.push(await custody.sign(kid, MESSAGE));
  said.push(await custody.publicKeys(), await custody.sign('unknown', MESSAGE));
  said.push(await custody.checkpointPublicKey(), await custody.signCheckpoint(MESSAGE));
  const files = readdirSync(directory).map((name) => readFileSync(join(directory, name), 'utf8'));
  said.push(...files, await openKeyFiles({ directory, unlock: { keyEncryptionKey: randomBytes(32) } }));
  writeFileSync(join(directory, 'stray.jwe'), files[0] ?? '');
  said.push(await openKeyFiles({ directory, unlock }));
  const text = said
    .map((item) => inspect(item, { depth: 8, showHidden: true, maxStringLength: null }))
    .join('\n');

  const secrets: string[] = [base64url.encode(keyEncryptionKey)];
  for (const file of files) {
    const { plaintext } = await compactDecrypt(file.trim(), keyEncryptionKey);
    const jwk: unknown = JSON.parse(new TextDecoder().decode(plaintext));
    for (const [member, value] of Object.entries(Object(jwk)))
      if (['d', 'p', 'q', 'dp', 'dq', 'qi'].includes(member)) secrets.push(String(value));
  }
  expect(secrets).toHaveLength(1 + 4 + 2 * 6);
  expect(secrets.filter((secret) => text.includes(secret))).toEqual([]);
});

describe('under a passphrase', () => {
  const passphrase = { passphrase: 'correct horse battery staple' };

  it('opens again, in any spelling of the same characters, and not with another', async () => {
    const unlocked = { passphrase: 'passphrase of Andr\u00e9' };
    const custody = expectOk(await openKeyFiles({ directory, unlock: unlocked }));
    const kid = await generated(custody);
    const again = expectOk(
      await openKeyFiles({ directory, unlock: { passphrase: 'passphrase of Andre\u0301' } }),
    );
    expect((await again.publicKeys()).map((jwk) => jwk.kid)).toEqual([kid]);
    const refused = expectRefusal(await openKeyFiles({ directory, unlock: passphrase }));
    expect(refused.code).toBe('wrong_passphrase');
    expect(refused.detail).toMatch(new RegExp(`^${directory}/.*\\.jwe does not open with this passphrase`));
    expect(refused.detail).not.toContain(passphrase.passphrase);
  });

  it('refuses a file with any octet changed', async () => {
    const custody = expectOk(await openKeyFiles({ directory, unlock: passphrase }));
    const path = join(directory, `${await generated(custody)}.jwe`);
    const whole = readFileSync(path);
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 0, max: whole.length - 1 }), async (position) => {
        const damaged = Buffer.from(whole);
        damaged.writeUInt8(damaged.readUInt8(position) ^ 1, position);
        writeFileSync(path, damaged);
        const refused = expectRefusal(await openKeyFiles({ directory, unlock: passphrase }));
        expect(refused).toMatchObject({ code: 'corrupted_key_file', detail: expect.stringContaining(path) });
      }),
      { numRuns: 25 },
    );
  });
});
