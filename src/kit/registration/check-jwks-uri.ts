import { checkKeys, findPrivateKeys } from '../../domain/client-metadata/check-keys.ts';
import { isJsonObject, parseJson, textMember, type JsonObject } from '../../domain/json.ts';
import { nowOf, type Registry } from './context.ts';
import { refuse, type RegistrationRefusal } from './refusal.ts';

const MAX_OCTETS = 64 * 1024;
const TIMEOUT_MILLISECONDS = 5_000;
const MAX_DEPTH = 18;

/**
 * Looks at what a client's `jwks_uri` gives: a JWK Set of usable public keys. The URI is a stranger's, so it is asked through guarded fetch
 * alone; without a fetcher nothing is asked. Code `invalid_client_metadata`.
 *
 * @returns undefined when the keys are fine
 */
export async function jwksUriRefusal(
  registry: Registry,
  metadata: JsonObject,
): Promise<RegistrationRefusal | undefined> {
  const uri = textMember(metadata, 'jwks_uri');
  if (registry.fetcher === undefined || uri === '') return undefined;
  const fetched = await registry.fetcher(uri, {
    accept: ['application/jwk-set+json', 'application/json'],
    maxOctets: MAX_OCTETS,
    timeoutMilliseconds: TIMEOUT_MILLISECONDS,
  });
  if (!fetched.ok) return wrong(fetched.error.detail);
  const text = utf8(fetched.value.octets);
  const parsed = text === undefined ? undefined : parseJson(text, { maxDepth: MAX_DEPTH });
  if (parsed?.ok !== true || !isJsonObject(parsed.value)) return wrong('It gives no JSON object.');
  const findings = [
    ...findPrivateKeys(parsed.value, '', MAX_DEPTH),
    ...checkKeys({ jwks: parsed.value }).filter(({ rule }) => rule !== 'jwks-inline'),
  ].filter(({ severity }) => severity === 'error');
  if (findings.length === 0) return undefined;
  registry.log('warn', 'registration.jwks_uri_refused', { jwks_uri: uri, at: nowOf(registry) });
  return wrong(findings.map(({ pointer, detail }) => `${pointer}: ${detail}`).join(' '));
}

function wrong(why: string): RegistrationRefusal {
  return refuse(
    'invalid_client_metadata',
    'jwks_uri',
    `/jwks_uri: The keys behind jwks_uri cannot be used. ${why}`,
  );
}

function utf8(octets: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(octets);
  } catch {
    return undefined;
  }
}
