import type { JsonObject } from '../json.ts';
import { effectiveList, effectiveValue } from './effective.ts';
import { findingOf, pointerTo, quoted, type Finding } from './finding.ts';

const POINTER = '/token_endpoint_auth_method';
const METHODS: ReadonlySet<string> = new Set([
  'none',
  'client_secret_post',
  'client_secret_basic',
  'client_secret_jwt',
  'private_key_jwt',
  'tls_client_auth',
  'self_signed_tls_client_auth',
]);
const SHARED_SECRET: ReadonlySet<string> = new Set([
  'client_secret_post',
  'client_secret_basic',
  'client_secret_jwt',
]);
const TLS_SUBJECTS = [
  'tls_client_auth_subject_dn',
  'tls_client_auth_san_dns',
  'tls_client_auth_san_uri',
  'tls_client_auth_san_ip',
  'tls_client_auth_san_email',
] as const;
const ASYMMETRIC = /^(?:RS|PS|ES)(?:256|384|512)$|^ES256K$|^EdDSA$|^Ed25519$|^Ed448$/;

/** How the client authenticates, and that it can. */
export function checkAuthentication(metadata: JsonObject): readonly Finding[] {
  const method = effectiveValue(metadata, 'token_endpoint_auth_method');
  if (typeof method !== 'string') return [];
  const findings: Finding[] = [];
  const hasKeys = metadata['jwks'] !== undefined || metadata['jwks_uri'] !== undefined;
  const subjects = TLS_SUBJECTS.filter((name) => metadata[name] !== undefined);
  if (!METHODS.has(method))
    findings.push(
      findingOf(
        'auth-method-unknown',
        POINTER,
        `${quoted(method)} is not registered; prefer private_key_jwt.`,
      ),
    );
  if (SHARED_SECRET.has(method))
    findings.push(
      findingOf(
        'auth-method-shared-secret',
        POINTER,
        metadata['token_endpoint_auth_method'] === undefined
          ? 'Left out, it means client_secret_basic. Say private_key_jwt with jwks_uri, or none for a public client.'
          : `${method} shares a secret with every server; prefer private_key_jwt with jwks_uri.`,
      ),
    );
  if ((method === 'private_key_jwt' || method === 'self_signed_tls_client_auth') && !hasKeys)
    findings.push(
      findingOf(
        'auth-method-needs-keys',
        POINTER,
        `${method} needs jwks_uri (or jwks) with the client’s public keys.`,
      ),
    );
  if (method === 'tls_client_auth' && subjects.length !== 1)
    findings.push(
      findingOf(
        'auth-method-tls-subject',
        POINTER,
        `tls_client_auth needs exactly one of ${TLS_SUBJECTS.join(', ')}; there are ${subjects.length}.`,
      ),
    );
  if (method === 'none' && effectiveList(metadata, 'grant_types').includes('client_credentials'))
    findings.push(
      findingOf(
        'auth-method-none-confidential-grant',
        POINTER,
        'client_credentials needs a client that authenticates: use private_key_jwt.',
      ),
    );
  if (method === 'none')
    findings.push(
      findingOf(
        'auth-method-web-public',
        POINTER,
        'This is a public client: PKCE and exact redirect URIs protect it.',
      ),
    );
  return [...findings, ...algFindings(metadata)];
}

/** Algorithms the client signs with, or asks servers to sign with. `none` is fine only where OpenID Connect says so. */
function algFindings(metadata: JsonObject): readonly Finding[] {
  return Object.entries(metadata).flatMap(([name, value]) => {
    if (!name.endsWith('_alg') || /encrypt/.test(name) || typeof value !== 'string' || ASYMMETRIC.test(value))
      return [];
    const hmacAllowed =
      /^HS(?:256|384|512)$/.test(value) &&
      effectiveValue(metadata, 'token_endpoint_auth_method') === 'client_secret_jwt';
    return hmacAllowed && name === 'token_endpoint_auth_signing_alg'
      ? []
      : [
          findingOf(
            'signing-alg-refused',
            pointerTo(name),
            `${quoted(value)} is not an asymmetric algorithm; use ES256 or PS256.`,
          ),
        ];
  });
}
