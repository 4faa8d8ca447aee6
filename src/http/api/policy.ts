import { z } from 'zod';
import { RULES } from '../../domain/client-metadata/rules.ts';
import type { IssuerPolicy } from '../../domain/policy.ts';
import { ok } from '../../domain/result.ts';
import { changePolicy, readPolicy } from '../../services/policies.ts';
import { endpoint, NOTHING } from './endpoint.ts';
import { exchangePolicyBody, exchangePolicyOf, exchangePolicySchema } from './exchange-policy.ts';
import { versionTag } from './schemas.ts';
import { signInPolicyBody, signInPolicyOf, signInPolicySchema } from './sign-in-policy.ts';
import { metadataPolicyBody, metadataPolicyOf, metadataPolicySchema } from './metadata-policy.ts';

const tag = 'policy';
const lifetime = z
  .int()
  .min(1)
  .max(10 * 366 * 86_400);

/** The policy on the wire, but for its version. */
export const policyShape = {
  required_approvals: z
    .union([z.literal(1), z.literal(2)])
    .describe('how many different reviewers must approve'),
  statement: z.strictObject({
    default_lifetime_seconds: lifetime,
    max_lifetime_seconds: lifetime,
    audiences: z
      .union([z.literal('any'), z.array(z.url()).max(1_000)])
      .describe('issuer identifiers that may be asked for; an empty list allows none'),
    max_audiences: z.int().min(0).max(100),
  }),
  metadata: metadataPolicySchema,
  keys: z.strictObject({
    jwks_max_age_seconds: z.int().min(0).max(86_400),
    pre_publication_seconds: z
      .int()
      .min(0)
      .max(90 * 86_400),
    clock_skew_seconds: z.int().min(0).max(3_600),
  }),
  sign_in: signInPolicySchema,
  exchange: exchangePolicySchema,
};
const policyReply = z.object({ version: z.int(), ...policyShape }).meta({ id: 'Policy' });

export const policyEndpoints = [
  endpoint({
    method: 'GET',
    path: '/v1/policy',
    action: 'policy:read',
    tag,
    summary: 'Read the policy in force',
    params: NOTHING,
    query: NOTHING,
    body: NOTHING,
    status: 200,
    reply: policyReply,
    handle: async ({ issuer, actor }) => {
      const found = await readPolicy(issuer, actor);
      return found.ok
        ? ok({ status: 200, body: policyBody(found.value), headers: versionTag(found.value.version) })
        : found;
    },
  }),
  endpoint({
    method: 'PUT',
    path: '/v1/policy',
    versioned: true,
    action: 'policy:write',
    tag,
    summary: 'Put another policy in force',
    description: 'Whole: send what GET gave, changed. `version` is the one you read.',
    params: NOTHING,
    query: NOTHING,
    body: z.strictObject({ version: z.int(), ...policyShape }),
    status: 200,
    reply: policyReply,
    handle: async ({ issuer, actor, body, ifMatch }) => {
      const changed = await changePolicy(issuer, actor, {
        policy: policyOf(body),
        expectedVersion: ifMatch ?? body.version,
      });
      return changed.ok
        ? ok({ status: 200, body: policyBody(changed.value), headers: versionTag(changed.value.version) })
        : changed;
    },
  }),
  endpoint({
    method: 'GET',
    path: '/v1/rules',
    example: { reply: { id: 'redirect-uri-localhost' } },
    action: 'policy:read',
    tag,
    summary: 'List the rules client metadata is read by',
    params: NOTHING,
    query: NOTHING,
    body: NOTHING,
    status: 200,
    reply: z.object({
      items: z.array(
        z.object({
          id: z.string(),
          severity: z.string(),
          title: z.string(),
          explanation: z.string(),
          spec: z.string(),
        }),
      ),
    }),
    handle: async ({ issuer, actor }) => {
      const found = await readPolicy(issuer, actor);
      return found.ok ? ok({ status: 200, body: { items: RULES } }) : found;
    },
  }),
];

const policyBodySchema = z.object(policyShape);

/** A policy as it was sent. */
export function policyOf(body: z.output<typeof policyBodySchema>): Omit<IssuerPolicy, 'version'> {
  return {
    requiredApprovals: body.required_approvals,
    statement: {
      defaultLifetimeSeconds: body.statement.default_lifetime_seconds,
      maxLifetimeSeconds: body.statement.max_lifetime_seconds,
      audiences: body.statement.audiences,
      maxAudiences: body.statement.max_audiences,
    },
    metadata: metadataPolicyOf(body.metadata),
    keys: {
      jwksMaxAgeSeconds: body.keys.jwks_max_age_seconds,
      prePublicationSeconds: body.keys.pre_publication_seconds,
      clockSkewSeconds: body.keys.clock_skew_seconds,
    },
    signIn: signInPolicyOf(body.sign_in),
    exchange: exchangePolicyOf(body.exchange),
  };
}

function policyBody(policy: IssuerPolicy) {
  return { version: policy.version, ...policySettings(policy) };
}

/** A policy as it is sent, but for its version. */
export function policySettings(policy: Omit<IssuerPolicy, 'version'>) {
  return {
    required_approvals: policy.requiredApprovals,
    statement: {
      default_lifetime_seconds: policy.statement.defaultLifetimeSeconds,
      max_lifetime_seconds: policy.statement.maxLifetimeSeconds,
      audiences: policy.statement.audiences,
      max_audiences: policy.statement.maxAudiences,
    },
    metadata: metadataPolicyBody(policy.metadata),
    keys: {
      jwks_max_age_seconds: policy.keys.jwksMaxAgeSeconds,
      pre_publication_seconds: policy.keys.prePublicationSeconds,
      clock_skew_seconds: policy.keys.clockSkewSeconds,
    },
    sign_in: signInPolicyBody(policy.signIn),
    exchange: exchangePolicyBody(policy.exchange),
  };
}
