import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import {
  approve,
  callerOf,
  introducePeople,
  issue,
  read,
  submit,
  type Call,
  type Issued,
  type Metadata,
  type People,
} from '../../examples/demo/issuer.ts';
import { bundle, end, startServer } from '../support/server-process.ts';

/** The issuer in a process of its own, as its peers meet it, with people in it. */
export type RealIssuer = {
  /** Its issuer identifier. */
  readonly issuer: string;
  readonly people: People;
  readonly operator: Call;
  /** Brings metadata all the way to a statement. */
  readonly vouch: (metadata: Metadata) => Promise<Issued>;
  readonly stop: () => Promise<void>;
};

/** @param variables environment variables beside directories and secrets */
export async function startRealIssuer(variables: Readonly<Record<string, string>> = {}): Promise<RealIssuer> {
  const directory = mkdtempSync(join(tmpdir(), 'imprimatur-interop-'));
  const operatorToken = randomBytes(24).toString('base64url');
  const script = await bundle('test/support/serve.ts');
  const environment = {
    IMPRIMATUR_PORT: '0',
    IMPRIMATUR_DATA: join(directory, 'data'),
    IMPRIMATUR_KEYS: join(directory, 'keys'),
    IMPRIMATUR_KEY_ENCRYPTION_KEY: randomBytes(32).toString('base64url'),
    IMPRIMATUR_SETUP_TOKEN: operatorToken,
    ...variables,
  };
  const server = startServer({ script: script.path, environment });
  const stop = async () => {
    await end(server, 'SIGTERM');
    script.remove();
    rmSync(directory, { recursive: true, force: true });
  };
  const { issuer } = await server.ready;
  const people = await introducePeople({ url: issuer, operatorToken, stop });
  return {
    issuer,
    people,
    operator: callerOf(issuer, operatorToken),
    vouch: async (metadata) => {
      const submission = await submit(people, metadata);
      read(await approve(people.reviewer, submission.id), z.unknown());
      return issue(people, submission.softwareId);
    },
    stop,
  };
}
