import type { DocumentReference } from '../../client-identifier.ts';
import type { ClientMetadata } from '../../client-metadata/parse-client-metadata.ts';
import { err, type Result } from '../../result.ts';
import {
  buildStatement,
  lintStatement,
  STATEMENT_TYPE,
  type IssuerClaims,
  type LintedStatement,
  type StatementFault,
  type StatementHeader,
} from '../claims.ts';
import type { Profile } from '../statement.ts';
import { cimdStatement } from './cimd-claims.ts';

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
 * @returns a sentence that says what is missing and what to do; undefined when they can
 */
export function profileProblem(
  profile: Profile,
  given: Pick<StatementContent, 'document' | 'trustDomain'>,
): string | undefined {
  switch (profile) {
    case 'rfc7591':
      return undefined;
    case 'cimd':
      return given.document === null
        ? 'The approved metadata was posted, so there is no document a digest could name. Submit the URL of a Client ID Metadata Document.'
        : undefined;
    case 'vc+jwt':
    case 'jwt-svid':
      return `This issuer makes no ${profile} statements.`;
  }
}

/** Puts the statement of a profile together and looks at it once more before the key is touched (ARCHITECTURE.md, invariant 3). */
export function composeStatement(
  profile: Profile,
  key: Omit<StatementHeader, 'typ'>,
  { issuer, metadata, document }: StatementContent,
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
    case 'vc+jwt':
    case 'jwt-svid':
      return err({ code: 'profile', detail: `${profile} cannot be made` });
  }
}
