import type {
  AttestedSoftware,
  AuditEntry,
  GoverningStatement,
  InitialAccessToken,
  Registration,
  RegistrationStore,
} from '../../../../src/kit/registration/ports.ts';

/** A NumericDate to count from. */
export const NOW = 1_800_000_000;

export const ISSUER = 'https://issuer.example';

let entries = 0;

/** An audit entry that no other test has made. */
export function entry(given: Partial<AuditEntry> = {}): AuditEntry {
  entries += 1;
  const id = given.id ?? `entry-${String(entries).padStart(8, '0')}`;
  return { id, at: NOW, kind: 'client.registered', clientId: null, text: JSON.stringify({ id }), ...given };
}

export function registration(clientId: string, given: Partial<Registration> = {}): Registration {
  return {
    clientId,
    clientClass: 'default',
    metadata: { client_name: 'A client' },
    state: 'active',
    endReason: null,
    createdAt: NOW,
    updatedAt: NOW,
    expiresAt: null,
    lastUsedAt: null,
    secretSha256: null,
    secretExpiresAt: null,
    tokenSha256: `token-of-${clientId}`,
    previousTokenSha256: null,
    previousTokenUntil: null,
    governing: null,
    initialAccessTokenId: null,
    version: 1,
    ...given,
  };
}

export function governing(given: Partial<GoverningStatement> = {}): GoverningStatement {
  return {
    issuer: ISSUER,
    softwareId: 'software-1',
    jti: 'statement-1',
    digest: 'digest-1',
    text: 'eyJ.eyJ.sig',
    issuedAt: NOW - 10,
    honouredUntil: NOW + 3600,
    statusReference: { uri: `${ISSUER}/status-lists/1`, idx: 7 },
    metadata: { software_id: 'software-1', client_name: 'A client' },
    ...given,
  };
}

export function software(softwareId: string, given: Partial<AttestedSoftware> = {}): AttestedSoftware {
  return {
    issuer: ISSUER,
    softwareId,
    floorIssuedAt: 0,
    newestIssuedAt: NOW - 10,
    newestMetadata: { software_id: softwareId },
    registrations: 1,
    version: 1,
    ...given,
  };
}

export function initialAccessToken(id: string, given: Partial<InitialAccessToken> = {}): InitialAccessToken {
  return {
    id,
    secretSha256: `secret-of-${id}`,
    clientClass: 'default',
    subject: 'A partner',
    createdAt: NOW,
    expiresAt: NOW + 3600,
    maxUses: 1,
    uses: 0,
    revokedAt: null,
    version: 1,
    ...given,
  };
}

/** The next version of a row, changed. */
export function next<T extends { readonly version: number }>(row: T, changed: Partial<T> = {}): T {
  return { ...row, ...changed, version: row.version + 1 };
}

/** Stores registrations, a few a commit; fails the test when one is refused. */
export async function insertAll(store: RegistrationStore, rows: readonly Registration[]): Promise<void> {
  for (let i = 0; i < rows.length; i += 50) {
    const committed = await store.commit(
      [entry()],
      rows.slice(i, i + 50).map((row) => ({ insert: 'registration', row })),
    );
    if (!committed.ok) throw new Error(`refused: ${committed.error.code}`);
  }
}
