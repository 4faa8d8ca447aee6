import type { Server } from 'node:http';
import { err, ok, type Result } from '../domain/result.ts';

/** Milliseconds a stopping server waits for requests in flight. */
const GRACE_MILLISECONDS = 10_000;
const SWEEP_MILLISECONDS = 50;

/** Why a server cannot listen; `detail` says what to do. */
export type ListenRefusal = { readonly code: string; readonly detail: string };

/**
 * Takes a port.
 *
 * @param where.port 0 takes a free one
 * @param otherPort what to do when the port is taken
 * @returns the port it listens on
 */
export function listen(
  server: Server,
  where: { readonly host: string; readonly port: number },
  otherPort: string,
): Promise<Result<number, ListenRefusal>> {
  const { host, port } = where;
  return new Promise((resolve) => {
    const refuse = (error: NodeJS.ErrnoException) =>
      resolve(
        err({
          code: error.code ?? 'listen',
          detail:
            error.code === 'EADDRINUSE'
              ? `port ${port} is taken; stop what uses it or ${otherPort}`
              : `cannot listen on ${host}:${port}: ${error.message}`,
        }),
      );
    server.once('error', refuse);
    server.listen(port, host, () => {
      server.off('error', refuse);
      const address = server.address();
      if (address === null || typeof address === 'string') throw new Error('listening without an address');
      resolve(ok(address.port));
    });
  });
}

/** Takes nothing new and finishes what is in flight. */
export function stop(server: Server): Promise<void> {
  return new Promise((resolve) => {
    const forced = setTimeout(() => server.closeAllConnections(), GRACE_MILLISECONDS);
    // A connection that answers its last request while stopping is idle only then.
    const sweep = setInterval(() => server.closeIdleConnections(), SWEEP_MILLISECONDS);
    server.close(() => {
      clearTimeout(forced);
      clearInterval(sweep);
      resolve();
    });
  });
}

/** Where a server listens, as a URL. */
export function urlOf(host: string, port: number): string {
  return `http://${host.includes(':') ? `[${host}]` : host}:${port}`;
}
