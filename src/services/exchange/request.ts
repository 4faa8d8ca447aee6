import type { JsonValue } from '../../domain/json.ts';
import type { Profile, Statement } from '../../domain/statement/statement.ts';

/** RFC 8693 §2.1 with `requested_token_type=urn:ietf:params:oauth:token-type:software-statement`, as it was parsed. */
export type ExchangeRequest = {
  readonly subject: { readonly type: SubjectTokenType; readonly token: string };
  readonly target: ExchangeTarget;
  /** RFC 8414 issuer identifiers; none means any (issuance draft, `audience`). */
  readonly audience: readonly string[];
  /** Whether the client takes a deferral (`completion_mode`). */
  readonly mayDefer: boolean;
  /** A version to be reviewed where it is new; with `software_id` alone. */
  readonly version: { readonly softwareVersion: string; readonly metadata: JsonValue } | undefined;
};

/**
 * What a statement is wanted about. `client_id` is the draft's way: the URL of a Client ID Metadata Document. `software_id` is ours, for software
 * whose metadata was posted, and for jobs that are no OAuth clients (docs/decisions).
 */
export type ExchangeTarget =
  { readonly clientId: string } | { readonly softwareId: string; readonly profile: Profile };

/** Subject tokens that are taken (`software_statement_subject_token_types_supported`). */
export const SUBJECT_TOKEN_TYPES = {
  access_token: 'urn:ietf:params:oauth:token-type:access_token',
  software_statement: 'urn:ietf:params:oauth:token-type:software-statement',
  jwt: 'urn:ietf:params:oauth:token-type:jwt',
  id_token: 'urn:ietf:params:oauth:token-type:id_token',
} as const;
export type SubjectTokenType = keyof typeof SUBJECT_TOKEN_TYPES;

/** How whoever asks shows who they are, besides the subject token. */
export type Credentials = {
  /** `client_assertion` of private_key_jwt. */
  readonly assertion: string | undefined;
  /** The `DPoP` header, and the target URI it must be for. */
  readonly proof: { readonly text: string; readonly url: string } | undefined;
};

/** What the token endpoint answers a request with that it grants, now or later. */
export type TokenOutcome =
  | { readonly kind: 'statement'; readonly statement: Statement }
  /** The first answer of a deferral: the code is shown this once. */
  | {
      readonly kind: 'deferred';
      readonly code: string;
      readonly expiresIn: number;
      readonly interval: number;
    };
