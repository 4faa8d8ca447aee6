import type { Holder } from '../../domain/exchange/exchange.ts';
import type { JsonObject } from '../../domain/json.ts';
import { judgeClientAssertion } from '../../domain/oauth/client-assertion.ts';
import { judgeDpopProof } from '../../domain/oauth/dpop.ts';
import { thumbprintOf } from '../../domain/oauth/thumbprint.ts';
import type { TokenRefusal } from '../../domain/oauth/token-refusal.ts';
import { ok, type Result } from '../../domain/result.ts';
import type { Issuer } from '../issuer.ts';
import type { ClientKeys } from './client-keys.ts';
import type { Credentials } from './request.ts';
import { no } from './token-refusals.ts';

/** Client authentication methods that are taken (`token_endpoint_auth_methods_supported`). */
export const AUTHENTICATION_METHODS = ['none', 'private_key_jwt'] as const;

/** Who asks, by the keys they showed. */
export type Shown = Holder & {
  /** Whether one of the keys shown is a key the client metadata names. */
  readonly isClientKey: boolean;
};

/**
 * Checks a DPoP proof that was sent, once (RFC 9449 §4.3, §11.1).
 *
 * @returns its thumbprint; undefined when none was sent
 */
export async function shownDpopKey(
  issuer: Issuer,
  { proof }: Credentials,
): Promise<Result<string | undefined, TokenRefusal>> {
  if (proof === undefined) return ok(undefined);
  const now = issuer.clock.now();
  const judged = await judgeDpopProof(proof.text, { method: 'POST', url: proof.url }, now);
  if (!judged.ok) return no('invalid_dpop_proof', judged.error);
  const { jkt, replayId, replayUntil } = judged.value;
  return (await issuer.store.spendToken(replayId, replayUntil, now))
    ? ok(jkt)
    : no('invalid_dpop_proof', 'This DPoP proof was used before. Make one for each request.');
}

/**
 * Recognises a client by the method its metadata document says, and no other (issuance draft, Client Identification and Authentication):
 * `none` is a public client, which shows a DPoP key; `private_key_jwt` a confidential one.
 *
 * @param jkt thumbprint of the DPoP key it showed
 */
export async function authenticateClient(
  issuer: Issuer,
  keysOf: ClientKeys,
  clientId: string,
  metadata: JsonObject,
  { assertion }: Credentials,
  jkt: string | undefined,
): Promise<Result<Shown, TokenRefusal>> {
  const method = metadata['token_endpoint_auth_method'];
  if (method === undefined)
    return no(
      'invalid_request',
      'The metadata document does not say its token_endpoint_auth_method. Write none or private_key_jwt into it.',
    );
  if (method === 'none') {
    if (assertion !== undefined)
      return no('invalid_client', 'The metadata document says token_endpoint_auth_method none.');
    if (jkt === undefined)
      return no('invalid_request', 'A public client must send a DPoP proof (RFC 9449 section 4).');
    const keys = await keysOf(metadata);
    const isClientKey = keys.ok && keys.value.some((key) => thumbprintOf(key) === jkt);
    return ok({ dpopJkt: jkt, clientKey: null, isClientKey });
  }
  if (method !== 'private_key_jwt')
    return no('invalid_client', `Clients authenticate with ${AUTHENTICATION_METHODS.join(' or ')} here.`);
  if (assertion === undefined)
    return no(
      'invalid_client',
      'The client must authenticate with private_key_jwt: send a client_assertion.',
    );
  const shown = await shownAssertion(issuer, keysOf, clientId, metadata, assertion);
  return shown.ok ? ok({ dpopJkt: jkt ?? null, clientKey: shown.value, isClientKey: true }) : shown;
}

/**
 * Who asks about software named by its `software_id`: the subject token is what authorises, and a key is needed only where somebody comes
 * again, or renews: then it must be one the approved metadata names.
 */
export async function recogniseHolder(
  issuer: Issuer,
  keysOf: ClientKeys,
  softwareId: string,
  metadata: JsonObject,
  { assertion }: Credentials,
  jkt: string | undefined,
): Promise<Result<Shown, TokenRefusal>> {
  if (assertion !== undefined) {
    const shown = await shownAssertion(issuer, keysOf, softwareId, metadata, assertion);
    return shown.ok ? ok({ dpopJkt: jkt ?? null, clientKey: shown.value, isClientKey: true }) : shown;
  }
  if (jkt === undefined) return ok({ dpopJkt: null, clientKey: null, isClientKey: false });
  const keys = await keysOf(metadata);
  const isClientKey = keys.ok && keys.value.some((key) => thumbprintOf(key) === jkt);
  return ok({ dpopJkt: jkt, clientKey: null, isClientKey });
}

async function shownAssertion(
  issuer: Issuer,
  keysOf: ClientKeys,
  clientId: string,
  metadata: JsonObject,
  assertion: string,
): Promise<Result<string, TokenRefusal>> {
  const keys = await keysOf(metadata);
  if (!keys.ok)
    return no('temporarily_unavailable', `The keys of the client cannot be had: ${keys.error}`, 30);
  const now = issuer.clock.now();
  const expected = { clientId, audience: issuer.identifier };
  const judged = await judgeClientAssertion(assertion, expected, keys.value, now);
  if (!judged.ok) return no('invalid_client', judged.error);
  const { clientKey, replayId, replayUntil } = judged.value;
  return (await issuer.store.spendToken(replayId, replayUntil, now))
    ? ok(clientKey)
    : no('invalid_client', 'This client_assertion was used before. Make one for each request.');
}
