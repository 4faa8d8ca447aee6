import type { Registrar, Registration } from 'imprimatur/kit';

/** The part of a Workers KV namespace that the provider uses. */
export type KeyValueStore = {
  get(key: string, options?: unknown): Promise<unknown>;
  put(key: string, value: string, options?: unknown): Promise<void>;
  delete(key: string): Promise<void>;
  list(options?: unknown): Promise<unknown>;
};

const CLIENT = /^client:(.*)$/s;

/** Nobody can be asked now whether a client may be used. Answer 503: to the provider, a client that is not there is gone for good. */
export class StandingUnknown extends Error {
  override readonly name = 'StandingUnknown';
}

/**
 * The provider keeps everything in one KV namespace; its clients come from the registrar instead, and only while their registration is live.
 * Each time the provider authorizes, issues or refreshes it looks its client up, so a revoked software statement ends all three at once, without
 * copies that could be out of date. `get` throws StandingUnknown.
 */
export function governedKv(kv: KeyValueStore, registrar: Registrar): KeyValueStore {
  return {
    get: async (key, options) => {
      const [, clientId] = CLIENT.exec(key) ?? [];
      if (clientId === undefined) return kv.get(key, options);
      const registration = await liveRegistration(registrar, clientId);
      return registration === undefined ? null : clientRecord(registration);
    },
    put: async (key, value, options) => {
      if (CLIENT.test(key)) throw new Error('clients are registered through the registrar');
      await kv.put(key, value, options);
    },
    delete: async (key) => {
      const [, clientId] = CLIENT.exec(key) ?? [];
      if (clientId === undefined) await kv.delete(key);
      else await registrar.end(clientId, 'the authorization server deleted it');
    },
    list: (options) => kv.list(options),
  };
}

/** The registration of a client that may be used now; undefined for any other. Throws StandingUnknown. */
export async function liveRegistration(
  registrar: Registrar,
  clientId: string,
): Promise<Registration | undefined> {
  const standing = await registrar.standing(clientId);
  if (standing.outcome === 'lapsed' && standing.because === 'unknown_status')
    throw new StandingUnknown(standing.detail);
  return standing.outcome === 'live' ? standing.registration : undefined;
}

/** A registration as the provider stores clients. It keeps secrets as SHA-256 digests too, in hexadecimal. */
export function clientRecord(
  registration: Pick<
    Registration,
    'clientId' | 'metadata' | 'createdAt' | 'secretSha256' | 'secretExpiresAt'
  >,
) {
  const { clientId, metadata, createdAt, secretSha256, secretExpiresAt } = registration;
  const isExpired = (secretExpiresAt ?? 0) !== 0 && (secretExpiresAt ?? 0) <= Date.now() / 1000;
  const languages = Object.entries(metadata).filter(([name]) => name.includes('#'));
  return {
    clientId,
    redirectUris: metadata['redirect_uris'] ?? [],
    clientName: metadata['client_name'],
    logoUri: metadata['logo_uri'],
    clientUri: metadata['client_uri'],
    policyUri: metadata['policy_uri'],
    tosUri: metadata['tos_uri'],
    jwksUri: metadata['jwks_uri'],
    i18n: languages.length === 0 ? undefined : Object.fromEntries(languages),
    contacts: metadata['contacts'],
    grantTypes: metadata['grant_types'] ?? [],
    responseTypes: metadata['response_types'] ?? [],
    registrationDate: createdAt,
    tokenEndpointAuthMethod: metadata['token_endpoint_auth_method'],
    authMethodExplicit: true,
    ...(secretSha256 === null || isExpired ? {} : { clientSecret: hexadecimal(secretSha256) }),
  };
}

function hexadecimal(base64url: string): string {
  const octets = atob(base64url.replaceAll('-', '+').replaceAll('_', '/'));
  return Array.from(octets, (octet) => octet.charCodeAt(0).toString(16).padStart(2, '0')).join('');
}
