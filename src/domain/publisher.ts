import type { IssuerRole, Action } from './access.ts';

/** `suspended` can be lifted; `revoked` is final (ARCHITECTURE.md, invariant 7). */
export type PublisherState = 'active' | 'suspended' | 'revoked';

/** The organisation answerable for software. */
export type Publisher = {
  readonly id: string;
  readonly name: string;
  readonly state: PublisherState;
  readonly stateReason: string | null;
  /** Lower-case host names; a subdomain of one belongs to the publisher too. */
  readonly verifiedDomains: readonly string[];
  /** RFC 6749 §3.3 scope tokens its software may ask for; null means any. */
  readonly allowedScopes: readonly string[] | null;
  /** NumericDate, seconds. */
  readonly createdAt: number;
  readonly version: number;
};

/** Somebody who can act: a human, or a CI job acting in a human's name. */
export type Person = {
  readonly id: string;
  readonly name: string;
  readonly email: string | null;
  readonly roles: readonly IssuerRole[];
  readonly state: 'active' | 'disabled';
  readonly createdAt: number;
  readonly version: number;
};

/** Makes a person a developer of a publisher. */
export type Membership = {
  readonly publisherId: string;
  readonly personId: string;
  readonly createdAt: number;
};

/** A bearer token of the API (RFC 6750). Only the SHA-256 of its secret is kept. */
export type ApiToken = {
  readonly id: string;
  readonly personId: string;
  readonly label: string;
  readonly secretSha256: string;
  readonly scopes: readonly Action[];
  readonly createdAt: number;
  readonly createdBy: string;
  readonly expiresAt: number;
  readonly revokedAt: number | null;
  readonly version: number;
};
