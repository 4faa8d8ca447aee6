import type { Page as Row } from '../../../src/http/console/page.ts';
import { mayOpen } from '../../../src/http/console/sections.ts';
import { parseTokenText } from '../../../src/services/token-text.ts';
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
};

/** The casts that a page is worth opening for. */
export function castsOf({ path }: Pick<Row, 'path'>): readonly Cast[] {
  const named = [...path.matchAll(/\{(\w+)\}/g)].flatMap(([, name = '']) => CASTS_OF[name] ?? []);
  return CASTS.filter((cast) => cast === 'ordinary' || named.includes(cast));
}

type Values = Readonly<Record<string, string>>;

/** The values of path parameters by name, for each cast. */
function parameterValues(seed: Seed): Readonly<Record<Cast, Values>> {
  const { software, publishers, people, keys, work } = seed;
  const ordinary: Values = {
    software_id: software.main,
    submission_id: software.submissions.expanding,
    jti: software.statements.live,
    publisher_id: publishers.main,
    domain_id: work.domains.verified,
    person_id: people.colleague.id,
    token_id: tokenIdOf(people.colleague.token),
    own_token_id: tokenIdOf(people.developer.token),
    kid: keys.active,
    seq: '2',
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
      token_id: tokenIdOf(people.hostileDeveloper.token),
      own_token_id: tokenIdOf(people.hostileDeveloper.token),
    },
    large: {
      ...ordinary,
      software_id: software.large,
      submission_id: software.submissions.large,
    },
  };
}

function tokenIdOf(text: string): string {
  return parseTokenText(text)?.id ?? '';
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
  return path.replaceAll(/\{(\w+)\}/g, (_, name: string) => {
    const value = values[name];
    if (value === undefined)
      throw new Error(
        `${path}: the seed has nothing for {${name}}; add it to test/browser/support/fill-path.ts`,
      );
    return encodeURIComponent(value);
  });
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
