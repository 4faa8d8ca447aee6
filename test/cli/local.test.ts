import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { decodeProtectedHeader } from 'jose';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { commandLine, type CommandLine } from './command-line.ts';

const never: typeof fetch = async () => {
  throw new Error('nothing may be sent');
};
let directory: string;
let shell: CommandLine;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'imprimatur-cli-'));
  shell = at('data');
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

function at(data: string, more: Readonly<Record<string, string>> = {}): CommandLine {
  return commandLine({
    fetch: never,
    environment: {
      // Free port, fixed name: an issuer keeps its name from start to start.
      IMPRIMATUR_PORT: '0',
      IMPRIMATUR_ISSUER: 'http://localhost:8787',
      IMPRIMATUR_DATA: join(directory, data),
      IMPRIMATUR_KEYS: join(directory, 'keys'),
      ...more,
    },
  });
}

describe('on this machine', () => {
  it('the first start prints one set-up token, later ones do not', async () => {
    const first = await shell.run('serve');
    expect(first.code).toBe(0);
    expect(first.out).toMatch(/^Imprimatur serves http:\/\/localhost:8787 at http:\/\/127\.0\.0\.1:\d+$/m);
    expect(first.out.match(/^imp_\S+$/gm)).toHaveLength(1);
    expect(first.out.match(/^http:\/\/localhost:8787\/invitations\/\S+$/gm)).toHaveLength(1);
    expect(first.error).toContain('DEVELOPMENT KEYS');
    const second = await shell.run('serve');
    expect(second.code).toBe(0);
    expect(second.out).not.toContain('imp_');
  });

  it('a set-up token that was chosen is not repeated', async () => {
    const chosen = 'chosen-by-the-operator';
    const { out } = await at('data', { IMPRIMATUR_SETUP_TOKEN: chosen }).run('serve');
    expect(out).toContain('IMPRIMATUR_SETUP_TOKEN');
    expect(out).not.toContain(chosen);
  });

  it('backup, restore and doctor are one life', async () => {
    await shell.run('serve');
    const copy = join(directory, 'copy.sqlite');
    const backup = await shell.run('backup', copy);
    expect(backup).toMatchObject({ code: 0 });
    expect(backup.out).toMatch(/holds [1-9]\d* ledger entries and was checked/);
    expect(await shell.run('backup', copy)).toMatchObject({ code: 1, out: '' });

    const other = at('other');
    const restored = await other.run('restore', copy);
    expect(restored).toMatchObject({ code: 0 });
    expect(restored.out).toContain('Restored (time 1)');
    expect(restored.out).toContain('Revocations and suspensions made after the backup are forgotten');
    expect(await other.run('restore', copy)).toMatchObject({ code: 1, out: '' });

    const doctor = await other.run('doctor');
    expect(doctor).toMatchObject({ code: 0 });
    expect(doctor.out).toContain('✓ ledger:');
    expect(doctor.out).toContain('All is whole.');
    const local = await other.run('ledger', 'verify', '--local');
    expect(local).toMatchObject({ code: 0 });
    expect(local.out).toMatch(/^✓ \d+ entries and \d+ checkpoints hold\.$/m);
  });

  it('doctor and ledger verify end with 1 where there is no database', async () => {
    const doctor = await shell.run('doctor', '--json');
    expect(doctor.code).toBe(1);
    expect(JSON.parse(doctor.out)).toMatchObject({ whole: false, findings: [{ check: 'database' }] });
    expect(await shell.run('ledger', 'verify', '--local')).toMatchObject({ code: 1, out: '' });
  });

  it('every variable that is wrong is named at once', async () => {
    const wrong = at('data', { IMPRIMATUR_PORT: 'x', IMPRIMATUR_ISUER: 'y' });
    const { code, error } = await wrong.run('serve');
    expect(code).toBe(2);
    expect(error).toContain('IMPRIMATUR_PORT must be');
    expect(error).toContain('IMPRIMATUR_ISUER is not a variable');
  });
});

describe('keys create', () => {
  const keyEncryptionKey = Buffer.alloc(32, 7).toString('base64url');

  it('prints a sealed key and no private member', async () => {
    const sealing = at('data', { IMPRIMATUR_KEY_ENCRYPTION_KEY: keyEncryptionKey });
    const { code, out, error } = await sealing.run('keys', 'create', '--alg', 'PS256');
    expect(code).toBe(0);
    expect(decodeProtectedHeader(out.trim())).toMatchObject({
      enc: expect.any(String),
      purpose: 'statement',
    });
    expect(error).toContain('kept nowhere');
    const checkpoint = await sealing.run('keys', 'create', '--checkpoint', '--json');
    expect(JSON.parse(checkpoint.out)).toMatchObject({ alg: 'EdDSA', purpose: 'checkpoint' });
  });

  it('wants the key it seals with, and does not show a wrong one', async () => {
    const { code, error } = await at('data', { IMPRIMATUR_KEY_ENCRYPTION_KEY: 'too-short' }).run(
      'keys',
      'create',
    );
    expect(code).toBe(2);
    expect(error).toContain('openssl rand');
    expect(error).not.toContain('too-short');
  });
});
