import { nowOf, type Registry } from './context.ts';
import { endRegistration } from './end.ts';
import { isToBeForgotten, tellHostOfEnd } from './host.ts';
import type { EndReason, Registration } from './ports.ts';
import { classOf, isGraceOver, standingOfRegistration } from './standing.ts';

/** One registration the sweep had something to say about. */
export type Swept = {
  readonly clientId: string;
  /** `ended` now, or `found` and left for an operator or its client. */
  readonly outcome: 'ended' | 'found';
  readonly because: 'expired' | 'statement' | 'abandoned' | 'outdated' | 'suspended' | 'unknown_status';
  readonly detail: string;
};

export type SweepResult = { readonly looked: number; readonly swept: readonly Swept[] };

export type SweepOptions = {
  /** Changes nothing; every finding comes back as `found`. */
  readonly dryRun?: boolean;
  /** Ends what was never used for longer than its class allows. */
  readonly endAbandoned?: boolean;
  /** Ends registrations whose statement is older than the floor of its software. */
  readonly endOutdated?: boolean;
  /** Told now and then how many were looked at. */
  readonly progress?: (looked: number) => void;
};

const PAGE = 200;

/**
 * Looks at every active registration: ends those whose time is over beyond the grace, or whose statement was revoked; finds those that
 * are suspended, abandoned or outdated. What nobody could be asked about stays.
 */
export async function sweep(registry: Registry, options: SweepOptions = {}): Promise<SweepResult> {
  const swept: Swept[] = [];
  if (options.dryRun !== true) await remindHost(registry);
  let looked = 0;
  for await (const page of pagesOf(registry, 'active')) {
    for (const registration of page) {
      const finding = await findingOf(registry, registration, options);
      if (finding === undefined) continue;
      const { end, because, detail } = finding;
      const isEnded =
        end !== undefined &&
        options.dryRun !== true &&
        (await endRegistration(registry, registration.clientId, end, detail)).ok;
      swept.push({
        clientId: registration.clientId,
        outcome: isEnded ? 'ended' : 'found',
        because,
        detail,
      });
    }
    looked += page.length;
    options.progress?.(looked);
  }
  return { looked, swept };
}

/** A host that failed to forget a client when it ended gets to hear of it again. */
async function remindHost(registry: Registry): Promise<void> {
  if (registry.clients?.remove === undefined) return;
  for await (const page of pagesOf(registry, 'ended'))
    for (const registration of page)
      if (isToBeForgotten(registry, registration)) await tellHostOfEnd(registry, registration.clientId);
}

async function* pagesOf(
  { store }: Registry,
  state: Registration['state'],
): AsyncGenerator<readonly Registration[]> {
  let after: string | undefined;
  for (;;) {
    const page = await store.registrations({ state }, after, PAGE);
    yield page;
    after = page.at(-1)?.clientId;
    if (page.length < PAGE) return;
  }
}

type Finding = {
  readonly because: Swept['because'];
  readonly detail: string;
  /** Why it is to end; undefined when it stays. */
  readonly end?: EndReason;
};

async function findingOf(
  registry: Registry,
  registration: Registration,
  options: SweepOptions,
): Promise<Finding | undefined> {
  const standing = await standingOfRegistration(registry, registration);
  if (standing.outcome === 'lapsed') {
    const { because, detail } = standing;
    if (because === 'expired') {
      return isGraceOver(registry, registration)
        ? { because, detail, end: 'expired' }
        : { because, detail: `${detail} A newer statement still renews it.` };
    }
    // Nothing leaves INVALID (draft-ietf-oauth-status-list §7.1), so there is nothing to wait for. Whatever else is wrong may be set right:
    // an issuer left out of the configuration by mistake must not cost all of its clients.
    return because === 'revoked' ? { because: 'statement', detail, end: 'statement' } : { because, detail };
  }
  return (await outdated(registry, registration, options)) ?? abandoned(registry, registration, options);
}

async function outdated(
  registry: Registry,
  { governing }: Registration,
  options: SweepOptions,
): Promise<Finding | undefined> {
  if (governing === null) return undefined;
  const software = await registry.store.software(governing.issuer, governing.softwareId);
  if (software === undefined || governing.issuedAt >= software.floorIssuedAt) return undefined;
  const detail = `Its statement was issued at ${instant(governing.issuedAt)}, before the floor ${instant(software.floorIssuedAt)} of its software.`;
  return options.endOutdated === true
    ? { because: 'outdated', detail, end: 'outdated' }
    : { because: 'outdated', detail };
}

function abandoned(
  registry: Registry,
  registration: Registration,
  options: SweepOptions,
): Finding | undefined {
  const after = classOf(registry, registration)?.abandonedAfterSeconds;
  const last = Math.max(registration.lastUsedAt ?? 0, registration.updatedAt);
  if (after === undefined || last + after > nowOf(registry)) return undefined;
  const detail =
    registration.lastUsedAt === null
      ? `It was never used since ${instant(registration.createdAt)}.`
      : `It was last used at ${instant(registration.lastUsedAt)}.`;
  return options.endAbandoned === true
    ? { because: 'abandoned', detail, end: 'abandoned' }
    : { because: 'abandoned', detail };
}

function instant(seconds: number): string {
  return new Date(seconds * 1000).toISOString();
}
