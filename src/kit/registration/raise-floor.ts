import { err, ok, type Result } from '../../domain/result.ts';
import { auditEntry } from './audit.ts';
import { decideAndCommit, type Registry } from './context.ts';
import type { AttestedSoftware } from './ports.ts';
import { refuse, type RegistrationRefusal } from './refusal.ts';

/**
 * Refuses from now on every statement of a software that was issued before `issuedAt` (NumericDate, seconds). A floor is only ever raised.
 * Code `invalid_request` for a software never seen, or a floor below the one in force.
 *
 * @param because a sentence for the audit record
 */
export function raiseFloor(
  registry: Registry,
  wanted: {
    readonly issuer: string;
    readonly softwareId: string;
    readonly issuedAt: number;
    readonly because: string;
  },
): Promise<Result<AttestedSoftware, RegistrationRefusal>> {
  const { issuer, softwareId, issuedAt, because } = wanted;
  return decideAndCommit(registry, async () => {
    const known = await registry.store.software(issuer, softwareId);
    if (known === undefined)
      return err(
        refuse(
          'invalid_request',
          'unknown_software',
          `No statement of ${issuer} about ${softwareId} was ever presented here.`,
        ),
      );
    if (!Number.isSafeInteger(issuedAt) || issuedAt < known.floorIssuedAt)
      return err(
        refuse('invalid_request', 'floor', `The floor is ${known.floorIssuedAt} and can only be raised.`),
      );
    const row = { ...known, floorIssuedAt: issuedAt, version: known.version + 1 };
    const entry = auditEntry(registry, 'floor.raised', null, {
      iss: issuer,
      software_id: softwareId,
      before: known.floorIssuedAt,
      after: issuedAt,
      because,
    });
    return ok({ entries: [entry] as const, changes: [{ replace: 'software' as const, row }], value: row });
  });
}
