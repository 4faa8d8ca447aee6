import { createWorker } from '../../examples/cloudflare/worker.ts';

/** The Worker of the example, with a clock that a test moves (PUT seconds ahead), cron at its word, and a look at what the provider keeps. */
let ahead = 0;
const worker = createWorker(() => Date.now() / 1000 + ahead);

export default {
  async fetch(...args: Parameters<typeof worker.fetch>): Promise<Response> {
    const [request, bindings] = args;
    const { pathname } = new URL(request.url);
    if (pathname === '/test/kept') return Response.json(await bindings.OAUTH_KV.list());
    if (pathname === '/test/cron') await worker.scheduled(undefined, bindings);
    else if (pathname === '/test/clock') ahead = Number(await request.text());
    else return worker.fetch(...args);
    return new Response(null, { status: 204 });
  },
};
