import type { JsonObject } from '../domain/json.ts';
import { CODE_RESPONSE_TYPE, RESPONSE_MODES } from '../domain/oauth/authorization.ts';
import { ASSERTION_ALGORITHMS } from '../domain/oauth/client-assertion.ts';
import { DPOP_ALGORITHMS } from '../domain/oauth/dpop.ts';
import type { SigningKey } from '../domain/signing-key.ts';
import { svidKeyProblem } from '../domain/statement/profiles/jwt-svid.ts';
import { profileProblem } from '../domain/statement/profiles/profile.ts';
import { PROFILES, type Profile } from '../domain/statement/statement.ts';
import { AUTHENTICATION_METHODS } from './exchange/client-authentication.ts';
import { SUBJECT_TOKEN_TYPES } from './exchange/request.ts';
import type { Issuer } from './issuer.ts';

/**
 * Authorization server metadata (RFC 8414 §2): what works here, and nothing else.
 *
 * @param keys those that are published, the active one first
 */
export function serverMetadata(
  issuer: Pick<Issuer, 'identifier' | 'trustDomain'>,
  keys: readonly SigningKey[],
  options: { readonly policyUri?: string | undefined; readonly termsUri?: string | undefined },
): JsonObject {
  const { identifier } = issuer;
  return {
    issuer: identifier,
    jwks_uri: `${identifier}/jwks`,
    software_statement_signing_alg_values_supported: [...new Set(keys.map((key) => key.alg))],
    software_statement_profiles_supported: [...profilesOf(issuer, keys)],
    status_list_aggregation_endpoint: `${identifier}/status-lists`,
    ...exchangeMetadata(identifier),
    service_documentation: `${identifier}/docs`,
    ...(options.policyUri === undefined ? {} : { op_policy_uri: options.policyUri }),
    ...(options.termsUri === undefined ? {} : { op_tos_uri: options.termsUri }),
  };
}

/** The profiles that can be asked for: which of them a software's approval has room for, its own refusals say. */
function profilesOf(
  { identifier, trustDomain }: Pick<Issuer, 'identifier' | 'trustDomain'>,
  keys: readonly SigningKey[],
): readonly Profile[] {
  const active = keys.find(({ state }) => state === 'active');
  return PROFILES.filter((profile) => {
    if (profile === 'cimd') return true;
    if (profileProblem(profile, { identifier, trustDomain, document: null }) !== undefined) return false;
    return profile !== 'jwt-svid' || (active !== undefined && svidKeyProblem(active.alg) === undefined);
  });
}

/** What the token endpoint does, and nothing it does not (issuance draft, Authorization Server Metadata). */
function exchangeMetadata(identifier: string): JsonObject {
  return {
    token_endpoint: `${identifier}/token`,
    token_endpoint_auth_methods_supported: [...AUTHENTICATION_METHODS],
    token_endpoint_auth_signing_alg_values_supported: [...ASSERTION_ALGORITHMS],
    grant_types_supported: [
      'urn:ietf:params:oauth:grant-type:token-exchange',
      'urn:ietf:params:oauth:grant-type:software-statement',
      'urn:ietf:params:oauth:grant-type:deferred',
    ],
    authorization_endpoint: `${identifier}/authorize`,
    response_types_supported: [CODE_RESPONSE_TYPE],
    response_modes_supported: [...RESPONSE_MODES],
    code_challenge_methods_supported: ['S256'],
    authorization_response_iss_parameter_supported: true,
    dpop_signing_alg_values_supported: [...DPOP_ALGORITHMS],
    client_id_metadata_document_supported: true,
    deferred_token_response_supported: true,
    revocation_endpoint: `${identifier}/revoke`,
    revocation_endpoint_auth_methods_supported: [...AUTHENTICATION_METHODS],
    revocation_endpoint_auth_signing_alg_values_supported: [...ASSERTION_ALGORITHMS],
    revocation_endpoint_token_type_values_supported: ['urn:ietf:params:oauth:token-type:deferral-code'],
    software_statement_subject_token_types_supported: Object.values(SUBJECT_TOKEN_TYPES),
  };
}
