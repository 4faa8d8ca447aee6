import { JWT_BEARER } from '../../domain/oauth/client-assertion.ts';
import type { TokenRefusal } from '../../domain/oauth/token-refusal.ts';
import { parseJson } from '../../domain/json.ts';
import { ok, type Result } from '../../domain/result.ts';
import { isIssuerIdentifier } from '../../domain/statement/audience.ts';
import { PROFILES } from '../../domain/statement/statement.ts';
import type { DeferralRequest } from '../../services/exchange/poll.ts';
import type { RedemptionRequest } from '../../services/exchange/redeem.ts';
import {
  SUBJECT_TOKEN_TYPES,
  type Credentials,
  type ExchangeRequest,
  type ExchangeTarget,
  type SubjectTokenType,
} from '../../services/exchange/request.ts';
import { no } from '../../services/exchange/token-refusals.ts';
import type { OAuthForm } from './form.ts';

export const GRANT_TYPES = {
  exchange: 'urn:ietf:params:oauth:grant-type:token-exchange',
  redemption: 'urn:ietf:params:oauth:grant-type:software-statement',
  deferred: 'urn:ietf:params:oauth:grant-type:deferred',
} as const;
export const STATEMENT_TOKEN_TYPE = SUBJECT_TOKEN_TYPES.software_statement;
export const DEFERRAL_TOKEN_TYPE = 'urn:ietf:params:oauth:token-type:deferral-code';

/** Parameters that ask for access, or for what this endpoint does not do (issuance draft, Prohibited Parameters, Deferred Processing). */
const PROHIBITED = [
  'scope',
  'resource',
  'authorization_details',
  'actor_token',
  'actor_token_type',
  'client_notification_token',
  'software_statement',
] as const;
const MAX_AUDIENCES = 100;
const MAX_DEPTH = 16;
const SOFTWARE_ID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const SOFTWARE_VERSION = /^[\x21-\x7e](?:[\x20-\x7e]{0,98}[\x21-\x7e])?$/;

/** A request to the token endpoint, by its grant type. */
export type TokenRequest =
  | { readonly grant: 'exchange'; readonly request: ExchangeRequest }
  | { readonly grant: 'redemption'; readonly request: RedemptionRequest }
  | { readonly grant: 'deferred'; readonly request: DeferralRequest };

/** Reads the parameters of a token request; everything the grant needs, once, typed. */
export function readTokenRequest(form: OAuthForm): Result<TokenRequest, TokenRefusal> {
  const prohibited = PROHIBITED.find((name) => form.get(name) !== undefined);
  if (prohibited !== undefined)
    return no('invalid_request', `The parameter ${prohibited} has no place in this request.`);
  if (form.get('client_secret') !== undefined)
    return no('invalid_client', 'Clients have no secrets here. Authenticate with private_key_jwt.');
  switch (form.get('grant_type')) {
    case undefined:
      return no('invalid_request', 'The parameter grant_type is missing.');
    case GRANT_TYPES.exchange:
      return readExchange(form);
    case GRANT_TYPES.redemption:
      return readRedemption(form);
    case GRANT_TYPES.deferred:
      return readDeferred(form);
    default:
      return no('unsupported_grant_type', `Take one of ${Object.values(GRANT_TYPES).join(', ')}.`);
  }
}

/** Client authentication that came with a request. Only `private_key_jwt` is taken, and the header only for what it cannot be. */
export function readCredentials(
  form: OAuthForm,
  headers: Headers,
  url: string,
): Result<Credentials, TokenRefusal> {
  if (headers.get('authorization') !== null)
    return no('invalid_client', 'Authenticate with private_key_jwt in the body, not in the header.');
  const [type, assertion] = [form.get('client_assertion_type'), form.get('client_assertion')];
  if ((type === undefined) !== (assertion === undefined))
    return no('invalid_request', 'client_assertion and client_assertion_type go together.');
  if (type !== undefined && type !== JWT_BEARER)
    return no('invalid_client', `The client_assertion_type must be ${JWT_BEARER}.`);
  const proof = headers.get('dpop');
  // Two header fields arrive as one with a comma, which no JWS has (RFC 9449 §4.3).
  if (proof?.includes(',') === true) return no('invalid_dpop_proof', 'Send one DPoP header.');
  return ok({ assertion, proof: proof === null ? undefined : { text: proof, url } });
}

function readExchange(form: OAuthForm): Result<TokenRequest, TokenRefusal> {
  if (form.get('requested_token_type') !== STATEMENT_TOKEN_TYPE)
    return no('invalid_request', `The requested_token_type must be ${STATEMENT_TOKEN_TYPE}.`);
  const token = form.get('subject_token');
  const type = subjectTokenType(form.get('subject_token_type'));
  if (token === undefined) return no('invalid_request', 'The parameter subject_token is missing.');
  if (type === undefined)
    return no(
      'invalid_request',
      `The subject_token_type must be one of ${Object.values(SUBJECT_TOKEN_TYPES).join(', ')}.`,
    );
  const target = readTarget(form);
  if (!target.ok) return target;
  const audience = readAudience(form);
  if (!audience.ok) return audience;
  const mayDefer = readCompletionMode(form);
  if (!mayDefer.ok) return mayDefer;
  if ('clientId' in target.value && !mayDefer.value)
    return no('invalid_request', 'People may have to look at it first. Send completion_mode=deferred.');
  const version = readVersion(form, target.value);
  if (!version.ok) return version;
  return ok({
    grant: 'exchange',
    request: {
      subject: { type, token },
      target: target.value,
      audience: audience.value,
      mayDefer: mayDefer.value,
      version: version.value,
    },
  });
}

function subjectTokenType(text: string | undefined): SubjectTokenType | undefined {
  switch (text) {
    case SUBJECT_TOKEN_TYPES.access_token:
      return 'access_token';
    case SUBJECT_TOKEN_TYPES.software_statement:
      return 'software_statement';
    case SUBJECT_TOKEN_TYPES.jwt:
      return 'jwt';
    case SUBJECT_TOKEN_TYPES.id_token:
      return 'id_token';
    default:
      return undefined;
  }
}

function readTarget(form: OAuthForm): Result<ExchangeTarget, TokenRefusal> {
  const [clientId, softwareId, named] = [
    form.get('client_id'),
    form.get('software_id'),
    form.get('statement_profile'),
  ];
  if (clientId !== undefined)
    return softwareId === undefined && named === undefined
      ? ok({ clientId })
      : no(
          'invalid_request',
          'A client_id names the document alone: leave out software_id and statement_profile.',
        );
  if (softwareId === undefined)
    return no('invalid_request', 'Name the client by the URL of its metadata document: client_id.');
  if (!SOFTWARE_ID.test(softwareId)) return no('invalid_request', 'The software_id must be a UUID.');
  const profile = PROFILES.find((known) => known === (named ?? 'rfc7591'));
  return profile === undefined
    ? no('invalid_request', `The statement_profile must be one of ${PROFILES.join(', ')}.`)
    : ok({ softwareId, profile });
}

/** `audience`, repeatable: each an issuer identifier, none twice (issuance draft, `audience`). */
export function readAudience(form: OAuthForm): Result<readonly string[], TokenRefusal> {
  const audience = form.all('audience');
  if (audience.length > MAX_AUDIENCES || audience.some((each) => !isIssuerIdentifier(each)))
    return no('invalid_target', 'Each audience must be an issuer identifier (RFC 8414 section 2).');
  return new Set(audience).size === audience.length
    ? ok(audience)
    : no('invalid_request', 'An audience is there more than once.');
}

/** Whether `completion_mode` includes `deferred` (DTR): words apart by spaces, none twice, unknown ones ignored. */
export function readCompletionMode(form: OAuthForm): Result<boolean, TokenRefusal> {
  const modes = form.get('completion_mode')?.split(' ') ?? [];
  return new Set(modes).size === modes.length && !modes.includes('')
    ? ok(modes.includes('deferred'))
    : no('invalid_request', 'completion_mode must be different words with single spaces between.');
}

function readVersion(
  form: OAuthForm,
  target: ExchangeTarget,
): Result<ExchangeRequest['version'], TokenRefusal> {
  const [softwareVersion, text] = [form.get('software_version'), form.get('client_metadata')];
  if (softwareVersion === undefined && text === undefined) return ok(undefined);
  if ('clientId' in target || target.profile === 'cimd')
    return no(
      'invalid_request',
      'The metadata is the document: leave out software_version and client_metadata.',
    );
  if (softwareVersion === undefined || text === undefined)
    return no('invalid_request', 'software_version and client_metadata go together.');
  if (!SOFTWARE_VERSION.test(softwareVersion))
    return no('invalid_request', 'The software_version must be 1 to 100 printable ASCII characters.');
  const metadata = parseJson(text, { maxDepth: MAX_DEPTH });
  return metadata.ok
    ? ok({ softwareVersion, metadata: metadata.value })
    : no('invalid_request', `client_metadata cannot be used: ${metadata.error.detail}.`);
}

function readRedemption(form: OAuthForm): Result<TokenRequest, TokenRefusal> {
  const [code, redirectUri, clientId, codeVerifier] = [
    form.get('software_statement_code'),
    form.get('redirect_uri'),
    form.get('client_id'),
    form.get('code_verifier'),
  ];
  if (form.get('audience') !== undefined)
    return no('invalid_request', 'The audience was bound at the authorization endpoint: leave it out.');
  if (code === undefined || redirectUri === undefined || clientId === undefined || codeVerifier === undefined)
    return no(
      'invalid_request',
      'software_statement_code, redirect_uri, client_id and code_verifier are all needed.',
    );
  const mayDefer = readCompletionMode(form);
  if (!mayDefer.ok) return mayDefer;
  if (!mayDefer.value) return no('invalid_request', 'Send completion_mode=deferred.');
  return ok({ grant: 'redemption', request: { code, redirectUri, clientId, codeVerifier } });
}

function readDeferred(form: OAuthForm): Result<TokenRequest, TokenRefusal> {
  const code = form.get('deferral_code');
  if (code === undefined) return no('invalid_request', 'The parameter deferral_code is missing.');
  if (form.get('completion_mode') !== undefined)
    return no('invalid_request', 'completion_mode has no place in a poll.');
  return ok({ grant: 'deferred', request: { code, clientId: form.get('client_id') } });
}
