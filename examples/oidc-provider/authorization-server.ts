import { errors, Provider, type Context } from 'oidc-provider';
import { trustIssuer } from './verify-software-statement.ts';

/** Languages this server shows client names in; oidc-provider keeps only members it is told of. */
const NAME_LANGUAGES = ['de', 'ja-Jpan-JP'];

/** Claims of the statement that describe the statement and not the client. */
const NOT_METADATA = new Set(['iss', 'sub', 'aud', 'exp', 'nbf', 'iat', 'jti', 'status', 'cnf']);

const ERRORS = {
  invalid_software_statement: (why: string) => new errors.InvalidSoftwareStatement(why),
  unapproved_software_statement: (why: string) => new errors.UnapprovedSoftwareStatement(why),
  temporarily_unavailable: (why: string) =>
    Object.assign(new errors.TemporarilyUnavailable(why), { status: 503, statusCode: 503 }),
};

/**
 * An authorization server at which only software registers that a trusted issuer vouches for (RFC 7591 §2.3).
 *
 * Storage, signing keys, accounts and sign-in pages are the development defaults of oidc-provider; bring your own.
 *
 * @param options.issuerUrl issuer identifier of this authorization server
 * @param options.trustedIssuer issuer identifier whose software statements count
 */
export function createAuthorizationServer(options: {
  readonly issuerUrl: string;
  readonly trustedIssuer: string;
  readonly fetch?: typeof fetch;
}): Provider {
  const verify = trustIssuer({
    issuer: options.trustedIssuer,
    audience: options.issuerUrl,
    fetch: options.fetch ?? fetch,
  });
  /** The statement that was verified in a registration request. */
  const vouched = new WeakMap<Context, unknown>();

  return new Provider(options.issuerUrl, {
    features: {
      devInteractions: { enabled: true },
      registration: {
        enabled: true,
        // Awaited after the body is read and before its members are, on every way to this endpoint: a middleware that
        // compares paths would be passed by, since /REG/ leads here as well.
        issueRegistrationAccessToken: async (context) => {
          const request = isObject(context.oidc.body) ? context.oidc.body : {};
          const { software_statement: statement } = request;
          const verification = await verify(statement);
          if (!verification.ok) throw ERRORS[verification.error](verification.description);
          context.oidc.body = takePrecedence(request, verification.claims);
          vouched.set(context, statement);
          return true;
        },
      },
    },
    extraClientMetadata: {
      properties: [
        'software_statement', // RFC 7591 §3.2.1: returned unmodified
        'software_id',
        'software_version',
        ...NAME_LANGUAGES.map((language) => `client_name#${language}`),
      ],
      // Called for every client that is made or loaded. Nothing is registered or changed without a verified statement,
      // whatever a later oidc-provider does with the hook above.
      validator: (context, name, value) => {
        if (name !== 'software_statement' || !WRITES.has(context?.oidc.route)) return;
        if (context === undefined || value === undefined || vouched.get(context) !== value)
          throw new errors.InvalidSoftwareStatement('the statement was not verified');
      },
    },
    scopes: ['openid', 'offline_access', 'profile', 'email'],
    findAccount: (_context, id) => ({ accountId: id, claims: () => ({ sub: id }) }),
  });
}

const WRITES: ReadonlySet<string | undefined> = new Set(['registration', 'client_update']);

/**
 * What the statement says wins, and the request speaks where the statement is silent (RFC 7591 §2.3). An attested
 * name also silences the request's translations of it, or a consent page in another language would show them.
 */
function takePrecedence(request: object, claims: object): Record<string, unknown> {
  const attested = Object.entries(claims).filter(([name]) => !NOT_METADATA.has(name));
  const spoken = new Set(attested.map(([name]) => withoutLanguage(name)));
  const silent = Object.entries(request).filter(([name]) => !spoken.has(withoutLanguage(name)));
  return Object.fromEntries([...silent, ...attested]);
}

function withoutLanguage(name: string): string | undefined {
  return name.split('#')[0];
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
