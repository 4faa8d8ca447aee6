import type { JsonObject } from '../../domain/json.ts';
import type { Registrar } from './registrar.ts';

/**
 * What an authorization server merges into its metadata (RFC 8414 §2), so that clients find the endpoint and know what may be registered.
 * Members say what the classes allow together.
 */
export function registrationMetadata(registrar: Registrar): JsonObject {
  const { classes } = registrar.policy;
  const union = (lists: readonly (readonly string[])[]) => [...new Set(lists.flat())];
  const scopes = classes.map((one) => one.scopes);
  const bounded = scopes.filter((list) => list !== undefined);
  return {
    registration_endpoint: registrar.endpoint,
    grant_types_supported: union(classes.map(({ grantTypes }) => grantTypes)),
    token_endpoint_auth_methods_supported: union(classes.map(({ authMethods }) => authMethods)),
    ...(bounded.length === scopes.length ? { scopes_supported: union(bounded) } : {}),
  };
}
