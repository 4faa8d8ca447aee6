import type { Actor } from '../domain/access.ts';
import { err, ok, type Result } from '../domain/result.ts';
import type { StatementState } from '../domain/statement/statement.ts';
import type { Page, StatementStanding } from '../ports.ts';
import { authorize, concealUnknown, visiblePublishers } from './authorize.ts';
import type { Issuer } from './issuer.ts';
import type { Refusal } from './refusal.ts';
import { authorizeList } from './software.ts';

/** One statement with what stands behind it. */
export async function readStatement(
  issuer: Issuer,
  actor: Actor,
  jti: string,
): Promise<Result<StatementStanding, Refusal>> {
  const found = await statementOf(issuer, jti);
  if (!found.ok) return concealUnknown(actor, 'statements:read', found.error);
  const allowed = authorize(actor, 'statements:read', found.value.statement.publisherId);
  return allowed.ok ? found : allowed;
}

/** Statements the actor may see, newest first. */
export async function listStatements(
  issuer: Issuer,
  actor: Actor,
  filter: {
    readonly softwareId?: string | undefined;
    readonly kid?: string | undefined;
    readonly states?: readonly StatementState[] | undefined;
  },
  page: Page,
): Promise<Result<readonly StatementStanding[], Refusal>> {
  const allowed = await authorizeList(issuer, actor, 'statements:read', filter.softwareId);
  if (!allowed.ok) return allowed;
  const publisherIds = visiblePublishers(actor, 'statements:read');
  return ok(await issuer.store.statements({ ...filter, publisherIds }, page));
}

/** A statement by `jti`, for use cases that authorise next. */
export async function statementOf(issuer: Issuer, jti: string): Promise<Result<StatementStanding, Refusal>> {
  const standing = await issuer.store.statement(jti);
  return standing === undefined ? err({ code: 'not_found', what: 'statement', id: jti }) : ok(standing);
}
