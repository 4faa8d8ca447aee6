import { z } from 'zod';
import { EVIDENCE_MEMBERS, EVIDENCE_OUTCOMES } from '../../domain/review/evidence.ts';
import { SUBMISSION_STATES, VERDICTS } from '../../domain/submission.ts';
import { TALLY_BOUND } from '../../services/queue.ts';
import { documentReply } from './documents.ts';
import { jsonObject, numericDate } from './schemas.ts';

/** How submissions and what belongs to them look in replies. */

export const risk = z.object({ level: z.enum(['low', 'medium', 'high']), score: z.number() });

export const conditionsReply = z
  .object({
    max_lifetime_seconds: z.int().optional(),
    audience: z.array(z.string()).optional().describe('issuer identifiers (RFC 8414)'),
  })
  .meta({ id: 'Conditions' });

export const findingReply = z
  .object({
    rule: z.string(),
    severity: z.enum(['error', 'warning', 'info']),
    pointer: z.string().describe('JSON Pointer into client_metadata (RFC 6901)'),
    detail: z.string(),
    spec: z.string(),
  })
  .meta({ id: 'Finding' });

export const changeReply = z
  .object({
    pointer: z.string(),
    member: z.string(),
    kind: z.enum(['added', 'removed', 'changed']),
    effect: z.enum(['expands', 'narrows', 'neutral']),
    before: z.unknown().optional(),
    after: z.unknown().optional(),
    reason: z.string(),
  })
  .meta({ id: 'Change' });

export const submissionReply = z
  .object({
    id: z.string(),
    software_id: z.string(),
    publisher_id: z.string(),
    software_version: z.string(),
    state: z.enum(SUBMISSION_STATES),
    client_metadata: jsonObject,
    metadata_sha256: z.string(),
    document: documentReply
      .nullable()
      .describe('the Client ID Metadata Document it was read from; null for posted metadata'),
    findings: z.array(findingReply),
    compared_with: z.string().nullable(),
    changes: z.array(changeReply),
    risk,
    note: z.string().nullable(),
    required_approvals: z.int(),
    conditions: conditionsReply
      .nullable()
      .describe('what its approvals demand together of the statements over it'),
    submitted_by: z.string(),
    submitted_at: numericDate,
    closed_at: numericDate.nullable(),
    version: z.int(),
  })
  .meta({ id: 'Submission' });

export const queueReply = z
  .object({
    id: z.string(),
    software_id: z.string(),
    publisher_id: z.string(),
    publisher_name: z.string(),
    software_name: z.string(),
    software_version: z.string(),
    client_name: z.string().nullable(),
    state: z.enum(SUBMISSION_STATES),
    age_seconds: z.int(),
    risk,
    expands: z.int().describe('changes that add authority'),
    findings: z.int(),
    findings_by_severity: z.object({ error: z.int(), warning: z.int(), info: z.int() }),
    required_approvals: z.int(),
    waiting_approvals: z.int().describe('how many of them are still to come'),
    claim: z
      .object({ person_id: z.string(), expires_at: numericDate })
      .nullable()
      .describe('the reviewer who is reading it'),
    publisher_record: z
      .object({ approved: z.int(), rejected: z.int(), revoked_statements: z.int() })
      .describe(
        `submissions in force, submissions rejected, statements revoked; ${TALLY_BOUND} means that or more`,
      ),
    submitted_at: numericDate,
  })
  .meta({ id: 'QueueItem' });

export const evidenceReply = z
  .object({
    member: z
      .string()
      .describe(`${EVIDENCE_MEMBERS.join(', ')}, or one of them for a language, such as tos_uri#ja`),
    url: z.string(),
    outcome: z.enum(EVIDENCE_OUTCOMES),
    detail: z.string(),
    checked_at: numericDate.nullable(),
  })
  .meta({ id: 'Evidence' });

export const decisionReply = z
  .object({
    id: z.string(),
    submission_id: z.string(),
    verdict: z.enum(VERDICTS),
    reason: z.string(),
    conditions: conditionsReply.nullable(),
    decided_by: z.string(),
    decided_at: numericDate,
  })
  .meta({ id: 'Decision' });
