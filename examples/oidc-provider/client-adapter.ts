import type { Registrar, Registration } from 'imprimatur/kit';
import { errors, Provider, type Adapter, type ClientMetadata, type KoaContextWithOIDC } from 'oidc-provider';

/** Stands where oidc-provider wants a secret: the registrar keeps digests and compares. No secret has this form. */
export const KEPT_AS_DIGEST = 'kept as a digest';

/** oidc-provider wants these members of every client, one that never redirects included. */
export const NO_REDIRECTS = { redirect_uris: [], response_types: [] };

const MANAGEMENT = new Set<string | undefined>(['client', 'client_update', 'client_delete']);

/** What happens while oidc-provider updates a client. */
export type UpdateHooks = {
  /** Before the body is read: whose registration it is about. */
  readonly expectBody: (context: KoaContextWithOIDC, registration: Registration) => void;
  /** After the body was checked by oidc-provider and before anything is stored; throws what it refuses. */
  readonly update: (context: KoaContextWithOIDC) => Promise<void>;
};

/** Clients as oidc-provider reads and writes them: from the registrar, and only while they may be used. */
export function clientAdapter(registrar: Registrar, hooks: UpdateHooks): Adapter {
  return {
    find: async (id) => {
      const standing = await registrar.standing(id);
      if (standing.outcome === 'unknown' || standing.outcome === 'ended') return undefined;
      const context = Provider.ctx;
      const route = context?.oidc.route;
      // A client whose statement lapsed may still read itself and bring a newer one (RFC 7592 §2.2), and nothing else.
      if (standing.outcome === 'lapsed' && !MANAGEMENT.has(route)) return undefined;
      if (context !== undefined && route === 'client_update')
        hooks.expectBody(context, standing.registration);
      if (route === 'token') await registrar.used(id);
      return payloadOf(standing.registration);
    },
    upsert: async (id) => {
      const context = Provider.ctx;
      if (context?.oidc.route === 'client_update') await hooks.update(context);
      // A new client was stored by the registrar before. Whatever a later oidc-provider does with its hooks, nothing else gets in.
      else if ((await registrar.standing(id)).outcome === 'unknown')
        throw new errors.InvalidSoftwareStatement('the client was not registered through the registrar');
    },
    destroy: async (id) => {
      await registrar.remove({ clientId: id, isAuthenticated: true });
    },
    // Clients are found by their identifier alone.
    findByUid: async () => undefined,
    findByUserCode: async () => undefined,
    consume: async () => undefined,
    revokeByGrantId: async () => undefined,
  };
}

/** A registration in the form in which oidc-provider stores clients. */
export function payloadOf(
  registration: Pick<
    Registration,
    'clientId' | 'createdAt' | 'metadata' | 'secretSha256' | 'secretExpiresAt' | 'governing'
  >,
): ClientMetadata {
  const { clientId, metadata, governing, secretSha256, secretExpiresAt } = registration;
  return JSON.parse(
    JSON.stringify({
      ...NO_REDIRECTS,
      ...metadata,
      client_id: clientId,
      client_id_issued_at: registration.createdAt,
      ...(secretSha256 === null
        ? {}
        : { client_secret: KEPT_AS_DIGEST, client_secret_expires_at: secretExpiresAt ?? 0 }),
      ...(governing === null ? {} : { software_statement: governing.text }),
    }),
  );
}
