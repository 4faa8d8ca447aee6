import type { Actor } from '../domain/access.ts';
import { differenceOf, riskOf, type MetadataChange } from '../domain/client-metadata/difference.ts';
import type { Finding } from '../domain/client-metadata/finding.ts';
import { parseClientMetadata, type ClientMetadata } from '../domain/client-metadata/parse-client-metadata.ts';
import type { JsonValue } from '../domain/json.ts';
import { ok, type Result } from '../domain/result.ts';
import type { SoftwareStanding } from '../ports.ts';
import { authorize, concealUnknown } from './authorize.ts';
import { currentPolicy, type Issuer } from './issuer.ts';
import type { Refusal } from './refusal.ts';
import { softwareOf } from './software.ts';

export type Reading = {
  readonly findings: readonly Finding[];
  /** Absent when a finding is an error. */
  readonly metadata: ClientMetadata | undefined;
  /** Against the approval that stands; every member is an addition when none does. */
  readonly changes: readonly MetadataChange[];
  readonly risk: ReturnType<typeof riskOf>;
};

/** Reads client metadata as a submission would be read, and stores nothing. */
export async function preview(
  issuer: Issuer,
  actor: Actor,
  softwareId: string,
  metadata: JsonValue,
): Promise<Result<Reading, Refusal>> {
  const found = await softwareOf(issuer, softwareId);
  if (!found.ok) return concealUnknown(actor, 'submissions:write', found.error);
  const allowed = authorize(actor, 'submissions:write', found.value.software.publisherId);
  return allowed.ok ? ok(await readMetadata(issuer, found.value, metadata)) : allowed;
}

/**
 * Findings, difference and risk of metadata for a software, under the policy in force.
 *
 * @param document the octets of the document it was read from, for which more rules hold
 */
export async function readMetadata(
  issuer: Issuer,
  standing: SoftwareStanding,
  input: JsonValue,
  document?: Uint8Array,
): Promise<Reading> {
  const policy = await currentPolicy(issuer);
  const { publisher, approved } = standing;
  const { findings, metadata } = parseClientMetadata(input, {
    policy: policy.metadata,
    verifiedDomains: publisher.verifiedDomains,
    ...(publisher.allowedScopes === null ? {} : { allowedScopes: publisher.allowedScopes }),
    ...(document === undefined ? {} : { document }),
  });
  const before =
    approved === undefined ? undefined : { metadata: approved.metadata, publisherId: approved.publisherId };
  const changes = metadata === undefined ? [] : differenceOf(before, { metadata, publisherId: publisher.id });
  return { findings, metadata, changes, risk: riskOf(changes, findings) };
}
