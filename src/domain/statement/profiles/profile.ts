import { didWebOf } from '../../credential/did-document.ts';
import type { DocumentReference } from '../../client-identifier.ts';
import type { ClientMetadata } from '../../client-metadata/parse-client-metadata.ts';
import { err, type Result } from '../../result.ts';
import {
  buildStatement,
  lintStatement,
  STATEMENT_TYPE,
  type IssuerClaims,
  type LintedStatement,
  type StatementHeader,
} from '../claims.ts';
import type { StatementFault } from '../snapshot-fault.ts';
import type { Profile } from '../statement.ts';
import { cimdStatement } from './cimd-claims.ts';
import { MAX_SVID_LIFETIME_SECONDS, svidStatement } from './jwt-svid.ts';
import { credentialStatement } from './vc-jwt.ts';

/** What a statement of any profile is made of: the issuer's word, and the approval. */
export type StatementContent = {
  readonly issuer: IssuerClaims;
  /** The approved snapshot. */
  readonly metadata: ClientMetadata;
  /** The approved document; null when metadata was posted. */
  readonly document: DocumentReference | null;
  /** The SPIFFE trust domain this issuer speaks for; undefined for none. */
  readonly trustDomain: string | undefined;
};

/**
 * Whether statements of a profile can be made of an approval at all.
 *
 * @param given.identifier the issuer identifier
 * @returns a sentence that says what is missing and what to do; undefined when they can
 */
export function profileProblem(
  profile: Profile,
  given: Pick<StatementContent, 'document' | 'trustDomain'> & { readonly identifier: string },
): string | undefined {
  switch (profile) {
    case 'rfc7591':
      return undefined;
    case 'cimd':
      return given.document === null
        ? 'The approved metadata was posted, so there is no document a digest could name. Submit the URL of a Client ID Metadata Document.'
        : undefined;
    case 'vc+jwt':
      return didWebOf(given.identifier) === undefined
        ? 'A Verifiable Credential is issued by a did:web, and this issuer has none: its identifier is not an https URL of a host name. Ask for another profile.'
        : undefined;
    case 'jwt-svid':
      return given.trustDomain === undefined
        ? 'This issuer runs no SPIFFE trust domain. Ask for another profile, or have its operator set IMPRIMATUR_SPIFFE_TRUST_DOMAIN.'
        : undefined;
  }
}

/** Seconds that statements of a profile last at most; undefined where only policy and conditions bound them. */
export function maxLifetimeOf(profile: Profile): number | undefined {
  return profile === 'jwt-svid' ? MAX_SVID_LIFETIME_SECONDS : undefined;
}

/** Puts the statement of a profile together and looks at it once more before the key is touched (ARCHITECTURE.md, invariant 3). */
export function composeStatement(
  profile: Profile,
  key: Omit<StatementHeader, 'typ'>,
  { issuer, metadata, document, trustDomain }: StatementContent,
): Result<LintedStatement, StatementFault> {
  switch (profile) {
    case 'rfc7591': {
      const statement = buildStatement({ ...key, typ: STATEMENT_TYPE }, issuer, metadata);
      return lintStatement(statement, issuer, metadata);
    }
    case 'cimd':
      return document === null
        ? err({ code: 'document', detail: 'there is no document to digest' })
        : cimdStatement(key, issuer, document);
    case 'vc+jwt': {
      const did = didWebOf(issuer.iss);
      return did === undefined
        ? err({ code: 'did', detail: 'there is no did:web to issue it' })
        : credentialStatement(key, issuer, metadata, did);
    }
    case 'jwt-svid':
      return trustDomain === undefined
        ? err({ code: 'trust_domain', detail: 'there is no trust domain' })
        : svidStatement(key, issuer, metadata, trustDomain);
  }
}
