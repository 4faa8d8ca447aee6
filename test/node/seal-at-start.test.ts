import { copyFileSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { backup } from '../../src/node/backup.ts';
import { readEnvironment } from '../../src/node/environment.ts';
import { DATABASE_FILE, openIssuer } from '../../src/node/open-issuer.ts';
import { found } from '../../src/services/found.ts';
import { expectOk } from '../support/issuer.ts';

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'imprimatur-seal-'));
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

const environment = (data: string) =>
  expectOk(
    readEnvironment({
      IMPRIMATUR_ISSUER: 'https://issuer.example',
      IMPRIMATUR_DATA: join(directory, data),
      IMPRIMATUR_KEYS: join(directory, 'keys'),
      IMPRIMATUR_KEY_ENCRYPTION_KEY: Buffer.alloc(32, 7).toString('base64url'),
    }),
  );

it('entries that a killed process left unsealed are sealed within a second of the next start', async () => {
  const first = expectOk(await openIssuer(environment('first'), () => undefined));
  expectOk(await found(first.issuer, { alg: 'ES256', chosenToken: undefined }));
  // A copy taken before the seal is what a kill would have left.
  const copy = join(directory, 'copy');
  expectOk(await backup(join(directory, 'first'), copy));
  await first.close();
  mkdirSync(join(directory, 'second'));
  copyFileSync(copy, join(directory, 'second', DATABASE_FILE));

  const second = expectOk(await openIssuer(environment('second'), () => undefined));
  expect(await second.issuer.store.latestCheckpoint()).toBeUndefined();
  await expect
    .poll(async () => (await second.issuer.store.latestCheckpoint())?.size, { timeout: 2_000 })
    .toBe(await second.issuer.store.entryCount());
  await second.close();
});
