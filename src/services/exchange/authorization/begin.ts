import type { AuthorizationError, AuthorizationRequest } from '../../../domain/oauth/authorization.ts';
import type { TokenRefusal } from '../../../domain/oauth/token-refusal.ts';
import { err, ok, type Result } from '../../../domain/result.ts';
import type { Terms } from '../../../domain/statement/terms.ts';
import type { SoftwareStanding } from '../../../ports.ts';
import { currentPolicy, type Issuer } from '../../issuer.ts';
import { grantedTerms } from '../audience.ts';
import { keepRequest } from './pending.ts';
import { authenticationProblem, type KnownClient } from './recognise-client.ts';

/**
 * Begins a software statement authorization request: what the client asks is looked at, and kept until somebody has answered it (issuance draft,
 * Software Statement Authorization Request).
 *
 * @returns the text that names the request, for the address of the page that asks
 */
export async function beginAuthorization(
  issuer: Issuer,
  client: KnownClient,
  request: AuthorizationRequest,
): Promise<Result<string, AuthorizationError>> {
  const unable = authenticationProblem(client);
  if (unable !== undefined) return err(unable);
  const isPublic = client.snapshot.metadata['token_endpoint_auth_method'] === 'none';
  if (request.dpopJkt === null && (isPublic || client.redirect !== 'https'))
    return no(
      'invalid_request',
      isPublic
        ? 'A public client must send dpop_jkt (RFC 9449 section 10).'
        : 'With this redirect_uri, dpop_jkt is needed (RFC 9449 section 10).',
    );
  if (request.responseMode === 'form_post' && client.redirect !== 'https')
    return no('invalid_request', 'The response_mode form_post needs an https redirect_uri.');
  const subject = await issuer.store.clientIdentifier(request.clientId);
  const standing = subject === undefined ? undefined : await issuer.store.software(subject.softwareId);
  const terms = await expectedTerms(issuer, request, client.snapshot.document.digest, standing);
  if (!terms.ok) return no('invalid_target', terms.error.description);
  const id = await keepRequest(issuer, request);
  return id === undefined
    ? no('temporarily_unavailable', 'Too many requests wait for an answer. Ask again later.')
    : ok(id);
}

/**
 * The terms the statement will have by what stands today: the audience narrowed, and how long it lasts. What reviewers still decide can
 * narrow both further.
 *
 * @param standing the software it is about; undefined while that is open
 */
export async function expectedTerms(
  issuer: Issuer,
  { audience }: Pick<AuthorizationRequest, 'audience'>,
  digest: string,
  standing: SoftwareStanding | undefined,
): Promise<Result<Terms, TokenRefusal>> {
  const { statement } = await currentPolicy(issuer);
  const approved = standing?.approved;
  const conditions = approved?.document?.digest === digest ? approved.conditions : null;
  return grantedTerms(audience, null, statement, { conditions }, 'cimd');
}

function no(
  error: AuthorizationError['error'],
  description: string,
): { readonly ok: false; readonly error: AuthorizationError } {
  return { ok: false, error: { error, description } };
}
