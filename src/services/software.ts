import { ANY_PUBLISHER, type Action, type Actor } from '../domain/access.ts';
import { err, ok, type Result } from '../domain/result.ts';
import type { Software } from '../domain/software.ts';
import type { Page, SoftwareStanding } from '../ports.ts';
import { authorize, concealUnknown, visiblePublishers } from './authorize.ts';
import {
  decideAndCommit,
  entryOf,
  newId,
  rememberKey,
  replayOf,
  type Idempotency,
  type Issuer,
} from './issuer.ts';
import { readName } from './names.ts';
import { publisherOf } from './publishers.ts';
import type { Refusal } from './refusal.ts';

/**
 * Registers a software of a publisher and gives it its `software_id` (RFC 7591 §2), stable over all versions.
 *
 * @param command.softwareId a UUID the developer already uses elsewhere; refused when taken
 */
export async function createSoftware(
  issuer: Issuer,
  actor: Actor,
  command: { readonly publisherId: string; readonly name: string; readonly softwareId?: string | undefined },
  idempotency?: Idempotency,
): Promise<Result<Software, Refusal>> {
  const allowed = authorize(actor, 'software:write', command.publisherId);
  if (!allowed.ok) return allowed;
  const name = readName(command.name, '/name');
  if (!name.ok) return name;
  return decideAndCommit(issuer, async () => {
    const repeat = await replayOf(issuer, actor, idempotency, (id) => softwareOf(issuer, id));
    if (!repeat.ok) return repeat;
    if (repeat.value !== undefined) return ok({ replay: repeat.value.replay.software });
    const publisher = await publisherOf(issuer, command.publisherId);
    if (!publisher.ok) return publisher;
    if (publisher.value.state !== 'active')
      return err({
        code: 'publisher_state',
        publisherId: publisher.value.id,
        state: publisher.value.state,
        reason: publisher.value.stateReason,
      });
    const id = command.softwareId ?? newId(issuer);
    if (command.softwareId !== undefined && (await issuer.store.software(id)) !== undefined) {
      const detail = 'this software_id is taken; leave it out and a new one is given';
      return err({ code: 'invalid_input', problems: [{ pointer: '/software_id', detail }] });
    }
    const software: Software = {
      id,
      publisherId: command.publisherId,
      name: name.value,
      state: 'active',
      stateReason: null,
      approvedSubmissionId: null,
      createdAt: issuer.clock.now(),
      version: 1,
    };
    return ok({
      entries: [
        entryOf(issuer, actor, 'software.created', {
          subject: id,
          publisherId: software.publisherId,
          softwareId: id,
          data: { name: software.name },
        }),
      ],
      changes: [
        { unchanged: 'publisher', id: publisher.value.id, version: publisher.value.version },
        { insert: 'software', row: software },
        ...rememberKey(issuer, actor, idempotency, id),
      ],
      value: software,
    });
  });
}

/** One software with its publisher and what stands approved. */
export async function readSoftware(
  issuer: Issuer,
  actor: Actor,
  id: string,
): Promise<Result<SoftwareStanding, Refusal>> {
  const found = await softwareOf(issuer, id);
  if (!found.ok) return concealUnknown(actor, 'software:read', found.error);
  const allowed = authorize(actor, 'software:read', found.value.software.publisherId);
  return allowed.ok ? found : allowed;
}

/** Software the actor may see, newest first. */
export async function listSoftware(
  issuer: Issuer,
  actor: Actor,
  filter: {
    readonly publisherId?: string | undefined;
    readonly search?: string | undefined;
    readonly state?: Software['state'] | undefined;
  },
  page: Page,
): Promise<Result<readonly Software[], Refusal>> {
  const allowed = authorize(actor, 'software:read', filter.publisherId ?? ANY_PUBLISHER);
  if (!allowed.ok) return allowed;
  const publisherIds =
    filter.publisherId === undefined ? visiblePublishers(actor, 'software:read') : [filter.publisherId];
  return ok(
    await issuer.store.softwareList({ publisherIds, search: filter.search, state: filter.state }, page),
  );
}

/** Gives a software another name in this issuer's lists; the `client_name` people see is metadata. */
export async function renameSoftware(
  issuer: Issuer,
  actor: Actor,
  id: string,
  text: string,
  expectedVersion?: number,
): Promise<Result<Software, Refusal>> {
  return decideAndCommit(issuer, async () => {
    const found = await softwareOf(issuer, id);
    if (!found.ok) return concealUnknown(actor, 'software:read', found.error);
    const before = found.value.software;
    const allowed = authorize(actor, 'software:write', before.publisherId);
    if (!allowed.ok) return allowed;
    const read = readName(text, '/name');
    if (!read.ok) return read;
    const name = read.value;
    if (expectedVersion !== undefined && expectedVersion !== before.version)
      return err({ code: 'version_mismatch', current: before.version });
    const after: Software = { ...before, name, version: before.version + 1 };
    return ok({
      entries: [
        entryOf(issuer, actor, 'software.changed', {
          subject: id,
          publisherId: before.publisherId,
          softwareId: id,
          data: { before: { name: before.name }, after: { name } },
        }),
      ],
      changes: [{ replace: 'software', row: after }],
      value: after,
    });
  });
}

/** A software by id with what stands behind it, for use cases that authorise next. */
export async function softwareOf(issuer: Issuer, id: string): Promise<Result<SoftwareStanding, Refusal>> {
  const standing = await issuer.store.software(id);
  return standing === undefined ? err({ code: 'not_found', what: 'software', id }) : ok(standing);
}

/** Lets a list be read: of one software by who may see that software, else by who may see any. */
export async function authorizeList(
  issuer: Issuer,
  actor: Actor,
  action: Action,
  softwareId: string | undefined,
): Promise<Result<void, Refusal>> {
  if (softwareId === undefined) return authorize(actor, action, ANY_PUBLISHER);
  const found = await softwareOf(issuer, softwareId);
  return found.ok
    ? authorize(actor, action, found.value.software.publisherId)
    : concealUnknown(actor, action, found.error);
}
