import type { OAuthHelpers } from '@cloudflare/workers-oauth-provider';
import type { HostClient, HostClients } from 'imprimatur/kit';
import { clientRecord, type KeyValueStore } from './governed-kv.ts';

/** A namespace that keeps nothing. */
const NOWHERE: KeyValueStore = {
  get: async () => null,
  put: async () => undefined,
  delete: async () => undefined,
  list: async () => ({ keys: [], list_complete: true }),
};

/**
 * What the provider has to say about the registrar's clients.
 *
 * @param oauth the provider's helpers, over its own namespace unless said
 */
export function providerClients(
  oauth: (kv?: KeyValueStore) => OAuthHelpers,
): Required<Pick<HostClients, 'check' | 'remove'>> {
  return {
    // A client that the provider could not serve is refused in its own words, before anything is stored.
    check: async (client) => {
      try {
        await oauth(NOWHERE).createClient(clientInfo(client));
        return undefined;
      } catch (error) {
        const description = error instanceof Error ? error.message : String(error);
        const isRedirect = /redirect.?uri/i.test(description);
        return { error: isRedirect ? 'invalid_redirect_uri' : 'invalid_client_metadata', description };
      }
    },
    // The client is gone with its registration; its grants and tokens go here.
    remove: (clientId) => oauth().deleteClient(clientId),
  };
}

function clientInfo({ clientId, metadata, clientIdIssuedAt }: HostClient) {
  const record = clientRecord({
    clientId,
    metadata,
    createdAt: clientIdIssuedAt,
    secretSha256: null,
    secretExpiresAt: null,
  });
  return JSON.parse(JSON.stringify(record));
}
