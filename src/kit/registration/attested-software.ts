import type { VerifiedStatement } from '../verifier/statement-verifier.ts';
import type { JsonObject } from '../../domain/json.ts';
import { err, ok, type Result } from '../../domain/result.ts';
import { changesBetween } from './growth.ts';
import type { Class, Policy } from './policy.ts';
import type { AttestedSoftware, GoverningStatement, RegistrationChange } from './ports.ts';
import { refuse, type RegistrationRefusal } from './refusal.ts';

/** The part of a verified statement that a registration keeps. */
export function governingOf(statement: VerifiedStatement): GoverningStatement {
  const { provenance } = statement;
  return {
    issuer: provenance.issuer,
    softwareId: statement.softwareId,
    profile: statement.profile,
    ...(statement.document === undefined ? {} : { document: statement.document }),
    jti: provenance.jti,
    digest: provenance.digest,
    text: statement.text,
    issuedAt: provenance.issuedAt,
    honouredUntil: provenance.honouredUntil,
    statusReference: provenance.statusReference,
    ...(provenance.credentialStatus === undefined ? {} : { credentialStatus: provenance.credentialStatus }),
    metadata: statement.metadata,
  };
}

/** Registrations of one document by one deciding party, unless the class says otherwise ("Registrations Derived from One Statement"). */
const MAX_PER_DOCUMENT = 1;

/**
 * Whether a statement comes after one that was issued later. For profile cimd every newer statement that was accepted, wherever it was
 * brought, supersedes the older ones (draft-mcguinness-oauth-cimd-sw-stmt, Registrations Derived from One Statement). Code
 * `invalid_software_statement`.
 *
 * @param known the row of what the statement is about; undefined for what was never seen
 */
export function supersededRefusal(
  known: AttestedSoftware | undefined,
  { profile, issuedAt }: Pick<GoverningStatement, 'profile' | 'issuedAt'>,
): RegistrationRefusal | undefined {
  if (profile !== 'cimd' || known === undefined) return undefined;
  const newest = Math.max(known.newestIssuedAt, known.floorIssuedAt);
  return issuedAt >= newest
    ? undefined
    : refuse(
        'invalid_software_statement',
        'statement.superseded',
        'The software statement was superseded by one that was issued later. Bring the newest one.',
        `It was issued at ${issuedAt}, and one issued at ${newest} was accepted.`,
      );
}

/**
 * Takes a statement into account: refuses one that is older than the floor of its software, raises the floor where the policy says so,
 * and counts. Codes `unapproved_software_statement`, `invalid_software_statement`.
 *
 * @param known the row as it was read; undefined for a software never seen
 * @param added registrations that come to it: 1 for a new one, 0 for a renewal
 */
export function presented(
  known: AttestedSoftware | undefined,
  governing: GoverningStatement,
  added: 0 | 1,
  policy: Policy,
  clientClass: Class,
): Result<RegistrationChange, RegistrationRefusal> {
  const { issuer, softwareId, issuedAt, metadata } = governing;
  const isNewestOnly = policy.iatFloor === 'newest' || governing.profile === 'cimd';
  if (known === undefined)
    return ok({
      insert: 'software',
      row: {
        issuer,
        softwareId,
        floorIssuedAt: isNewestOnly ? issuedAt : 0,
        newestIssuedAt: issuedAt,
        newestMetadata: metadata,
        registrations: added,
        version: 1,
      },
    });
  const superseded = supersededRefusal(known, governing);
  if (superseded !== undefined) return err(superseded);
  if (issuedAt < known.floorIssuedAt)
    return err(
      unapproved(
        'statement.below_floor',
        `It was issued at ${issuedAt}, before the floor ${known.floorIssuedAt} of the software ${softwareId}.`,
      ),
    );
  // The floor rises when a narrower statement follows a broader one; here the broader one comes late, and first.
  if (
    policy.iatFloor === 'when_narrowed' &&
    issuedAt < known.newestIssuedAt &&
    isNarrowed(metadata, known.newestMetadata)
  )
    return err(
      unapproved(
        'statement.below_floor',
        `It was issued at ${issuedAt}; a statement issued at ${known.newestIssuedAt} attests less of the software ${softwareId}.`,
      ),
    );
  const registrations = known.registrations + added;
  const maxPerSoftware =
    clientClass.maxPerSoftware ?? (governing.profile === 'cimd' ? MAX_PER_DOCUMENT : undefined);
  if (added === 1 && maxPerSoftware !== undefined && registrations > maxPerSoftware)
    return err(
      unapproved(
        'too_many_registrations',
        `The software ${softwareId} has ${known.registrations} registrations already (maxPerSoftware of class ${clientClass.name}).`,
      ),
    );
  const isNewer = issuedAt > known.newestIssuedAt;
  return ok({
    replace: 'software',
    row: {
      ...known,
      registrations,
      floorIssuedAt: isNewer ? floorAfter(known, governing, policy, isNewestOnly) : known.floorIssuedAt,
      newestIssuedAt: isNewer ? issuedAt : known.newestIssuedAt,
      newestMetadata: isNewer ? metadata : known.newestMetadata,
      version: known.version + 1,
    },
  });
}

/** The software of a registration that ends. */
export function withoutOne(known: AttestedSoftware): RegistrationChange {
  return {
    replace: 'software',
    row: {
      ...known,
      registrations: Math.max(0, known.registrations - 1),
      version: known.version + 1,
    },
  };
}

function floorAfter(
  known: AttestedSoftware,
  newer: GoverningStatement,
  policy: Policy,
  isNewestOnly: boolean,
): number {
  const raises =
    isNewestOnly || (policy.iatFloor === 'when_narrowed' && isNarrowed(known.newestMetadata, newer.metadata));
  return raises ? Math.max(known.floorIssuedAt, newer.issuedAt) : known.floorIssuedAt;
}

function isNarrowed(before: JsonObject, after: JsonObject): boolean {
  return changesBetween(before, after).some(({ effect }) => effect === 'narrows');
}

function unapproved(reason: string, detail: string): RegistrationRefusal {
  return {
    status: 400,
    error: 'unapproved_software_statement',
    description: 'The software statement is not approved for use at this authorization server.',
    reason,
    detail,
  };
}
