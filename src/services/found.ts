import { encodeBase64url } from '../domain/base64url.ts';
import { ACTION_NAMES } from '../domain/access.ts';
import { DEFAULT_POLICY } from '../domain/policy.ts';
import { ok, type Result } from '../domain/result.ts';
import { sha256Base64url } from '../domain/sha256.ts';
import type { PublicJwk, SigningAlgorithm, SigningKey } from '../domain/signing-key.ts';
import { STATUS_LIST_SIZE, type StatusList } from '../domain/status-list/status-list.ts';
import type { ApiToken, Person } from '../domain/publisher.ts';
import { entryOf, newId, type Issuer } from './issuer.ts';
import type { Refusal } from './refusal.ts';
import { setUpLink } from './sign-in/set-up.ts';
import { newTokenText, SETUP_TOKEN_ID } from './token-text.ts';

/** Seconds: long enough to create the first real people, short enough to be forgotten safely. */
const PRINTED_TOKEN_LIFETIME_SECONDS = 7 * 86_400;
/** Seconds: an unattended install works with the token it chose until it has made others. */
const CHOSEN_TOKEN_LIFETIME_SECONDS = 90 * 86_400;

export type Founding =
  | { readonly founded: false }
  /**
   * The token for the command line and the link into the console, shown once, now, and nowhere kept. Absent when the operator chose the token:
   * whoever does that wants nothing secret printed.
   */
  | {
      readonly founded: true;
      readonly kid: string;
      readonly setupToken: string | undefined;
      readonly setupLink: string | undefined;
    };

/**
 * First start on an empty database: policy, first operator with a set-up token and a set-up link, an active signing key and a
 * standby, the first status list; all in one commit. On any later start it does nothing.
 *
 * @param chosenToken IMPRIMATUR_SETUP_TOKEN, for unattended installs
 */
export async function found(
  issuer: Issuer,
  options: { readonly alg: SigningAlgorithm; readonly chosenToken: string | undefined },
): Promise<Result<Founding, Refusal>> {
  if ((await issuer.store.policy()) !== undefined) return ok({ founded: false });

  const pair = await firstKeys(issuer, options.alg);
  if (!pair.ok) return pair;
  const [first, standby] = pair.value;
  const now = issuer.clock.now();
  const operator: Person = {
    id: newId(issuer),
    name: 'Operator',
    email: null,
    roles: ['operator'],
    state: 'active',
    createdAt: now,
    version: 1,
  };
  const madeId = newId(issuer);
  const made = newTokenText(madeId, issuer.random(32));
  const token: ApiToken = {
    id: options.chosenToken === undefined ? madeId : SETUP_TOKEN_ID,
    personId: operator.id,
    label: 'set-up token',
    secretSha256: sha256Base64url(options.chosenToken ?? made.secret),
    scopes: ACTION_NAMES,
    createdAt: now,
    createdBy: operator.id,
    expiresAt:
      now +
      (options.chosenToken === undefined ? PRINTED_TOKEN_LIFETIME_SECONDS : CHOSEN_TOKEN_LIFETIME_SECONDS),
    revokedAt: null,
    version: 1,
  };
  const link = options.chosenToken === undefined ? setUpLink(issuer, operator) : undefined;
  const list = newStatusList(issuer);
  const keys = [
    signingKey(first, now, 'active'),
    ...(standby === undefined ? [] : [signingKey(standby, now, 'pending')]),
  ];

  const committed = await issuer.store.commit(
    [
      entryOf(issuer, 'issuer', 'issuer.founded', {
        subject: issuer.identifier,
        data: {
          issuer: issuer.identifier,
          policy_version: DEFAULT_POLICY.version,
          checkpoint_key: encodeBase64url(await issuer.custody.checkpointPublicKey()),
        },
      }),
      ...keys.map((key) =>
        entryOf(issuer, 'issuer', 'key.generated', {
          subject: key.kid,
          data: { alg: key.alg, state: key.state, public_jwk: { ...key.publicJwk } },
        }),
      ),
      entryOf(issuer, 'issuer', 'person.created', {
        subject: operator.id,
        data: { roles: [...operator.roles] },
      }),
      entryOf(issuer, 'issuer', 'token.created', {
        subject: token.id,
        data: { person_id: operator.id, label: token.label, expires_at: token.expiresAt },
      }),
      entryOf(issuer, 'issuer', 'status-list.opened', {
        subject: list.id,
        data: { size: list.size, bits: list.bits },
      }),
      ...(link?.entries ?? []),
    ],
    [
      { insert: 'policy', row: DEFAULT_POLICY },
      ...keys.map((row) => ({ insert: 'signingKey', row }) as const),
      { insert: 'person', row: operator },
      { insert: 'token', row: token },
      { insert: 'statusList', row: list },
      ...(link?.changes ?? []),
    ],
  );
  // Another process founded the issuer in the same moment: its people and keys stand, ours never existed.
  if (!committed.ok) return ok({ founded: false });
  issuer.changed('keys');
  return ok({
    founded: true,
    kid: first.kid,
    setupToken: options.chosenToken === undefined ? made.text : undefined,
    setupLink: link?.link,
  });
}

/** An empty status list, open for allocation. */
export function newStatusList(issuer: Issuer): StatusList {
  return {
    id: newId(issuer),
    bits: 2,
    size: STATUS_LIST_SIZE,
    allocated: 0,
    state: 'open',
    unallocatedStatus: 0,
    createdAt: issuer.clock.now(),
    revision: 1,
  };
}

/** A key as it enters the key ring. */
export function signingKey(publicJwk: PublicJwk, now: number, state: 'pending' | 'active'): SigningKey {
  return {
    kid: publicJwk.kid,
    alg: publicJwk.alg,
    publicJwk,
    state,
    stateReason: null,
    createdAt: now,
    activatedAt: state === 'active' ? now : null,
    retiringAt: null,
    endedAt: null,
    version: 1,
  };
}

/**
 * An active key and a standby. Made fresh wherever custody can: keys that lie in a directory beside an empty
 * database may have signed statements nobody remembers. Where custody is read-only (Workers), its first two.
 */
async function firstKeys(
  issuer: Issuer,
  alg: SigningAlgorithm,
): Promise<Result<readonly [PublicJwk, PublicJwk | undefined], Refusal>> {
  const first = await issuer.custody.generate(alg);
  if (first.ok) {
    const standby = await issuer.custody.generate(alg);
    return standby.ok ? ok([first.value, standby.value]) : standby;
  }
  const [ready, standby] = await issuer.custody.publicKeys();
  return ready === undefined ? first : ok([ready, standby]);
}
