import { Hono, type Context } from 'hono';
import { cors } from 'hono/cors';
import { isJsonObject, type JsonObject, type JsonValue } from '../../domain/json.ts';
import { err, ok, type Result } from '../../domain/result.ts';
import { sha256Base64url } from '../../domain/sha256.ts';
import { nodeAddress } from './client-address.ts';
import { readJsonBody } from './read-json-body.ts';
import { createRegistrar, type Registrar, type RegistrarOptions } from './registrar.ts';
import { addressKey, memoryRateLimiter, type RateLimit, type RateLimiter } from '../../domain/rate-limit.ts';
import { asciiDescription, refuseToken, type RegistrationRefusal } from './refusal.ts';

/** What is limited: uses of the endpoint by one address, one token, one statement. False for no limit. */
export type Limits = {
  readonly address?: RateLimit | RateLimiter | false;
  readonly token?: RateLimit | RateLimiter | false;
  readonly statement?: RateLimit | RateLimiter | false;
};

export type RegistrationEndpointOptions = RegistrarOptions & {
  readonly limits?: Limits;
  /** The address of the client; the TCP peer under `@hono/node-server` unless said. Behind a proxy, read what the proxy says. */
  readonly clientAddress?: (context: Context) => string | undefined;
};

/** The endpoint to be mounted, and everything else that can be done with registrations. */
export type RegistrationEndpoint = { readonly app: Hono; readonly registrar: Registrar };

const DEFAULT_LIMITS = {
  address: { uses: 60, seconds: 60 },
  token: { uses: 60, seconds: 60 },
  statement: { uses: 60, seconds: 60 },
} as const;

/**
 * The client registration endpoint (RFC 7591) and the client configuration endpoint (RFC 7592), to be mounted where the option `endpoint`
 * says: `server.route('/register', app)`.
 */
export function createRegistrationEndpoint(options: RegistrationEndpointOptions): RegistrationEndpoint {
  return mountRegistrar(createRegistrar(options), options);
}

/** The endpoint over a registrar that was made before. */
export function mountRegistrar(
  registrar: Registrar,
  options: Pick<RegistrationEndpointOptions, 'limits' | 'clientAddress' | 'nowMilliseconds' | 'log'> = {},
): RegistrationEndpoint {
  const now = () => (options.nowMilliseconds ?? Date.now)() / 1000;
  const limiter = (what: keyof Limits): RateLimiter => {
    const limit = options.limits?.[what] ?? DEFAULT_LIMITS[what];
    if (limit === false) return () => undefined;
    return typeof limit === 'function' ? limit : memoryRateLimiter(limit, now);
  };
  const [byAddress, byToken, byStatement] = [limiter('address'), limiter('token'), limiter('statement')];
  const addressOf = options.clientAddress ?? nodeAddress;

  const app = new Hono();
  app.use(
    cors({
      origin: '*',
      allowMethods: ['GET', 'POST', 'PUT', 'DELETE'],
      allowHeaders: ['Authorization', 'Content-Type'],
      exposeHeaders: ['WWW-Authenticate', 'Retry-After'],
      maxAge: 86_400,
    }),
  );
  app.use(async (context, next) => {
    const address = addressOf(context);
    const wait = address === undefined ? undefined : await byAddress(addressKey(address));
    return wait === undefined ? next() : turnedAway(tooMany('this address', wait));
  });

  app.post('/', async (context) => {
    const token = bearerToken(context.req.raw.headers);
    if (!token.ok) return turnedAway(token.error);
    const body = await readJsonBody(context.req.raw);
    if (!body.ok) return turnedAway(body.error);
    const limited = await limitedBy(token.value, body.value);
    if (limited !== undefined) return turnedAway(limited);
    const registered = await registrar.register({ body: body.value, initialAccessToken: token.value });
    return registered.ok
      ? informationResponse(201, registered.value.information)
      : refusalResponse(registered.error);
  });

  app.get('/:client_id', async (context) => {
    const request = await managementRequest(context);
    if (!request.ok) return turnedAway(request.error);
    const found = await registrar.read(request.value);
    return found.ok ? informationResponse(200, found.value.information) : refusalResponse(found.error);
  });

  app.put('/:client_id', async (context) => {
    const request = await managementRequest(context);
    if (!request.ok) return turnedAway(request.error);
    const body = await readJsonBody(context.req.raw);
    if (!body.ok) return turnedAway(body.error);
    const limited = await limitedBy(undefined, body.value);
    if (limited !== undefined) return turnedAway(limited);
    const updated = await registrar.update({ ...request.value, body: body.value });
    return updated.ok ? informationResponse(200, updated.value.information) : refusalResponse(updated.error);
  });

  app.delete('/:client_id', async (context) => {
    const request = await managementRequest(context);
    if (!request.ok) return turnedAway(request.error);
    const removed = await registrar.remove(request.value);
    return removed.ok
      ? new Response(null, { status: 204, headers: NEVER_STORED })
      : refusalResponse(removed.error);
  });

  // The store failed, or there is a bug: nobody outside is told which.
  app.onError((error) => {
    options.log?.('error', 'registration.failed', { error: String(error) });
    return Response.json(
      { error: 'server_error', error_description: 'The server failed. Try again later.' },
      { status: 500, headers: NEVER_STORED },
    );
  });
  app.all('/', () => methodNotAllowed('POST'));
  app.all('/:client_id', () => methodNotAllowed('GET, PUT, DELETE'));

  /** Refuses what never comes as far as the registrar, which tells the log of its own refusals. */
  function turnedAway(refusal: RegistrationRefusal): Response {
    const { status, reason } = refusal;
    options.log?.('info', 'registration.turned_away', { status, reason });
    return refusalResponse(refusal);
  }

  async function managementRequest(context: Context) {
    const token = bearerToken(context.req.raw.headers);
    if (!token.ok) return token;
    if (token.value === undefined)
      return err<RegistrationRefusal>({
        status: 401,
        description: 'Send the registration access token as a bearer token (RFC 7592 §2).',
        reason: 'registration_access_token.missing',
      });
    const wait = await byToken(sha256Base64url(token.value));
    if (wait !== undefined) return err(tooMany('this token', wait));
    return ok({ clientId: context.req.param('client_id') ?? '', registrationAccessToken: token.value });
  }

  async function limitedBy(
    token: string | undefined,
    body: JsonValue,
  ): Promise<RegistrationRefusal | undefined> {
    const tokenWait = token === undefined ? undefined : await byToken(sha256Base64url(token));
    if (tokenWait !== undefined) return tooMany('this token', tokenWait);
    const statement = isJsonObject(body) ? body['software_statement'] : undefined;
    const wait = typeof statement === 'string' ? await byStatement(sha256Base64url(statement)) : undefined;
    return wait === undefined ? undefined : tooMany('this software statement', wait);
  }

  return { app, registrar };
}

/** Answers of this endpoint hold credentials (RFC 7591 §3.2.1). */
const NEVER_STORED = { 'cache-control': 'no-store', pragma: 'no-cache' };

function informationResponse(status: 200 | 201, information: JsonObject): Response {
  return Response.json(information, { status, headers: NEVER_STORED });
}

/** An error response (RFC 7591 §3.2.2, RFC 6750 §3); `errors` lists every finding with its place, which no specification forbids. */
function refusalResponse(refusal: RegistrationRefusal): Response {
  const { status, error, findings, retryAfterSeconds } = refusal;
  const description = asciiDescription(refusal.description);
  const headers: Record<string, string> = { ...NEVER_STORED };
  if (status === 401) headers['www-authenticate'] = challenge(error, description);
  if (retryAfterSeconds !== undefined) headers['retry-after'] = String(retryAfterSeconds);
  const errors = findings?.map(({ pointer, rule, detail, spec }) => ({ pointer, rule, detail, spec }));
  return Response.json(
    {
      error: error ?? 'invalid_token',
      error_description: description,
      ...(errors === undefined ? {} : { errors }),
    },
    { status, headers },
  );
}

/** Without any credential, a challenge carries no error code (RFC 6750 §3.1). */
function challenge(error: string | undefined, description: string): string {
  const quoted = description.replaceAll(/["\\]/g, "'");
  return error === undefined
    ? 'Bearer realm="client registration"'
    : `Bearer realm="client registration", error="${error}", error_description="${quoted}"`;
}

/** The bearer token of a request (RFC 6750 §2.1); undefined when there is no Authorization header. */
function bearerToken(headers: Headers): Result<string | undefined, RegistrationRefusal> {
  const authorization = headers.get('authorization');
  if (authorization === null) return ok(undefined);
  const [, token] = /^Bearer +([A-Za-z0-9\-._~+/]{1,512}=*)$/i.exec(authorization) ?? [];
  return token === undefined
    ? err(refuseToken('authorization_header', 'Send the token as a bearer token (RFC 6750 §2.1).'))
    : ok(token);
}

function tooMany(what: string, retryAfterSeconds: number): RegistrationRefusal {
  return {
    status: 429,
    error: 'temporarily_unavailable',
    description: `Too many requests with ${what}. Try again in ${retryAfterSeconds} seconds.`,
    retryAfterSeconds,
    reason: 'rate_limit',
  };
}

function methodNotAllowed(allow: string): Response {
  return Response.json(
    { error: 'invalid_request', error_description: `Use one of: ${allow}.` },
    { status: 405, headers: { ...NEVER_STORED, allow } },
  );
}
