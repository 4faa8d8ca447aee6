import { didWebOf } from '../domain/credential/did-document.ts';
import { isJsonObject, parseJson, textMember } from '../domain/json.ts';
import { isPublished, type KeyState, type SigningAlgorithm } from '../domain/signing-key.ts';
import { metadataUrl } from '../domain/statement/judge.ts';
import type { Issuer } from './issuer.ts';
import type { Publications } from './publications.ts';

/** What an authorization server is configured with to trust this issuer, and what its people want to read first. */
export type TrustFacts = {
  readonly issuer: string;
  readonly metadataUrl: string;
  readonly jwksUri: string;
  /** The key that signs first; `kid` is the RFC 7638 thumbprint. */
  readonly keys: readonly {
    readonly kid: string;
    readonly alg: SigningAlgorithm;
    readonly state: KeyState;
  }[];
  /** Under which its credentials are issued; undefined where it has none. */
  readonly did: string | undefined;
  /** The SPIFFE trust domain it runs, and where its bundle is; undefined where it runs none. */
  readonly spiffe: { readonly trustDomain: string; readonly bundleUrl: string } | undefined;
  readonly policyUri: string | undefined;
  readonly termsUri: string | undefined;
};

const ORDER: Readonly<Record<KeyState, number>> = {
  active: 0,
  pending: 1,
  retiring: 2,
  retired: 3,
  revoked: 4,
};

/** Gathers what is published already. Anybody may read it. */
export async function trustFacts(issuer: Issuer, publications: Publications): Promise<TrustFacts> {
  const [keys, metadata] = await Promise.all([issuer.store.signingKeys(), publications.serverMetadata()]);
  const parsed = parseJson(metadata.body, { maxDepth: 4 });
  const members = parsed.ok && isJsonObject(parsed.value) ? parsed.value : {};
  const address = (member: string) => {
    const uri = textMember(members, member);
    return uri === '' ? undefined : uri;
  };
  return {
    issuer: issuer.identifier,
    metadataUrl: metadataUrl(issuer.identifier),
    jwksUri: textMember(members, 'jwks_uri'),
    keys: keys
      .filter(({ state }) => isPublished(state))
      .map(({ kid, alg, state }) => ({ kid, alg, state }))
      .toSorted((a, b) => ORDER[a.state] - ORDER[b.state]),
    did: didWebOf(issuer.identifier),
    spiffe:
      issuer.trustDomain === undefined
        ? undefined
        : { trustDomain: issuer.trustDomain, bundleUrl: `${issuer.identifier}/spiffe/bundle` },
    policyUri: address('op_policy_uri'),
    termsUri: address('op_tos_uri'),
  };
}
