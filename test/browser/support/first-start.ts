import { mkdtempSync, rmSync } from 'node:fs';
import { randomBytes } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { JsonObject } from '../../../src/domain/json.ts';
import { readEnvironment } from '../../../src/node/environment.ts';
import { serve } from '../../../src/node/serve.ts';
import { expectOk } from '../../support/issuer.ts';

/** The program on its first start, as `imprimatur serve` begins it. */
export type FirstStart = {
  readonly url: string;
  /** The link that it prints. */
  readonly setupLink: string;
  /** Whether whoever opens the link is asked what they are called; where a token was chosen, its holder has a name. */
  readonly asksForName: boolean;
  readonly logged: readonly string[];
  readonly stop: () => Promise<void>;
};

/** Starts the issuer on an empty directory and a free port, with everything real in it. */
export async function firstStart(): Promise<FirstStart> {
  const directory = mkdtempSync(join(tmpdir(), 'imprimatur-browser-'));
  const logged: string[] = [];
  const environment = expectOk(
    readEnvironment({
      IMPRIMATUR_PORT: '0',
      IMPRIMATUR_DATA: join(directory, 'data'),
      IMPRIMATUR_KEYS: join(directory, 'keys'),
      IMPRIMATUR_KEY_ENCRYPTION_KEY: randomBytes(32).toString('base64url'),
    }),
  );
  const log = (level: string, event: string, fields: JsonObject) =>
    void logged.push(JSON.stringify({ level, event, ...fields }));
  const serving = expectOk(await serve(environment, log));
  const { issuer, founding, stop } = serving;
  if (!founding.founded || founding.setupLink === undefined) throw new Error('it printed no link');
  return {
    url: issuer,
    setupLink: founding.setupLink,
    asksForName: true,
    logged,
    stop: async () => {
      await stop();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}
