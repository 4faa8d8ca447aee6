import { effectiveList, effectiveValue, usesRedirects } from '../../domain/client-metadata/effective.ts';
import type { Finding } from '../../domain/client-metadata/finding.ts';
import { parseClientMetadata } from '../../domain/client-metadata/parse-client-metadata.ts';
import { textMember, type JsonObject } from '../../domain/json.ts';
import { err, ok, type Result } from '../../domain/result.ts';
import type { Profile } from '../../domain/statement/statement.ts';
import type { Class, Policy } from './policy.ts';
import { refuse, refuseFindings, type RegistrationRefusal } from './refusal.ts';
import { identityOf, understood } from './request.ts';

/** Metadata as it will be registered. */
export type Admitted = {
  /** Members in effect, defaults filled in (RFC 7591 §3.2.1). */
  readonly metadata: JsonObject;
  /** What was asked for; undefined when nothing was. */
  readonly scopeRequested: string | undefined;
  /** Findings that are no errors, for the operator's record. */
  readonly warnings: readonly Finding[];
};

/**
 * Which class a client belongs to: the first that fits.
 *
 * @param metadata what the client asks for, attested values first
 * @param profile of the statement it came with; undefined for none
 */
export function classFor(
  policy: Policy,
  metadata: JsonObject,
  profile: Profile | undefined,
): Class | undefined {
  return policy.classes.find(({ fits }) => {
    const { application_type: type, token_endpoint_auth_method: methods, grant_types: grants } = fits;
    return (
      (type === undefined || effectiveValue(metadata, 'application_type') === type) &&
      (methods === undefined || methods.some((method) => method === methodOf(metadata))) &&
      (grants === undefined ||
        effectiveList(metadata, 'grant_types').every((grant) => grants.includes(grant))) &&
      (fits.software_statement === undefined || fits.software_statement === (profile !== undefined)) &&
      (fits.statement_profiles === undefined || fits.statement_profiles.some((one) => one === profile))
    );
  });
}

/**
 * Reads metadata by the issuer's own rules and by what the class allows, and fills in what was left open. Codes
 * `invalid_redirect_uri`, `invalid_client_metadata`.
 *
 * @param profile of the statement that governs; undefined for none
 */
export function admit(
  asked: JsonObject,
  clientClass: Class,
  profile: Profile | undefined,
): Result<Admitted, RegistrationRefusal> {
  const identity = identityOf(asked);
  if (!identity.ok) return identity;
  const known = withoutNone(understood(asked, clientClass.metadata.extraMembers));
  // How a workload authenticates comes from its SVID, and no rule for metadata knows it.
  const { token_endpoint_auth_method: _byItsSvid, ...others } = known;
  const { findings } = parseClientMetadata(profile === 'jwt-svid' ? others : known, {
    policy: clientClass.metadata,
    verifiedDomains: [],
  });
  const errors = findings.filter(({ severity }) => severity === 'error');
  if (errors.length > 0) return err(refuseFindings(errors));
  const beyond = beyondClass(known, clientClass) ?? secretRefusal(known, clientClass, profile);
  if (beyond !== undefined) return err(beyond);
  const scopeRequested = textMember(known, 'scope') || undefined;
  const scope = grantedScope(scopeRequested, clientClass);
  if (scopeRequested !== undefined && scope === '')
    return err(
      refuse(
        'invalid_client_metadata',
        'scope',
        'None of the scopes asked for can be granted to this client. Leave scope out, or ask for others.',
      ),
    );
  const { scope: _asked, ...kept } = known;
  const { spiffe_id: spiffeId } = asked;
  return ok({
    metadata: {
      ...kept,
      ...(scope === undefined ? {} : { scope }),
      ...identity.value,
      token_endpoint_auth_method: methodOf(known),
      ...(profile === 'jwt-svid' && spiffeId !== undefined ? { spiffe_id: spiffeId } : {}),
      grant_types: [...effectiveList(known, 'grant_types')],
      ...(usesRedirects(known) ? { response_types: [...effectiveList(known, 'response_types')] } : {}),
    },
    scopeRequested,
    warnings: findings,
  });
}

/**
 * Takes an empty list of response types as none being sent, where no grant type has any: RFC 7591 §2.1 says "(none)" of such grant
 * types, and clients write that down.
 */
function withoutNone(metadata: JsonObject): JsonObject {
  const { response_types: types, ...others } = metadata;
  return Array.isArray(types) && types.length === 0 && !usesRedirects(metadata) ? others : metadata;
}

/** Methods that need a secret which the server makes (RFC 7591 §2). */
export function needsSecret(metadata: JsonObject): boolean {
  const method = methodOf(metadata);
  return method === 'client_secret_basic' || method === 'client_secret_post';
}

function beyondClass(metadata: JsonObject, clientClass: Class): RegistrationRefusal | undefined {
  const grant = effectiveList(metadata, 'grant_types').find((one) => !clientClass.grantTypes.includes(one));
  if (grant !== undefined)
    return refuse(
      'invalid_client_metadata',
      'grant_type',
      `This server registers no client of this kind for the grant type ${JSON.stringify(grant)}; remove it from grant_types.`,
    );
  const method = methodOf(metadata);
  return clientClass.authMethods.includes(method)
    ? undefined
    : refuse(
        'invalid_client_metadata',
        'auth_method',
        `This server registers no client of this kind with the method ${JSON.stringify(method)}; use one of ${clientClass.authMethods.join(', ')}.`,
      );
}

/** Secrets are to be avoided for clients that came with a credential (draft-kasselman-oauth-dcr-trusted-issuer-token). */
function secretRefusal(
  metadata: JsonObject,
  { secretsForCredentials }: Class,
  profile: Profile | undefined,
): RegistrationRefusal | undefined {
  return profile === 'vc+jwt' && needsSecret(metadata) && !secretsForCredentials
    ? refuse(
        'invalid_client_metadata',
        'secret',
        'This server gives no client secret to a client that comes with a credential: say private_key_jwt, mutual TLS or none as token_endpoint_auth_method.',
      )
    : undefined;
}

/** A server may grant less than was asked for (RFC 7591 §3.2.1); undefined when nothing is asked and nothing given. */
function grantedScope(requested: string | undefined, clientClass: Class): string | undefined {
  const { scopes, defaultScope } = clientClass;
  if (requested === undefined) return defaultScope;
  const tokens = [...new Set(requested.split(' '))];
  return (scopes === undefined ? tokens : tokens.filter((token) => scopes.includes(token))).join(' ');
}

function methodOf(metadata: JsonObject): string {
  const method = effectiveValue(metadata, 'token_endpoint_auth_method');
  return typeof method === 'string' ? method : '';
}
