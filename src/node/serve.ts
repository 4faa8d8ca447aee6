import { createServer, type RequestListener, type Server } from 'node:http';
import { getRequestListener } from '@hono/node-server';
import { lastAppended, peerAddress } from '../domain/network/peer-address.ts';
import { err, ok, type Result } from '../domain/result.ts';
import { createApp } from '../http/app.ts';
import type { Log } from '../ports.ts';
import { found, type Founding } from '../services/found.ts';
import { checkBeforeServing, destroyEndedKeys } from '../services/start-up.ts';
import { createHousekeeper } from './housekeeper.ts';
import { openIssuer, type OpenIssuer } from './open-issuer.ts';
import type { Environment } from './environment.ts';
import { listen, stop, urlOf } from './listen.ts';

export type Serving = {
  /** Where it listens; the issuer identifier may differ behind a proxy. */
  readonly url: string;
  readonly issuer: string;
  readonly founding: Founding;
  readonly warnings: readonly string[];
  /** Takes nothing new, finishes what is in flight, seals the ledger, closes the database. */
  readonly stop: () => Promise<void>;
};

/** Why serving cannot begin; `detail` says what to do. Nothing was changed. */
export type ServeRefusal = { readonly code: string; readonly detail: string };

/**
 * Starts the issuer on this machine: opens database and keys, founds the issuer on an empty database, checks
 * that nothing contradicts itself, and listens.
 */
export async function serve(environment: Environment, log: Log): Promise<Result<Serving, ServeRefusal>> {
  const server = createServer(notReady);
  const listening = await listen(server, environment, 'set IMPRIMATUR_PORT to another');
  if (!listening.ok) return listening;
  const port = listening.value;
  // With port 0 the issuer identifier is known only now.
  const settled: Environment = {
    ...environment,
    port,
    issuer: environment.issuer.replace(/^(http:\/\/localhost):0$/, `$1:${port}`),
  };

  const opened = await openIssuer(settled, log);
  if (!opened.ok) return closing(server, opened);
  const started = await begin(opened.value, settled);
  if (!started.ok) {
    await opened.value.close();
    return closing(server, started);
  }
  const housekeeper = createHousekeeper(opened.value.issuer);
  const { addressHeader } = settled;
  const app = createApp({
    ...opened.value,
    issuer: housekeeper.watched,
    clientAddress: ({ req, env }) =>
      (addressHeader === undefined ? undefined : lastAppended(req.header(addressHeader))) ?? peerAddress(env),
  });
  server.off('request', notReady);
  // Puts its own Request and Response in place of the global ones, which halves what an answer costs.
  const listener = getRequestListener(app.fetch);
  server.on('request', (request, response) => void listener(request, response));
  return ok({
    url: urlOf(settled.host, port),
    issuer: settled.issuer,
    founding: started.value,
    warnings: opened.value.warnings,
    stop: async () => {
      await stop(server);
      await housekeeper.stop();
      await opened.value.close();
    },
  });
}

/** The port is taken before database and keys are open: whoever asks meanwhile is told to ask again. */
const notReady: RequestListener = (_request, response) => {
  response.writeHead(503, { 'retry-after': '1', connection: 'close' }).end();
};

async function begin(opened: OpenIssuer, environment: Environment): Promise<Result<Founding, ServeRefusal>> {
  const checked = await checkBeforeServing(opened.issuer);
  if (!checked.ok) return checked;
  await destroyEndedKeys(opened.issuer);
  const founding = await found(opened.issuer, {
    alg: environment.firstKeyAlg,
    chosenToken: environment.setupToken,
  });
  return founding.ok
    ? founding
    : err({ code: founding.error.code, detail: 'the first signing key could not be made' });
}

async function closing<T>(server: Server, refusal: T): Promise<T> {
  await stop(server);
  return refusal;
}
