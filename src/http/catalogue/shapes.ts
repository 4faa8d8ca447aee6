import { z } from 'zod';
import { PUBLIC_EVENTS } from '../../ports/catalogue.ts';
import { id, numericDate, pageOf, pageQuery } from '../api/schemas.ts';

/** The public catalogue as programs read it (docs/catalogue.md). */

const count = z.int().min(0);

export const cataloguePublisher = z
  .object({
    id,
    name: z.string(),
    state: z.enum(['active', 'suspended', 'revoked']),
    verified_domains: z.array(z.string()).describe('lower case; what lies below one belongs to it'),
  })
  .meta({ id: 'CataloguePublisher' });

export const redirectPlace = z
  .object({
    place: z.string().describe('a host name, or the scheme of an application’s own with its colon'),
    kind: z.enum(['web', 'loopback', 'private-use']),
    verified: z.boolean().describe('below a verified domain of the publisher'),
    count: count.describe('redirect URIs that lead there'),
  })
  .meta({ id: 'RedirectPlace' });

const approval = {
  software_version: z.string(),
  approved_at: numericDate,
  redirect_places: z.array(redirectPlace),
};

export const catalogueItem = z
  .object({
    software_id: id,
    name: z.string().describe('client_name as it was approved'),
    software_name: z.string(),
    publisher: cataloguePublisher,
    status: z.enum(['active', 'suspended']),
    ...approval,
  })
  .meta({ id: 'CatalogueItem' });

export const catalogueEntry = z
  .object({
    software_id: id,
    name: z.string(),
    software_name: z.string(),
    publisher: cataloguePublisher,
    status: z.enum(['active', 'suspended', 'withdrawn']),
    suspended: z.enum(['software', 'publisher']).nullable().describe('whose suspension it is'),
    vouched: z
      .object({
        ...approval,
        document: z
          .object({
            client_id: z.string(),
            cimd_digest: z.string().describe('base64url SHA-256 of the octets that were approved'),
            changed_since: numericDate
              .nullable()
              .describe('since when something else was seen in its place; null while that is not so'),
          })
          .nullable()
          .describe('the Client ID Metadata Document that was approved; null where metadata was posted'),
        grant_types: z.array(z.string()),
        scope: z.string(),
        token_endpoint_auth_method: z.string(),
        client_uri: z.string().nullable(),
        policy_uri: z.string().nullable(),
        tos_uri: z.string().nullable(),
      })
      .nullable()
      .describe('what the approval that stands attests; null once it was withdrawn'),
    statements: z
      .object({
        live: count,
        suspended: count,
        revoked: count,
        expired: count,
        complete: z.boolean().describe('false when older statements than the newest 10,000 were not counted'),
      })
      .describe('how its statements stand'),
    history: z
      .array(
        z.object({
          at: numericDate,
          event: z.enum(PUBLIC_EVENTS),
          software_version: z.string().nullable().describe('of the approval that is meant'),
        }),
      )
      .describe('newest first, from the ledger'),
  })
  .meta({ id: 'CatalogueEntry' });

export const cataloguePage = pageOf(catalogueItem);

/** The same names as in the address of the page. */
export const catalogueQuery = z.strictObject({
  q: z.string().max(200).optional().describe('in the names of software, client and publisher'),
  publisher: z.string().max(200).optional().describe('id of a publisher'),
  domain: z
    .string()
    .max(300)
    .optional()
    .describe('a host; publishers that have verified it, or a domain above it'),
  status: z.enum(['active', 'suspended']).optional(),
  ...pageQuery,
});
