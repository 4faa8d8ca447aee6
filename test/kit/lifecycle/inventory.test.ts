import { expect, it } from 'vitest';
import type { RegistrationFilter } from '../../../src/kit/registration/ports.ts';
import { ISSUER, NOW } from '../support/fake-issuer.ts';
import { clientOf, scene, type Scene } from '../support/scene.ts';
import { CALLBACK } from '../management/support/clients.ts';

const POLICY = {
  classes: [
    { name: 'attested', requires: 'software_statement', fits: { software_statement: true } },
    { name: 'open', requires: 'nothing' },
  ],
} as const;

async function populated(): Promise<{ at: Scene; named: ReadonlyMap<string, string> }> {
  const at = await scene({ policy: POLICY });
  const named = new Map<string, string>();
  named.set('a1', (await at.registered({ jti: 's1', software_id: 'a' })).id);
  named.set('a2', (await at.registered({ jti: 's2', software_id: 'a', iat: NOW - 50 })).id);
  named.set('b1', (await at.registered({ jti: 's3', software_id: 'b' })).id);
  named.set('open', clientOf(at.call, await at.register({ redirect_uris: [CALLBACK] })).id);
  const gone = await at.registered({ jti: 's1', software_id: 'a' });
  await gone.remove();
  named.set('gone', gone.id);
  return { at, named };
}

const FILTERS: readonly (readonly [string, RegistrationFilter, readonly string[]])[] = [
  ['nothing', {}, ['a1', 'a2', 'b1', 'open', 'gone']],
  ['an issuer', { issuer: ISSUER }, ['a1', 'a2', 'b1', 'gone']],
  ['another issuer', { issuer: 'https://other.example' }, []],
  ['a software', { softwareId: 'a' }, ['a1', 'a2', 'gone']],
  ['an issuer and a software', { issuer: ISSUER, softwareId: 'b' }, ['b1']],
  ['a statement', { statement: 's1' }, ['a1', 'gone']],
  ['a statement and a state', { statement: 's1', state: 'active' }, ['a1']],
  ['a class', { clientClass: 'open' }, ['open']],
  ['the other class', { clientClass: 'attested' }, ['a1', 'a2', 'b1', 'gone']],
  ['those active', { state: 'active' }, ['a1', 'a2', 'b1', 'open']],
  ['those ended', { state: 'ended' }, ['gone']],
  ['a class that holds no statement of an issuer', { clientClass: 'open', issuer: ISSUER }, []],
];

it.each(FILTERS)('the inventory of %s has exactly what belongs to it', async (_what, filter, expected) => {
  const { at, named } = await populated();
  const found = (await at.registrar.inventory(filter)).map(({ clientId }) => clientId);
  expect(found).toEqual(expected.map((name) => named.get(name)).toSorted(byText));
});

it.each([1, 2, 3, 5, 6])('pages of %i lead through everything once, in order', async (limit) => {
  const { at, named } = await populated();
  const found: string[] = [];
  for (;;) {
    const page = await at.registrar.inventory({}, found.at(-1), limit);
    expect(page.length).toBeLessThanOrEqual(limit);
    found.push(...page.map(({ clientId }) => clientId));
    if (page.length < limit) break;
  }
  expect(found).toEqual([...named.values()].toSorted(byText));
});

it('a page holds a hundred registrations unless said', async () => {
  const at = await scene({ policy: POLICY });
  for (let i = 0; i < 101; i += 1) await at.register({ redirect_uris: [CALLBACK] });
  const page = await at.registrar.inventory({});
  expect(page).toHaveLength(100);
  expect(await at.registrar.inventory({}, page.at(-1)?.clientId)).toHaveLength(1);
});

it('a renewed registration belongs to its newer statement alone', async () => {
  const { at } = await populated();
  const client = await at.registered({ jti: 's4', software_id: 'c' });
  await client.update({
    software_statement: await at.issuer.statement({ jti: 's5', software_id: 'c', iat: NOW - 1 }),
  });
  expect(await at.registrar.inventory({ statement: 's4' })).toEqual([]);
  expect(await at.registrar.inventory({ statement: 's5' })).toMatchObject([{ clientId: client.id }]);
});

function byText(a: string | undefined, b: string | undefined): number {
  return (a ?? '') < (b ?? '') ? -1 : 1;
}
