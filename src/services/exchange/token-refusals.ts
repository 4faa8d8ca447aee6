import { descriptionText, type TokenRefusal } from '../../domain/oauth/token-refusal.ts';
import type { Finding } from '../../domain/client-metadata/finding.ts';
import type { Refusal } from '../refusal.ts';

/** A refusal of the token endpoint with its sentence. */
export function no(
  error: TokenRefusal['error'],
  description: string,
  retryAfterSeconds?: number,
): { readonly ok: false; readonly error: TokenRefusal } {
  const refusal = { error, description: descriptionText(description) };
  return {
    ok: false,
    error: retryAfterSeconds === undefined ? refusal : { ...refusal, retryAfterSeconds },
  };
}

/** What a refusal of the services is called at the token endpoint. */
export function asTokenRefusal(refusal: Refusal): { readonly ok: false; readonly error: TokenRefusal } {
  switch (refusal.code) {
    case 'audience_not_allowed':
      return no(
        'invalid_target',
        refusal.allowed === 'any'
          ? `Fewer authorization servers can be named at once than ${refusal.audience.length}.`
          : `No statement is made for ${refusal.audience.join(', ')}. The ${refusal.setBy} allows ${refusal.allowed.join(', ') || 'none'}.`,
      );
    case 'invalid_client_metadata':
      return no('access_denied', `The client metadata breaks rules: ${inWords(refusal.findings)}`);
    case 'publisher_state':
      return no('access_denied', `The publisher is ${refusal.state}.`);
    case 'software_state':
      return no('access_denied', `The software is ${refusal.state}.`);
    case 'no_approval':
      return no('access_denied', 'Nothing of this software is approved.');
    case 'profile_not_available':
      return no('invalid_request', refusal.detail);
    case 'client_id_taken':
      return no('access_denied', 'This client identifier speaks for another software.');
    case 'software_version_taken':
      return no(
        'invalid_request',
        `Version ${refusal.softwareVersion} was submitted before with other metadata.`,
      );
    case 'statement_too_large':
      return no('access_denied', `The statement would have ${refusal.octets} octets.`);
    case 'too_soon':
      return no('temporarily_unavailable', 'Ask again in a moment.', refusal.retryAfterSeconds);
    case 'contention':
    case 'no_active_key':
    case 'custody_read_only':
    case 'custody_unwritable':
      return no('temporarily_unavailable', 'Nothing can be signed just now. Ask again later.', 30);
    default:
      return no('invalid_request', `The request cannot be granted (${refusal.code}).`);
  }
}

function inWords(findings: readonly Finding[]): string {
  return findings
    .filter(({ severity }) => severity === 'error')
    .slice(0, 5)
    .map(({ pointer, detail }) => `${pointer}: ${detail}`)
    .join(' ');
}
