import { ACTION_NAMES, ACTIONS, scopesBeyond, type Action, type Actor } from '../domain/access.ts';
import type { ApiToken, Person } from '../domain/publisher.ts';
import { err, ok, type Result } from '../domain/result.ts';
import { sha256Base64url } from '../domain/sha256.ts';
import type { Page } from '../ports.ts';
import { authorize } from './authorize.ts';
import {
  decideAndCommit,
  earlierSubject,
  entryOf,
  newId,
  rememberKey,
  type Idempotency,
  type Issuer,
} from './issuer.ts';
import { personOf } from './people.ts';
import type { Refusal } from './refusal.ts';
import { newTokenText } from './token-text.ts';

/** Seconds. */
export const DEFAULT_TOKEN_LIFETIME_SECONDS = 90 * 86_400;
export const MAX_TOKEN_LIFETIME_SECONDS = 400 * 86_400;

export type NewToken = {
  readonly token: ApiToken;
  /** The whole text, shown this once; undefined when an idempotent repeat finds the token already made. */
  readonly secret: string | undefined;
};

/**
 * Makes an API token: for oneself never with more scopes than the token in use, for somebody else only as an operator.
 *
 * @param command.lifetimeSeconds 60 to MAX_TOKEN_LIFETIME_SECONDS
 */
export async function createToken(
  issuer: Issuer,
  actor: Actor,
  command: {
    readonly personId?: string | undefined;
    readonly label: string;
    readonly scopes?: readonly Action[] | undefined;
    readonly lifetimeSeconds?: number | undefined;
  },
  idempotency?: Idempotency,
): Promise<Result<NewToken, Refusal>> {
  const allowed = authorize(actor, 'tokens:write', undefined);
  if (!allowed.ok) return allowed;
  const personId = command.personId ?? actor.personId;
  const forSelf = personId === actor.personId;
  if (!forSelf && !actor.roles.includes('operator'))
    return err({ code: 'role_needed', action: 'tokens:write', anyOf: ['operator'] });
  const lifetime = command.lifetimeSeconds ?? DEFAULT_TOKEN_LIFETIME_SECONDS;
  if (lifetime < 60 || lifetime > MAX_TOKEN_LIFETIME_SECONDS)
    return err({
      code: 'lifetime_not_allowed',
      requestedSeconds: lifetime,
      maxSeconds: MAX_TOKEN_LIFETIME_SECONDS,
      setBy: 'policy',
    });

  return decideAndCommit<NewToken>(issuer, async () => {
    const earlier = await earlierSubject(issuer, actor, idempotency);
    if (!earlier.ok) return earlier;
    if (earlier.value !== undefined) {
      const token = await issuer.store.token(earlier.value);
      if (token === undefined) return err({ code: 'not_found', what: 'token', id: earlier.value });
      return ok({ replay: { token, secret: undefined } });
    }
    const person = await personOf(issuer, personId);
    if (!person.ok) return person;
    const ceiling = forSelf ? actor.scopes : ACTION_NAMES;
    const beyond = scopesBeyond(command.scopes ?? [], ceiling);
    if (beyond.length > 0) return err({ code: 'scope_beyond_own', scopes: beyond });
    const scopes = command.scopes ?? ceiling.filter((action) => concerns(person.value, action));

    const now = issuer.clock.now();
    const id = newId(issuer);
    const { text, secret } = newTokenText(id, issuer.random(32));
    const token: ApiToken = {
      id,
      personId,
      label: command.label,
      secretSha256: sha256Base64url(secret),
      scopes,
      createdAt: now,
      createdBy: actor.personId,
      expiresAt: now + lifetime,
      revokedAt: null,
      version: 1,
    };
    return ok({
      entries: [
        entryOf(issuer, actor, 'token.created', {
          subject: id,
          data: { person_id: personId, label: token.label, scopes: [...scopes], expires_at: token.expiresAt },
        }),
      ],
      changes: [{ insert: 'token', row: token }, ...rememberKey(issuer, actor, idempotency, id)],
      value: { token, secret: text },
    });
  });
}

/** One token: one's own, or anybody's for operators and auditors. Never its secret. */
export async function readToken(
  issuer: Issuer,
  actor: Actor,
  id: string,
): Promise<Result<ApiToken, Refusal>> {
  const allowed = authorize(actor, 'tokens:read', undefined);
  if (!allowed.ok) return allowed;
  const token = await issuer.store.token(id);
  return token === undefined || !(token.personId === actor.personId || seesOthers(actor))
    ? err({ code: 'not_found', what: 'token', id })
    : ok(token);
}

/** Tokens, newest first: one's own unless an operator or auditor asks. */
export async function listTokens(
  issuer: Issuer,
  actor: Actor,
  filter: { readonly personId?: string | undefined },
  page: Page,
): Promise<Result<readonly ApiToken[], Refusal>> {
  const allowed = authorize(actor, 'tokens:read', undefined);
  if (!allowed.ok) return allowed;
  const personId = seesOthers(actor) ? filter.personId : actor.personId;
  return ok(await issuer.store.tokens({ personId }, page));
}

/** Ends a token at once: one's own, or anybody's for operators. A second time changes nothing. */
export async function revokeToken(
  issuer: Issuer,
  actor: Actor,
  id: string,
): Promise<Result<ApiToken, Refusal>> {
  const allowed = authorize(actor, 'tokens:write', undefined);
  if (!allowed.ok) return allowed;
  return decideAndCommit(issuer, async () => {
    const token = await issuer.store.token(id);
    if (token === undefined || !(token.personId === actor.personId || actor.roles.includes('operator')))
      return err({ code: 'not_found', what: 'token', id });
    if (token.revokedAt !== null) return ok({ replay: token });
    const after: ApiToken = { ...token, revokedAt: issuer.clock.now(), version: token.version + 1 };
    return ok({
      entries: [
        entryOf(issuer, actor, 'token.revoked', { subject: id, data: { person_id: token.personId } }),
      ],
      changes: [{ replace: 'token', row: after }],
      value: after,
    });
  });
}

function seesOthers(actor: Actor): boolean {
  return actor.roles.includes('operator') || actor.roles.includes('auditor');
}

/** Whether a person could ever do an action: by a role, or as a developer of whatever publisher. */
function concerns(person: Person, action: Action): boolean {
  const { roles, developer } = ACTIONS[action];
  return developer || person.roles.some((role) => roles.some((allowed) => allowed === role));
}
