import type { z } from 'zod';
import { catalogueEntry, cataloguePage, catalogueQuery } from './catalogue/shapes.ts';

/** A path that anybody may read without credentials. */
export type PublicEndpoint = {
  readonly path: string;
  /**
   * Below the issuer; at the host's well-known name with the issuer's path behind it (RFC 8414 §3.1); where a `did:web` of the issuer is looked
   * up (did:web §3.2); at the host.
   */
  readonly at: 'issuer' | 'well-known' | 'did-web' | 'host';
  readonly tag: 'trust surface' | 'catalogue' | 'documentation' | 'operations';
  readonly summary: string;
  readonly replyType: string;
  /** Whether pages of any origin may read it. */
  readonly crossOrigin: boolean;
  /** What may be asked, and what is answered, where the answer is JSON of this issuer's own. */
  readonly query?: z.ZodType;
  readonly reply?: z.ZodType;
};

const trust = { at: 'issuer', tag: 'trust surface', crossOrigin: true } as const;
const listed = { at: 'issuer', tag: 'catalogue', crossOrigin: true, replyType: 'application/json' } as const;
const described = { at: 'issuer', tag: 'documentation', crossOrigin: false } as const;
// Below no issuer path, so that a proxy which forwards that path alone does not show them to the world.
const operated = { at: 'host', tag: 'operations', crossOrigin: false } as const;

/** Everything that is served without a token; all of it is GET. Together with ENDPOINTS, the whole HTTP surface. */
export const PUBLIC_ENDPOINTS: readonly PublicEndpoint[] = [
  {
    ...trust,
    at: 'well-known',
    path: '/.well-known/oauth-authorization-server',
    summary: 'Authorization server metadata: where the keys and status lists are (RFC 8414)',
    replyType: 'application/json',
  },
  {
    ...trust,
    path: '/jwks',
    summary: 'Every published key; the active one first (RFC 7517)',
    replyType: 'application/jwk-set+json',
  },
  {
    ...trust,
    path: '/.well-known/jwks.json',
    summary: 'The same octets as /jwks',
    replyType: 'application/jwk-set+json',
  },
  {
    ...trust,
    path: '/jwks/{alg}',
    summary: 'The published keys of one algorithm, for consumers that choke on a mixed set',
    replyType: 'application/jwk-set+json',
  },
  {
    ...trust,
    path: '/status-lists',
    summary: 'The URI of every status list (Token Status List §9)',
    replyType: 'application/json',
  },
  {
    ...trust,
    path: '/status-lists/{id}',
    summary: 'A signed status list: which statements no longer stand (Token Status List §5.1)',
    replyType: 'application/statuslist+jwt',
  },
  {
    ...trust,
    path: '/status-lists/{id}/{purpose}',
    summary: 'The same for W3C verifiers, by revocation or suspension (Bitstring Status List §2.2)',
    replyType: 'application/vc+jwt',
  },
  {
    ...trust,
    at: 'did-web',
    path: '/.well-known/did.json',
    summary: 'The document of the did:web under which credentials are issued (did:web §3.2)',
    replyType: 'application/did+json',
  },
  {
    ...trust,
    path: '/spiffe/bundle',
    summary: 'The bundle of the SPIFFE trust domain, where one is run (SPIFFE Trust Domain and Bundle §4)',
    replyType: 'application/json',
  },
  {
    ...listed,
    path: '/catalogue.json',
    summary: 'Vouched software: search, by publisher, domain and status, page by page',
    query: catalogueQuery,
    reply: cataloguePage,
  },
  {
    ...listed,
    path: '/catalogue/{software_id}.json',
    summary: 'One vouched software: what was approved, how its statements stand, its history',
    reply: catalogueEntry,
  },
  {
    ...described,
    crossOrigin: true,
    path: '/openapi.json',
    summary: 'This description, for machines (OpenAPI 3.1)',
    replyType: 'application/json',
  },
  { ...described, path: '/docs', summary: 'This description, for people', replyType: 'text/html' },
  { ...described, path: '/docs.css', summary: 'How the page for people looks', replyType: 'text/css' },
  {
    ...described,
    path: '/problems/{code}',
    summary: 'What a problem type means and what to do about it (RFC 9457 §4)',
    replyType: 'application/json',
  },
  { ...operated, path: '/healthz', summary: 'Whether the process is up', replyType: 'application/json' },
  {
    ...operated,
    path: '/readyz',
    summary: 'Whether it can serve: database, active key, ledger sealed; 503 when not',
    replyType: 'application/json',
  },
  {
    ...operated,
    path: '/metrics',
    summary: 'Counters and gauges (Prometheus text format 0.0.4)',
    replyType: 'text/plain',
  },
];

/**
 * Where a public endpoint is served, seen from the host.
 *
 * @param base path of the issuer identifier, without a trailing slash; empty for most issuers
 */
export function publicPath({ at, path }: PublicEndpoint, base: string): string {
  switch (at) {
    case 'issuer':
      return `${base}${path}`;
    case 'well-known':
      return `${path}${base}`;
    case 'did-web':
      return base === '' ? path : `${base}/did.json`;
    case 'host':
      return path;
  }
}
