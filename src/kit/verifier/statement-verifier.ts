import type { DocumentReference } from '../../domain/client-identifier.ts';
import { textMember, type JsonObject } from '../../domain/json.ts';
import type { Fetcher } from '../../domain/network/fetcher.ts';
import { err, ok, type Result } from '../../domain/result.ts';
import { sha256Base64url } from '../../domain/sha256.ts';
import { MAX_STATEMENT_OCTETS } from '../../domain/statement/claims.ts';
import { issuerOfCredential } from '../../domain/credential/vc-jwt.ts';
import { isBelow, judgeHeader, parseCompact, statusReferenceOf } from '../../domain/statement/judge.ts';
import type { Profile } from '../../domain/statement/statement.ts';
import { bitstringLists, type BitstringLists } from './bitstring-lists.ts';
import { issuerKeys, type IssuerKeys } from './issuer-keys.ts';
import { redirectsBeyondPermission } from './permitted.ts';
import { readStatement, type ReadStatement } from './read-statement.ts';
import { invalid, unapproved, unavailable, type StatementRefusal } from './refusal.ts';
import { statusLists, type StatusLists } from './status-lists.ts';
import {
  resolveOf,
  RETRY_AFTER_SECONDS,
  statusOf,
  type StatementStatus,
  type StatusReferences,
} from './status-of.ts';
import {
  profileOfType,
  PROFILE_TYPES,
  trustOf,
  type IssuerProfile,
  type IssuerTrust,
  type TrustedIssuer,
} from './trusted-issuer.ts';
import {
  isSvidLike,
  issuerOfDomain,
  verifySvidLogin,
  verifySvidStatement,
  type WorkloadLogin,
} from './svid-statements.ts';
import { domainTrustOf, type DomainTrust, type TrustedTrustDomain } from './trust-domains.ts';
import { signatureFault } from './verify-signature.ts';

export type { StatementStatus } from './status-of.ts';

/** Where verified metadata comes from: what an audit record needs. */
export type Provenance = StatusReferences & {
  readonly issuer: string;
  readonly jti: string;
  /** SHA-256 of the compact statement, base64url. */
  readonly digest: string;
  readonly kid: string;
  readonly alg: string;
  /** NumericDates, seconds. `honouredUntil` is `exp`, or sooner where this server honours less. */
  readonly issuedAt: number;
  readonly expiresAt: number;
  readonly honouredUntil: number;
  readonly status: StatementStatus;
  readonly verifiedAt: number;
};

/** A statement that counts here. */
export type VerifiedStatement = {
  /** The statement as it came, to be returned unmodified (RFC 7591 §3.2.1). */
  readonly text: string;
  readonly profile: Profile;
  /**
   * What it is about: `software_id`; for profile cimd the client identifier URL, with the issuer's tenant as its fragment; for profile jwt-svid the
   * SPIFFE ID.
   */
  readonly softwareId: string;
  readonly softwareVersion: string | undefined;
  /** Client metadata that the issuer attests, `software_id` and `software_version` included; no JWT claims. Empty for profile cimd. */
  readonly metadata: JsonObject;
  /** For profile cimd: the document that holds the metadata, which is to be fetched and digested; undefined for every other. */
  readonly document: DocumentReference | undefined;
  readonly provenance: Provenance;
};

/** What is needed to ask for the status of a statement again, long after it was verified. */
export type StandingQuestion = StatusReferences & {
  readonly issuer: string;
  /** `rfc7591` for statements that were verified before there were others. */
  readonly profile?: Profile;
  readonly honouredUntil: number;
};

export type StatementVerifier = {
  /** Every profile that some issuer may sign. */
  readonly profiles: ReadonlySet<Profile>;
  /** Verifies a software statement (RFC 7591 §2.3, §3.2.2). Never throws for anything a statement holds. */
  readonly verify: (statement: string) => Promise<Result<VerifiedStatement, StatementRefusal>>;
  /** Whether a statement verified before still stands: lifetime and status, under the configuration of today. */
  readonly standing: (question: StandingQuestion) => Promise<Result<StatementStatus, StatementRefusal>>;
  /**
   * Whether the issuer may speak for what a document says that one of its statements digests (`mayVouchFor.redirectHosts`); undefined when
   * it may.
   */
  readonly permits: (issuer: string, metadata: JsonObject) => StatementRefusal | undefined;
  /**
   * Whose JWT-SVID a client assertion is (draft-ietf-oauth-spiffe-client-auth §3.1). It must be for the authorization server alone, so that none
   * that registers ever logs in.
   *
   * @param audience the RFC 8414 issuer identifier of the authorization server
   */
  readonly verifyLogin: (svid: string, audience: string) => Promise<Result<WorkloadLogin, StatementRefusal>>;
  /** Discovers every issuer and loads its keys, so that the first statement need not wait. Gives what failed, in sentences. */
  readonly warm: () => Promise<readonly string[]>;
};

export type StatementVerifierOptions = {
  readonly issuers: readonly TrustedIssuer[];
  /** SPIFFE trust domains whose workloads register with their JWT-SVIDs. */
  readonly trustDomains?: readonly TrustedTrustDomain[];
  /** Guarded fetch for bundle endpoints of trust domains. */
  readonly fetcher?: Fetcher;
  /** Identifiers of this authorization server that `aud` may name: its RFC 8414 issuer identifier first. */
  readonly audience?: string | readonly string[];
  /** The tenant of this authorization server that requests belong to, which `aud_tenant` must name where it is there (profile cimd). */
  readonly tenant?: string;
  readonly fetch?: typeof fetch;
  /** Seconds since the epoch. */
  readonly now?: () => number;
  /**
   * Told of every load of a document, in the background or not. On Workers give `waitUntil` of `cloudflare:workers`: a load otherwise dies
   * with the request that began it, and others who wait for it wait in vain.
   */
  readonly background?: (work: Promise<unknown>) => void;
  /** Plain http to issuers beyond this machine: for closed test networks only. */
  readonly allowHttp?: boolean;
};

/** What a developer is told of a header, by the code of its judge: nothing of what would be accepted. */
const HEADER_FAULT = 'The header of the software statement is not acceptable.';
const HEADER_FAULTS: Readonly<Record<string, string>> = {
  alg: 'The algorithm (alg) of the software statement is not acceptable.',
  crit: 'The header of the software statement demands extensions (crit, b64) that are not understood.',
  typ: 'The type (typ) of the software statement is not acceptable.',
};

type Anchor = {
  readonly trust: IssuerTrust;
  readonly keys: IssuerKeys;
  readonly lists: { readonly tokens: StatusLists; readonly bitstrings: BitstringLists };
};

/**
 * Verifies software statements of configured issuers: keys by discovery (RFC 8414), claims, audience, what the issuer may speak for,
 * and whether the statement still stands. Throws a TypeError for a configuration that cannot be meant.
 */
export function createStatementVerifier(options: StatementVerifierOptions): StatementVerifier {
  const now = options.now ?? (() => Date.now() / 1000);
  const audience = options.audience === undefined ? [] : [options.audience].flat();
  const background = options.background ?? (() => undefined);
  const anchors = new Map<string, Anchor>();
  const audienceOf = (trust: IssuerTrust) => trust.audience ?? audience;
  for (const given of options.issuers) {
    const trust = trustOf(given, options.allowHttp ?? false);
    if (anchors.has(trust.issuer)) throw new TypeError(`issuer ${trust.issuer} is configured twice`);
    if (trust.requireAudience && audienceOf(trust).length === 0)
      throw new TypeError(`requireAudience of ${trust.issuer} needs the option audience`);
    const rules = {
      fetch: options.fetch ?? globalThis.fetch.bind(globalThis),
      issuer: trust.place,
      allowHttp: options.allowHttp ?? false,
    };
    const keys = issuerKeys(trust, rules, now, background);
    const lists = {
      tokens: statusLists(trust, keys, rules, now, background),
      bitstrings: bitstringLists(trust, keys, rules, now, background),
    };
    anchors.set(trust.issuer, { trust, keys, lists });
  }
  const domains = new Map<string, DomainTrust>();
  for (const given of options.trustDomains ?? []) {
    if (domains.has(given.trustDomain))
      throw new TypeError(`trust domain ${given.trustDomain} is configured twice`);
    const own = [audience, ...[...anchors.values()].map(({ trust }) => audienceOf(trust))].flat();
    const needs = { audience: own, fetcher: options.fetcher, now, background };
    domains.set(given.trustDomain, domainTrustOf(given, needs));
  }
  if (anchors.size === 0 && domains.size === 0)
    throw new TypeError('issuers is empty: nobody would be trusted');

  async function verify(statement: string): Promise<Result<VerifiedStatement, StatementRefusal>> {
    const parsed = parseCompact(statement, 2 * MAX_STATEMENT_OCTETS);
    if (!parsed.ok)
      return err(invalid('malformed', `The software statement cannot be read: ${parsed.error}.`));
    const { header, claims } = parsed.value;
    if (domains.size > 0 && isSvidLike(header, claims)) return verifySvidStatement(statement, domains, now());
    // The type alone says which rules count; a profile that the issuer may not sign is a type that is not expected.
    const profile = profileOfType(textMember(header, 'typ')) ?? 'rfc7591';
    const { iss } = claims;
    const issuer = profile === 'vc+jwt' ? issuerOfCredential(claims) : iss;
    const anchor = typeof issuer === 'string' ? anchors.get(issuer) : undefined;
    if (anchor === undefined) {
      const named = JSON.stringify(issuer ?? null).slice(0, 200);
      return err(unapproved('untrusted_issuer', `${named} is no issuer that is trusted here.`));
    }
    const { trust } = anchor;
    const form = judgeHeader(header, { types: typesOf(trust), algorithms: trust.algorithms });
    if (form.outcome !== 'holds')
      return err(invalid('header', HEADER_FAULTS[form.code] ?? HEADER_FAULT, form.detail));
    const key = await anchor.keys.keyFor(header);
    if (!key.ok) {
      const { code, detail } = key.error;
      return err(
        code === 'keys_unavailable'
          ? unavailable(code, detail, RETRY_AFTER_SECONDS)
          : invalid(code, 'The signature of the software statement cannot be verified.', detail),
      );
    }
    const fault = await signatureFault(statement, key.value, textMember(header, 'alg'));
    if (fault !== undefined)
      return err(invalid('signature', 'The signature of the software statement does not verify.', fault));
    return afterSignature(anchor, profile, statement, { header, claims });
  }

  /** From here on the issuer said it, and a developer may be told what is wrong with it. */
  async function afterSignature(
    anchor: Anchor,
    profile: IssuerProfile,
    text: string,
    { header, claims }: { readonly header: JsonObject; readonly claims: JsonObject },
  ): Promise<Result<VerifiedStatement, StatementRefusal>> {
    const { trust } = anchor;
    const at = now();
    const { tenant } = options;
    const read = readStatement(profile, { header, claims, trust, audience: audienceOf(trust), tenant, at });
    if (!read.ok) return read;
    const { jti, issuedAt, expiresAt, credentialStatus: _places, ...statement } = read.value;
    const references = referencesOf(trust, claims, read.value);
    if (!references.ok) return references;
    const status = await statusOf(trust, profile, anchor.lists, references.value);
    if (!status.ok) return status;
    const digest = sha256Base64url(text);
    return ok({
      ...statement,
      text,
      provenance: {
        issuer: trust.issuer,
        jti: jti || digest,
        digest,
        kid: textMember(header, 'kid'),
        alg: textMember(header, 'alg'),
        issuedAt,
        expiresAt,
        honouredUntil: Math.min(expiresAt, issuedAt + (trust.maxLifetimeSeconds ?? Number.POSITIVE_INFINITY)),
        status: status.value,
        ...references.value,
        verifiedAt: Math.floor(at),
      },
    });
  }

  async function standing(question: StandingQuestion): Promise<Result<StatementStatus, StatementRefusal>> {
    if (question.profile === 'jwt-svid') return standingOfWorkload(question);
    const anchor = anchors.get(question.issuer);
    if (anchor === undefined)
      return err(unapproved('untrusted_issuer', `${question.issuer} is no longer trusted here.`));
    if (question.honouredUntil <= now() - anchor.trust.clockToleranceSeconds)
      return err(invalid('times', 'The software statement has expired.'));
    return statusOf(anchor.trust, question.profile ?? 'rfc7591', anchor.lists, question);
  }

  /** Nobody keeps a status of SVIDs: a registration stands for its own time, while its trust domain is trusted. */
  function standingOfWorkload(question: StandingQuestion): Result<StatementStatus, StatementRefusal> {
    const isTrusted = [...domains.keys()].some((domain) => issuerOfDomain(domain) === question.issuer);
    if (!isTrusted)
      return err(unapproved('untrusted_issuer', `${question.issuer} is no longer trusted here.`));
    return question.honouredUntil <= now()
      ? err(invalid('times', 'The registration needs a fresh JWT-SVID.'))
      : ok({ outcome: 'not_asked' });
  }

  return {
    profiles: new Set<Profile>([
      ...[...anchors.values()].flatMap(({ trust }) => trust.profiles),
      ...(domains.size > 0 ? (['jwt-svid'] as const) : []),
    ]),
    verifyLogin: (svid, wanted) => verifySvidLogin(svid, domains, wanted, now()),
    verify,
    standing,
    permits: (issuer, metadata) => {
      const anchor = anchors.get(issuer);
      return anchor === undefined
        ? unapproved('untrusted_issuer', `${issuer} is no longer trusted here.`)
        : redirectsBeyondPermission(metadata, anchor.trust);
    },
    warm: async () => {
      const outcomes = await Promise.all(
        [...anchors.values()].map(async ({ trust, keys }) => {
          const warmed = await keys.warm();
          return warmed.ok ? [] : [`${trust.issuer}: ${warmed.error}`];
        }),
      );
      return outcomes.flat();
    },
  };
}

/** Values of `typ` of the profiles that an issuer may sign. */
function typesOf({ profiles, types }: IssuerTrust): readonly string[] {
  return profiles.flatMap((profile) =>
    profile === 'rfc7591'
      ? types
      : Object.keys(PROFILE_TYPES).filter((type) => PROFILE_TYPES[type] === profile),
  );
}

/** Where the status of a statement is kept. Lists that are not the issuer's own are refused: what names them is not asked. */
function referencesOf(
  trust: IssuerTrust,
  claims: JsonObject,
  { profile, credentialStatus = [] }: ReadStatement,
): Result<StatusReferences, StatementRefusal> {
  const resolve = resolveOf(trust, profile);
  const token = statusReferenceOf(claims, trust.place);
  const isMissing = resolve === 'required' && credentialStatus.length === 0;
  if (!token.ok && resolve !== 'never' && (claims['status'] !== undefined || isMissing))
    return err(invalid('status_missing', token.error.detail));
  const foreign = credentialStatus.find(({ url }) => !isBelow(new URL(url), new URL(trust.place)));
  if (foreign !== undefined && resolve !== 'never')
    return err(
      invalid('status_missing', `Its status list ${foreign.url.slice(0, 200)} is not the issuer’s.`),
    );
  return ok({
    statusReference: token.ok ? token.value : undefined,
    ...(credentialStatus.length === 0 ? {} : { credentialStatus }),
  });
}
