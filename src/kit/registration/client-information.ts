import type { JsonObject } from '../../domain/json.ts';
import type { Registry } from './context.ts';
import type { HostClient, Registration } from './ports.ts';

/** Credentials that only the answer at hand can hold, since only digests are kept. */
export type ShownCredentials = {
  /** None where the host hands out its own. */
  readonly registrationAccessToken?: string;
  /** Only when one was just made. */
  readonly clientSecret?: string | undefined;
};

/**
 * A client information response (RFC 7591 §3.2.1, RFC 7592 §3): credentials, everything that is registered, the statement unmodified, and until
 * when it lets the registration last (`registration_expires_at`; draft-mcguinness-oauth-cimd-sw-stmt, Registration Validity).
 */
export function clientInformation(
  registry: Registry,
  registration: Registration,
  shown: ShownCredentials,
): JsonObject {
  const { clientId, metadata, governing, secretExpiresAt, expiresAt } = registration;
  return {
    client_id: clientId,
    client_id_issued_at: registration.createdAt,
    ...(shown.clientSecret === undefined ? {} : { client_secret: shown.clientSecret }),
    // REQUIRED with a secret; it also says of one issued before how long it lasts.
    ...(secretExpiresAt === null ? {} : { client_secret_expires_at: secretExpiresAt }),
    ...(shown.registrationAccessToken === undefined
      ? {}
      : {
          registration_access_token: shown.registrationAccessToken,
          registration_client_uri: `${registry.endpoint}/${encodeURIComponent(clientId)}`,
        }),
    ...metadata,
    ...(governing === null || expiresAt === null ? {} : { registration_expires_at: expiresAt }),
    ...(governing === null ? {} : { software_statement: governing.text }),
  };
}

/** A client as the host server's own store takes it. */
export function hostClient(registration: Registration, secret: string | undefined): HostClient {
  return {
    clientId: registration.clientId,
    clientIdIssuedAt: registration.createdAt,
    metadata: registration.metadata,
    secret,
    secretExpiresAt: registration.secretExpiresAt,
    softwareStatement: registration.governing?.text,
  };
}
