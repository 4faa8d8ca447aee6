import { splitLanguageTag } from '../../domain/client-metadata/language-tag.ts';
import { memberOf } from '../../domain/client-metadata/members.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../../domain/json.ts';
import { err, ok, type Result } from '../../domain/result.ts';
import type { Profile } from '../../domain/statement/statement.ts';
import { refuse, type RegistrationRefusal } from './refusal.ts';

/** A client registration request taken apart (RFC 7591 §3.1). */
export type RegistrationRequest = {
  /** Members that were sent, nulls left out: an explicit null means the member is absent (RFC 7592 §2.2). */
  readonly members: JsonObject;
  readonly softwareStatement: string | undefined;
};

/** Members that are set by statement or request but are no rule-checked metadata. */
const IDENTITY = ['software_id', 'software_version'] as const;
const MAX_IDENTITY_CHARACTERS = 255;

/** Reads a request body. Codes `invalid_client_metadata`, `invalid_software_statement`. */
export function parseRequest(body: JsonValue): Result<RegistrationRequest, RegistrationRefusal> {
  if (!isJsonObject(body))
    return err(
      refuse('invalid_client_metadata', 'not_an_object', 'Send the client metadata as one JSON object.'),
    );
  const { software_statement: statement, ...rest } = body;
  if (statement !== undefined && statement !== null && (typeof statement !== 'string' || statement === ''))
    return err(
      refuse(
        'invalid_software_statement',
        'statement.malformed',
        'software_statement is a string that holds a signed JWT (RFC 7591 §2.3).',
      ),
    );
  const members = Object.fromEntries(Object.entries(rest).filter(([, value]) => value !== null));
  if (members['jwks'] !== undefined && members['jwks_uri'] !== undefined)
    return err(
      refuse(
        'invalid_client_metadata',
        'jwks_and_jwks_uri',
        'jwks and jwks_uri must not stand together: keep jwks_uri and remove jwks (RFC 7591 §2).',
      ),
    );
  return ok({ members, softwareStatement: typeof statement === 'string' ? statement : undefined });
}

/**
 * What the statement attests wins, and the request speaks where the statement is silent (RFC 7591 §2.3). An attested name also silences
 * the request's translations of it, and attested keys the request's keys in the other form: either could otherwise contradict.
 *
 * @param attested client metadata of a verified statement
 */
export function takePrecedence(members: JsonObject, attested: JsonObject): JsonObject {
  const spoken = new Set(Object.keys(attested).map(familyOf));
  const silent = Object.entries(members).filter(([name]) => !spoken.has(familyOf(name)));
  return { ...Object.fromEntries(silent), ...attested };
}

/**
 * The metadata that a client asks for. With a statement over a document, that is the document and nothing of the request, whatever the document
 * leaves out (draft-mcguinness-oauth-cimd-sw-stmt, Consumption at Registration). With a JWT-SVID, it is what the SVID attests: who has got hold of
 * one must not be able to change the client it stands for.
 *
 * @param statement what governs; undefined for nothing
 */
export function askedFor(
  members: JsonObject,
  statement: { readonly profile?: Profile; readonly metadata: JsonObject } | undefined,
): JsonObject {
  if (statement === undefined) return members;
  return isWhole(statement.profile) ? statement.metadata : takePrecedence(members, statement.metadata);
}

/** Whether statements of a profile say everything about a client, and the request nothing. */
export function isWhole(profile: Profile | undefined): boolean {
  return profile === 'cimd' || profile === 'jwt-svid';
}

/** Whether a statement speaks about a member, in any language and either form. */
export function isAttested(member: string, attested: JsonObject): boolean {
  const family = familyOf(member);
  return Object.keys(attested).some((name) => familyOf(name) === family);
}

/**
 * Keeps what this server understands and drops the rest without a word (RFC 7591 §2): unknown members, JWT claims, and members that
 * only a server gives.
 *
 * @param extraMembers members beyond the registered ones that the policy names
 */
export function understood(members: JsonObject, extraMembers: readonly string[]): JsonObject {
  return Object.fromEntries(
    Object.entries(members).filter(([name]) => {
      const { member } = splitLanguageTag(name);
      return memberOf(member) !== undefined || extraMembers.includes(member);
    }),
  );
}

/** `software_id` and `software_version` where they are usable texts (RFC 7591 §2). Code `invalid_client_metadata`. */
export function identityOf(members: JsonObject): Result<JsonObject, RegistrationRefusal> {
  const identity: Record<string, JsonValue> = {};
  for (const name of IDENTITY) {
    const value = members[name];
    if (value === undefined) continue;
    if (typeof value !== 'string' || value === '' || value.length > MAX_IDENTITY_CHARACTERS)
      return err(
        refuse(
          'invalid_client_metadata',
          'identity',
          `${name} is a string of 1 to ${MAX_IDENTITY_CHARACTERS} characters.`,
        ),
      );
    identity[name] = value;
  }
  return ok(identity);
}

function familyOf(name: string): string {
  const { member } = splitLanguageTag(name);
  return member === 'jwks' || member === 'jwks_uri' ? 'keys' : member;
}
