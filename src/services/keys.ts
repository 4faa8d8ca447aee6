import type { Actor } from '../domain/access.ts';
import { err, ok, type Result } from '../domain/result.ts';
import type { SigningAlgorithm, SigningKey } from '../domain/signing-key.ts';
import { authorize } from './authorize.ts';
import { signingKey } from './found.ts';
import {
  currentPolicy,
  decideAndCommit,
  earlierSubject,
  entryOf,
  rememberKey,
  type Idempotency,
  type Issuer,
} from './issuer.ts';
import { ledgerData } from './ledger-data.ts';
import type { Refusal } from './refusal.ts';

export type KeyFile = {
  readonly key: SigningKey;
  /** Statements it signed that are neither revoked nor expired. */
  readonly liveStatements: number;
  /** Latest `exp` of anything it signed; NumericDate, seconds. */
  readonly lastExpiresAt: number | undefined;
  /** When a pending key has been published long enough to sign; NumericDate, seconds. */
  readonly readyAt: number;
};

/** The key ring with its history, oldest first. */
export async function listKeys(
  issuer: Issuer,
  actor: Actor,
): Promise<Result<readonly SigningKey[], Refusal>> {
  const allowed = authorize(actor, 'keys:read', undefined);
  return allowed.ok ? ok(await issuer.store.signingKeys()) : allowed;
}

/** One key and what depends on it. */
export async function readKey(issuer: Issuer, actor: Actor, kid: string): Promise<Result<KeyFile, Refusal>> {
  const allowed = authorize(actor, 'keys:read', undefined);
  if (!allowed.ok) return allowed;
  const found = await keyOf(issuer, kid);
  if (!found.ok) return found;
  const [liveStatements, lastExpiresAt, policy] = await Promise.all([
    issuer.store.countLiveStatements({ kid }, issuer.clock.now()),
    issuer.store.lastExpiresAt(kid),
    currentPolicy(issuer),
  ]);
  const readyAt = found.value.createdAt + policy.keys.prePublicationSeconds;
  return ok({ key: found.value, liveStatements, lastExpiresAt, readyAt });
}

/**
 * Makes a key in custody and publishes it as pending; it signs nothing before it is activated. Where custody is
 * read-only, a key that was put there by other means and is not in the ring yet is taken in instead.
 */
export async function generateKey(
  issuer: Issuer,
  actor: Actor,
  command: { readonly alg: SigningAlgorithm },
  idempotency?: Idempotency,
): Promise<Result<SigningKey, Refusal>> {
  const allowed = authorize(actor, 'keys:write', undefined);
  if (!allowed.ok) return allowed;
  const repeat = await earlierSubject(issuer, actor, idempotency);
  if (!repeat.ok) return repeat;
  if (repeat.value !== undefined) return keyOf(issuer, repeat.value);
  const generated = await issuer.custody.generate(command.alg);
  if (!generated.ok && generated.error.code === 'custody_unwritable')
    issuer.log('error', 'keys.not_stored', { detail: generated.error.detail });
  const publicJwk = generated.ok ? generated.value : await unknownKey(issuer, command.alg);
  if (publicJwk === undefined) return generated.ok ? keyOf(issuer, generated.value.kid) : generated;

  const key = signingKey(publicJwk, issuer.clock.now(), 'pending');
  const committed = await decideAndCommit<SigningKey>(issuer, async () => {
    const again = await earlierSubject(issuer, actor, idempotency);
    if (!again.ok) return again;
    if (again.value !== undefined) {
      const made = await keyOf(issuer, again.value);
      return made.ok ? ok({ replay: made.value }) : made;
    }
    return ok({
      entries: [
        entryOf(issuer, actor, 'key.generated', {
          subject: key.kid,
          data: { alg: key.alg, state: key.state, public_jwk: ledgerData(key.publicJwk) },
        }),
      ],
      changes: [{ insert: 'signingKey', row: key }, ...rememberKey(issuer, actor, idempotency, key.kid)],
      value: key,
    });
  });
  if (committed.ok) issuer.changed('keys');
  return committed;
}

/** A key by `kid`, for use cases that have authorised already. */
export async function keyOf(issuer: Issuer, kid: string): Promise<Result<SigningKey, Refusal>> {
  const key = await issuer.store.signingKey(kid);
  return key === undefined ? err({ code: 'not_found', what: 'key', id: kid }) : ok(key);
}

async function unknownKey(issuer: Issuer, alg: SigningAlgorithm) {
  const [held, ring] = await Promise.all([issuer.custody.publicKeys(), issuer.store.signingKeys()]);
  return held.find((jwk) => jwk.alg === alg && !ring.some((key) => key.kid === jwk.kid));
}
