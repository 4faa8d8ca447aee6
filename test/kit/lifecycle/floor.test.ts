import { describe, expect, it } from 'vitest';
import type { RegistrationPolicy } from '../../../src/kit/registration/policy.ts';
import { ISSUER, NOW, type Claims } from '../support/fake-issuer.ts';
import { scene, type Scene } from '../support/scene.ts';
import { attested, changingNothing, records } from '../management/support/clients.ts';

const BROAD = { iat: NOW - 50, jti: 'broad', scope: 'read write' };
const NARROW = { iat: NOW - 40, jti: 'narrow', scope: 'read' };
const OLDEST = { iat: NOW - 60, jti: 'oldest', scope: 'read write' };

const under = (iatFloor?: RegistrationPolicy['iatFloor']) =>
  scene({ policy: { ...attested(), ...(iatFloor === undefined ? {} : { iatFloor }) } });

async function presents(at: Scene, claims: Claims) {
  return at.register({ software_statement: await at.issuer.statement(claims) });
}

const floorOf = async (at: Scene) => (await at.registrar.software(ISSUER, 'software-1'))?.floorIssuedAt;

const raise = (at: Scene, issuedAt: number, softwareId = 'software-1') =>
  at.registrar.raiseFloor({ issuer: ISSUER, softwareId, issuedAt, because: 'redirects were narrowed' });

describe.each(['when_narrowed', 'newest', undefined] as const)('under iatFloor %s', (mode) => {
  it('an older, broader statement cannot come back to register', async () => {
    const at = await under(mode);
    await at.registered(BROAD);
    await at.registered(NARROW);
    const { status, body } = await changingNothing(at, () => presents(at, BROAD));
    expect(status).toBe(400);
    expect(body['error']).toBe('unapproved_software_statement');
    expect(at.told.at(-1)?.[1]['reason']).toBe('statement.below_floor');
    expect((await presents(at, NARROW)).status).toBe(201);
  });

  it('an older, broader statement that was never seen before is refused as well', async () => {
    const at = await under(mode);
    await at.registered(NARROW);
    const { body } = await changingNothing(at, () => presents(at, BROAD));
    expect(body['error']).toBe('unapproved_software_statement');
    expect(at.told.at(-1)?.[1]['reason']).toBe('statement.below_floor');
  });

  it('an older, broader statement cannot come back in an update', async () => {
    const at = await under(mode);
    const client = await at.registered(OLDEST);
    await at.registered(NARROW);
    const software_statement = await at.issuer.statement(BROAD);
    const { body } = await changingNothing(at, () => client.update({ software_statement }));
    expect(body['error']).toBe('unapproved_software_statement');
    expect(at.told.at(-1)?.[1]['reason']).toBe('statement.below_floor');
  });

  it('a narrower statement that comes in an update counts like one that comes to register', async () => {
    const at = await under(mode);
    const client = await at.registered(BROAD);
    await client.update({ software_statement: await at.issuer.statement(NARROW) });
    expect(await floorOf(at)).toBe(NARROW.iat);
    expect((await changingNothing(at, () => presents(at, BROAD))).status).toBe(400);
  });

  it('other software, and the same name of another software_id, is not concerned', async () => {
    const at = await under(mode);
    await at.registered(NARROW);
    expect((await presents(at, { ...BROAD, software_id: 'software-2' })).status).toBe(201);
  });
});

it.each([
  ['when_narrowed', 0, 201],
  ['newest', NOW - 40, 400],
  ['manual', 0, 201],
] as const)(
  'under iatFloor %s, a newer statement that attests more sets the floor %i',
  async (mode, floor, older) => {
    const at = await under(mode);
    const narrowFirst = { ...NARROW, iat: NOW - 50 };
    await at.registered(narrowFirst);
    await at.registered({ ...BROAD, iat: NOW - 40 });
    expect(await floorOf(at)).toBe(floor);
    expect((await presents(at, narrowFirst)).status).toBe(older);
  },
);

it('under iatFloor when_narrowed, a newer statement that changes no authority leaves older ones alone', async () => {
  const at = await under('when_narrowed');
  await at.registered({ ...BROAD, software_version: '1' });
  await at.registered({ ...BROAD, iat: NOW - 40, software_version: '2' });
  expect((await presents(at, BROAD)).status).toBe(201);
});

it('under iatFloor manual, an older, broader statement comes back until an operator says otherwise', async () => {
  const at = await under('manual');
  await at.registered(NARROW);
  expect((await presents(at, BROAD)).status).toBe(201);
  expect(await raise(at, NARROW.iat)).toMatchObject({ ok: true, value: { floorIssuedAt: NARROW.iat } });
  expect((await changingNothing(at, () => presents(at, BROAD))).status).toBe(400);
  expect((await presents(at, NARROW)).status).toBe(201);
});

describe('an operator raises a floor', () => {
  it('upward only', async () => {
    const at = await under();
    await at.registered(BROAD);
    await raise(at, 1000);
    const before = await at.contents();
    for (const issuedAt of [999, -1, Number.NaN, 1000.5, Number.POSITIVE_INFINITY])
      expect(await raise(at, issuedAt)).toMatchObject({ ok: false, error: { error: 'invalid_request' } });
    expect(await at.contents()).toEqual(before);
    expect(await floorOf(at)).toBe(1000);
  });

  it('of a software that was seen here', async () => {
    const at = await under();
    const refused = await raise(at, 1000, 'never-seen');
    expect(refused).toMatchObject({
      ok: false,
      error: { error: 'invalid_request', reason: 'unknown_software' },
    });
    expect(await records(at)).toEqual([]);
  });

  it('above the newest statement: then a newer one is needed', async () => {
    const at = await under();
    const client = await at.registered(BROAD);
    await raise(at, NOW - 10);
    expect((await presents(at, BROAD)).status).toBe(400);
    expect((await presents(at, { ...BROAD, iat: NOW - 10 })).status).toBe(201);
    expect((await at.registrar.standing(client.id)).outcome).toBe('live');
  });

  it('with a record that says from where to where, and why', async () => {
    const at = await under();
    await at.registered(BROAD);
    await raise(at, NOW - 50);
    expect((await records(at)).at(-1)).toMatchObject({
      kind: 'floor.raised',
      client_id: null,
      data: {
        iss: ISSUER,
        software_id: 'software-1',
        before: 0,
        after: NOW - 50,
        because: 'redirects were narrowed',
      },
    });
  });
});
