import { ACTION_NAMES } from '../domain/access.ts';
import type { ApiToken, Person } from '../domain/publisher.ts';
import { err, ok, type Result } from '../domain/result.ts';
import { sha256Base64url } from '../domain/sha256.ts';
import { decideAndCommit, entryOf, newId, type Issuer } from './issuer.ts';
import type { Refusal } from './refusal.ts';
import { setUpLink } from './sign-in/set-up.ts';
import { newTokenText } from './token-text.ts';
import { otherOperator } from './operators.ts';

/** Seconds: as long as the printed set-up token. */
const LIFETIME_SECONDS = 7 * 86_400;

export type RecoveredOperator = {
  readonly person: Person;
  /** The token text, shown once. */
  readonly secret: string;
  /** The one-time link into the console, shown once. */
  readonly link: string;
  readonly expiresAt: number;
};

/**
 * A fresh operator token and set-up link for whoever controls the machine, when no operator can get in any more: the set-up token was lost, or
 * the process died before it was shown. For the longest-standing active operator, or a new one where none is. The ledger tells of it.
 */
export function recoverOperator(issuer: Issuer): Promise<Result<RecoveredOperator, Refusal>> {
  return decideAndCommit<RecoveredOperator>(issuer, async () => {
    if ((await issuer.store.policy()) === undefined)
      return err({ code: 'not_found', what: 'entry', id: 'issuer.founded; start the server once first' });
    const now = issuer.clock.now();
    const known = await otherOperator(issuer, undefined);
    const person: Person = known ?? {
      id: newId(issuer),
      name: 'Operator',
      email: null,
      roles: ['operator'],
      state: 'active',
      createdAt: now,
      version: 1,
    };
    const id = newId(issuer);
    const { text, secret } = newTokenText(id, issuer.random(32));
    const token: ApiToken = {
      id,
      personId: person.id,
      label: 'recovered on the machine',
      secretSha256: sha256Base64url(secret),
      scopes: ACTION_NAMES,
      createdAt: now,
      createdBy: person.id,
      expiresAt: now + LIFETIME_SECONDS,
      revokedAt: null,
      version: 1,
    };
    const made = entryOf(issuer, 'issuer', 'token.created', {
      subject: id,
      data: { person_id: person.id, label: token.label, expires_at: token.expiresAt },
    });
    const { entries: invited, changes: invitation, link } = setUpLink(issuer, person);
    const value = { person, secret: text, link, expiresAt: token.expiresAt };
    if (known !== undefined)
      return ok({
        entries: [made, ...invited],
        changes: [{ insert: 'token', row: token }, ...invitation],
        value,
      });
    const admitted = entryOf(issuer, 'issuer', 'person.created', {
      subject: person.id,
      data: { roles: [...person.roles] },
    });
    return ok({
      entries: [admitted, made, ...invited],
      changes: [{ insert: 'person', row: person }, { insert: 'token', row: token }, ...invitation],
      value,
    });
  });
}
