import { z } from 'zod';
import type { DocumentReference } from '../../domain/client-identifier.ts';
import { ok } from '../../domain/result.ts';
import {
  readApprovedDocument,
  readReviewedDocument,
  type DocumentStanding,
} from '../../services/documents/standing.ts';
import { endpoint, NOTHING } from './endpoint.ts';
import { id, numericDate } from './schemas.ts';

/** A Client ID Metadata Document in replies. */
export const documentReply = z
  .object({
    client_id: z.string().describe('the URL of the Client ID Metadata Document'),
    cimd_digest: z.string().describe('base64url SHA-256 of its exact octets'),
  })
  .meta({ id: 'Document' });

export function documentBody({ url, digest }: DocumentReference) {
  return { client_id: url, cimd_digest: digest };
}

const standingReply = documentReply
  .extend({
    served: z
      .enum(['same', 'changed', 'unknown'])
      .describe('what was served when the issuer last looked, against what was approved'),
    served_digest: z.string().nullable(),
    drifted_since: numericDate.nullable().describe('since when something else is served'),
    problem: z.string().nullable().describe('why what is served now could not be put before reviewers'),
    checked_at: numericDate.nullable(),
    next_check_at: numericDate.nullable(),
    failure: z.string().nullable().describe('why it could not be fetched the last time'),
    failing_since: numericDate.nullable(),
  })
  .meta({ id: 'DocumentStanding' });

function standingBody({ document, served, watch }: DocumentStanding) {
  return {
    ...documentBody(document),
    served,
    served_digest: watch?.seenDigest ?? null,
    drifted_since: watch?.driftedSince ?? null,
    problem: watch?.problem ?? null,
    checked_at: watch?.checkedAt ?? null,
    next_check_at: watch?.nextCheckAt ?? null,
    failure: watch?.failure ?? null,
    failing_since: watch?.failingSince ?? null,
  };
}

export const documentEndpoints = [
  endpoint({
    method: 'GET',
    path: '/v1/submissions/{submission_id}/document',
    action: 'submissions:read',
    tag: 'submissions',
    summary: 'Read the Client ID Metadata Document of a submission, octet by octet as it was reviewed',
    description:
      'The base64url SHA-256 of the body is `document.cimd_digest` of the submission. Metadata that was posted has no document: `not_found`.',
    params: z.object({ submission_id: id }),
    query: NOTHING,
    body: NOTHING,
    status: 200,
    handle: async ({ issuer, actor, params: { submission_id } }) => {
      const found = await readReviewedDocument(issuer, actor, submission_id);
      return found.ok ? ok({ status: 200, octets: found.value.octets }) : found;
    },
  }),
  endpoint({
    method: 'GET',
    path: '/v1/software/{software_id}/document',
    action: 'software:read',
    tag: 'software',
    summary: 'Read the approved Client ID Metadata Document and whether it is still served',
    description:
      'The issuer looks once an hour. What is served instead of an approved document is put before reviewers by the issuer itself.',
    params: z.object({ software_id: id }),
    query: NOTHING,
    body: NOTHING,
    status: 200,
    reply: standingReply,
    handle: async ({ issuer, actor, params: { software_id } }) => {
      const found = await readApprovedDocument(issuer, actor, software_id);
      return found.ok ? ok({ status: 200, body: standingBody(found.value) }) : found;
    },
  }),
];
