import type { Page as Row } from '../../../src/http/console/page.ts';
import { mayOpen } from '../../../src/http/console/sections.ts';
import { secretOf } from '../../support/sign-in.ts';
import type { Seed } from './seed.ts';

/** Which of the seeded things a page is opened for: ordinary ones, those with hostile texts, those of great size. */
export const CASTS = ['ordinary', 'hostile', 'large'] as const;
export type Cast = (typeof CASTS)[number];

/** Which casts make a page another one, by the parameters of its path. */
const CASTS_OF: Readonly<Record<string, readonly Cast[]>> = {
  software_id: CASTS,
  submission_id: CASTS,
  jti: ['ordinary', 'hostile'],
  publisher_id: ['ordinary', 'hostile'],
  person_id: ['ordinary', 'hostile'],
  passkey_id: ['ordinary', 'hostile'],
  token: ['ordinary', 'hostile'],
  request_id: ['ordinary', 'hostile'],
};

/** The casts that a page is worth opening for. */
export function castsOf({ path }: Pick<Row, 'path'>): readonly Cast[] {
  // Nothing of the great one is approved, so the catalogue does not have it.
  if (path.startsWith('/catalogue/')) return ['ordinary', 'hostile'];
  // Nothing is bound to the great one.
  if (/\{(?:workload_id|initial_access_token_id)\}/.test(path)) return ['ordinary', 'hostile'];
  const named = [...path.matchAll(/\{(\w+)\}/g)].flatMap(([, name = '']) => CASTS_OF[name] ?? []);
  return CASTS.filter((cast) => cast === 'ordinary' || named.includes(cast));
}

type Values = Readonly<Record<string, string>>;

/** The values of path parameters by name, for each cast. */
function parameterValues(seed: Seed): Readonly<Record<Cast, Values>> {
  const { software, publishers, people, keys, work, accounts, requests } = seed;
  const ordinary: Values = {
    software_id: software.main,
    submission_id: software.submissions.expanding,
    jti: software.statements.live,
    publisher_id: publishers.main,
    domain_id: work.domains.verified,
    person_id: people.developer.id,
    token_id: accounts.ordinary.tokenId,
    passkey_id: accounts.ordinary.passkeyId,
    token: secretOf(work.links.open),
    own_token_id: accounts.ordinary.tokenId,
    kid: keys.active,
    request_id: requests.ordinary,
    seq: '2',
    workload_id: work.workloads.ordinary.workloadId,
    initial_access_token_id: work.workloads.ordinary.initialAccessTokenId,
  };
  return {
    ordinary,
    hostile: {
      ...ordinary,
      software_id: software.hostile,
      submission_id: software.submissions.hostile,
      jti: software.statements.hostile,
      publisher_id: publishers.hostile,
      domain_id: work.hostileDomain,
      person_id: people.hostileDeveloper.id,
      token_id: accounts.hostile.tokenId,
      passkey_id: accounts.hostile.passkeyId,
      token: secretOf(work.links.openHostile),
      own_token_id: accounts.hostile.tokenId,
      request_id: requests.hostile,
      workload_id: work.workloads.hostile.workloadId,
      initial_access_token_id: work.workloads.hostile.initialAccessTokenId,
    },
    large: {
      ...ordinary,
      software_id: software.large,
      submission_id: software.submissions.large,
    },
  };
}

/** Pages that are about a thing in a certain state. */
function specialValues({ keys, publishers, software }: Seed): Readonly<Record<string, Values>> {
  return {
    '/console/publishers/{publisher_id}/reinstate': { publisher_id: publishers.suspended },
    '/console/software/{software_id}/reinstate': { software_id: software.suspended },
    '/console/statements/{jti}/reinstate': { jti: software.statements.suspended },
    '/console/keys/{kid}/activate': { kid: keys.pending },
    '/console/keys/{kid}/retire': { kid: keys.retiring },
  };
}

/** The path of a page with its parameters filled in; throws for a parameter the seed knows nothing of. */
export function fillPath({ path }: Pick<Row, 'path'>, seed: Seed, cast: Cast): string {
  const values = { ...parameterValues(seed)[cast], ...specialValues(seed)[path] };
  const filled = path.replaceAll(/\{(\w+)\}/g, (_, name: string) => {
    const value = values[name];
    if (value === undefined)
      throw new Error(
        `${path}: the seed has nothing for {${name}}; add it to test/browser/support/fill-path.ts`,
      );
    return encodeURIComponent(value);
  });
  if (path !== '/console/account/identity/unlink') return filled;
  return `${filled}?${new URLSearchParams(seed.accounts.ordinary.identity).toString()}`;
}

/** Somebody who may open a page: undefined is a stranger. Those who have most to do there come first. */
export function whoOpens(
  { who, path }: Pick<Row, 'who' | 'path'>,
  { people }: Seed,
  cast: Cast,
): string | undefined {
  if (who === 'anyone') return undefined;
  const developer = cast === 'hostile' ? people.hostileDeveloper : people.developer;
  const order = /^\/console\/(?:people|publishers|keys|policy|overview|ledger|status-lists)/.test(path)
    ? [people.operator, people.auditor, developer]
    : /^\/console\/(?:queue|review)/.test(path)
      ? [people.reviewer, people.auditor]
      : [developer, people.reviewer, people.operator, people.auditor];
  const somebody = order.find(({ actor }) => who === 'signed_in' || mayOpen(actor, who));
  if (somebody === undefined) throw new Error(`${path}: nobody in the seed may open it`);
  return somebody.id;
}
