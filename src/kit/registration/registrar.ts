import { sealLog } from '../../domain/ledger/seal.ts';
import type { Checkpoint } from '../../domain/ledger/entry.ts';
import { isIssuerIdentifier } from '../../domain/statement/audience.ts';
import type { JsonValue } from '../../domain/json.ts';
import type { Sealing } from '../../domain/ledger/seal.ts';
import type { Fetcher } from '../../domain/network/fetcher.ts';
import { err, type Result } from '../../domain/result.ts';
import type { StatementVerifier } from '../verifier/statement-verifier.ts';
import { nowOf, type Registry, type RegistrationLog } from './context.ts';
import { isCredential } from './credentials.ts';
import { endRegistration } from './end.ts';
import {
  mintInitialAccessToken,
  revokeInitialAccessToken,
  type MintedToken,
} from './initial-access-tokens.ts';
import { read, remove, type ManagementRequest } from './manage.ts';
import { DEFAULT_REGISTRATION_POLICY, policyOf, type Policy, type RegistrationPolicy } from './policy.ts';
import type {
  AttestedSoftware,
  HostClients,
  InitialAccessToken,
  Registration,
  RegistrationFilter,
  RegistrationStore,
} from './ports.ts';
import { raiseFloor } from './raise-floor.ts';
import { register, type NewClientRequest, type Registered } from './register.ts';
import { asciiDescription, type RegistrationRefusal } from './refusal.ts';
import { standingOf, type ClientStanding } from './standing.ts';
import { sweep, type SweepOptions, type SweepResult } from './sweep.ts';
import { update } from './update.ts';
import { authenticateWorkload } from './workloads.ts';

export type RegistrarOptions = {
  /** RFC 8414 issuer identifier of the authorization server. */
  readonly authorizationServer: string;
  /** http or https URL of the registration endpoint, as clients reach it; `<authorizationServer>/register` unless said. */
  readonly endpoint?: string;
  readonly store: RegistrationStore;
  /** Who may vouch; without it every statement is refused. */
  readonly verifier?: StatementVerifier;
  /** Software statements and nothing else unless said. */
  readonly policy?: RegistrationPolicy;
  /** The host server's own clients, if it keeps them itself. */
  readonly clients?: HostClients;
  /** Guarded fetch for `jwks_uri` and metadata documents: `createNodeFetcher()` or `createWebFetcher()`. Profile cimd needs it. */
  readonly fetcher?: Fetcher;
  /** Signs checkpoints of the audit log (Ed25519). */
  readonly sealing?: Omit<Sealing, 'now'>;
  readonly log?: RegistrationLog;
  /** Told after each commit; a server seals the audit log shortly afterwards. */
  readonly committed?: () => void;
  /** Milliseconds since the epoch. */
  readonly nowMilliseconds?: () => number;
  readonly random?: (octets: number) => Uint8Array;
};

/** Everything that can be done with registrations, for the endpoint, for an operator's tools, and for servers with routes of their own. */
export type Registrar = {
  readonly authorizationServer: string;
  readonly endpoint: string;
  readonly policy: Policy;
  /** Registers a client (RFC 7591 §3). */
  readonly register: (request: NewClientRequest) => Promise<Result<Registered, RegistrationRefusal>>;
  /** Shows a client its registration (RFC 7592 §2.1). */
  readonly read: (request: ManagementRequest) => Promise<Result<Registered, RegistrationRefusal>>;
  /** Replaces a client's metadata (RFC 7592 §2.2). */
  readonly update: (
    request: ManagementRequest & { readonly body: JsonValue },
  ) => Promise<Result<Registered, RegistrationRefusal>>;
  /** Deletes a client at its own wish (RFC 7592 §2.3). */
  readonly remove: (request: ManagementRequest) => Promise<Result<void, RegistrationRefusal>>;
  /** Whether a client may be used now: ask before issuing a token. */
  readonly standing: (clientId: string) => Promise<ClientStanding>;
  /** Whether a secret is the client's, unexpired, and the client live. */
  readonly authenticate: (clientId: string, secret: string) => Promise<boolean>;
  /** The live client whose workload a JWT-SVID, sent as client assertion, is of (draft-ietf-oauth-spiffe-client-auth); undefined for none. */
  readonly authenticateWorkload: (svid: string) => Promise<Registration | undefined>;
  /** Notes that a client was used, so that abandoned ones can be told. */
  readonly used: (clientId: string) => Promise<void>;
  /** Everything that came from one issuer, one software or one statement; ascending by client_id. */
  readonly inventory: (
    filter: RegistrationFilter,
    after?: string,
    limit?: number,
  ) => Promise<readonly Registration[]>;
  readonly software: (issuer: string, softwareId: string) => Promise<AttestedSoftware | undefined>;
  readonly sweep: (options?: SweepOptions) => Promise<SweepResult>;
  /** Ends a registration at an operator's word; undefined for an unknown client. */
  readonly end: (
    clientId: string,
    because: string,
  ) => Promise<Result<Registration | undefined, RegistrationRefusal>>;
  readonly raiseFloor: (
    wanted: Parameters<typeof raiseFloor>[1],
  ) => Promise<Result<AttestedSoftware, RegistrationRefusal>>;
  readonly mintInitialAccessToken: (
    wanted: Parameters<typeof mintInitialAccessToken>[1],
  ) => Promise<Result<MintedToken, RegistrationRefusal>>;
  readonly revokeInitialAccessToken: (id: string) => Promise<Result<InitialAccessToken, RegistrationRefusal>>;
  readonly initialAccessTokens: (limit?: number) => Promise<readonly InitialAccessToken[]>;
  /** Seals what the audit log has grown by; undefined without a sealing key or without entries. */
  readonly seal: () => Promise<Checkpoint | undefined>;
};

const PAGE = 100;
/** Uses are noted this often: days decide whether a client is abandoned, and a token request should not cost a write. */
const USED_SECONDS = 3600;

/** Puts the use cases together. Throws a TypeError for a configuration that cannot be meant. */
export function createRegistrar(options: RegistrarOptions): Registrar {
  const { authorizationServer } = options;
  if (!isIssuerIdentifier(authorizationServer))
    throw new TypeError(
      `authorizationServer ${JSON.stringify(authorizationServer)} is not an issuer identifier (RFC 8414 §2)`,
    );
  const endpoint = options.endpoint ?? `${authorizationServer.replace(/\/$/, '')}/register`;
  if (!isEndpoint(endpoint))
    throw new TypeError(
      `endpoint ${JSON.stringify(endpoint)} is to be an http or https URL without user, query, fragment or final slash`,
    );
  if (options.verifier?.profiles.has('cimd') === true && options.fetcher === undefined)
    throw new TypeError('profile cimd needs the option fetcher: the documents of its statements are fetched');
  const registry: Registry = {
    authorizationServer,
    endpoint,
    policy: policyOf(options.policy ?? DEFAULT_REGISTRATION_POLICY),
    verifier: options.verifier,
    store: options.store,
    clients: options.clients,
    fetcher: options.fetcher,
    nowMilliseconds: options.nowMilliseconds ?? (() => Date.now()),
    random: options.random ?? ((octets) => crypto.getRandomValues(new Uint8Array(octets))),
    log: options.log ?? (() => undefined),
    sealing: options.sealing,
    committed: options.committed ?? (() => undefined),
  };
  const { store, sealing } = registry;
  /** Tells the log why; the client hears less. */
  async function noted<T>(
    what: string,
    asked: Promise<Result<T, RegistrationRefusal>>,
  ): Promise<Result<T, RegistrationRefusal>> {
    const result = await asked;
    if (result.ok) return result;
    const { reason, detail, status } = result.error;
    const description = asciiDescription(result.error.description);
    registry.log('info', `registration.${what}_refused`, { status, reason, detail: detail ?? description });
    return err({ ...result.error, description });
  }
  return {
    authorizationServer,
    endpoint,
    policy: registry.policy,
    register: (request) => noted('register', register(registry, request)),
    read: (request) => noted('read', read(registry, request)),
    update: (request) => noted('update', update(registry, request)),
    remove: (request) => noted('delete', remove(registry, request)),
    standing: (clientId) => standingOf(registry, clientId),
    authenticate: async (clientId, secret) => {
      const standing = await standingOf(registry, clientId);
      if (standing.outcome !== 'live') return false;
      const { secretSha256, secretExpiresAt } = standing.registration;
      const isExpired = (secretExpiresAt ?? 0) !== 0 && (secretExpiresAt ?? 0) <= nowOf(registry);
      return isCredential(secret, secretSha256) && !isExpired;
    },
    authenticateWorkload: (svid) => authenticateWorkload(registry, svid),
    used: async (clientId) => {
      const known = await store.registration(clientId);
      const now = nowOf(registry);
      if (known !== undefined && (known.lastUsedAt ?? 0) + USED_SECONDS <= now)
        await store.touch(clientId, now);
    },
    inventory: (filter, after, limit = PAGE) => store.registrations(filter, after, limit),
    software: (issuer, softwareId) => store.software(issuer, softwareId),
    sweep: (sweepOptions) => sweep(registry, sweepOptions),
    end: (clientId, because) => endRegistration(registry, clientId, 'operator', because),
    raiseFloor: (wanted) => raiseFloor(registry, wanted),
    mintInitialAccessToken: (wanted) => mintInitialAccessToken(registry, wanted),
    revokeInitialAccessToken: (id) => revokeInitialAccessToken(registry, id),
    initialAccessTokens: (limit = PAGE) => store.initialAccessTokens(limit),
    seal: async () =>
      sealing === undefined
        ? undefined
        : sealLog(store, async () => ({ ...sealing, now: () => nowOf(registry) })),
  };
}

/** What `/<client_id>` can be put behind as it is written. */
function isEndpoint(text: string): boolean {
  if (!/^https?:\/\/[^?#\\\s]*[^/?#\\\s]$/i.test(text) || !URL.canParse(text)) return false;
  const { username, password } = new URL(text);
  return username === '' && password === '';
}
