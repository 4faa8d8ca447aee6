import type { Action, Actor } from '../domain/access.ts';
import type { Publisher } from '../domain/publisher.ts';
import { err, ok, type Result } from '../domain/result.ts';
import { effectOf, type Effect } from '../domain/statement/effect.ts';
import { nextStatementState } from '../domain/statement/statement.ts';
import type { LiveStatements, SoftwareStanding, StatementStanding } from '../ports.ts';
import { authorize, concealUnknown } from './authorize.ts';
import type { Issuer } from './issuer.ts';
import { publisherOf } from './publishers.ts';
import type { Refusal } from './refusal.ts';
import { softwareOf } from './software.ts';
import { STATEMENT_STEPS } from './statement-standing.ts';
import { statementOf } from './statements.ts';

export type Act = 'suspend' | 'reinstate' | 'revoke';

/** Who will notice. */
export type Reach = {
  /** Different software with live statements. */
  readonly software: number;
  /** Authorization servers that live statements name, most statements first; the first few of `audienceCount`. */
  readonly audiences: readonly { readonly audience: string; readonly statements: number }[];
  readonly audienceCount: number;
  /** Live statements that name none, so that any server may have taken them. */
  readonly forAnyone: number;
};

/** What an act will do, before it is done. */
export type Foreseen<T> = { readonly subject: T; readonly effect: Effect; readonly reach: Reach };

/** How many authorization servers are named; the others are counted. */
export const MAX_AUDIENCES = 50;

/** What suspending, reinstating or revoking a publisher would do now; refuses as the act itself would. */
export async function foreseePublisher(
  issuer: Issuer,
  actor: Actor,
  id: string,
  act: Act,
): Promise<Result<Foreseen<Publisher>, Refusal>> {
  const allowed = authorize(actor, 'publishers:suspend', undefined);
  if (!allowed.ok) return allowed;
  const found = await publisherOf(issuer, id);
  if (!found.ok) return found;
  const { state, stateReason: reason } = found.value;
  if (!FROM[act].includes(state)) return err({ code: 'publisher_state', publisherId: id, state, reason });
  const live = await issuer.store.liveStatements({ publisherId: id }, issuer.clock.now(), MAX_AUDIENCES);
  const effect = effectOf(live.groups, { publisher: TO[act] });
  return ok({ subject: found.value, effect, reach: reachOf(live) });
}

const FROM: Readonly<Record<Act, readonly Publisher['state'][]>> = {
  suspend: ['active'],
  reinstate: ['suspended'],
  revoke: ['active', 'suspended'],
};
const TO = { suspend: 'suspended', reinstate: 'active', revoke: 'revoked' } as const;

/** What suspending or reinstating a software, or revoking all its statements, would do now. */
export async function foreseeSoftware(
  issuer: Issuer,
  actor: Actor,
  id: string,
  act: Act,
): Promise<Result<Foreseen<SoftwareStanding>, Refusal>> {
  const action: Action = act === 'revoke' ? 'software:revoke' : 'software:suspend';
  const found = await softwareOf(issuer, id);
  if (!found.ok) return concealUnknown(actor, action, found.error);
  const { software } = found.value;
  const allowed = authorize(actor, action, software.publisherId);
  if (!allowed.ok) return allowed;
  if (act !== 'revoke' && software.state === TO[act])
    return err({
      code: 'software_state',
      softwareId: id,
      state: software.state,
      reason: software.stateReason,
    });
  const live = await issuer.store.liveStatements({ softwareId: id }, issuer.clock.now(), MAX_AUDIENCES);
  const effect = effectOf(live.groups, act === 'revoke' ? { state: 'revoked' } : { software: TO[act] });
  return ok({ subject: found.value, effect, reach: reachOf(live) });
}

/** What suspending, reinstating or revoking one statement would do now. */
export async function foreseeStatement(
  issuer: Issuer,
  actor: Actor,
  jti: string,
  act: Act,
): Promise<Result<Foreseen<StatementStanding>, Refusal>> {
  const { action, wanted } = STATEMENT_STEPS[act];
  const found = await statementOf(issuer, jti);
  if (!found.ok) return concealUnknown(actor, action, found.error);
  const { statement, software, publisher } = found.value;
  const allowed = authorize(actor, action, statement.publisherId);
  if (!allowed.ok) return allowed;
  const state = nextStatementState(statement.state, act);
  if (state === undefined) return err({ code: 'statement_state', jti, state: statement.state, wanted });
  const isLive = statement.state !== 'revoked' && statement.expiresAt > issuer.clock.now();
  const statements = isLive ? 1 : 0;
  const audience = isLive ? (statement.audience ?? []) : [];
  const group = { state: statement.state, software: software.state, publisher: publisher.state, statements };
  return ok({
    subject: found.value,
    effect: effectOf([group], { state }),
    reach: {
      software: statements,
      audiences: audience.map((name) => ({ audience: name, statements: 1 })),
      audienceCount: audience.length,
      forAnyone: statement.audience === null ? statements : 0,
    },
  });
}

function reachOf({ groups, audiences, audienceCount, softwareCount }: LiveStatements): Reach {
  return {
    software: softwareCount,
    audiences,
    audienceCount,
    forAnyone: groups.reduce((total, group) => total + group.forAnyone, 0),
  };
}
