import { isJsonObject, type JsonObject, type JsonValue } from '../json.ts';
import { checkAuthentication } from './check-authentication.ts';
import { checkDocument } from './check-document.ts';
import { checkGrants } from './check-grants.ts';
import { checkHosts } from './check-hosts.ts';
import { checkKeys, findPrivateKeys } from './check-keys.ts';
import { checkMembers } from './check-members.ts';
import { checkRedirectUris } from './check-redirect-uris.ts';
import { findingOf, type Finding } from './finding.ts';
import type { MetadataPolicy } from './policy.ts';

declare const parsed: unique symbol;

/**
 * Client metadata that breaks no rule of severity error: exactly what was submitted, nothing normalised away. Only the
 * parser makes one, or the store from what the parser let through before.
 */
export type ClientMetadata = JsonObject & { readonly [parsed]: true };

/** Octets of JSON text: the statement around it has to stay below 8 KiB after base64url. */
export const MAX_METADATA_OCTETS = 5 * 1024;

/** Levels searched for private keys; deeper values are refused anyway. */
const MAX_DEPTH = 18;

export type ParseOptions = {
  readonly policy: MetadataPolicy;
  /** Lower-case domains that were verified for the publisher. */
  readonly verifiedDomains: readonly string[];
  /** Scope tokens the publisher may ask for; any when absent. */
  readonly allowedScopes?: readonly string[];
  /** The octets of the Client ID Metadata Document it was read from; absent when it was posted. */
  readonly document?: Uint8Array;
};

/**
 * Reads client metadata by every rule at once (RFC 7591 §2, OpenID Connect Registration 1.0 §2, RFC 8252, RFC 9700).
 *
 * @returns all findings, errors first, else in the order of the members; metadata only when none of them is an error
 */
export function parseClientMetadata(
  input: JsonValue,
  options: ParseOptions,
): { readonly findings: readonly Finding[]; readonly metadata?: ClientMetadata } {
  if (!isJsonObject(input))
    return { findings: [findingOf('not-an-object', '', 'Send the metadata as one JSON object.')] };
  const secrets = findPrivateKeys(input, '', MAX_DEPTH);
  const findings = [
    ...secrets,
    ...checkMembers(input, options),
    ...checkRedirectUris(input, options.policy),
    ...checkGrants(input, options.policy),
    ...checkAuthentication(input),
    ...checkKeys(input),
    ...checkHosts(input, options.verifiedDomains, options.policy),
    ...sizeFindings(input),
    ...(options.document === undefined ? [] : checkDocument(input, options.document)),
  ].toSorted((a, b) => RANK[a.severity] - RANK[b.severity]);
  return isAcceptable(input, findings) ? { findings, metadata: input } : { findings };
}

const RANK = { error: 0, warning: 1, info: 2 } as const;

function isAcceptable(input: JsonObject, findings: readonly Finding[]): input is ClientMetadata {
  return findings.every((finding) => finding.severity !== 'error') && Object.keys(input).length >= 0;
}

function sizeFindings(input: JsonObject): readonly Finding[] {
  const octets = new TextEncoder().encode(JSON.stringify(input)).length;
  return octets > MAX_METADATA_OCTETS
    ? [
        findingOf(
          'too-large',
          '',
          `The metadata has ${octets} octets; at most ${MAX_METADATA_OCTETS} fit into a statement.`,
        ),
      ]
    : [];
}
