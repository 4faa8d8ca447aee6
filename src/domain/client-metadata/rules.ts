/**
 * Every rule client metadata is read by: stable id, severity unless a policy says otherwise, what it means, and
 * where it comes from. Findings can only name rules of this table.
 */
// One rule a line reads as the table it is.
// prettier-ignore
const TABLE = {
  'not-an-object': ['error', 'Metadata is a JSON object', 'Client metadata is sent as one JSON object.', 'RFC 7591 §2'],
  'wrong-type': ['error', 'Members have their registered type', 'A member holds another JSON type than the one it is registered with.', 'RFC 7591 §2'],
  'empty-value': ['error', 'No nulls and no empty values', 'Null, an empty string, list or object attests nothing, and servers refuse it. Leave the member out.', 'RFC 7591 §2'],
  'too-deep': ['error', 'Nesting is bounded', 'Values nested deeper than 16 levels are not read.', 'RFC 8259 §9'],
  'too-large': ['error', 'Metadata is bounded', 'A statement has to fit into 8 KiB, so metadata holds at most 6 KiB. Prefer jwks_uri to jwks.', 'RFC 7591 §5'],
  'unknown-member': ['error', 'Only known members', 'A member that is neither registered nor named by this issuer’s policy is not signed.', 'RFC 7591 §2'],
  'reserved-member': ['error', 'Claims of the issuer are not submitted', 'JWT claims and members the issuer sets itself cannot come from the submission.', 'RFC 7591 §2.3'],
  'server-assigned-member': ['error', 'What a server assigns is not attested', 'Client identifiers, secrets and registration credentials are given by each authorization server.', 'RFC 7591 §3.2.1'],
  'language-tag-invalid': ['error', 'Language tags are well-formed', 'What follows # in a member name is a BCP 47 language tag.', 'RFC 5646 §2.1'],
  'language-tag-not-allowed': ['error', 'Only texts for people are tagged', 'Language tags belong to members that people read.', 'RFC 7591 §2.2'],
  'language-tag-duplicate': ['error', 'One value a language', 'Language tags are compared without regard to case.', 'RFC 5646 §2.1.1'],
  'language-untagged-missing': ['warning', 'An untagged form stands beside tagged ones', 'Most servers drop tagged members; without the untagged one they show nothing.', 'RFC 7591 §2.2'],
  'redirect-uris-missing': ['error', 'Redirect grants need redirect URIs', 'Clients that use a redirect-based grant must register their redirect URIs.', 'RFC 7591 §2'],
  'redirect-uris-unused': ['warning', 'Redirect URIs without a redirect grant', 'No grant of this client redirects; drop the URIs, they only add attack surface.', 'RFC 9700 §2.1'],
  'redirect-uris-too-many': ['error', 'The number of redirect URIs is bounded', 'A long list is hard to review; the policy says how long it may be.', 'RFC 9700 §2.1'],
  'redirect-uri-invalid': ['error', 'Redirect URIs are absolute URIs', 'Relative or malformed URIs, spaces, control characters and backslashes cannot be compared exactly.', 'RFC 6749 §3.1.2'],
  'redirect-uri-fragment': ['error', 'No fragment in redirect URIs', 'A redirect URI must not contain a fragment.', 'RFC 6749 §3.1.2'],
  'redirect-uri-wildcard': ['error', 'No wildcards in redirect URIs', 'Redirect URIs are compared by exact string match.', 'RFC 9700 §2.1'],
  'redirect-uri-userinfo': ['error', 'No user information in redirect URIs', 'A user part hides the real host from people who read it.', 'RFC 9700 §4.1'],
  'redirect-uri-dot-segments': ['error', 'No dot segments in redirect URIs', 'Paths with . or .. (also percent-encoded) mean different things to different parsers.', 'RFC 3986 §6.2.2.3'],
  'redirect-uri-dangerous-scheme': ['error', 'Schemes that run or read something', 'javascript, data, file and their like execute or disclose.', 'RFC 9700 §4.1'],
  'redirect-uri-http': ['error', 'No plain http but on loopback', 'Authorization responses must not travel unencrypted.', 'RFC 9700 §2.6'],
  'redirect-uri-localhost': ['warning', 'Use a loopback address, not localhost', 'The name localhost may resolve elsewhere; 127.0.0.1 and [::1] cannot.', 'RFC 8252 §8.3'],
  'redirect-uri-private-scheme-form': ['error', 'Private-use schemes are reversed domain names', 'Such as com.example.app, of a domain under your control, so that two applications do not meet.', 'RFC 8252 §7.1'],
  'redirect-uri-private-scheme-client': ['error', 'Private-use schemes are for native clients', 'Set application_type to native, or token_endpoint_auth_method to none.', 'RFC 8252 §8.4'],
  'redirect-uri-out-of-band': ['error', 'No out-of-band redirect', 'urn:ietf:wg:oauth:2.0:oob let people be tricked into pasting codes; use a loopback redirect.', 'RFC 8252 §7.3'],
  'redirect-uri-open-redirector': ['warning', 'A URL inside a query parameter', 'It looks like an open redirector, which passes codes on to anybody.', 'RFC 9700 §4.11'],
  'redirect-uri-duplicate': ['warning', 'The same redirect URI twice', 'Each redirect URI is listed once.', 'RFC 7591 §2'],
  'redirect-uri-host-unicode': ['error', 'Hosts are ASCII', 'Write international names in their punycode form, so that they are compared as they are resolved.', 'RFC 3986 §3.2.2'],
  'host-unverified': ['warning', 'Hosts belong to a verified domain', 'The host is not below a domain that was verified for this publisher.', 'RFC 9700 §2.1'],
  'web-uri-invalid': ['error', 'Web addresses are https URLs', 'Pages and documents are fetched or shown; only https says whose they are.', 'RFC 7591 §2'],
  'grant-type-unknown': ['error', 'Grant types are known', 'This issuer does not know the grant type; the policy can name it.', 'RFC 7591 §2'],
  'grant-type-implicit': ['error', 'No implicit grant', 'Access tokens in redirect URIs leak.', 'RFC 9700 §2.1.2'],
  'grant-type-password': ['error', 'No password grant', 'It hands people’s passwords to the client.', 'RFC 9700 §2.4'],
  'response-type-unknown': ['error', 'Response types are known', 'A response type is one of the registered combinations.', 'OpenID Connect Registration 1.0 §2'],
  'response-type-implicit': ['error', 'No tokens in the authorization response', 'Response types with token return access tokens in the redirect URI.', 'RFC 9700 §2.1.2'],
  'grant-response-mismatch': ['error', 'Grant types and response types agree', 'Each response type needs its grant type and the other way round.', 'RFC 7591 §2.1'],
  'refresh-without-redirect': ['warning', 'refresh_token needs a grant that gives one', 'On its own the refresh_token grant can never start.', 'RFC 6749 §6'],
  'duplicate-value': ['warning', 'Values of a list are different', 'The same value stands in the list twice.', 'RFC 7591 §2'],
  'auth-method-unknown': ['error', 'The authentication method is registered', 'token_endpoint_auth_method is one of the registered methods.', 'RFC 7591 §2'],
  'auth-method-shared-secret': ['warning', 'Shared secrets are the weaker choice', 'private_key_jwt or mutual TLS leave nothing to steal at the server. This is also what an absent method means.', 'RFC 9700 §2.5'],
  'auth-method-needs-keys': ['error', 'Key-based methods need keys', 'private_key_jwt and self_signed_tls_client_auth need jwks_uri or jwks.', 'RFC 7591 §2'],
  'auth-method-tls-subject': ['error', 'tls_client_auth names one subject', 'Exactly one of the tls_client_auth_* subject members.', 'RFC 8705 §2.1.2'],
  'auth-method-none-confidential-grant': ['error', 'Public clients cannot use client_credentials', 'Without authentication anybody could be the client.', 'RFC 6749 §4.4'],
  'auth-method-web-public': ['info', 'A public client', 'Nothing authenticates this client; its redirect URIs are all that protects it.', 'RFC 9700 §2.1.1'],
  'signing-alg-refused': ['error', 'Algorithms are asymmetric or none at all where a key signs', 'none and HMAC are refused for what a client signs or has signed.', 'RFC 8725 §3.1'],
  'jwks-and-jwks-uri': ['error', 'jwks or jwks_uri, not both', 'The two must not be present together.', 'RFC 7591 §2'],
  'jwks-inline': ['info', 'jwks_uri is the better choice', 'Keys by value cannot be rotated without a new submission.', 'RFC 7591 §2'],
  'jwks-shape': ['error', 'A JWK Set has keys', 'jwks is an object with a non-empty array keys of JSON Web Keys.', 'RFC 7517 §5'],
  'private-key': ['error', 'Never private or symmetric keys', 'The value was not stored. Treat the key as disclosed and replace it.', 'RFC 7517 §9.2'],
  'jwk-type': ['error', 'Keys are of a known asymmetric type', 'kty is RSA, EC or OKP with a known curve.', 'RFC 7518 §6'],
  'jwk-rsa-size': ['error', 'RSA keys have at least 2048 bits', 'Shorter moduli can be factored.', 'RFC 7518 §3.3'],
  'jwk-coordinates': ['error', 'Key members are canonical base64url of the right length', 'A coordinate has exactly the octets its curve asks for.', 'RFC 7518 §6.2.1'],
  'jwk-kid-duplicate': ['error', 'kid values are different', 'Two keys of a set share a kid.', 'RFC 7517 §4.5'],
  'jwk-kid-missing': ['warning', 'Several keys need a kid each', 'Without kid most servers cannot tell the keys of a set apart.', 'RFC 7517 §4.5'],
  'jwk-use': ['warning', 'use and alg fit the key', 'A key whose use or alg says otherwise is skipped by servers.', 'RFC 7517 §4.2'],
  'scope-syntax': ['error', 'scope is a list of scope tokens', 'Tokens of visible ASCII without quotes and backslashes, one space between.', 'RFC 6749 §3.3'],
  'scope-not-allowed': ['error', 'Scopes stay within what the publisher may ask for', 'The policy allows this publisher certain scopes only.', 'RFC 7591 §2'],
  'contact-invalid': ['error', 'Contacts are e-mail addresses', 'Consumers check the form and refuse the whole registration.', 'RFC 7591 §2'],
  'name-characters': ['error', 'Names hold no control or direction characters', 'They make a name read as another one.', 'Unicode UAX #9'],
  'name-length': ['error', 'Names have at most 200 characters', 'Longer ones push the warning beside them out of sight.', 'RFC 7591 §5'],
  'name-mixed-scripts': ['warning', 'A word mixes alphabets', 'Letters of different alphabets that look alike make look-alike names.', 'Unicode UTS #39 §5.1'],
  'name-not-normalised': ['warning', 'Names are in normal form C', 'The same name in another form compares as different.', 'Unicode UAX #15'],
  'document-shared-secret': ['error', 'A client with a metadata document shares no secret', 'The document is public and the same for every server, so nothing in it can be shared with one of them. Say private_key_jwt or none; left out, it means client_secret_basic.', 'draft-ietf-oauth-client-id-metadata-document §4.1'],
  'document-too-large': ['warning', 'Metadata documents have at most 5 KiB', 'Authorization servers are advised to read no more, and take a longer one for an error.', 'draft-ietf-oauth-client-id-metadata-document §6.6'],
  'document-byte-order-mark': ['warning', 'Metadata documents begin with the object', 'A byte order mark is part of the digest, and many JSON parsers refuse it.', 'RFC 8259 §8.1'],
} as const;

type Table = typeof TABLE;
export type RuleId = keyof Table;

export type Rule = {
  readonly id: RuleId;
  readonly severity: 'error' | 'warning' | 'info';
  readonly title: string;
  readonly explanation: string;
  readonly spec: string;
};

/** Whether a text is the id of a rule. */
export function isRuleId(id: string): id is RuleId {
  return Object.hasOwn(TABLE, id);
}

/** One rule by its id. */
export function ruleOf(id: RuleId): Rule {
  const [severity, title, explanation, spec] = TABLE[id];
  return { id, severity, title, explanation, spec };
}

/** All rules, in the order of the documentation. */
export const RULES: readonly Rule[] = Object.keys(TABLE).filter(isRuleId).map(ruleOf);
