import type { JsonObject, JsonValue } from '../../domain/json.ts';
import { err, ok, type Result } from '../../domain/result.ts';
import type { VerifiedStatement } from '../verifier/statement-verifier.ts';
import { admit, classFor, needsSecret, type Admitted } from './admit.ts';
import { governingOf, presented } from './attested-software.ts';
import { registrationRecord } from './audit.ts';
import { jwksUriRefusal } from './check-jwks-uri.ts';
import { clientInformation } from './client-information.ts';
import { decideAndCommit, newId, nowOf, type Registry } from './context.ts';
import { newClientSecret, newRegistrationAccessToken } from './credentials.ts';
import { endRegistration } from './end.ts';
import { changesBetween } from './growth.ts';
import { hostRefusal, tellHost } from './host.ts';
import { presentedToken, usedOnce } from './initial-access-tokens.ts';
import type { Class } from './policy.ts';
import type { InitialAccessToken, Registration, RegistrationChange } from './ports.ts';
import { refuse, refuseStatement, type RegistrationRefusal } from './refusal.ts';
import { askedFor, parseRequest } from './request.ts';
import { withReviewedMetadata } from './reviewed-document.ts';
import { registeredAgain, registrationOfWorkload } from './workloads.ts';

/** A registration just made or changed: what is stored, and what the client is answered. */
export type Registered = { readonly registration: Registration; readonly information: JsonObject };

/** A registration request as it came. */
export type NewClientRequest = {
  /** The parsed JSON body. */
  readonly body: JsonValue;
  /** As it was presented. */
  readonly initialAccessToken?: string | undefined;
  /** The identifier that a host has chosen; a new one unless said. It must never have been used. A workload that is known keeps its own. */
  readonly clientId?: string;
  /** Whether the host hands out registration access tokens of its own: the answer then holds none. */
  readonly isHostManaged?: boolean;
};

type Admission = {
  readonly clientClass: Class;
  readonly admitted: Admitted;
  readonly statement: VerifiedStatement | undefined;
  readonly token: InitialAccessToken | undefined;
};

/**
 * Registers a client (RFC 7591 §3): statement and initial access token are checked, the class is found, metadata is read by the issuer's
 * rules, and everything is stored in one commit with its audit record. A workload that comes again with a JWT-SVID gets the registration that it
 * has, under the `client_id` that it has.
 *
 * Codes: those of RFC 7591 §3.2.2, `invalid_token`, `temporarily_unavailable`.
 */
export async function register(
  registry: Registry,
  request: NewClientRequest,
): Promise<Result<Registered, RegistrationRefusal>> {
  const clientId = request.clientId ?? newId(registry);
  const admission = await consider(registry, request);
  if (!admission.ok) return admission;
  const { admitted, statement } = admission.value;
  const refusal = await jwksUriRefusal(registry, admitted.metadata, statement?.profile);
  if (refusal !== undefined) return err(refusal);

  const secret = needsSecret(admission.value.admitted.metadata)
    ? newClientSecret(registry.random)
    : undefined;
  const access = newRegistrationAccessToken(registry.random);
  const registrationOf = () =>
    newRegistration(registry, clientId, admission.value, secret?.sha256 ?? null, access.sha256);
  const known = await registrationOfWorkload(registry, statement);
  const planned = known === undefined ? registrationOf() : registeredAgain(registry, known, registrationOf());
  const unservable = await hostRefusal(registry, planned, secret?.text);
  if (unservable !== undefined) return err(unservable);
  if (
    known === undefined &&
    request.clientId !== undefined &&
    (await registry.store.registration(clientId)) !== undefined
  )
    throw new Error(`the client_id ${clientId} was used before`);
  const registered = await decideAndCommit(registry, async () => {
    const existing = await registrationOfWorkload(registry, statement);
    const added = existing === undefined ? 1 : 0;
    const changes = await countedChanges(registry, admission.value, request.initialAccessToken, added);
    if (!changes.ok) return changes;
    const registration =
      existing === undefined ? registrationOf() : registeredAgain(registry, existing, registrationOf());
    const kind = existing === undefined ? 'client.registered' : 'client.updated';
    const entry = await registrationRecord(registry, kind, {
      registration,
      scopeRequested: admission.value.admitted.scopeRequested,
      provenance: admission.value.statement?.provenance,
      initialAccessToken: admission.value.token,
      because: reasonOf(admission.value),
      ...(existing === undefined
        ? {}
        : { changes: changesBetween(existing.metadata, registration.metadata) }),
    });
    const change: RegistrationChange =
      existing === undefined
        ? { insert: 'registration', row: registration }
        : { replace: 'registration', row: registration };
    return ok({
      entries: [entry] as const,
      changes: [change, ...changes.value],
      value: { registration, isNew: existing === undefined },
    });
  });
  if (!registered.ok) return registered;
  const { registration, isNew } = registered.value;
  if (!(await tellHost(registry, registration, secret?.text))) {
    if (isNew) await endRegistration(registry, registration.clientId, 'undone', HOST_FAILED);
    return err(notKept());
  }
  return ok({
    registration,
    information: clientInformation(registry, registration, {
      ...(request.isHostManaged === true ? {} : { registrationAccessToken: access.text }),
      clientSecret: secret?.text,
    }),
  });
}

/** Everything that is decided before the store is written: who asks, under which class, with what. */
async function consider(
  registry: Registry,
  request: NewClientRequest,
): Promise<Result<Admission, RegistrationRefusal>> {
  const parsed = parseRequest(request.body);
  if (!parsed.ok) return parsed;
  const token =
    request.initialAccessToken === undefined
      ? ok(undefined)
      : await presentedToken(registry, request.initialAccessToken);
  if (!token.ok) return token;
  const statement = await attested(registry, parsed.value.softwareStatement);
  if (!statement.ok) return statement;
  const asked = askedFor(parsed.value.members, statement.value);
  const clientClass =
    token.value === undefined
      ? classFor(registry.policy, asked, statement.value?.profile)
      : registry.policy.classes.find(({ name }) => name === token.value?.clientClass);
  if (clientClass === undefined)
    return err(
      refuse(
        'invalid_client_metadata',
        'no_class',
        'This server registers no client of this kind: look at application_type, grant_types and token_endpoint_auth_method.',
      ),
    );
  const missing =
    requirementMissing(clientClass, statement.value, token.value) ??
    expiredRefusal(registry, clientClass, statement.value);
  if (missing !== undefined) return err(missing);
  const admitted = admit(asked, clientClass, statement.value?.profile);
  if (!admitted.ok) return admitted;
  return ok({ clientClass, admitted: admitted.value, statement: statement.value, token: token.value });
}

/** The statement of a request with the metadata it attests; undefined when it has none. */
async function attested(
  registry: Registry,
  text: string | undefined,
): Promise<Result<VerifiedStatement | undefined, RegistrationRefusal>> {
  const statement = await verified(registry, text);
  if (!statement.ok || statement.value === undefined) return statement;
  return withReviewedMetadata(registry, statement.value);
}

/** Verifies the statement of a request; undefined when it has none. */
export async function verified(
  registry: Registry,
  text: string | undefined,
): Promise<Result<VerifiedStatement | undefined, RegistrationRefusal>> {
  if (text === undefined) return ok(undefined);
  if (registry.verifier === undefined)
    return err(
      refuse(
        'unapproved_software_statement',
        'statement.no_verifier',
        'The software statement is not approved for use at this authorization server.',
        'No verifier is configured, so no issuer is trusted.',
      ),
    );
  const statement = await registry.verifier.verify(text);
  return statement.ok ? statement : err(refuseStatement(statement.error));
}

function requirementMissing(
  clientClass: Class,
  statement: VerifiedStatement | undefined,
  token: InitialAccessToken | undefined,
): RegistrationRefusal | undefined {
  const { requires } = clientClass;
  if ((requires === 'initial_access_token' || requires === 'both') && token === undefined)
    return {
      status: 401,
      description: 'Registering a client of this kind needs an initial access token (RFC 7591 §3).',
      reason: 'initial_access_token.missing',
    };
  if ((requires === 'software_statement' || requires === 'both') && statement === undefined)
    return refuse(
      'invalid_software_statement',
      'statement.missing',
      'Registering a client of this kind needs a software_statement (RFC 7591 §2.3) of an issuer that this server trusts.',
    );
  return undefined;
}

/** A clock that is behind lets a statement pass a little after its `exp`; a registration that ends with it would never have lived. */
export function expiredRefusal(
  registry: Registry,
  clientClass: Class,
  statement: VerifiedStatement | undefined,
): RegistrationRefusal | undefined {
  const until = expiryOf(clientClass, nowOf(registry), statement?.provenance.honouredUntil);
  return until === null || until > nowOf(registry)
    ? undefined
    : refuse(
        'invalid_software_statement',
        'statement.expired',
        'The software statement has expired. Get a new one from its issuer.',
      );
}

/** Changes to what is counted: read in each attempt, because another registration may have been faster. */
async function countedChanges(
  registry: Registry,
  { clientClass, statement }: Admission,
  initialAccessToken: string | undefined,
  added: 0 | 1,
): Promise<Result<readonly RegistrationChange[], RegistrationRefusal>> {
  const changes: RegistrationChange[] = [];
  if (statement !== undefined) {
    const governing = governingOf(statement);
    const known = await registry.store.software(governing.issuer, governing.softwareId);
    const change = presented(known, governing, added, registry.policy, clientClass);
    if (!change.ok) return change;
    changes.push(change.value);
  }
  if (initialAccessToken !== undefined) {
    const token = await presentedToken(registry, initialAccessToken);
    if (!token.ok) return token;
    changes.push(usedOnce(token.value));
  }
  return ok(changes);
}

function newRegistration(
  registry: Registry,
  clientId: string,
  { clientClass, admitted, statement, token }: Admission,
  secretSha256: string | null,
  tokenSha256: string,
): Registration {
  const now = nowOf(registry);
  const governing = statement === undefined ? null : governingOf(statement);
  return {
    clientId,
    clientClass: clientClass.name,
    metadata: admitted.metadata,
    state: 'active',
    endReason: null,
    createdAt: now,
    updatedAt: now,
    expiresAt: expiryOf(clientClass, now, governing?.honouredUntil),
    lastUsedAt: null,
    secretSha256,
    secretExpiresAt: secretSha256 === null ? null : secretExpiry(clientClass, now),
    tokenSha256,
    previousTokenSha256: null,
    previousTokenUntil: null,
    governing,
    initialAccessTokenId: token?.id ?? null,
    version: 1,
  };
}

/** When a registration lapses: with its statement, or at the server's own cap, whichever is sooner; null for never. */
export function expiryOf(clientClass: Class, now: number, honouredUntil: number | undefined): number | null {
  const bounds = [
    ...(clientClass.lifetimeSeconds === undefined ? [] : [now + clientClass.lifetimeSeconds]),
    ...(honouredUntil !== undefined && clientClass.boundToStatement ? [Math.floor(honouredUntil)] : []),
  ];
  return bounds.length === 0 ? null : Math.min(...bounds);
}

/** When a new secret expires; 0 for never (RFC 7591 §3.2.1). */
export function secretExpiry(clientClass: Class, now: number): number {
  return clientClass.secretLifetimeSeconds === 0 ? 0 : now + clientClass.secretLifetimeSeconds;
}

/** A new registration that the host's own store cannot keep is undone, so that nothing is left behind. */
const HOST_FAILED = 'the server’s own store did not keep it';

function notKept(): RegistrationRefusal {
  return {
    status: 503,
    error: 'temporarily_unavailable',
    description: 'The client could not be stored. Send the same request again.',
    retryAfterSeconds: 5,
    reason: 'host_failed',
  };
}

function reasonOf({ clientClass, statement, token, admitted }: Admission): string {
  const { scope } = admitted.metadata;
  const narrowed =
    admitted.scopeRequested !== undefined && admitted.scopeRequested !== scope
      ? ' The scope was narrowed to what the class allows.'
      : '';
  const by = [
    ...(statement === undefined ? [] : [`a statement of ${statement.provenance.issuer}`]),
    ...(token === undefined ? [] : [`an initial access token of ${token.subject}`]),
  ];
  return `Class ${clientClass.name} requires ${clientClass.requires.replaceAll('_', ' ')}; ${by.length === 0 ? 'nothing was presented' : `it came with ${by.join(' and ')}`}.${narrowed}`;
}
