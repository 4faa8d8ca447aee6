import { z } from 'zod';
import type { DocumentReference } from '../../domain/client-identifier.ts';
import { ok, type Result } from '../../domain/result.ts';
import { previewDocument } from '../../services/documents/preview.ts';
import { preview, type Reading } from '../../services/preview.ts';
import type { Refusal } from '../../services/refusal.ts';
import { listSubmissions, readSubmission } from '../../services/submissions.ts';
import { submit } from '../../services/submit.ts';
import { withdraw } from '../../services/withdraw.ts';
import { documentBody, documentReply } from './documents.ts';
import { endpoint, NOTHING } from './endpoint.ts';
import { decisionBody, evidenceBody, submissionBody } from './representations.ts';
import { id, page, pageOf, pageQuery, reason, versionTag } from './schemas.ts';
import { previewRequest, submissionRequest } from './submission-body.ts';
import {
  changeReply,
  decisionReply,
  evidenceReply,
  findingReply,
  risk,
  submissionReply,
} from './submission-replies.ts';

const tag = 'submissions';
const ofSoftware = z.object({ software_id: id });
const params = z.object({ submission_id: id });

const METADATA_EXAMPLE = {
  client_name: 'Example Application',
  redirect_uris: ['https://app.example/callback'],
  token_endpoint_auth_method: 'private_key_jwt',
  jwks_uri: 'https://app.example/jwks.json',
};

export const submissionEndpoints = [
  endpoint({
    method: 'POST',
    path: '/v1/software/{software_id}/submissions',
    action: 'submissions:write',
    tag,
    summary: 'Submit client metadata, or a Client ID Metadata Document, for review',
    description:
      'A document is fetched now, and what is reviewed are the octets that came: a later change of it needs a new review. Metadata that breaks a rule is answered with every finding, and nothing is stored. A submission of the same ' +
      'software that nobody decided yet is superseded.',
    params: ofSoftware,
    query: NOTHING,
    body: submissionRequest,
    example: { body: { software_version: '1.0.0', client_metadata: METADATA_EXAMPLE } },
    creates: true,
    status: 201,
    reply: submissionReply,
    handle: async ({ issuer, actor, params: { software_id }, body, idempotency }) => {
      const made = await submit(issuer, actor, software_id, body, idempotency);
      if (!made.ok) return made;
      const headers = { location: `/v1/submissions/${made.value.id}`, ...versionTag(made.value.version) };
      return ok({ status: 201, body: submissionBody(made.value), headers });
    },
  }),
  endpoint({
    method: 'POST',
    path: '/v1/software/{software_id}/preview',
    action: 'submissions:write',
    tag,
    summary: 'See the findings and the difference a submission would have; stores nothing',
    params: ofSoftware,
    query: NOTHING,
    body: previewRequest,
    example: { body: { client_metadata: METADATA_EXAMPLE } },
    status: 200,
    reply: z.object({
      acceptable: z.boolean(),
      findings: z.array(findingReply),
      changes: z.array(changeReply),
      risk: risk.extend({ reasons: z.array(z.string()) }),
      document: documentReply.nullable().describe('the document it was read from; null for posted metadata'),
    }),
    handle: async ({ issuer, actor, params: { software_id }, body }) => {
      const read: Result<Reading & { readonly document?: DocumentReference }, Refusal> =
        'clientId' in body
          ? await previewDocument(issuer, actor, software_id, body.clientId)
          : await preview(issuer, actor, software_id, body.metadata);
      if (!read.ok) return read;
      const { findings, metadata, changes, risk: risked, document } = read.value;
      return ok({
        status: 200,
        body: {
          acceptable: metadata !== undefined,
          findings,
          changes,
          risk: risked,
          document: document === undefined ? null : documentBody(document),
        },
      });
    },
  }),
  endpoint({
    method: 'GET',
    path: '/v1/software/{software_id}/submissions',
    action: 'submissions:read',
    tag,
    summary: 'List the submissions of a software, newest first',
    params: ofSoftware,
    query: z.strictObject(pageQuery),
    body: NOTHING,
    status: 200,
    reply: pageOf(submissionReply),
    handle: async ({ issuer, actor, params: { software_id: softwareId }, query: { limit, after } }) => {
      const found = await listSubmissions(
        issuer,
        actor,
        { softwareId },
        { limit: limit + 1, after },
        'newest',
      );
      return found.ok
        ? ok({ status: 200, body: page(found.value, limit, ({ id: last }) => last, submissionBody) })
        : found;
    },
  }),
  endpoint({
    method: 'GET',
    path: '/v1/submissions/{submission_id}',
    action: 'submissions:read',
    tag,
    summary: 'Read a submission with its findings, difference, decisions and evidence',
    description:
      'Evidence is what was found behind jwks_uri, logo_uri, policy_uri, tos_uri and client_uri, and of their forms for languages the first ten, looked at soon after the submission.',
    params,
    query: NOTHING,
    body: NOTHING,
    status: 200,
    reply: submissionReply.extend({ decisions: z.array(decisionReply), evidence: z.array(evidenceReply) }),
    handle: async ({ issuer, actor, params: { submission_id } }) => {
      const found = await readSubmission(issuer, actor, submission_id);
      if (!found.ok) return found;
      const { submission, decisions, evidence } = found.value;
      const body = {
        ...submissionBody(submission),
        decisions: decisions.map(decisionBody),
        evidence: evidence.map(evidenceBody),
      };
      return ok({ status: 200, body, headers: versionTag(submission.version) });
    },
  }),
  endpoint({
    method: 'POST',
    path: '/v1/submissions/{submission_id}/withdrawal',
    action: 'submissions:write',
    tag,
    summary: 'Take a submission back that nobody has decided',
    params,
    query: NOTHING,
    body: z.strictObject({ reason }),
    example: {
      body: { reason: 'wrong redirect URI' },
      reply: { 'Submission.state': 'withdrawn', closed_at: 1_795_204_800 },
    },
    status: 200,
    reply: submissionReply,
    handle: async ({ issuer, actor, params: { submission_id }, body }) => {
      const withdrawn = await withdraw(issuer, actor, submission_id, body.reason);
      return withdrawn.ok
        ? ok({
            status: 200,
            body: submissionBody(withdrawn.value),
            headers: versionTag(withdrawn.value.version),
          })
        : withdrawn;
    },
  }),
];
