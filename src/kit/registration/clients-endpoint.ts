import { Hono, type Context } from 'hono';
import { isJsonObject, textMember, type JsonObject } from '../../domain/json.ts';
import { sha256Base64url } from '../../domain/sha256.ts';
import { timingSafeEqual } from '../../domain/timing-safe-equal.ts';
import { readJsonBody } from './read-json-body.ts';
import type { Registrar } from './registrar.ts';
import type { ClientStanding } from './standing.ts';

/**
 * For an authorization server that is not in this process: whether a client may be used now, what is registered for it, and whether a
 * secret is its own. To be asked before a token is issued; never by clients.
 *
 * `GET /<client_id>` answers `active` and, for a client that is known, its metadata; `POST /<client_id>/authentication` with
 * `{"client_secret": …}` answers `active` alone, and notes that the client was used.
 *
 * @param options.token the bearer token of the authorization server, at least 16 characters
 */
export function createClientsEndpoint(registrar: Registrar, options: { readonly token: string }): Hono {
  if (options.token.length < 16)
    throw new TypeError('the token of the clients endpoint needs 16 characters at least');
  const expected = sha256Base64url(options.token);
  const app = new Hono();

  app.use(async (context, next) => {
    const [, token = ''] = /^Bearer +(\S+)$/i.exec(context.req.header('authorization') ?? '') ?? [];
    if (timingSafeEqual(sha256Base64url(token), expected)) return next();
    return answer(401, { error: 'invalid_token' }, { 'www-authenticate': 'Bearer realm="clients"' });
  });

  app.get('/:client_id', async (context) => {
    const standing = await registrar.standing(idOf(context));
    return standing.outcome === 'unknown'
      ? answer(404, { active: false, because: 'unknown' })
      : answer(200, clientOf(standing));
  });

  app.post('/:client_id/authentication', async (context) => {
    const body = await readJsonBody(context.req.raw);
    if (!body.ok)
      return answer(body.error.status, {
        error: body.error.error ?? 'invalid_request',
        error_description: body.error.description,
      });
    const secret = isJsonObject(body.value) ? textMember(body.value, 'client_secret') : '';
    const clientId = idOf(context);
    const active = secret !== '' && (await registrar.authenticate(clientId, secret));
    if (active) await registrar.used(clientId);
    return answer(200, { active });
  });

  app.all('*', () => answer(404, { error: 'invalid_request', error_description: 'There is nothing here.' }));
  return app;
}

function clientOf(standing: Exclude<ClientStanding, { readonly outcome: 'unknown' }>): JsonObject {
  const { registration } = standing;
  const { clientId, metadata, governing, expiresAt, clientClass } = registration;
  return {
    active: standing.outcome === 'live',
    ...(standing.outcome === 'live' ? {} : { because: standing.because }),
    client_id: clientId,
    client_id_issued_at: registration.createdAt,
    client_class: clientClass,
    ...(expiresAt === null ? {} : { expires_at: expiresAt }),
    ...metadata,
    ...(governing === null ? {} : { software_statement: governing.text }),
  };
}

function idOf(context: Context): string {
  return context.req.param('client_id') ?? '';
}

function answer(status: number, body: JsonObject, headers: Record<string, string> = {}): Response {
  return Response.json(body, { status, headers: { 'cache-control': 'no-store', ...headers } });
}
