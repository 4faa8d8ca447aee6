import { decodeBase64url } from '../../../domain/base64url.ts';
import { judgeDocument } from '../../../domain/client-metadata/judge-document.ts';
import type { AuthorizationError } from '../../../domain/oauth/authorization.ts';
import { redirectKind, type RedirectKind } from '../../../domain/oauth/redirect-uri.ts';
import { err, ok, type Result } from '../../../domain/result.ts';
import { takeSnapshot, type Snapshot } from '../../documents/snapshot.ts';
import type { Issuer } from '../../issuer.ts';
import { AUTHENTICATION_METHODS } from '../client-authentication.ts';

/** A client whose document was fetched and names the redirect URI: what is told from here on may be told there. */
export type KnownClient = { readonly snapshot: Snapshot; readonly redirect: RedirectKind };

/**
 * Fetches the metadata document of a client and looks the redirect URI up in it, character by character (issuance draft, Client Identification
 * and Authentication; RFC 9700 §2.1).
 *
 * @returns a sentence for the person at the browser, who must not be sent anywhere then
 */
export async function recogniseClient(
  issuer: Issuer,
  clientId: string,
  redirectUri: string,
): Promise<Result<KnownClient, string>> {
  const taken = await takeSnapshot(issuer, clientId);
  if (!taken.ok)
    return err(`The metadata document of the client, its client_id, cannot be used. ${taken.error.detail}`);
  const snapshot = taken.value;
  const { metadata, document } = snapshot;
  const octets = decodeBase64url(document.octets);
  if (!octets.ok) throw new Error('the octets of a document are not base64url');
  // That the method is left out is told to the client itself; see authenticationProblem.
  const method = metadata['token_endpoint_auth_method'] ?? 'none';
  const judged = judgeDocument({ ...metadata, token_endpoint_auth_method: method }, octets.value);
  if (!judged.ok) return err(`The metadata document of the client cannot be used. ${judged.error}`);
  const listed = metadata['redirect_uris'];
  if (!Array.isArray(listed) || !listed.includes(redirectUri))
    return err('The redirect_uri is none of the redirect_uris in the metadata document of the client.');
  const redirect = redirectKind(redirectUri);
  if (redirect === undefined) return err('Nobody is sent to a redirect_uri like this one.');
  return metadata['token_endpoint_auth_method'] === 'none' && redirect !== 'https'
    ? err('A public client is answered at an https redirect_uri alone.')
    : ok({ snapshot, redirect });
}

/** Why a client cannot authenticate at the token endpoint later; undefined when it can. */
export function authenticationProblem({ snapshot }: KnownClient): AuthorizationError | undefined {
  const method = snapshot.metadata['token_endpoint_auth_method'];
  if (method === undefined)
    return {
      error: 'invalid_request',
      description: 'The metadata document does not say its token_endpoint_auth_method.',
    };
  return AUTHENTICATION_METHODS.some((known) => known === method)
    ? undefined
    : {
        error: 'unauthorized_client',
        description: `Clients authenticate with ${AUTHENTICATION_METHODS.join(' or ')} here.`,
      };
}
