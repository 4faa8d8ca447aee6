import { createServer } from 'node:http';
import { z } from 'zod';

/** A bare `node:http` server that answers everything with the bytes and headers it was given as its argument. */
const { body, headers } = z
  .object({ body: z.string(), headers: z.record(z.string(), z.string()) })
  .parse(JSON.parse(process.argv[2] ?? '{}'));
const notModified = { ...headers };
delete notModified['content-length'];
const server = createServer((request, response) => {
  if (request.headers['if-none-match'] === undefined) response.writeHead(200, headers).end(body);
  else response.writeHead(304, notModified).end();
});
server.listen(0, '127.0.0.1', () => {
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('listening without an address');
  process.stdout.write(`${JSON.stringify({ url: `http://127.0.0.1:${address.port}` })}\n`);
});
process.once('SIGTERM', () => process.exit(0));
