import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { apiClient, makeApiScene } from './api-client.ts';
import { bundle, end, startServer, type Script } from '../support/server-process.ts';
import { makeDirectories } from './directories.ts';
import { findLosses, keyFiles } from './inspect.ts';
import { repeatUnanswered, runClients } from './load.ts';
import { emptyMemory } from './memory.ts';

const ROUNDS = Number(process.env['IMPRIMATUR_CRASH_ROUNDS'] ?? '20');
const SEED = Number(process.env['IMPRIMATUR_CRASH_SEED'] ?? Date.now() % 2 ** 31);
/** Milliseconds under load before the kill, at most. */
const LONGEST_LOAD = 700;
const FIRST_START_KILLS = 6;

let script: Script;
beforeAll(async () => {
  script = await bundle('test/support/serve.ts');
});
afterAll(() => script.remove());

describe(`killed at random moments (IMPRIMATUR_CRASH_SEED=${SEED})`, () => {
  const random = mulberry32(SEED);

  it(
    `keeps all that clients were answered, over ${ROUNDS} kills under load`,
    async () => {
      const directories = makeDirectories();
      const { environment, database, keys } = directories;
      const memory = emptyMemory();
      const first = startServer({ script: script.path, environment });
      const { url, founding } = await first.ready;
      if (!founding.founded || founding.setupToken === undefined)
        throw new Error('no set-up token was shown');
      const scene = await makeApiScene(url, founding.setupToken, 4);
      await end(first, 'SIGKILL');
      const keysAtFirst = keyFiles(keys);

      for (let round = 1; round <= ROUNDS; round += 1) {
        const server = startServer({ script: script.path, environment });
        if (round % 5 === 0) {
          // Killed again while it recovers.
          await sleep(random() * 400);
          await end(server, 'SIGKILL');
          continue;
        }
        const ready = await server.ready;
        expect(ready.founding, `round ${round}`).toEqual({ founded: false });
        await repeatUnanswered(ready.url, scene, memory);
        expect(await findLosses(ready.url, database, memory), `round ${round}`).toEqual([]);
        let killed = false;
        const clients = runClients(ready.url, scene, memory, random, () => killed);
        await sleep(50 + random() * LONGEST_LOAD);
        killed = true;
        const { stderr } = await end(server, 'SIGKILL');
        await clients;
        expect(stderr, `round ${round}`).not.toContain('"level":"error"');
      }

      const last = startServer({ script: script.path, environment });
      const ready = await last.ready;
      await repeatUnanswered(ready.url, scene, memory);
      expect(await findLosses(ready.url, database, memory)).toEqual([]);
      expect(keyFiles(keys)).toEqual(keysAtFirst);
      expect(memory.statements.size).toBeGreaterThan(ROUNDS * 5);
      expect(memory.revoked.size).toBeGreaterThan(ROUNDS);
      expect(memory.submissions.size).toBeGreaterThan(ROUNDS);
      const stopped = await end(last, 'SIGTERM');
      expect(stopped.code).toBe(0);
      directories.remove();
    },
    60_000 + ROUNDS * 5_000,
  );

  it(`founds the issuer once, when the first start was killed ${FIRST_START_KILLS} times`, async () => {
    for (let attempt = 0; attempt < FIRST_START_KILLS; attempt += 1) {
      const directories = makeDirectories();
      const setupToken = 'chosen-by-the-operator';
      const environment = { ...directories.environment, IMPRIMATUR_SETUP_TOKEN: setupToken };
      const killed = startServer({ script: script.path, environment });
      await sleep(200 + random() * 400);
      await end(killed, 'SIGKILL');
      const server = startServer({ script: script.path, environment });
      const { url } = await server.ready;
      const identity = await apiClient(url, setupToken).call('GET', '/v1/whoami');
      expect(identity.status).toBe(200);
      expect(await findLosses(url, directories.database, emptyMemory())).toEqual([]);
      await end(server, 'SIGTERM');
      directories.remove();
    }
  }, 60_000);
});

/** Pseudo-random numbers from 0 to 1 that a seed repeats (Tommy Ettinger's mulberry32). */
function mulberry32(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
