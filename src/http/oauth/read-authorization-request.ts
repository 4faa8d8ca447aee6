import {
  CODE_RESPONSE_TYPE,
  RESPONSE_MODES,
  type AuthorizationError,
  type AuthorizationRequest,
  type ReturnTo,
} from '../../domain/oauth/authorization.ts';
import { isCodeChallenge } from '../../domain/oauth/pkce.ts';
import { descriptionText } from '../../domain/oauth/token-refusal.ts';
import { err, ok, type Result } from '../../domain/result.ts';
import type { OAuthForm } from './form.ts';
import { readAudience, readCompletionMode } from './read-token-request.ts';

/** Parameters that ask for access to something (issuance draft, Prohibited Parameters). */
const PROHIBITED = ['scope', 'resource', 'authorization_details'] as const;
const MAX_STATE_CHARACTERS = 2_048;
/** base64url of a SHA-256 (RFC 7638 §3). */
const THUMBPRINT = /^[A-Za-z0-9_-]{43}$/;

/** Who asks, and where the answer is to go. */
export type Asked = Pick<AuthorizationRequest, 'clientId' | 'redirectUri'>;

/**
 * Reads who asks. Until their document says that the answer may go there, nothing else is looked at.
 *
 * @returns a sentence for the person at the browser
 */
export function readAsked(form: OAuthForm): Result<Asked, string> {
  const [clientId, redirectUri] = [form.get('client_id'), form.get('redirect_uri')];
  const repeated = ['client_id', 'redirect_uri'].find((name) => form.all(name).length > 1);
  if (repeated !== undefined) return err(`The parameter ${repeated} is there more than once.`);
  if (clientId === undefined)
    return err('The parameter client_id is missing: the URL of the metadata document of the client.');
  if (redirectUri === undefined) return err('The parameter redirect_uri is missing.');
  return ok({ clientId, redirectUri });
}

/** Where a response to this request goes, errors included: with its state if that can be read, in its mode if that works. */
export function readReturn(form: OAuthForm, redirectUri: string, mayPost: boolean): ReturnTo {
  const isOnce = (name: string) => form.all(name).length === 1;
  const wantsPost = isOnce('response_mode') && form.get('response_mode') === 'form_post';
  const state = form.get('state');
  return {
    redirectUri,
    responseMode: wantsPost && mayPost ? 'form_post' : 'query',
    state: isOnce('state') && isState(state) ? state : undefined,
  };
}

/** Reads what is asked for (issuance draft, Software Statement Authorization Request). */
export function readAuthorizationRequest(
  form: OAuthForm,
  asked: Asked,
): Result<AuthorizationRequest, AuthorizationError> {
  const [responseType, state, mode] = [
    form.get('response_type'),
    form.get('state'),
    form.get('response_mode') ?? 'query',
  ];
  const prohibited = PROHIBITED.find((name) => form.get(name) !== undefined);
  if (prohibited !== undefined)
    return no('invalid_request', `The parameter ${prohibited} has no place here: no access is granted.`);
  if (form.repeated !== undefined)
    return no('invalid_request', `The parameter ${form.repeated.slice(0, 100)} is there more than once.`);
  // What they carry would go unread, and their sender relies on it (RFC 9101 §6.1).
  if (form.get('request') !== undefined) return no('request_not_supported', 'Send plain parameters.');
  if (form.get('request_uri') !== undefined) return no('request_uri_not_supported', 'Send plain parameters.');
  if (responseType === undefined) return no('invalid_request', 'The parameter response_type is missing.');
  if (responseType !== CODE_RESPONSE_TYPE)
    return no('unsupported_response_type', `The response_type must be ${CODE_RESPONSE_TYPE}, alone.`);
  const responseMode = RESPONSE_MODES.find((known) => known === mode);
  if (responseMode === undefined)
    return no('invalid_request', `The response_mode must be ${RESPONSE_MODES.join(' or ')}.`);
  if (!isState(state))
    return no(
      'invalid_request',
      `The parameter state is needed: up to ${MAX_STATE_CHARACTERS} printable ASCII characters.`,
    );
  const keys = readKeys(form);
  if (!keys.ok) return keys;
  const audience = readAudience(form);
  if (!audience.ok)
    return no(
      audience.error.error === 'invalid_target' ? 'invalid_target' : 'invalid_request',
      audience.error.description,
    );
  // A hint: whoever asks learns at redemption whether people must look at it first.
  const hint = readCompletionMode(form);
  if (!hint.ok) return no('invalid_request', hint.error.description);
  return ok({ ...asked, state, responseMode, ...keys.value, audience: audience.value });
}

function readKeys(
  form: OAuthForm,
): Result<Pick<AuthorizationRequest, 'codeChallenge' | 'dpopJkt'>, AuthorizationError> {
  const [codeChallenge, method, dpopJkt] = [
    form.get('code_challenge'),
    form.get('code_challenge_method'),
    form.get('dpop_jkt'),
  ];
  if (codeChallenge === undefined || !isCodeChallenge(codeChallenge))
    return no('invalid_request', 'A code_challenge of method S256 is needed (RFC 7636 section 4.2).');
  if (method !== 'S256') return no('invalid_request', 'The code_challenge_method must be S256.');
  if (dpopJkt !== undefined && !THUMBPRINT.test(dpopJkt))
    return no('invalid_request', 'The dpop_jkt must be a SHA-256 JWK thumbprint (RFC 7638).');
  return ok({ codeChallenge, dpopJkt: dpopJkt ?? null });
}

/** RFC 6749 appendix A.5. */
function isState(text: string | undefined): text is string {
  return text !== undefined && text.length <= MAX_STATE_CHARACTERS && /^[\x20-\x7e]+$/.test(text);
}

function no(
  error: AuthorizationError['error'],
  description: string,
): { readonly ok: false; readonly error: AuthorizationError } {
  return { ok: false, error: { error, description: descriptionText(description) } };
}
