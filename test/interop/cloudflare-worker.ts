import { createWorker } from '../../examples/cloudflare/worker.ts';

/** The Worker of the example, with a clock that a test moves (PUT seconds ahead) and a look at what the provider keeps. */
let ahead = 0;
const worker = createWorker(() => Date.now() / 1000 + ahead);

export default {
  async fetch(...args: Parameters<typeof worker.fetch>): Promise<Response> {
    const [request, { OAUTH_KV }] = args;
    const { pathname } = new URL(request.url);
    if (pathname === '/test/kept') return Response.json(await OAUTH_KV.list());
    if (pathname !== '/test/clock') return worker.fetch(...args);
    ahead = Number(await request.text());
    return new Response(null, { status: 204 });
  },
};
