import { err, ok, type Result } from '../../domain/result.ts';
import { auditEntry } from './audit.ts';
import { decideAndCommit, newId, nowOf, type Registry } from './context.ts';
import { initialAccessTokenId, isCredential, newInitialAccessToken } from './credentials.ts';
import type { InitialAccessToken, RegistrationChange } from './ports.ts';
import { refuse, refuseToken, type RegistrationRefusal } from './refusal.ts';

/** A token as its holder gets it, once. */
export type MintedToken = { readonly token: string; readonly row: InitialAccessToken };

const MAX_SUBJECT_CHARACTERS = 200;

/**
 * Makes an initial access token (RFC 7591 §3): for one class of clients, for so many uses, for so long.
 *
 * @param wanted.lifetimeSeconds from 1; `wanted.maxUses` from 1
 */
export function mintInitialAccessToken(
  registry: Registry,
  wanted: {
    readonly clientClass: string;
    readonly subject: string;
    readonly lifetimeSeconds: number;
    readonly maxUses: number;
  },
): Promise<Result<MintedToken, RegistrationRefusal>> {
  const { clientClass, subject, lifetimeSeconds, maxUses } = wanted;
  const names = registry.policy.classes.map(({ name }) => name);
  if (!names.includes(clientClass))
    return refused(`there is no class ${clientClass}; use one of ${names.join(', ')}`);
  if (subject === '' || subject.length > MAX_SUBJECT_CHARACTERS || /\p{Cc}/u.test(subject))
    return refused(`the subject is 1 to ${MAX_SUBJECT_CHARACTERS} characters without control characters`);
  if (!isPositive(lifetimeSeconds) || !isPositive(maxUses))
    return refused('the lifetime in seconds and the number of uses are whole numbers from 1');
  return decideAndCommit(registry, async () => {
    const id = newId(registry);
    const { text, sha256 } = newInitialAccessToken(id, registry.random);
    const createdAt = nowOf(registry);
    const row: InitialAccessToken = {
      id,
      secretSha256: sha256,
      clientClass,
      subject,
      createdAt,
      expiresAt: createdAt + lifetimeSeconds,
      maxUses,
      uses: 0,
      revokedAt: null,
      version: 1,
    };
    const entry = auditEntry(registry, 'initial-access-token.minted', null, {
      id,
      client_class: clientClass,
      subject,
      expires_at: row.expiresAt,
      max_uses: maxUses,
    });
    return ok({
      entries: [entry],
      changes: [{ insert: 'initialAccessToken', row }],
      value: { token: text, row },
    });
  });
}

/** Ends an initial access token. Code `invalid_request` for one that does not exist; one that has ended already stays as it is. */
export async function revokeInitialAccessToken(
  registry: Registry,
  id: string,
): Promise<Result<InitialAccessToken, RegistrationRefusal>> {
  const known = await registry.store.initialAccessToken(id);
  if (known === undefined) return refused(`there is no initial access token ${id}`);
  if (known.revokedAt !== null) return ok(known);
  return decideAndCommit(registry, async () => {
    const current = (await registry.store.initialAccessToken(id)) ?? known;
    const row = { ...current, revokedAt: nowOf(registry), version: current.version + 1 };
    const entry = auditEntry(registry, 'initial-access-token.revoked', null, { id, subject: row.subject });
    return ok({ entries: [entry], changes: [{ replace: 'initialAccessToken', row }], value: row });
  });
}

/**
 * The initial access token that a request presents. 401 `invalid_token` (RFC 6750 §3.1) whatever is wrong with it: whether it is used up,
 * expired or unknown is the holder's to find out from who gave it.
 */
export async function presentedToken(
  registry: Registry,
  text: string,
): Promise<Result<InitialAccessToken, RegistrationRefusal>> {
  const id = initialAccessTokenId(text);
  const row = id === undefined ? undefined : await registry.store.initialAccessToken(id);
  if (row === undefined || !isCredential(text, row.secretSha256)) return useless('unknown');
  if (row.revokedAt !== null) return useless('revoked');
  if (row.expiresAt <= nowOf(registry)) return useless('expired');
  if (row.uses >= row.maxUses) return useless('used_up');
  return ok(row);
}

/** The change that counts one use. */
export function usedOnce(row: InitialAccessToken): RegistrationChange {
  return { replace: 'initialAccessToken', row: { ...row, uses: row.uses + 1, version: row.version + 1 } };
}

function useless(why: string): Result<never, RegistrationRefusal> {
  return err(
    refuseToken(
      `initial_access_token.${why}`,
      'The initial access token is unknown, expired, revoked or used up. Ask whoever gave it to you for another.',
    ),
  );
}

function isPositive(value: number): boolean {
  return Number.isSafeInteger(value) && value > 0;
}

async function refused(sentence: string): Promise<Result<never, RegistrationRefusal>> {
  return err(
    refuse('invalid_request', 'invalid_request', `${sentence[0]?.toUpperCase()}${sentence.slice(1)}.`),
  );
}
