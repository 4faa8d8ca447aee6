import type { Denial } from '../domain/access.ts';
import type { Finding } from '../domain/client-metadata/finding.ts';
import type { KeyRefusal } from '../domain/signing-key.ts';
import type { Profile, StatementState } from '../domain/statement/statement.ts';
import type { TermsRefusal } from '../domain/statement/terms.ts';
import type { ReviewerConflict, SubmissionState } from '../domain/submission.ts';
import type { CustodyRefusal } from '../ports.ts';
import type { SignInRefusal } from './sign-in/refusal.ts';

/** Every foreseeable no of the services. The HTTP edge maps it once, exhaustively (http/problem.ts). */
export type Refusal =
  | Denial
  | KeyRefusal
  | CustodyRefusal
  | SignInRefusal
  | { readonly code: 'not_found'; readonly what: Thing; readonly id: string }
  /** Input that parsed but cannot stand: each problem with a JSON pointer into the request body. */
  | {
      readonly code: 'invalid_input';
      readonly problems: readonly { readonly pointer: string; readonly detail: string }[];
    }
  | { readonly code: 'invalid_client_metadata'; readonly findings: readonly Finding[] }
  | { readonly code: 'four_eyes'; readonly conflict: ReviewerConflict }
  | {
      readonly code: 'submission_state';
      readonly submissionId: string;
      readonly state: SubmissionState;
      readonly wanted: string;
    }
  | { readonly code: 'software_version_taken'; readonly softwareVersion: string }
  | { readonly code: 'no_approval'; readonly softwareId: string }
  | {
      readonly code: 'publisher_state';
      readonly publisherId: string;
      readonly state: 'suspended' | 'revoked' | 'active';
      readonly reason: string | null;
    }
  | {
      readonly code: 'software_state';
      readonly softwareId: string;
      readonly state: 'suspended' | 'active';
      readonly reason: string | null;
    }
  | TermsRefusal
  | { readonly code: 'statement_too_large'; readonly octets: number; readonly maxOctets: number }
  | {
      readonly code: 'statement_state';
      readonly jti: string;
      readonly state: StatementState;
      readonly wanted: string;
    }
  | { readonly code: 'statement_expired'; readonly jti: string; readonly expiredAt: number }
  /** The profile needs what this software or this issuer does not have; the detail says what. */
  | { readonly code: 'profile_not_available'; readonly profile: Profile; readonly detail: string }
  /** A client identifier URL speaks for one software alone. */
  | { readonly code: 'client_id_taken'; readonly url: string }
  /** A request at the authorization endpoint that cannot be answered to the client; the detail says why to the person at the browser. */
  | { readonly code: 'authorization_unusable'; readonly detail: string }
  /** It was answered already, or waited for too long. */
  | { readonly code: 'authorization_over' }
  | { readonly code: 'no_active_key' }
  | { readonly code: 'scope_beyond_own'; readonly scopes: readonly string[] }
  | { readonly code: 'last_operator' }
  /** If-Match named another version than the stored one. */
  | { readonly code: 'version_mismatch'; readonly current: number }
  /** It was done a moment ago already, and it costs strangers something. */
  | { readonly code: 'too_soon'; readonly retryAfterSeconds: number }
  | { readonly code: 'idempotency_key_reused'; readonly key: string }
  /** Other writers were faster every time; the caller may simply try again. */
  | { readonly code: 'contention' };

export type Thing =
  | 'publisher'
  | 'person'
  | 'member'
  | 'token'
  | 'software'
  | 'submission'
  | 'statement'
  | 'key'
  | 'entry'
  | 'checkpoint'
  | 'status list'
  | 'session'
  | 'passkey'
  | 'identity'
  | 'invitation'
  | 'domain'
  | 'comment'
  | 'initial access token'
  | 'workload'
  | 'document';
