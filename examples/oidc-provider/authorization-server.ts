import {
  createMemoryStore,
  createStatementVerifier,
  type Registrar,
  type RegistrationPolicy,
  type RegistrationStore,
  type StatusPolicy,
} from 'imprimatur/kit';
import { Provider } from 'oidc-provider';
import { governRegistration } from './govern-registration.ts';
import { memoryAdapter } from './memory-adapter.ts';

/**
 * An authorization server at which only software registers that a trusted issuer vouches for (RFC 7591 §2.3), and only as long as it
 * does.
 *
 * Tokens, signing keys, accounts and sign-in pages are development defaults; bring your own.
 *
 * @param options.issuerUrl issuer identifier of this authorization server
 * @param options.trustedIssuer issuer identifier whose software statements count
 * @param options.status how the status of statements is asked for
 * @param options.store where registrations are kept; in memory unless said
 * @param options.now the present in seconds, where a test moves it
 */
export function createAuthorizationServer(options: {
  readonly issuerUrl: string;
  readonly trustedIssuer: string;
  readonly status?: StatusPolicy;
  readonly store?: RegistrationStore;
  readonly policy?: RegistrationPolicy;
  readonly fetch?: typeof fetch;
  readonly now?: () => number;
}): { readonly provider: Provider; readonly registrar: Registrar } {
  const { issuerUrl, trustedIssuer, status, now = () => Date.now() / 1000 } = options;
  const governed = governRegistration({
    authorizationServer: issuerUrl,
    endpoint: `${issuerUrl}/reg`,
    verifier: createStatementVerifier({
      issuers: [{ issuer: trustedIssuer, ...(status === undefined ? {} : { status }) }],
      audience: [issuerUrl],
      now,
      ...(options.fetch === undefined ? {} : { fetch: options.fetch }),
    }),
    store: options.store ?? createMemoryStore(),
    languages: ['de', 'ja-Jpan-JP'],
    nowMilliseconds: () => now() * 1000,
    ...(options.policy === undefined ? {} : { policy: options.policy }),
  });
  const provider = new Provider(issuerUrl, {
    adapter: governed.adapter(memoryAdapter()),
    extraClientMetadata: governed.extraClientMetadata,
    features: {
      ...governed.features,
      clientCredentials: { enabled: true },
      devInteractions: { enabled: true },
    },
    scopes: ['openid', 'offline_access', 'profile', 'email'],
    findAccount: (_context, id) => ({ accountId: id, claims: () => ({ sub: id }) }),
  });
  governed.attach(provider);
  return { provider, registrar: governed.registrar };
}
