import { DEFAULTS } from './effective.ts';
import { splitLanguageTag } from './language-tag.ts';
import { memberOf, type MEMBERS } from './members.ts';

/** What each registered member means to somebody who writes it or reads it. One sentence or two. */
const EXPLANATIONS: Readonly<Record<keyof typeof MEMBERS, string>> = {
  redirect_uris:
    'Where codes and answers may be sent, each address exactly. Authorization servers compare them character by character.',
  token_endpoint_auth_method: 'How the software proves at the token endpoint that it is itself.',
  grant_types: 'How it obtains tokens.',
  response_types: 'What the authorization endpoint may answer with; each needs its grant type.',
  client_name: 'The name people read when they are asked for consent.',
  client_uri: 'A page about the software.',
  logo_uri: 'A picture shown beside the name. PNG or WebP, from 16 to 2048 pixels a side.',
  scope: 'What it may ask for: scope tokens with one space between them.',
  contacts: 'E-mail addresses of people responsible for it.',
  tos_uri: 'Its terms of service.',
  policy_uri: 'What it does with the data of people.',
  jwks_uri: 'Where its public keys are published. Keys can be changed there without a new submission.',
  jwks: 'Its public keys by value, where there is no place to publish them. Never a private key.',
  application_type: 'web for software on servers, native for software on devices of people.',
  sector_identifier_uri:
    'A document that lists the redirect URIs of software that shares pairwise subject identifiers.',
  subject_type:
    'Whether people have the same identifier everywhere (public) or one of their own here (pairwise).',
  id_token_signed_response_alg: 'The algorithm that signs ID tokens for it.',
  id_token_encrypted_response_alg: 'The algorithm that encrypts the key of ID tokens for it.',
  id_token_encrypted_response_enc: 'The algorithm that encrypts the content of ID tokens for it.',
  userinfo_signed_response_alg: 'The algorithm that signs UserInfo responses for it.',
  userinfo_encrypted_response_alg: 'The algorithm that encrypts the key of UserInfo responses.',
  userinfo_encrypted_response_enc: 'The algorithm that encrypts the content of UserInfo responses.',
  request_object_signing_alg: 'The algorithm it signs request objects with.',
  request_object_encryption_alg: 'The algorithm it encrypts the key of request objects with.',
  request_object_encryption_enc: 'The algorithm it encrypts the content of request objects with.',
  token_endpoint_auth_signing_alg: 'The algorithm it signs its authentication at the token endpoint with.',
  default_max_age: 'Seconds after which people have to sign in again, unless a request says otherwise.',
  require_auth_time: 'Whether ID tokens must say when the person signed in.',
  default_acr_values: 'How people should be authenticated, the most wanted way first.',
  initiate_login_uri: 'Where others can begin a sign-in at the software.',
  request_uris: 'Where its request objects may be fetched from.',
  post_logout_redirect_uris: 'Where people may be sent after they sign out.',
  frontchannel_logout_uri: 'A page that signs people out, opened in their browser.',
  frontchannel_logout_session_required: 'Whether that page must be told which session ended.',
  backchannel_logout_uri: 'Where the server says directly that somebody signed out.',
  backchannel_logout_session_required: 'Whether that message must say which session ended.',
  tls_client_auth_subject_dn: 'The subject its certificate has.',
  tls_client_auth_san_dns: 'The DNS name its certificate has.',
  tls_client_auth_san_uri: 'The URI its certificate has.',
  tls_client_auth_san_ip: 'The IP address its certificate has.',
  tls_client_auth_san_email: 'The e-mail address its certificate has.',
  tls_client_certificate_bound_access_tokens:
    'Whether access tokens work only with the certificate they were given for.',
  require_signed_request_object: 'Whether it only sends signed authorization requests.',
  require_pushed_authorization_requests:
    'Whether it only sends authorization requests that were pushed before.',
  authorization_details_types: 'Kinds of rich authorization requests it may send.',
  dpop_bound_access_tokens: 'Whether its access tokens work only with proof of a key.',
  authorization_signed_response_alg: 'The algorithm that signs authorization responses for it.',
  authorization_encrypted_response_alg: 'The algorithm that encrypts the key of authorization responses.',
  authorization_encrypted_response_enc: 'The algorithm that encrypts the content of authorization responses.',
  introspection_signed_response_alg: 'The algorithm that signs introspection responses for it.',
  introspection_encrypted_response_alg: 'The algorithm that encrypts the key of introspection responses.',
  introspection_encrypted_response_enc: 'The algorithm that encrypts the content of introspection responses.',
  backchannel_token_delivery_mode: 'How tokens reach it after consent on another device: poll, ping or push.',
  backchannel_client_notification_endpoint: 'Where it is told that consent was given on another device.',
  backchannel_authentication_request_signing_alg: 'The algorithm it signs backchannel requests with.',
  backchannel_user_code_parameter: 'Whether people must type a code of theirs for backchannel requests.',
};

/** A member as it is explained to its reader. */
export type ExplainedMember = {
  readonly explanation: string;
  /** Where it comes from; undefined for members that this issuer's operator allowed. */
  readonly spec: string | undefined;
  /** What it means when it is left out, as JSON text; undefined when nothing stands for it. */
  readonly absent: string | undefined;
};

/** What a member of client metadata means, its language tag (RFC 7591 §2.2) aside. */
export function explainMember(name: string): ExplainedMember {
  const { member, tag } = splitLanguageTag(name);
  const explanation = explanationOf(member);
  const fallback = DEFAULTS[member];
  return {
    explanation:
      explanation === undefined
        ? 'A member that this issuer’s operator allowed; authorization servers that know it say what it means.'
        : tag === undefined
          ? explanation
          : `${explanation} For readers of the language ${tag}.`,
    spec: memberOf(member)?.spec,
    absent: fallback === undefined ? undefined : JSON.stringify(fallback),
  };
}

function explanationOf(member: string): string | undefined {
  return EXPLANATIONS_BY_NAME.get(member);
}
const EXPLANATIONS_BY_NAME: ReadonlyMap<string, string> = new Map(Object.entries(EXPLANATIONS));
