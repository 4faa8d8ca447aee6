import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isJsonObject, parseJson, type JsonObject } from '../../../src/domain/json.ts';
import { sha256Base64url } from '../../../src/domain/sha256.ts';
import type { Clock } from '../../../src/ports.ts';
import { CALLBACK, CLIENT } from '../../support/redirect-flow.ts';
import { clientKey, DEFERRED, REDEMPTION } from '../../support/token-client.ts';

/** A client of the redirect flow: a web application over TLS, with a key of its own, that asks an issuer over real HTTP. */
export type RedirectClient = {
  readonly port: number;
  /** Where the issuer is, once that is known. */
  readonly connect: (issuer: string, clock: Clock) => Promise<void>;
  /** What the token endpoint has answered, oldest first. */
  readonly answers: readonly JsonObject[];
  /** What came in with the last callback. */
  readonly received: () => { readonly method: string; readonly parameters: URLSearchParams };
  readonly stop: () => void;
};

type Begun = { readonly verifier: string };

/**
 * Starts it. `/start` sends the browser to the issuer (with `?mode=form_post` for that mode, `?client=` for another document), `/callback` checks what comes back, redeems it and
 * goes on to the same application under another name; `/poll` asks again.
 */
export async function startRedirectClient(onward: string): Promise<RedirectClient> {
  const directory = mkdtempSync(join(tmpdir(), 'imprimatur-client-'));
  const [keyFile, certificate] = [join(directory, 'key.pem'), join(directory, 'cert.pem')];
  const made = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-subj', '/CN=app.example'];
  execFileSync(
    'openssl',
    ['req', '-x509', '-nodes', '-days', '1', ...made, '-keyout', keyFile, '-out', certificate],
    { stdio: 'ignore' },
  );
  const tls = { key: readFileSync(keyFile), cert: readFileSync(certificate) };
  rmSync(directory, { recursive: true, force: true });

  const begun = new Map<string, Begun>();
  const answers: JsonObject[] = [];
  let issuer = '';
  let key: Awaited<ReturnType<typeof clientKey>> | undefined;
  let received = { method: '', parameters: new URLSearchParams() };

  async function ask(parameters: Readonly<Record<string, string>>): Promise<JsonObject> {
    if (key === undefined) throw new Error('not connected');
    const response = await fetch(`${issuer}/token`, {
      method: 'POST',
      headers: { dpop: await key.dpop() },
      body: new URLSearchParams({ client_id: CLIENT, ...parameters }),
    });
    const parsed = parseJson(await response.text(), { maxDepth: 10 });
    const answer = parsed.ok && isJsonObject(parsed.value) ? parsed.value : {};
    answers.push(answer);
    return answer;
  }

  function start(mode: string | null, clientId: string): string {
    const [state, verifier] = [randomBytes(16).toString('base64url'), randomBytes(32).toString('base64url')];
    begun.set(state, { verifier });
    const query = new URLSearchParams({
      response_type: 'software_statement_code',
      client_id: clientId,
      redirect_uri: CALLBACK,
      state,
      code_challenge: sha256Base64url(verifier),
      code_challenge_method: 'S256',
      dpop_jkt: key?.jkt ?? '',
      audience: 'https://as.example',
      ...(mode === null ? {} : { response_mode: mode }),
    });
    return `${issuer}/authorize?${query.toString()}`;
  }

  async function callback(parameters: URLSearchParams): Promise<string | undefined> {
    const state = parameters.get('state') ?? '';
    const own = begun.get(state);
    begun.delete(state);
    // RFC 9207 §2.4, and a state that was sent from here.
    if (own === undefined || parameters.get('iss') !== issuer) return undefined;
    const answer = await ask({
      grant_type: REDEMPTION,
      software_statement_code: parameters.get('software_statement_code') ?? '',
      redirect_uri: CALLBACK,
      code_verifier: own.verifier,
      completion_mode: 'deferred',
    });
    return String(answer['error'] ?? 'granted');
  }

  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', 'https://app.example');
    const redirect = (to: string) => response.writeHead(303, { location: to }).end();
    if (url.pathname === '/start') {
      const { searchParams } = url;
      return void redirect(start(searchParams.get('mode'), searchParams.get('client') ?? CLIENT));
    }
    if (url.pathname === '/callback') {
      const method = request.method ?? '';
      const parameters = method === 'POST' ? new URLSearchParams(await bodyOf(request)) : url.searchParams;
      received = { method, parameters };
      const said = await callback(parameters);
      if (said === undefined) return void response.writeHead(400).end('not for me');
      return void (method === 'POST' ? response.end(page(said)) : redirect(`${onward}/done?said=${said}`));
    }
    if (url.pathname === '/poll') {
      const code = answers.findLast((answer) => answer['deferral_code'] !== undefined)?.['deferral_code'];
      const answer = await ask({ grant_type: DEFERRED, deferral_code: String(code) });
      return void response.end(page(String(answer['error'] ?? 'granted')));
    }
    response.end(page(url.searchParams.get('said') ?? ''));
  }

  const server = createServer(tls, (request, response) => {
    response.setHeader('content-type', 'text/html');
    serve(request, response).catch((error: unknown) => response.writeHead(500).end(String(error)));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('listening without an address');
  return {
    port: address.port,
    connect: async (url, clock) => {
      issuer = url;
      key = await clientKey(url, clock);
    },
    answers,
    received: () => received,
    stop: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}

function page(text: string): string {
  return `<!doctype html><title>client</title><h1>${text}</h1>`;
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  let text = '';
  for await (const chunk of request) text += String(chunk);
  return text;
}
