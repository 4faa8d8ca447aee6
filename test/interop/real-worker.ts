import { createHash, randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';
import {
  fetch as fetchOutside,
  Miniflare,
  Response as OutsideResponse,
  type Request as OutsideRequest,
} from 'miniflare';
import { z } from 'zod';

const ROOT = join(import.meta.dirname, '..', '..');
export const ORIGIN = 'https://api.example';
export const REDIRECT_URI = 'https://app.example/callback';

type Sent = { readonly method?: string; readonly headers?: Record<string, string>; readonly body?: string };

/** The Worker of examples/cloudflare in real workerd, over empty D1 and KV. */
export type RealWorker = Awaited<ReturnType<typeof startRealWorker>>;

const rowsOf = z.array(z.record(z.string(), z.unknown()));
const keysOf = z.looseObject({ keys: z.array(z.looseObject({ name: z.string() })) });
const clientOf = z.looseObject({ client_id: z.string(), client_secret: z.string().optional() });

export async function startRealWorker(trustedIssuer: string) {
  process.env['CLOUDFLARE_CF_FETCH_ENABLED'] = 'false';
  let isIssuerDown = false;
  let ahead = 0;
  const bundle = await build({
    entryPoints: [join(import.meta.dirname, 'cloudflare-worker.ts')],
    bundle: true,
    format: 'esm',
    target: 'es2023',
    conditions: ['workerd', 'worker', 'browser'],
    external: ['node:*', 'cloudflare:*'],
    alias: {
      'imprimatur/kit/workers': join(ROOT, 'src', 'kit-workers.ts'),
      'imprimatur/kit': join(ROOT, 'src', 'kit', 'kit.ts'),
    },
    write: false,
  });
  const workerd = new Miniflare({
    modules: true,
    script: bundle.outputFiles[0]?.text ?? '',
    compatibilityDate: '2026-07-01',
    compatibilityFlags: ['nodejs_compat'],
    d1Databases: ['REGISTRATIONS'],
    kvNamespaces: ['OAUTH_KV'],
    bindings: { ORIGIN, TRUSTED_ISSUER: trustedIssuer },
    outboundService: (request: OutsideRequest) =>
      isIssuerDown ? new OutsideResponse(null, { status: 502 }) : fetchOutside(request),
  });
  const database = await workerd.getD1Database('REGISTRATIONS');
  const migration = readFileSync(join(ROOT, 'drizzle', 'registration', '0000_initial.sql'), 'utf8');
  for (const statement of migration.split('--> statement-breakpoint'))
    await database.prepare(statement).run();

  async function ask(path: string, sent: Sent = {}) {
    const response = await workerd.dispatchFetch(`${ORIGIN}${path}`, { redirect: 'manual', ...sent });
    const text = await response.text();
    const body: Record<string, unknown> = text.startsWith('{') ? JSON.parse(text) : { text };
    return { status: response.status, headers: response.headers, body };
  }

  const send = (path: string, body: object, method = 'POST', headers: Record<string, string> = {}) =>
    ask(path, {
      method,
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify(body),
    });

  const submit = (path: string, form: Record<string, string>, headers: Record<string, string> = {}) =>
    ask(path, {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded', ...headers },
      body: new URLSearchParams(form).toString(),
    });

  /** Opens an authorization request as a browser would and answers its page; gives where the browser is sent, or the page that ended it. */
  async function authorize(query: URLSearchParams, form: Record<string, string> = { person: 'Ada' }) {
    const page = await ask(`/authorize?${query.toString()}`);
    const [, handle] = /name="handle" value="([^"]+)"/.exec(String(page.body['text'])) ?? [];
    if (handle === undefined) return { page, back: undefined };
    const cookies = page.headers.getSetCookie().map((cookie) => cookie.split(';')[0]);
    const headers = { cookie: cookies.join('; '), origin: ORIGIN };
    const answered = await submit('/authorize', { handle, ...form }, headers);
    return { page, back: new URL(answered.headers.get('location') ?? 'about:blank') };
  }

  return {
    ask,
    send,
    authorize,
    register: (body: object) => send('/register', body),
    token: (form: Record<string, string>) => submit('/token', form),
    api: (accessToken: unknown) =>
      ask('/api', { headers: { authorization: `Bearer ${String(accessToken)}` } }),

    /** Authorization code with PKCE for a client information response; the answer of the token endpoint. */
    async signIn(registration: object, person = 'Ada', scope = '') {
      const { client_id: clientId, client_secret: secret } = clientOf.parse(registration);
      const verifier = randomBytes(32).toString('base64url');
      const query = new URLSearchParams({
        response_type: 'code',
        client_id: clientId,
        redirect_uri: REDIRECT_URI,
        code_challenge: createHash('sha256').update(verifier).digest('base64url'),
        code_challenge_method: 'S256',
        state: 'state-1',
        ...(scope === '' ? {} : { scope }),
      });
      const { back } = await authorize(query, { person });
      return submit('/token', {
        grant_type: 'authorization_code',
        code: back?.searchParams.get('code') ?? '',
        redirect_uri: REDIRECT_URI,
        code_verifier: verifier,
        client_id: clientId,
        ...(secret === undefined ? {} : { client_secret: secret }),
      });
    },

    /** Moves the kit's clock, so that status lists are old; the provider's tokens do not age. */
    async pass(seconds: number): Promise<void> {
      ahead += seconds;
      await ask('/test/clock', { method: 'PUT', body: String(ahead) });
    },

    /** What the issuer's address answers from now on: the issuer, or 502. */
    disconnect: (isDown: boolean) => {
      isIssuerDown = isDown;
    },

    rows: async (table: string) =>
      rowsOf.parse((await database.prepare(`SELECT * FROM ${table}`).all()).results),

    /** Keys that the provider has in KV. */
    keys: async () => keysOf.parse((await ask('/test/kept')).body).keys.map(({ name }) => name),

    /** What the trigger in wrangler.toml does. */
    cron: () => ask('/test/cron'),
    fetch: (url: string, init: Sent) => workerd.dispatchFetch(url, { redirect: 'manual', ...init }),
    stop: () => workerd.dispose(),
  };
}
