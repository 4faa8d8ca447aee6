import type { Actor } from '../../domain/access.ts';
import { conditionMembers } from '../../domain/review/conditions.ts';
import type { ApiToken, Person, Publisher } from '../../domain/publisher.ts';
import type { Evidence } from '../../domain/review/evidence.ts';
import type { SigningKey } from '../../domain/signing-key.ts';
import type { Software } from '../../domain/software.ts';
import { registrationRequest } from '../../domain/statement/registration-request.ts';
import { effectiveState } from '../../domain/statement/statement.ts';
import type { Decision, Submission } from '../../domain/submission.ts';
import type { StatementStanding } from '../../ports.ts';
import type { Issued } from '../../services/issue.ts';
import type { QueueItem } from '../../services/queue.ts';
import { documentBody } from './documents.ts';
import { statusListUri } from '../../services/signed-lists.ts';

/** How domain things look on the wire: snake_case members, RFC spelling, times as NumericDate seconds. */

export function publisherBody(publisher: Publisher) {
  return {
    id: publisher.id,
    name: publisher.name,
    state: publisher.state,
    state_reason: publisher.stateReason,
    verified_domains: publisher.verifiedDomains,
    allowed_scopes: publisher.allowedScopes,
    created_at: publisher.createdAt,
    version: publisher.version,
  };
}

export function personBody(person: Person) {
  return {
    id: person.id,
    name: person.name,
    email: person.email,
    roles: person.roles,
    state: person.state,
    created_at: person.createdAt,
    version: person.version,
  };
}

export function tokenBody(token: ApiToken) {
  return {
    id: token.id,
    person_id: token.personId,
    label: token.label,
    scopes: token.scopes,
    created_at: token.createdAt,
    created_by: token.createdBy,
    expires_at: token.expiresAt,
    revoked_at: token.revokedAt,
  };
}

export function softwareBody(software: Software) {
  return {
    software_id: software.id,
    publisher_id: software.publisherId,
    name: software.name,
    state: software.state,
    state_reason: software.stateReason,
    approved_submission_id: software.approvedSubmissionId,
    created_at: software.createdAt,
    version: software.version,
  };
}

export function decisionBody(decision: Decision) {
  return {
    id: decision.id,
    submission_id: decision.submissionId,
    verdict: decision.verdict,
    reason: decision.reason,
    conditions: conditionMembers(decision.conditions),
    decided_by: decision.decidedBy,
    decided_at: decision.decidedAt,
  };
}

export function submissionBody(submission: Submission) {
  return {
    id: submission.id,
    software_id: submission.softwareId,
    publisher_id: submission.publisherId,
    software_version: submission.softwareVersion,
    state: submission.state,
    client_metadata: submission.metadata,
    metadata_sha256: submission.metadataSha256,
    document: submission.document === null ? null : documentBody(submission.document),
    findings: submission.findings,
    compared_with: submission.comparedWith,
    changes: submission.changes,
    risk: { level: submission.riskLevel, score: submission.riskScore },
    note: submission.note,
    required_approvals: submission.requiredApprovals,
    conditions: conditionMembers(submission.conditions),
    submitted_by: submission.submittedBy,
    submitted_at: submission.submittedAt,
    closed_at: submission.closedAt,
    version: submission.version,
  };
}

export function evidenceBody({ member, url, outcome, detail, checkedAt }: Evidence) {
  return { member, url, outcome, detail, checked_at: checkedAt };
}

/** A row of the review queue: what a reviewer needs to choose. */
export function queueBody(item: QueueItem) {
  const { submission, findings, record, claim } = item;
  return {
    id: submission.id,
    software_id: submission.softwareId,
    publisher_id: submission.publisherId,
    publisher_name: item.publisherName,
    software_name: item.softwareName,
    software_version: submission.softwareVersion,
    client_name: item.clientName ?? null,
    state: submission.state,
    age_seconds: item.ageSeconds,
    risk: { level: submission.riskLevel, score: submission.riskScore },
    expands: item.expansions,
    findings: submission.findings.length,
    findings_by_severity: findings,
    required_approvals: submission.requiredApprovals,
    waiting_approvals: item.waitingApprovals,
    claim: claim && { person_id: claim.personId, expires_at: claim.expiresAt },
    publisher_record: {
      approved: record.approved,
      rejected: record.rejected,
      revoked_statements: record.revokedStatements,
    },
    submitted_at: submission.submittedAt,
  };
}

/**
 * A statement. The JWT is a bearer artifact: only developers of its publisher are given it, with the registration
 * request that holds it.
 */
export function statementBody(
  { statement, software, publisher }: StatementStanding,
  actor: Actor,
  issuer: string,
) {
  return {
    jti: statement.jti,
    software_id: statement.softwareId,
    software_version: statement.softwareVersion,
    publisher_id: statement.publisherId,
    submission_id: statement.submissionId,
    state: statement.state,
    state_reason: statement.stateReason,
    state_at: statement.stateAt,
    effective_state: effectiveState(statement.state, software.state, publisher.state),
    kid: statement.kid,
    alg: statement.alg,
    profile: statement.profile,
    iat: statement.issuedAt,
    exp: statement.expiresAt,
    audience: statement.audience,
    status: { status_list: { idx: statement.idx, uri: statusListUri(issuer, statement.listId) } },
    sha256: statement.sha256,
    issued_by: statement.issuedBy,
    renewed_from: statement.renewedFrom,
    ...(actor.publisherIds.includes(statement.publisherId) ? { software_statement: statement.jwt } : {}),
  };
}

/** A fresh statement, with the request body that registers it (RFC 7591 §3.1). */
export function issuedBody(issued: Issued, actor: Actor, issuer: string) {
  return {
    ...statementBody(issued, actor, issuer),
    registration_request: registrationRequest(issued.statement, issued.metadata),
  };
}

export function keyBody(key: SigningKey) {
  return {
    kid: key.kid,
    alg: key.alg,
    state: key.state,
    state_reason: key.stateReason,
    public_jwk: key.publicJwk,
    created_at: key.createdAt,
    activated_at: key.activatedAt,
    retiring_at: key.retiringAt,
    ended_at: key.endedAt,
    version: key.version,
  };
}
