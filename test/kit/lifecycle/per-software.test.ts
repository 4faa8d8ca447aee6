import { expect, it } from 'vitest';
import { ISSUER, NOW } from '../support/fake-issuer.ts';
import { clientOf, scene, type Scene } from '../support/scene.ts';
import { attested, changingNothing, openClient, openTo } from '../management/support/clients.ts';

const BOUND = 5;

const bounded = () => scene({ policy: attested({ maxPerSoftware: BOUND }) });

const counted = async (at: Scene) => (await at.registrar.software(ISSUER, 'software-1'))?.registrations;

async function filled() {
  const at = await bounded();
  const clients = [];
  for (let i = 0; i < BOUND; i += 1) clients.push(await at.registered());
  return { at, clients };
}

it('of twenty registrations at once, exactly as many as the bound allows get through', async () => {
  const at = await bounded();
  const software_statement = await at.issuer.statement();
  const answers = await Promise.all(Array.from({ length: 20 }, () => at.register({ software_statement })));
  const registered = answers.filter(({ status }) => status === 201);
  expect(registered).toHaveLength(BOUND);
  for (const { status, body } of answers.filter((answer) => answer.status !== 201)) {
    expect(status).toBe(400);
    expect(body['error']).toBe('unapproved_software_statement');
  }
  expect(await at.registrar.inventory({ softwareId: 'software-1' })).toHaveLength(BOUND);
  expect(await counted(at)).toBe(BOUND);
  expect(await at.store.entryCount()).toBe(BOUND);
});

it('one more is refused and leaves nothing behind; other software has places of its own', async () => {
  const { at } = await filled();
  const software_statement = await at.issuer.statement();
  await changingNothing(at, () => at.register({ software_statement }));
  expect(at.told.at(-1)?.[1]['reason']).toBe('too_many_registrations');
  await at.registered({ software_id: 'software-2' });
});

it.each<readonly [string, (at: Scene, remove: () => Promise<unknown>, id: string) => Promise<unknown>]>([
  ['its client deletes', async (_at, remove) => remove()],
  ['an operator ends', async (at, _remove, id) => at.registrar.end(id, 'x')],
])('a registration that %s frees its place, once', async (_how, end) => {
  const { at, clients } = await filled();
  const [first] = clients;
  if (first === undefined) throw new Error('no client');
  for (let i = 0; i < 2; i += 1) await end(at, first.remove, first.id);
  expect(await counted(at)).toBe(BOUND - 1);
  await at.registered();
  const software_statement = await at.issuer.statement();
  await changingNothing(at, () => at.register({ software_statement }));
});

it('a renewal needs no further place', async () => {
  const { at, clients } = await filled();
  const software_statement = await at.issuer.statement({ iat: NOW - 1, jti: '2' });
  for (const client of clients) expect((await client.update({ software_statement })).status).toBe(200);
  expect(await counted(at)).toBe(BOUND);
});

it('a client that adopts a statement needs a place', async () => {
  const at = await scene({ policy: openTo({ maxPerSoftware: 1 }) });
  const software_statement = await at.issuer.statement();
  const holder = clientOf(at.call, await at.register({ software_statement }));
  const other = await openClient(at, { redirect_uris: ['https://app.example/callback'] });
  await changingNothing(at, () => other.update({ software_statement }));
  await holder.remove();
  expect((await other.update({ software_statement })).status).toBe(200);
  expect(await counted(at)).toBe(1);
});

it('a registration that its host could not keep frees its place', async () => {
  const failing = {
    put: async () => {
      throw new Error('disk full');
    },
  };
  const at = await scene({ policy: attested({ maxPerSoftware: 1 }), clients: failing });
  const software_statement = await at.issuer.statement();
  for (let i = 0; i < 3; i += 1) expect((await at.register({ software_statement })).status).toBe(503);
  expect(await counted(at)).toBe(0);
});
