import { ANY_PUBLISHER, denialOf, seesAllPublishers, type Action, type Actor } from '../domain/access.ts';
import { err, ok, type Result } from '../domain/result.ts';
import type { Refusal } from './refusal.ts';

/**
 * Lets an action pass or says why not.
 *
 * @param publisherId owner of the thing, ANY_PUBLISHER for lists, undefined for what belongs to nobody
 */
export function authorize(
  actor: Actor,
  action: Action,
  publisherId: string | undefined,
): Result<void, Refusal> {
  const denial = denialOf(actor, action, publisherId);
  return denial === undefined ? ok(undefined) : err(denial);
}

/**
 * Lets pass who could do an action with a fresh passkey: for what leads up to it and changes nothing by itself, such
 * as looking for what one could do next.
 */
export function authorizeBeforeStepUp(
  actor: Actor,
  action: Action,
  publisherId: string | undefined,
): Result<void, Refusal> {
  const denial = denialOf(actor, action, publisherId);
  return denial === undefined || denial.code === 'step_up_needed' ? ok(undefined) : err(denial);
}

/** The publishers a list must be narrowed to; undefined when the actor sees all of them. */
export function visiblePublishers(actor: Actor, action: Action): readonly string[] | undefined {
  return seesAllPublishers(actor, action) ? undefined : actor.publisherIds;
}

/** That an id is unknown is told only to those who may do the action to some such thing. */
export function concealUnknown(
  actor: Actor,
  action: Action,
  notFound: Refusal,
): { readonly ok: false; readonly error: Refusal } {
  const allowed = authorize(actor, action, ANY_PUBLISHER);
  return allowed.ok ? err(notFound) : allowed;
}
