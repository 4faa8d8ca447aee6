import type { MetadataChange } from '../../domain/client-metadata/difference.ts';
import type { JsonObject, JsonValue } from '../../domain/json.ts';
import { err, ok, type Result } from '../../domain/result.ts';
import type { VerifiedStatement } from '../verifier/statement-verifier.ts';
import { admit, type Admitted } from './admit.ts';
import { governingOf, presented } from './attested-software.ts';
import { registrationRecord } from './audit.ts';
import { jwksUriRefusal } from './check-jwks-uri.ts';
import { clientInformation } from './client-information.ts';
import { decideAndCommit, nowOf, type Registry } from './context.ts';
import { isCredential, newRegistrationAccessToken } from './credentials.ts';
import { changesBetween, grownByClass, silentGrowth } from './growth.ts';
import { hostRefusal, tellHost } from './host.ts';
import { managed, type ManagementRequest } from './manage.ts';
import type { Class } from './policy.ts';
import type { GoverningStatement, Registration, RegistrationChange } from './ports.ts';
import { expiredRefusal, expiryOf, secretExpiry, verified, type Registered } from './register.ts';
import { refuse, refuseStatement, type RegistrationRefusal } from './refusal.ts';
import { askedFor, isWhole, parseRequest } from './request.ts';
import { withReviewedMetadata } from './reviewed-document.ts';
import { isGraceOver } from './standing.ts';
import { keptSecret, rotated, secretFor } from './update-credentials.ts';

/** Members that only the server gives and no update may hold (RFC 7592 §2.2). */
const FORBIDDEN = [
  'registration_access_token',
  'registration_client_uri',
  'client_secret_expires_at',
  'client_id_issued_at',
] as const;

type Update = {
  readonly clientClass: Class;
  readonly admitted: Admitted;
  readonly changes: readonly MetadataChange[];
  /** What governs afterwards. */
  readonly governing: GoverningStatement | null;
  /** Verified in this request; undefined when none was brought. */
  readonly statement: VerifiedStatement | undefined;
  /** Whether the statement is another than the one that governed before. */
  readonly isRenewed: boolean;
};

type UpdateRequest = ManagementRequest & { readonly body: JsonValue };

/** How often a statement that renews is brought again when another update was faster. */
const ATTEMPTS = 5;

/**
 * Replaces the metadata of a client as a whole (RFC 7592 §2.2): what is left out is gone. It may not add authority that the governing
 * statement does not attest; a newer statement of the same issuer and software renews the registration and may allow more.
 *
 * Of statements over a document that are brought at the same time, the one that was issued last stays, in whatever order they come
 * (draft-mcguinness-oauth-cimd-sw-stmt, Revalidation).
 *
 * @param request.body the parsed JSON body
 */
export async function update(
  registry: Registry,
  request: UpdateRequest,
): Promise<Result<Registered, RegistrationRefusal>> {
  for (let attempt = 1; ; attempt += 1) {
    const updated = await updateOnce(registry, request);
    if (updated.ok || updated.error.reason !== 'overtaken' || attempt === ATTEMPTS) return updated;
    const found = await managed(registry, request);
    if (!found.ok || found.value.governing?.profile !== 'cimd') return updated;
  }
}

async function updateOnce(
  registry: Registry,
  request: UpdateRequest,
): Promise<Result<Registered, RegistrationRefusal>> {
  const found = await managed(registry, request);
  if (!found.ok) return found;
  const considered = await consider(registry, found.value, request.body);
  if (!considered.ok) return considered;
  if (considered.value.changes.some(({ member }) => member === 'jwks_uri')) {
    const { admitted, governing } = considered.value;
    const refusal = await jwksUriRefusal(registry, admitted.metadata, governing?.profile);
    if (refusal !== undefined) return err(refusal);
  }
  const { admitted, governing, changes, statement, isRenewed, clientClass } = considered.value;
  const access = newRegistrationAccessToken(registry.random);
  const secret = secretFor(registry, found.value, admitted.metadata, request);

  const unservable = await hostRefusal(
    registry,
    { ...found.value, metadata: admitted.metadata, governing },
    secret?.text,
  );
  if (unservable !== undefined) return err(unservable);
  const updated = await decideAndCommit(registry, async () => {
    // Anything may have changed since: an update decided on another state is not this one.
    const current = await managed(registry, request);
    if (!current.ok) return current;
    if (current.value.version !== found.value.version) return err(overtaken());
    const software = await softwareChange(registry, current.value, considered.value);
    if (!software.ok) return software;
    const now = nowOf(registry);
    const row: Registration = {
      ...current.value,
      metadata: admitted.metadata,
      updatedAt: now,
      expiresAt: isRenewed ? expiryOf(clientClass, now, governing?.honouredUntil) : current.value.expiresAt,
      ...keptSecret(current.value, admitted.metadata),
      ...(secret === undefined
        ? {}
        : { secretSha256: secret.sha256, secretExpiresAt: secretExpiry(clientClass, now) }),
      ...rotated(registry, current.value, request, access.sha256),
      governing,
      version: current.value.version + 1,
    };
    const entry = await registrationRecord(registry, 'client.updated', {
      registration: row,
      scopeRequested: admitted.scopeRequested,
      provenance: statement?.provenance,
      initialAccessToken: undefined,
      because: reasonOf(current.value, considered.value),
      changes,
    });
    return ok({
      entries: [entry] as const,
      changes: [{ replace: 'registration' as const, row }, ...software.value],
      value: row,
    });
  });
  if (!updated.ok) return updated;
  if (!(await tellHost(registry, updated.value, secret?.text))) return err(hostFailed());
  return ok({
    registration: updated.value,
    information: clientInformation(registry, updated.value, {
      ...('isAuthenticated' in request ? {} : { registrationAccessToken: access.text }),
      clientSecret: secret?.text,
    }),
  });
}

async function consider(
  registry: Registry,
  registration: Registration,
  body: JsonValue,
): Promise<Result<Update, RegistrationRefusal>> {
  const parsed = parseRequest(body);
  if (!parsed.ok) return parsed;
  const { members, softwareStatement } = parsed.value;
  const forbidden = immutableRefusal(members, registration);
  if (forbidden !== undefined) return err(forbidden);
  const clientClass = registry.policy.classes.find(({ name }) => name === registration.clientClass);
  if (clientClass === undefined)
    return err({
      status: 403,
      error: 'invalid_request',
      description: 'Clients of this kind can no longer be changed at this server. Register a new client.',
      reason: 'class_is_gone',
      detail: `The policy has no class ${registration.clientClass} any more.`,
    });
  // As if the next sweep had come by already.
  if (isGraceOver(registry, registration))
    return err({
      status: 403,
      error: 'invalid_request',
      description: 'The registration expired too long ago to be renewed. Register a new client.',
      reason: 'grace_is_over',
    });
  const brought = await verified(registry, softwareStatement);
  if (!brought.ok) return brought;
  const { governing } = registration;
  const isRenewed = brought.value !== undefined && brought.value.provenance.digest !== governing?.digest;
  const statement = isRenewed ? await replacing(registry, governing, brought.value) : brought;
  if (!statement.ok) return statement;
  if (isRenewed) {
    const refusal = expiredRefusal(registry, clientClass, statement.value);
    if (refusal !== undefined) return err(refusal);
  } else if (governing !== null && statement.value === undefined && clientClass.boundToStatement) {
    // Nothing new was brought, so what governs must still stand.
    const standing = await registry.verifier?.standing(governing);
    if (standing !== undefined && !standing.ok) return err(refuseStatement(standing.error));
  }
  const governs = isRenewed && statement.value !== undefined ? governingOf(statement.value) : governing;
  const asked = askedFor(members, governs ?? undefined);
  const admitted = admit(asked, clientClass, governs?.profile);
  if (!admitted.ok) return admitted;
  const changes = changesBetween(registration.metadata, admitted.value.metadata);
  // What a reviewed document says was reviewed as a whole, and nothing of the request is in it.
  const growth = isWhole(governs?.profile)
    ? undefined
    : silentGrowth(changes, governs?.metadata, clientClass.mayGrow);
  if (growth !== undefined) return err(growth);
  return ok({
    clientClass,
    admitted: admitted.value,
    changes,
    governing: governs,
    statement: statement.value,
    isRenewed,
  });
}

/** What an update may not change: who the client is, and what only the server gives (RFC 7592 §2.2). */
function immutableRefusal(members: JsonObject, registration: Registration): RegistrationRefusal | undefined {
  const given = FORBIDDEN.filter((name) => members[name] !== undefined);
  if (given.length > 0)
    return refuse(
      'invalid_client_metadata',
      'forbidden_member',
      `An update must not hold ${given.join(', ')} (RFC 7592 §2.2); remove ${given.length === 1 ? 'it' : 'them'}.`,
    );
  if (members['client_id'] !== registration.clientId)
    return refuse(
      'invalid_client_metadata',
      'client_id',
      'An update holds the client_id of the client it is for (RFC 7592 §2.2), and it cannot change.',
    );
  const { client_secret: secret } = members;
  if (
    secret !== undefined &&
    (typeof secret !== 'string' || !isCredential(secret, registration.secretSha256))
  )
    return refuse(
      'invalid_client_metadata',
      'client_secret',
      'client_secret must be the one this server gave; leave it out (RFC 7592 §2.2).',
    );
  return undefined;
}

/** A statement that may take the place of what governs, with the metadata it attests. */
async function replacing(
  registry: Registry,
  governing: GoverningStatement | null,
  statement: VerifiedStatement,
): Promise<Result<VerifiedStatement, RegistrationRefusal>> {
  const refusal = replacementRefusal(governing, statement);
  return refusal === undefined ? withReviewedMetadata(registry, statement) : err(refusal);
}

/** A statement that takes another's place: the same issuer, profile and software, issued later. */
function replacementRefusal(
  governing: GoverningStatement | null,
  statement: VerifiedStatement,
): RegistrationRefusal | undefined {
  const { issuer, issuedAt } = statement.provenance;
  // Each profile has its own word on where metadata comes from; a client does not pass from one to another.
  if (statement.profile !== (governing?.profile ?? 'rfc7591'))
    return refuse(
      'unapproved_software_statement',
      'statement.other_profile',
      'The software statement is of another kind than what this client was registered with. Register a new client for it.',
    );
  if (governing === null) return undefined;
  if (issuer !== governing.issuer || statement.softwareId !== governing.softwareId)
    return refuse(
      'unapproved_software_statement',
      'statement.other_software',
      'The software statement is about other software, or of another issuer, than the one this client was registered with. Register a new client for it.',
    );
  return issuedAt > governing.issuedAt
    ? undefined
    : refuse(
        statement.profile === 'cimd' ? 'invalid_software_statement' : 'unapproved_software_statement',
        'statement.not_newer',
        'The software statement is not newer than the one this client has. Bring one that was issued later, or none.',
      );
}

async function softwareChange(
  registry: Registry,
  registration: Registration,
  { governing, isRenewed, clientClass }: Update,
): Promise<Result<readonly RegistrationChange[], RegistrationRefusal>> {
  if (!isRenewed || governing === null) return ok([]);
  const known = await registry.store.software(governing.issuer, governing.softwareId);
  const added = registration.governing === null ? 1 : 0;
  const change = presented(known, governing, added, registry.policy, clientClass);
  return change.ok ? ok([change.value]) : change;
}

/** Why the policy let it happen, for the record. */
function reasonOf(
  before: Registration,
  { isRenewed, statement, clientClass, changes, governing }: Update,
): string {
  const renewal =
    before.governing === null
      ? `It came with a statement of ${statement?.provenance.issuer}, and had none before.`
      : 'It came with a newer statement of the same issuer and software.';
  const left = grownByClass(changes, governing?.metadata, clientClass.mayGrow);
  const growth =
    left.length === 0 ? [] : [`Class ${clientClass.name} leaves ${left.join(', ')} to its clients.`];
  if (isRenewed) return [renewal, ...growth].join(' ');
  return growth[0] ?? 'It adds no authority beyond what the registration was granted.';
}

function overtaken(): RegistrationRefusal {
  return {
    status: 503,
    error: 'temporarily_unavailable',
    description:
      'The client was changed by another request at the same time. Read it, then send the update again.',
    retryAfterSeconds: 1,
    reason: 'overtaken',
  };
}

/** A host that could not take the change is told again by the next one; the client learns that it has to repeat it. */
function hostFailed(): RegistrationRefusal {
  return {
    status: 503,
    error: 'temporarily_unavailable',
    description: 'The change could not be stored everywhere. Send the same update again.',
    retryAfterSeconds: 5,
    reason: 'host_failed',
  };
}
