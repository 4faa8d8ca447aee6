import type { Actor } from '../domain/access.ts';
import { err, ok, type Result } from '../domain/result.ts';
import {
  refusalToActivate,
  refusalToRetire,
  refusalToRevoke,
  type SigningKey,
} from '../domain/signing-key.ts';
import type { LedgerEntry } from '../domain/ledger/entry.ts';
import type { Change } from '../ports.ts';
import { authorize } from './authorize.ts';
import { currentPolicy, decideAndCommit, entryOf, type Cause, type Issuer } from './issuer.ts';
import { keyOf } from './keys.ts';
import type { Refusal } from './refusal.ts';

/**
 * Lets a pending key sign; the active one becomes retiring. A key must have been published for the
 * pre-publication time of the policy, so that consumers' caches hold it.
 *
 * @param command.emergencyReason skips the wait and says why, in the ledger
 */
export async function activateKey(
  issuer: Issuer,
  actor: Actor,
  kid: string,
  command: { readonly emergencyReason?: string | undefined },
): Promise<Result<SigningKey, Refusal>> {
  const allowed = authorize(actor, 'keys:write', undefined);
  if (!allowed.ok) return allowed;
  const changed = await decideAndCommit(issuer, async () => {
    const found = await keyOf(issuer, kid);
    if (!found.ok) return found;
    const now = issuer.clock.now();
    const { keys: times } = await currentPolicy(issuer);
    const refusal = refusalToActivate(found.value, times, command.emergencyReason !== undefined, now);
    if (refusal !== undefined) return err(refusal);
    if (!(await isHeld(issuer, kid))) return err({ code: 'key_not_in_custody', kid });
    const active = (await issuer.store.signingKeys()).find((key) => key.state === 'active');
    const step = active === undefined ? { entries: [], changes: [] } : startRetiring(issuer, actor, active);
    const key: SigningKey = {
      ...found.value,
      state: 'active',
      activatedAt: now,
      version: found.value.version + 1,
    };
    return ok({
      entries: [
        entryOf(issuer, actor, 'key.activated', {
          subject: kid,
          data: {
            alg: key.alg,
            replaces: active?.kid ?? null,
            emergency_reason: command.emergencyReason ?? null,
          },
        }),
        ...step.entries,
      ],
      // The old key steps down first: at most one key is active at any moment.
      changes: [...step.changes, { replace: 'signingKey', row: key }],
      value: key,
    });
  });
  if (changed.ok) issuer.changed('keys');
  return changed;
}

/**
 * Takes a key out of the JWK Set that is no longer needed, and destroys its private half: a retiring key once
 * the last thing it signed has expired, or a pending one that never signed.
 */
export async function retireKey(
  issuer: Issuer,
  actor: Actor,
  kid: string,
): Promise<Result<SigningKey, Refusal>> {
  const allowed = authorize(actor, 'keys:write', undefined);
  return allowed.ok ? retire(issuer, actor, kid) : allowed;
}

/** Scheduled: retires every retiring key whose time has come. Gives the `kid`s it retired. */
export async function retireDueKeys(issuer: Issuer): Promise<readonly string[]> {
  const retired: string[] = [];
  for (const key of await issuer.store.signingKeys()) {
    if (key.state !== 'retiring') continue;
    const outcome = await retire(issuer, 'issuer', key.kid);
    if (outcome.ok) retired.push(key.kid);
  }
  return retired;
}

/**
 * Takes a key out at once, revokes every statement it signed, and destroys its private half. When the active
 * key is revoked the oldest pending one takes over in the same commit, whatever its age.
 *
 * @returns the key and how many live statements went with it
 */
export async function revokeKey(
  issuer: Issuer,
  actor: Actor,
  kid: string,
  reason: string,
): Promise<Result<{ readonly key: SigningKey; readonly revokedStatements: number }, Refusal>> {
  const allowed = authorize(actor, 'keys:write', undefined);
  if (!allowed.ok) return allowed;
  const changed = await decideAndCommit(issuer, async () => {
    const found = await keyOf(issuer, kid);
    if (!found.ok) return found;
    const refusal = refusalToRevoke(found.value);
    if (refusal !== undefined) return err(refusal);
    const now = issuer.clock.now();
    const revokedStatements = await issuer.store.countLiveStatements({ kid }, now);
    const key: SigningKey = {
      ...found.value,
      state: 'revoked',
      stateReason: reason,
      endedAt: now,
      version: found.value.version + 1,
    };
    const successor = found.value.state === 'active' ? await standbyKey(issuer) : undefined;
    const step =
      successor === undefined ? { entries: [], changes: [] } : takeOver(issuer, actor, successor, kid);
    return ok({
      entries: [
        entryOf(issuer, actor, 'key.revoked', {
          subject: kid,
          data: { before: found.value.state, reason, live_statements: revokedStatements },
        }),
        ...step.entries,
      ],
      changes: [
        { replace: 'signingKey', row: key },
        ...step.changes,
        { revokeStatements: 'signingKey', id: kid, reason, at: now },
        { touch: 'statusList', ids: 'all' },
      ],
      value: { key, revokedStatements },
    });
  });
  if (changed.ok) {
    await issuer.custody.destroy(kid);
    issuer.changed('keys');
    issuer.changed('status');
  }
  return changed;
}

type Step = { readonly entries: readonly LedgerEntry[]; readonly changes: readonly Change[] };

async function retire(issuer: Issuer, cause: Cause, kid: string): Promise<Result<SigningKey, Refusal>> {
  const changed = await decideAndCommit(issuer, async () => {
    const found = await keyOf(issuer, kid);
    if (!found.ok) return found;
    const now = issuer.clock.now();
    const { keys: times } = await currentPolicy(issuer);
    const refusal = refusalToRetire(found.value, times, await issuer.store.lastExpiresAt(kid), now);
    if (refusal !== undefined) return err(refusal);
    const key: SigningKey = {
      ...found.value,
      state: 'retired',
      endedAt: now,
      version: found.value.version + 1,
    };
    return ok({
      entries: [entryOf(issuer, cause, 'key.retired', { subject: kid, data: { before: found.value.state } })],
      changes: [{ replace: 'signingKey', row: key }],
      value: key,
    });
  });
  if (changed.ok) {
    await issuer.custody.destroy(kid);
    issuer.changed('keys');
  }
  return changed;
}

function startRetiring(issuer: Issuer, cause: Cause, active: SigningKey): Step {
  const row: SigningKey = {
    ...active,
    state: 'retiring',
    retiringAt: issuer.clock.now(),
    version: active.version + 1,
  };
  return {
    entries: [
      entryOf(issuer, cause, 'key.retiring', { subject: active.kid, data: { before: active.state } }),
    ],
    changes: [{ replace: 'signingKey', row }],
  };
}

function takeOver(issuer: Issuer, cause: Cause, successor: SigningKey, revoked: string): Step {
  const row: SigningKey = {
    ...successor,
    state: 'active',
    activatedAt: issuer.clock.now(),
    version: successor.version + 1,
  };
  return {
    entries: [
      entryOf(issuer, cause, 'key.activated', {
        subject: successor.kid,
        data: { alg: successor.alg, replaces: revoked, emergency_reason: 'the active key was revoked' },
      }),
    ],
    changes: [{ replace: 'signingKey', row }],
  };
}

/** The key that takes over at once when the active one is revoked: the oldest pending one whose private half is here. */
export async function standbyKey(issuer: Issuer): Promise<SigningKey | undefined> {
  for (const key of await issuer.store.signingKeys())
    if (key.state === 'pending' && (await isHeld(issuer, key.kid))) return key;
  return undefined;
}

/** Whether custody holds the private half of a key. */
export async function isHeld(issuer: Issuer, kid: string): Promise<boolean> {
  return (await issuer.custody.publicKeys()).some((jwk) => jwk.kid === kid);
}
