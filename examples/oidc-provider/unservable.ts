import type { HostClient, HostRefusal } from 'imprimatur/kit';
import { errors, type Provider } from 'oidc-provider';
import { payloadOf } from './client-adapter.ts';

/** What oidc-provider could not serve, in its own words: asked before anything is stored. */
export async function unservable(provider: Provider, client: HostClient): Promise<HostRefusal | undefined> {
  try {
    await provider.Client.validate(
      payloadOf({
        clientId: client.clientId,
        createdAt: client.clientIdIssuedAt,
        metadata: client.metadata,
        secretSha256: client.secretExpiresAt === null ? null : '',
        secretExpiresAt: client.secretExpiresAt,
        governing: null,
      }),
    );
    return undefined;
  } catch (error) {
    if (!(error instanceof errors.OIDCProviderError)) throw error;
    const code = error.error === 'invalid_redirect_uri' ? error.error : 'invalid_client_metadata';
    return { error: code, description: error.error_description ?? error.message };
  }
}
