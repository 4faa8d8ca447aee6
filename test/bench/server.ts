import { createServer } from 'node:http';
import { join } from 'node:path';
import { getRequestListener } from '@hono/node-server';
import { openKeyFiles } from '../../src/custody/key-files.ts';
import { unlockFrom } from '../../src/custody/unlock.ts';
import { createNodeFetcher } from '../../src/fetcher/node-fetcher.ts';
import { createNodeResolveText } from '../../src/fetcher/node-resolve-text.ts';
import { createApp } from '../../src/http/app.ts';
import { afterMilliseconds, systemClock, systemRandom } from '../../src/node/adapters.ts';
import { readEnvironment } from '../../src/node/environment.ts';
import { createSignInMethods } from '../../src/identity/sign-in-methods.ts';
import { DATABASE_FILE } from '../../src/node/open-issuer.ts';
import type { Issuer } from '../../src/services/issuer.ts';
import { createPublications } from '../../src/services/publications.ts';
import { createSealer } from '../../src/domain/ledger/sealer.ts';
import { sealLedger } from '../../src/services/seal-ledger.ts';
import { openSqliteStore } from '../../src/store/open-sqlite-store.ts';
import { accept } from './accept.ts';

/**
 * For benchmarks alone: the composition of `src/node`, with group commit on or off as the first argument says
 * (`together` or `one-by-one`), so that the two can be compared.
 */
const environment = accept(readEnvironment(process.env));
const { unlock } = accept(unlockFrom(environment));
const custody = accept(await openKeyFiles({ directory: environment.keysDirectory, unlock }));
const opened = accept(
  openSqliteStore(join(environment.dataDirectory, DATABASE_FILE), {
    groupCommit: process.argv[2] === 'together',
  }),
);
const log = () => undefined;
const sealer = createSealer({
  seal: () => sealLedger(issuer),
  failed: log,
  schedule: afterMilliseconds,
});
const issuer: Issuer = {
  identifier: environment.issuer,
  store: {
    ...opened.store,
    commit: async (entries, changes) => {
      const committed = await opened.store.commit(entries, changes);
      if (committed.ok) sealer.nudge();
      return committed;
    },
  },
  custody,
  clock: systemClock,
  random: systemRandom,
  log,
  fetcher: createNodeFetcher(),
  resolveText: createNodeResolveText(),
  changed: (what) => publications.invalidate(what),
};
const publications = createPublications(issuer, { recheckSeconds: Number.POSITIVE_INFINITY });
const app = createApp({
  issuer,
  publications,
  signIn: createSignInMethods(environment.issuer, environment.identityProvider),
});
const listener = getRequestListener(app.fetch);
const server = createServer((request, response) => void listener(request, response));
server.listen(0, '127.0.0.1', () => {
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('listening without an address');
  process.stdout.write(`${JSON.stringify({ url: `http://127.0.0.1:${address.port}` })}\n`);
});
// Leaves in order, so that `node --cpu-prof` writes its profile.
process.once('SIGTERM', () => process.exit(0));
