import { once } from 'node:events';
import { createServer } from 'node:http';
import { getRequestListener } from '@hono/node-server';
import { createSealer } from '../../../src/domain/ledger/sealer.ts';
import { createApp } from '../../../src/http/app.ts';
import { createBackground } from '../../../src/node/background.ts';
import { afterMilliseconds } from '../../../src/node/adapters.ts';
import type { SignInMethods } from '../../../src/ports/sign-in.ts';
import type { Issuer } from '../../../src/services/issuer.ts';
import { sealLedger } from '../../../src/services/seal-ledger.ts';
import { testInternet, type TestInternet } from '../../support/internet.ts';
import { testIssuer, type FakeClock, type TestIssuer } from '../../support/issuer.ts';

/** The whole issuer on a loopback port, with a database, keys and an internet of its own. */
export type Site = TestIssuer & {
  /** The issuer identifier: `http://localhost:` and a port. */
  readonly url: string;
  readonly internet: TestInternet;
  readonly stop: () => Promise<void>;
};

/**
 * Serves an issuer to browsers.
 *
 * @param options.clock a clock that stands still unless told; pages look the same in every run
 * @param options.signIn how people sign in, where passkeys alone will not do
 */
export async function startSite(
  options: {
    readonly clock?: FakeClock;
    readonly identityProvider?: SignInMethods['identityProvider'];
    /** A free one unless said. */
    readonly port?: number;
    /** Milliseconds that reading a batch of the ledger takes: so slow that people can watch. */
    readonly ledgerDelay?: number;
  } = {},
): Promise<Site> {
  const server = createServer();
  server.listen(options.port ?? 0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('listening without an address');
  const url = `http://localhost:${address.port}`;
  const internet = testInternet();
  const { fetcher, resolveText } = internet;
  const test = await testIssuer({
    identifier: url,
    fetcher,
    resolveText,
    ...(options.clock === undefined ? {} : { clock: options.clock }),
  });
  const sealer = createSealer({
    seal: () => sealLedger(test.issuer),
    failed: (error) =>
      test.logged.push(JSON.stringify({ event: 'ledger.seal_failed', error: String(error) })),
    schedule: afterMilliseconds,
  });
  const { store } = test.issuer;
  const background = createBackground(test.issuer.log);
  const issuer: Issuer = {
    ...test.issuer,
    inBackground: background.run,
    store: {
      ...store,
      entriesAfter: async (seq, limit) => {
        await new Promise((resolve) => setTimeout(resolve, options.ledgerDelay ?? 0));
        return store.entriesAfter(seq, limit);
      },
      commit: async (entries, changes) => {
        const committed = await store.commit(entries, changes);
        if (committed.ok) sealer.nudge();
        return committed;
      },
    },
  };
  const signIn = { ...test.signIn, identityProvider: options.identityProvider };
  const app = createApp({ issuer, publications: test.publications, signIn });
  const listener = getRequestListener(app.fetch);
  server.on('request', (request, response) => void listener(request, response));
  return {
    ...test,
    issuer,
    signIn,
    url,
    internet,
    stop: async () => {
      server.closeAllConnections();
      server.close();
      await background.stop();
      await sealer.stop();
      test.close();
    },
  };
}

/** A clock that runs, from a moment of the test's choosing, and can be pushed on. */
export function runningClock(start = Math.floor(Date.now() / 1000)): FakeClock {
  const began = performance.now();
  let pushed = start * 1000;
  const nowMilliseconds = () => Math.floor(pushed + performance.now() - began);
  return {
    nowMilliseconds,
    now: () => Math.floor(nowMilliseconds() / 1000),
    advance: (seconds) => {
      pushed += seconds * 1000;
    },
  };
}
