import { createServer } from 'node:http';
import { getRequestListener } from '@hono/node-server';
import { Hono, type Context } from 'hono';
import type { ServingRegistrar } from '../../cli/local-registrar.ts';
import type { LocalRefusal } from '../../cli/local.ts';
import { NOTE_SIGNATURE_TYPE, verifierKey } from '../../domain/ledger/note.ts';
import { lastAppended } from '../../domain/network/peer-address.ts';
import { err, ok, type Result } from '../../domain/result.ts';
import { createClientsEndpoint } from '../../kit/registration/clients-endpoint.ts';
import { nodeAddress } from '../../kit/registration/client-address.ts';
import type { RegistrationLog } from '../../kit/registration/context.ts';
import { registrationMetadata } from '../../kit/registration/discovery.ts';
import { mountRegistrar } from '../../kit/registration/endpoint.ts';
import type { RegistrationStore } from '../../kit/registration/ports.ts';
import type { Registrar } from '../../kit/registration/registrar.ts';
import { listen, stop, urlOf } from '../listen.ts';
import type { RegistrarConfig } from './read-config.ts';

const MINUTE_MILLISECONDS = 60_000;

type Open = {
  readonly registrar: Registrar;
  readonly store: RegistrationStore;
  readonly publicKey: Uint8Array;
  readonly origin: string;
  readonly variables: { readonly [name: string]: string | undefined };
  readonly log: RegistrationLog;
};

/** Serves the registration endpoint, the authorization server's own endpoint, its metadata and the audit log's head. */
export async function serveRegistrar(
  config: RegistrarConfig,
  open: Open,
): Promise<Result<ServingRegistrar, LocalRefusal>> {
  const { registrar, log } = open;
  const app = application(config, open);
  if (!app.ok) return app;
  const server = createServer();
  const listener = getRequestListener(app.value.fetch);
  server.on('request', (request, response) => void listener(request, response));
  const listening = await listen(server, config, 'set port in the configuration to another');
  if (!listening.ok) return listening;
  const sweeping =
    config.sweepMinutes === 0
      ? undefined
      : setInterval(() => void sweep(registrar, log), config.sweepMinutes * MINUTE_MILLISECONDS);
  return ok({
    url: urlOf(config.host, listening.value),
    authorizationServer: registrar.authorizationServer,
    endpoint: registrar.endpoint,
    trusted: config.issuers.map(({ issuer }) => issuer),
    stop: async () => {
      clearInterval(sweeping);
      await stop(server);
    },
  });
}

function application(config: RegistrarConfig, open: Open): Result<Hono, LocalRefusal> {
  const { registrar, store, publicKey, origin, log } = open;
  const { addressHeader } = config;
  const app = new Hono();
  const { app: endpoint } = mountRegistrar(registrar, {
    ...(config.limits === undefined ? {} : { limits: config.limits }),
    ...(addressHeader === undefined ? {} : { clientAddress: (context) => lastOf(context, addressHeader) }),
    log,
  });
  app.route(new URL(registrar.endpoint).pathname, endpoint);
  const token = open.variables['IMPRIMATUR_REGISTRAR_TOKEN'];
  if (token !== undefined && token !== '') {
    if (token.length < 16)
      return err({
        code: 'config',
        detail:
          'IMPRIMATUR_REGISTRAR_TOKEN needs 16 characters at least; `openssl rand -base64 32` makes a good one',
      });
    app.route('/clients', createClientsEndpoint(registrar, { token }));
  }
  const { pathname } = new URL(registrar.authorizationServer);
  app.get(`/.well-known/oauth-authorization-server${pathname === '/' ? '' : pathname}`, () =>
    Response.json(
      {
        ...registrationMetadata(registrar),
        ...config.metadata,
        issuer: registrar.authorizationServer,
        registration_endpoint: registrar.endpoint,
      },
      { headers: { 'cache-control': 'public, max-age=300', 'access-control-allow-origin': '*' } },
    ),
  );
  app.get('/audit/checkpoint', async () => {
    const checkpoint = await store.latestCheckpoint();
    return new Response(checkpoint?.note ?? '', {
      status: checkpoint === undefined ? 404 : 200,
      headers: {
        'content-type': 'text/plain; charset=utf-8',
        'cache-control': 'no-cache',
        'imprimatur-verifier-key': verifierKey({
          name: origin,
          type: NOTE_SIGNATURE_TYPE.ED25519,
          publicKey,
        }),
      },
    });
  });
  app.get('/healthz', async () => {
    await store.entryCount();
    return new Response('ok\n');
  });
  app.notFound(() =>
    Response.json(
      { error: 'invalid_request', error_description: `Clients register at ${registrar.endpoint}.` },
      { status: 404 },
    ),
  );
  app.onError((error) => {
    log('error', 'http.failed', { error: String(error) });
    return Response.json({ error: 'server_error' }, { status: 500 });
  });
  return ok(app);
}

/** What the proxy nearest to us appended; the TCP peer where it said nothing. */
function lastOf(context: Context, header: string): string | undefined {
  return lastAppended(context.req.header(header)) ?? nodeAddress(context);
}

async function sweep(registrar: Registrar, log: RegistrationLog): Promise<void> {
  try {
    const { looked, swept } = await registrar.sweep();
    const ended = swept.filter(({ outcome }) => outcome === 'ended').length;
    log('info', 'registrations.swept', { looked, ended, found: swept.length - ended });
  } catch (error) {
    log('error', 'registrations.sweep_failed', { error: String(error) });
  }
}
