import { judgeKeySet, KEY_SET_WANTED } from '../../domain/client-metadata/judge-key-set.ts';
import { textMember, type JsonObject } from '../../domain/json.ts';
import { nowOf, type Registry } from './context.ts';
import type { Profile } from '../../domain/statement/statement.ts';
import { refuse, type RegistrationRefusal } from './refusal.ts';

/**
 * Looks at what a client's `jwks_uri` gives: a JWK Set of usable public keys. The URI is a stranger's, so it is asked through guarded fetch
 * alone; without a fetcher nothing is asked. Codes `invalid_client_metadata`; `temporarily_unavailable` when keys that a reviewed document names
 * cannot be had (draft-mcguinness-oauth-cimd-sw-stmt, Error Responses).
 *
 * @param profile of the statement that governs; undefined for none
 * @returns undefined when the keys are fine
 */
export async function jwksUriRefusal(
  registry: Registry,
  metadata: JsonObject,
  profile: Profile | undefined,
): Promise<RegistrationRefusal | undefined> {
  const uri = textMember(metadata, 'jwks_uri');
  if (registry.fetcher === undefined || uri === '') return undefined;
  const fetched = await registry.fetcher(uri, KEY_SET_WANTED);
  if (!fetched.ok && profile === 'cimd')
    return {
      status: 503,
      error: 'temporarily_unavailable',
      description: `The keys behind jwks_uri could not be had. ${fetched.error.detail} Send the same request again later.`,
      retryAfterSeconds: 30,
      reason: 'jwks_uri.unavailable',
      detail: `${uri}: ${fetched.error.code}`,
    };
  if (!fetched.ok) return wrong(fetched.error.detail);
  const judged = judgeKeySet(fetched.value.octets);
  if (judged.ok) return undefined;
  registry.log('warn', 'registration.jwks_uri_refused', { jwks_uri: uri, at: nowOf(registry) });
  return wrong(judged.error);
}

function wrong(why: string): RegistrationRefusal {
  return refuse(
    'invalid_client_metadata',
    'jwks_uri',
    `/jwks_uri: The keys behind jwks_uri cannot be used. ${why}`,
  );
}
