import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Where one issuer under test keeps its things, and the environment that says so. */
export type Directories = {
  readonly data: string;
  readonly keys: string;
  readonly database: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly remove: () => void;
};

/** Empty directories for one issuer. */
export function makeDirectories(
  root: string = mkdtempSync(join(tmpdir(), 'imprimatur-crash-')),
): Directories {
  const data = join(root, 'data');
  const keys = join(root, 'keys');
  return {
    data,
    keys,
    database: join(data, 'imprimatur.sqlite'),
    environment: {
      // Stays the same over restarts, whatever port is free.
      IMPRIMATUR_ISSUER: 'https://issuer.example',
      IMPRIMATUR_PORT: '0',
      IMPRIMATUR_DATA: data,
      IMPRIMATUR_KEYS: keys,
      IMPRIMATUR_KEY_ENCRYPTION_KEY: randomBytes(32).toString('base64url'),
    },
    remove: () => rmSync(root, { recursive: true, force: true }),
  };
}
