import { thumbprintOf } from '../../domain/oauth/thumbprint.ts';
import type { MetadataChange } from '../../domain/client-metadata/difference.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../../domain/json.ts';
import type { Provenance } from '../verifier/statement-verifier.ts';
import { newId, nowOf, type Registry } from './context.ts';
import type { AuditEntry, AuditKind, GoverningStatement, InitialAccessToken, Registration } from './ports.ts';

/** What a record of a registration says besides the registration itself. */
export type RegistrationFacts = {
  readonly registration: Registration;
  readonly scopeRequested: string | undefined;
  /** As it was verified just now; undefined when no statement was brought. */
  readonly provenance: Provenance | undefined;
  readonly initialAccessToken: InitialAccessToken | undefined;
  /** Why the policy let it happen, a sentence. */
  readonly because: string;
  /** What an update changed. */
  readonly changes?: readonly MetadataChange[];
};

/** The record of a registration or an update: everything that is needed to judge it later, no credential, no statement. */
export async function registrationRecord(
  registry: Registry,
  kind: 'client.registered' | 'client.updated',
  facts: RegistrationFacts,
): Promise<AuditEntry> {
  const { registration, provenance, initialAccessToken, changes } = facts;
  const { metadata } = registration;
  return auditEntry(registry, kind, registration.clientId, {
    client_class: registration.clientClass,
    redirect_uris: metadata['redirect_uris'] ?? null,
    scope_requested: facts.scopeRequested ?? null,
    scope_granted: metadata['scope'] ?? null,
    token_endpoint_auth_method: metadata['token_endpoint_auth_method'] ?? null,
    jwks_uri: metadata['jwks_uri'] ?? null,
    jwk_thumbprints: thumbprintsOf(metadata['jwks']),
    software_statement: statementFacts(registration.governing, provenance),
    initial_access_token:
      initialAccessToken === undefined
        ? null
        : { id: initialAccessToken.id, subject: initialAccessToken.subject },
    decision: {
      outcome: kind === 'client.registered' ? 'registered' : 'updated',
      because: facts.because,
      expires_at: registration.expiresAt,
    },
    ...(changes === undefined ? {} : { changes: changes.map(changeFacts) }),
  });
}

/** A record of anything else that happened. */
export function auditEntry(
  registry: Registry,
  kind: AuditKind,
  clientId: string | null,
  data: JsonObject,
): AuditEntry {
  const id = newId(registry);
  const at = nowOf(registry);
  const text = JSON.stringify({
    v: 1,
    id,
    at,
    kind,
    authorization_server: registry.authorizationServer,
    registration_endpoint: registry.endpoint,
    client_id: clientId,
    data,
  });
  return { id, at, kind, clientId, text };
}

function statementFacts(governing: GoverningStatement | null, provenance: Provenance | undefined): JsonValue {
  if (governing === null) return null;
  return {
    iss: governing.issuer,
    software_id: governing.softwareId,
    ...(governing.profile === undefined || governing.profile === 'rfc7591'
      ? {}
      : { profile: governing.profile }),
    ...(governing.document === undefined ? {} : { cimd_digest: governing.document.digest }),
    jti: governing.jti,
    sha256: governing.digest,
    iat: governing.issuedAt,
    kid: provenance?.kid ?? null,
    status: provenance?.status.outcome ?? null,
    status_checked_at:
      provenance !== undefined && 'checkedAt' in provenance.status ? provenance.status.checkedAt : null,
  };
}

function changeFacts({ pointer, kind, effect, before, after }: MetadataChange): JsonObject {
  return { pointer, kind, effect, before: before ?? null, after: after ?? null };
}

/** RFC 7638 thumbprints of keys registered by value. */
function thumbprintsOf(jwks: JsonValue | undefined): JsonValue {
  const keys = isJsonObject(jwks) ? jwks['keys'] : undefined;
  if (!Array.isArray(keys)) return null;
  return keys.filter(isJsonObject).flatMap((key) => thumbprintOf(key) ?? []);
}
