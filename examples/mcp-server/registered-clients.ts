import type { OAuthRegisteredClientsStore } from '@modelcontextprotocol/sdk/server/auth/clients.js';
import { CustomOAuthError, ServerError } from '@modelcontextprotocol/sdk/server/auth/errors.js';
import { OAuthClientInformationFullSchema } from '@modelcontextprotocol/sdk/shared/auth.js';
import type { Registrar } from 'imprimatur/kit';

/**
 * The clients of an MCP authorization server, kept by the registrar: a client is found only while its registration is live, so that a revoked
 * software statement ends it at every endpoint of the SDK's router.
 *
 * The SDK compares client secrets itself and wants them in plain; the registrar keeps digests. So the policy admits clients without secrets
 * (`authMethods: ['none']`), which MCP clients are.
 */
export function registeredClients(registrar: Registrar): Required<OAuthRegisteredClientsStore> {
  return {
    getClient: async (clientId) => {
      const standing = await registrar.standing(clientId);
      if (standing.outcome !== 'live') return undefined;
      const { metadata, createdAt } = standing.registration;
      return OAuthClientInformationFullSchema.parse({
        redirect_uris: [],
        ...metadata,
        client_id: clientId,
        client_id_issued_at: createdAt,
      });
    },
    // Reached where the registrar's own endpoint is not mounted before the router. Identifier and secret that the SDK made are
    // not used, and there is no registration access token: the SDK has no endpoint for it.
    registerClient: async (request) => {
      const answer = await registrar.register({
        body: JSON.parse(JSON.stringify(request)),
        isHostManaged: true,
      });
      if (answer.ok) return OAuthClientInformationFullSchema.parse(answer.value.information);
      const { error, description, retryAfterSeconds } = answer.error;
      if (retryAfterSeconds !== undefined) throw new ServerError(description);
      throw new CustomOAuthError(error ?? 'invalid_client_metadata', description);
    },
  };
}
