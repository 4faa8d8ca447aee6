import { z } from 'zod';
import { ok } from '../../domain/result.ts';
import type { Workload } from '../../domain/workload/workload.ts';
import { bindWorkload, endWorkload, listWorkloads } from '../../services/workloads/bindings.ts';
import { endpoint, NOTHING } from './endpoint.ts';
import { givenObject, id, jsonObject, numericDate, text } from './schemas.ts';

const tag = 'workloads';
const params = z.object({ software_id: id });

const workloadReply = z
  .object({
    id: z.string(),
    software_id: z.string(),
    label: z.string(),
    rules: jsonObject.describe('what its token must say'),
    may_file: z.boolean().describe('whether it may file submissions for what is new'),
    state: z.enum(['active', 'ended']),
    created_at: numericDate,
    created_by: z.string(),
    ended_at: numericDate.nullable(),
  })
  .meta({ id: 'Workload' });

function workloadBody(workload: Workload) {
  return {
    id: workload.id,
    software_id: workload.softwareId,
    label: workload.label,
    rules: workload.rules,
    may_file: workload.mayFile,
    state: workload.state,
    created_at: workload.createdAt,
    created_by: workload.createdBy,
    ended_at: workload.endedAt,
  };
}

const RULES =
  'what its token must say, by kind. `github`: repository, repository_id, repository_owner_id, workflow, ref?, environment?, runner_environment?. ' +
  '`gitlab`: issuer, project_path, project_id, namespace_id, ci_config_path, ref_path?, ref_protected?, environment?. ' +
  '`oidc`: issuer, claims. `spiffe`: trust_domain, spiffe_id, which may end in /*.';

const EXAMPLE_RULES = {
  kind: 'github',
  repository: 'acme/shop',
  repository_id: '1296269',
  repository_owner_id: '6811672',
  workflow: '.github/workflows/release.yml',
  ref: 'refs/heads/main',
};

export const workloadEndpoints = [
  endpoint({
    method: 'POST',
    path: '/v1/software/{software_id}/workloads',
    action: 'workloads:write',
    tag,
    summary: 'Bind a workload: a CI job or service that gets statements without a secret',
    description:
      'The workload shows the token its platform gives it at the token endpoint (RFC 8693). Its issuer or trust domain must be one the policy names.',
    params,
    query: NOTHING,
    body: z.strictObject({
      label: text(100).describe('what it is'),
      rules: givenObject.describe(RULES),
      may_file: z.boolean().default(false).describe('whether it may file submissions for what is new'),
    }),
    example: {
      body: { label: 'Release workflow', rules: EXAMPLE_RULES, may_file: false },
      reply: { id: '01a1f9a2-2e00-7c1d-8c01-6f1b5c4d3e0d', label: 'Release workflow' },
    },
    creates: true,
    status: 201,
    reply: workloadReply,
    handle: async ({ issuer, actor, params: { software_id }, body, idempotency }) => {
      const { label, rules, may_file: mayFile } = body;
      const bound = await bindWorkload(issuer, actor, software_id, { label, rules, mayFile }, idempotency);
      return bound.ok ? ok({ status: 201, body: workloadBody(bound.value) }) : bound;
    },
  }),
  endpoint({
    method: 'GET',
    path: '/v1/software/{software_id}/workloads',
    action: 'workloads:read',
    tag,
    summary: 'List the workloads of a software, oldest first; those let go too',
    params,
    query: NOTHING,
    body: NOTHING,
    status: 200,
    reply: z.object({ items: z.array(workloadReply) }),
    handle: async ({ issuer, actor, params: { software_id } }) => {
      const found = await listWorkloads(issuer, actor, software_id);
      return found.ok ? ok({ status: 200, body: { items: found.value.map(workloadBody) } }) : found;
    },
  }),
  endpoint({
    method: 'DELETE',
    path: '/v1/software/{software_id}/workloads/{workload_id}',
    action: 'workloads:write',
    tag,
    summary: 'Let a workload go: it gets nothing from now on; what it got stands',
    params: z.object({ software_id: id, workload_id: id }),
    query: NOTHING,
    body: NOTHING,
    example: { reply: { state: 'ended', ended_at: 1_795_204_800 } },
    status: 200,
    reply: workloadReply,
    handle: async ({ issuer, actor, params: { software_id, workload_id } }) => {
      const ended = await endWorkload(issuer, actor, software_id, workload_id);
      return ended.ok ? ok({ status: 200, body: workloadBody(ended.value) }) : ended;
    },
  }),
];
