import { readClientCredential } from '../../domain/credential/vc-jwt.ts';
import { textMember, type JsonObject } from '../../domain/json.ts';
import { err, ok, type Result } from '../../domain/result.ts';
import { ageRefusal, audienceRefusal, withoutNulls } from './claims.ts';
import { beyondPermission } from './permitted.ts';
import type { Asked, ReadStatement } from './read-statement.ts';
import { invalid, type StatementRefusal } from './refusal.ts';

/**
 * Reads a credential as a software statement (draft-kasselman-oauth-dcr-trusted-issuer-token, "VCs Processing by Client Registration Endpoint",
 * steps 2 to 4): its validity, its metadata, and what the issuer may speak for here.
 */
export function readCredentialStatement(asked: Asked): Result<ReadStatement, StatementRefusal> {
  const { header, claims, trust, audience, at } = asked;
  const { clockToleranceSeconds } = trust;
  const read = readClientCredential({ header, claims, now: at, clockToleranceSeconds });
  if (!read.ok) {
    const { check, detail } = read.error;
    const reason = check === 'times' ? 'times' : check === 'status' ? 'status_invalid' : 'claims';
    return err(invalid(reason, detail));
  }
  const { issuer, id, subjectId, issuedAt, expiresAt, statusEntries } = read.value;
  const metadata = withoutNulls(read.value.metadata);
  if (issuer !== trust.issuer) return err(invalid('claims', 'Its issuer is not the one that signed it.'));
  const softwareId = textMember(metadata, 'software_id') || subjectId;
  if (softwareId === '')
    return err(invalid('claims', 'It names no software (software_id, credentialSubject.id).'));
  const spoken: JsonObject = { ...claims, ...metadata, software_id: softwareId };
  const refusal =
    ageRefusal(issuedAt, trust, at) ??
    audienceRefusal(claims, trust, audience) ??
    beyondPermission(spoken, trust);
  if (refusal !== undefined) return err(refusal);
  return ok({
    profile: 'vc+jwt',
    softwareId,
    softwareVersion: textMember(metadata, 'software_version') || undefined,
    metadata,
    document: undefined,
    jti: id,
    issuedAt,
    expiresAt: Math.floor(expiresAt),
    credentialStatus: statusEntries,
  });
}
