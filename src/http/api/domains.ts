import { z } from 'zod';
import {
  DOMAIN_METHODS,
  DOMAIN_STATES,
  domainProof,
  NEVER,
  proofFileUrl,
  proofRecordName,
  type DomainClaim,
} from '../../domain/domain-claim.ts';
import { ok } from '../../domain/result.ts';
import { checkDomain } from '../../services/domains/check.ts';
import { claimDomain } from '../../services/domains/claim.ts';
import { listDomains, readDomain } from '../../services/domains/list.ts';
import { releaseDomain } from '../../services/domains/release.ts';
import { endpoint, NOTHING } from './endpoint.ts';
import { id, numericDate, text, versionTag } from './schemas.ts';

const tag = 'publishers';
const ofPublisher = z.object({ publisher_id: id });
const params = z.object({ publisher_id: id, domain_id: id });

const domainReply = z
  .object({
    id: z.string(),
    publisher_id: z.string(),
    domain: z.string(),
    state: z.enum(DOMAIN_STATES),
    method: z.enum(DOMAIN_METHODS).nullable().describe('how it was shown last'),
    proof: z
      .object({
        text: z.string().describe('what the record or the file holds'),
        record_name: z.string().describe('name of a TXT record'),
        file_url: z.string().describe('where a text/plain file is looked for'),
      })
      .describe('what to publish: the record or the file, one is enough'),
    detail: z.string().nullable().describe('what the last check found instead'),
    created_by: z.string(),
    created_at: numericDate,
    checked_at: numericDate.nullable(),
    verified_at: numericDate.nullable(),
    failing_since: numericDate.nullable(),
    next_check_at: numericDate.nullable().describe('null when it is checked on request alone'),
    version: z.int(),
  })
  .meta({ id: 'Domain' });

const VERIFIED = { state: 'verified', method: 'dns', detail: null, failing_since: null };

function domainBody(claim: DomainClaim) {
  return {
    id: claim.id,
    publisher_id: claim.publisherId,
    domain: claim.domain,
    state: claim.state,
    method: claim.method,
    proof: {
      text: domainProof(claim),
      record_name: proofRecordName(claim.domain),
      file_url: proofFileUrl(claim.domain),
    },
    detail: claim.detail,
    created_by: claim.createdBy,
    created_at: claim.createdAt,
    checked_at: claim.checkedAt,
    verified_at: claim.verifiedAt,
    failing_since: claim.failingSince,
    next_check_at: claim.nextCheckAt === NEVER ? null : claim.nextCheckAt,
    version: claim.version,
  };
}

/** One domain, with the version that a change may name. */
const domainAnswer = (claim: DomainClaim) =>
  ({ status: 200, body: domainBody(claim), headers: versionTag(claim.version) }) as const;

export const domainEndpoints = [
  endpoint({
    method: 'POST',
    path: '/v1/publishers/{publisher_id}/domains',
    action: 'domains:write',
    tag,
    summary: 'Claim a domain for a publisher',
    description:
      'Publish what proof says as a TXT record or as a file, then check. A second claim to the same domain gives the first one.',
    params: ofPublisher,
    query: NOTHING,
    body: z.strictObject({ domain: text(300).describe('such as app.example') }),
    example: {
      body: { domain: 'app.example' },
      reply: { method: null, detail: null, checked_at: null, verified_at: null, failing_since: null },
    },
    status: 201,
    reply: domainReply,
    handle: async ({ issuer, actor, params: { publisher_id }, body }) => {
      const made = await claimDomain(issuer, actor, publisher_id, body.domain);
      if (!made.ok) return made;
      const location = `/v1/publishers/${publisher_id}/domains/${made.value.id}`;
      return ok({
        status: 201,
        body: domainBody(made.value),
        headers: { location, ...versionTag(made.value.version) },
      });
    },
  }),
  endpoint({
    method: 'GET',
    path: '/v1/publishers/{publisher_id}/domains',
    action: 'publishers:read',
    tag,
    summary: 'List the domains of a publisher',
    params: ofPublisher,
    query: NOTHING,
    body: NOTHING,
    example: { reply: VERIFIED },
    status: 200,
    reply: z.object({
      items: z.array(domainReply),
      by_operator: z.array(z.string()).describe('verified domains that an operator wrote down'),
    }),
    handle: async ({ issuer, actor, params: { publisher_id } }) => {
      const found = await listDomains(issuer, actor, publisher_id);
      return found.ok
        ? ok({
            status: 200,
            body: { items: found.value.claims.map(domainBody), by_operator: found.value.byOperator },
          })
        : found;
    },
  }),
  endpoint({
    method: 'GET',
    path: '/v1/publishers/{publisher_id}/domains/{domain_id}',
    action: 'publishers:read',
    tag,
    summary: 'Read a domain of a publisher',
    params,
    query: NOTHING,
    body: NOTHING,
    example: { reply: VERIFIED },
    status: 200,
    reply: domainReply,
    handle: async ({ issuer, actor, params: { publisher_id, domain_id } }) => {
      const found = await readDomain(issuer, actor, publisher_id, domain_id);
      return found.ok ? ok(domainAnswer(found.value)) : found;
    },
  }),
  endpoint({
    method: 'POST',
    path: '/v1/publishers/{publisher_id}/domains/{domain_id}/check',
    action: 'domains:write',
    tag,
    summary: 'Look for the proof of a domain now',
    description:
      'At most every ten seconds. By itself the issuer looks at pending domains with growing pauses for fourteen days, and at verified ones ' +
      'every day; a domain is lost when its proof has been gone for seven days.',
    params,
    query: NOTHING,
    body: NOTHING,
    example: { reply: VERIFIED },
    status: 200,
    reply: domainReply,
    handle: async ({ issuer, actor, params: { publisher_id, domain_id } }) => {
      const checked = await checkDomain(issuer, actor, publisher_id, domain_id);
      return checked.ok ? ok(domainAnswer(checked.value)) : checked;
    },
  }),
  endpoint({
    method: 'DELETE',
    path: '/v1/publishers/{publisher_id}/domains/{domain_id}',
    action: 'domains:write',
    tag,
    summary: 'Give a domain up',
    description: 'It leaves the verified domains of the publisher, unless an operator had written it down.',
    params,
    query: NOTHING,
    body: NOTHING,
    status: 204,
    handle: async ({ issuer, actor, params: { publisher_id, domain_id } }) => {
      const released = await releaseDomain(issuer, actor, publisher_id, domain_id);
      return released.ok ? ok({ status: 204 }) : released;
    },
  }),
];
