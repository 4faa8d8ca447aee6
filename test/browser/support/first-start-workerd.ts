import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { z } from 'zod';
import { createSealedKey } from '../../../src/custody/create-sealed-key.ts';
import { startWorker } from '../../support/workerd.ts';
import type { FirstStart } from './first-start.ts';

const TOKEN = 'set-up-token-of-the-worker';
const whoami = z.object({ person: z.object({ id: z.string() }) });
const made = z.object({ link: z.string() });

/** The worker on its first start, in real workerd with D1, and the operator's link as docs/workers.md says to make it. */
export async function firstStartOnWorkerd(): Promise<FirstStart> {
  const port = await freePort();
  const url = `http://localhost:${port}`;
  const logged: string[] = [];
  const keep = (stream: Readable) =>
    createInterface({ input: stream }).on('line', (line) => logged.push(line));
  const keyEncryptionKey = randomBytes(32);
  const keys = [
    await createSealedKey('ES256', 'statement', keyEncryptionKey),
    await createSealedKey('ES256', 'statement', keyEncryptionKey),
    await createSealedKey('EdDSA', 'checkpoint', keyEncryptionKey),
  ];
  const worker = await startWorker(
    {
      IMPRIMATUR_ISSUER: url,
      IMPRIMATUR_SETUP_TOKEN: TOKEN,
      IMPRIMATUR_SIGNING_KEYS: JSON.stringify(keys.map(({ jwe }) => jwe)),
      IMPRIMATUR_KEY_ENCRYPTION_KEY: keyEncryptionKey.toString('base64url'),
    },
    {
      port,
      handleRuntimeStdio: (stdout, stderr) => {
        keep(stdout);
        keep(stderr);
      },
    },
  );
  await worker.ready;
  const { person } = whoami.parse(await call(`${url}/v1/whoami`));
  const { link } = made.parse(await call(`${url}/v1/people/${person.id}/invitations`, {}));
  return { url, setupLink: link, asksForName: false, logged, stop: () => worker.dispose() };
}

async function call(url: string, body?: object): Promise<unknown> {
  const response = await fetch(url, {
    method: body === undefined ? 'GET' : 'POST',
    headers: { authorization: `Bearer ${TOKEN}`, 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  return response.json();
}

/** The issuer has to know its own address before it listens. */
async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  if (address === null || typeof address === 'string') throw new Error('listening without an address');
  return address.port;
}
