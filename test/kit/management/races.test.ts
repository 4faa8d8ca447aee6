import { describe, expect, it } from 'vitest';
import { ISSUER, NOW } from '../support/fake-issuer.ts';
import { scene, type Answer } from '../support/scene.ts';
import { CALLBACK, openClient, openTo, records, storedOf, tokenOf } from './support/clients.ts';
import { racingStore } from './support/racing-store.ts';

const BEFORE = { scope: 'a b c', contacts: ['x@example.org'] };
const body = (scope: string, contact: string) => ({
  redirect_uris: [CALLBACK],
  scope,
  contacts: [contact],
});

async function raced() {
  const { store, ...race } = racingStore();
  const at = await scene({ policy: openTo(), store });
  const client = await openClient(at, BEFORE);
  return { at, client, ...race };
}

describe('two updates of one client at once', () => {
  it('that are sent together: one wins, the others hear that they were overtaken, and nothing is mixed', async () => {
    const { at, client } = await raced();
    const scopes = ['a', 'b', 'c', 'a b', 'b c'];
    const answers = await Promise.all(
      scopes.map((scope, i) => client.update(body(scope, `${i}@example.org`))),
    );
    const winners = answers.flatMap(({ status }, i) => (status === 200 ? [i] : []));
    expect(winners).toHaveLength(1);
    for (const { status } of answers.filter((answer) => answer.status !== 200))
      expect([401, 503]).toContain(status);
    const [winner = -1] = winners;
    expect((await storedOf(at, client)).metadata).toMatchObject({
      scope: scopes[winner],
      contacts: [`${winner}@example.org`],
    });
    expect((await records(at)).filter(({ kind }) => kind === 'client.updated')).toHaveLength(1);
  });

  it('the one that comes second hears it with a code, and when to try again, and then may', async () => {
    const { at, client, beforeNextCommit } = await raced();
    let first: Answer | undefined;
    beforeNextCommit(async () => {
      first = await client.update(body('a', 'first@example.org'));
    });
    const second = await client.update(body('b', 'second@example.org'));
    expect(first?.status).toBe(200);
    expect(second.status).toBe(503);
    expect(second.body['error']).toBe('temporarily_unavailable');
    expect(Number(second.headers.get('retry-after'))).toBeGreaterThan(0);
    expect((await storedOf(at, client)).metadata).toMatchObject({ scope: 'a' });
    expect(at.told.at(-1)?.[1]['reason']).toBe('overtaken');
    const again = await client.update(body('a', 'second@example.org'));
    expect(again.status).toBe(200);
    expect((await storedOf(at, client)).metadata['contacts']).toEqual(['second@example.org']);
    expect((await at.call('GET', `/${client.id}`, { token: tokenOf(again) })).status).toBe(200);
  });

  it('the one whose token died meanwhile hears 401', async () => {
    const { at, client, beforeNextCommit } = await raced();
    beforeNextCommit(async () => {
      const second = tokenOf(await client.update(body('a b', 'first@example.org')));
      await client.update(body('a', 'second@example.org'), second);
    });
    expect((await client.update(body('b', 'late@example.org'))).status).toBe(401);
    expect((await storedOf(at, client)).metadata['contacts']).toEqual(['second@example.org']);
  });
});

describe('an update and a deletion at once', () => {
  it('the deletion first: the update hears 401 and brings nothing back', async () => {
    const { at, client, beforeNextCommit } = await raced();
    beforeNextCommit(client.remove);
    expect((await client.update(body('a', 'late@example.org'))).status).toBe(401);
    expect(await storedOf(at, client)).toMatchObject({ state: 'ended', metadata: BEFORE });
  });

  it('the update first: the deletion still ends the client', async () => {
    const { at, client, beforeNextCommit } = await raced();
    beforeNextCommit(() => client.update(body('a', 'first@example.org')));
    expect((await client.remove()).status).toBe(204);
    expect(await storedOf(at, client)).toMatchObject({ state: 'ended', secretSha256: null });
    expect((await client.read()).status).toBe(401);
  });

  it('an operator ends it first: the deletion finds it done, with one record', async () => {
    const { at, client, beforeNextCommit } = await raced();
    beforeNextCommit(() => at.registrar.end(client.id, 'reported'));
    expect((await client.remove()).status).toBe(204);
    expect(await storedOf(at, client)).toMatchObject({ endReason: 'operator' });
    expect((await records(at)).filter(({ kind }) => kind === 'client.ended')).toHaveLength(1);
  });

  it('sent together: the client is gone in the end', async () => {
    const { at, client } = await raced();
    const [removed, ...updated] = await Promise.all([
      client.remove(),
      client.update(body('a', '1@example.org')),
      client.update(body('b', '2@example.org')),
    ]);
    expect(removed.status).toBe(204);
    for (const { status } of updated) expect([200, 401, 503]).toContain(status);
    expect((await storedOf(at, client)).state).toBe('ended');
  });
});

describe('a floor raised while a statement is on its way', () => {
  async function withSoftware() {
    const { store, ...race } = racingStore();
    const at = await scene({ store });
    const client = await at.registered({ iat: NOW - 60 });
    const raise = () =>
      at.registrar.raiseFloor({
        issuer: ISSUER,
        softwareId: 'software-1',
        issuedAt: NOW - 10,
        because: 'x',
      });
    const software_statement = await at.issuer.statement({ iat: NOW - 30, jti: '2' });
    return { at, client, raise, software_statement, ...race };
  }

  it('keeps it from registering', async () => {
    const { at, raise, software_statement, beforeNextCommit } = await withSoftware();
    beforeNextCommit(raise);
    expect((await at.register({ software_statement })).status).toBe(400);
    expect(await at.registrar.inventory({})).toHaveLength(1);
  });

  it('keeps it from renewing', async () => {
    const { at, client, raise, software_statement, beforeNextCommit } = await withSoftware();
    beforeNextCommit(raise);
    expect((await client.update({ software_statement })).status).toBe(400);
    expect((await storedOf(at, client)).governing?.jti).toBe('statement-1');
  });

  it('is raised as well when the registration was faster', async () => {
    const { at, raise, software_statement, beforeNextCommit } = await withSoftware();
    beforeNextCommit(() => at.register({ software_statement }));
    expect(await raise()).toMatchObject({ ok: true, value: { floorIssuedAt: NOW - 10, registrations: 2 } });
  });
});

it('a narrower statement that comes meanwhile keeps a broader one out', async () => {
  const { store, beforeNextCommit } = racingStore();
  const at = await scene({ store });
  await at.registered({ iat: NOW - 60, scope: 'read write' });
  const software_statement = await at.issuer.statement({ iat: NOW - 50, scope: 'read write' });
  beforeNextCommit(() => at.registered({ iat: NOW - 40, scope: 'read' }));
  expect((await at.register({ software_statement })).status).toBe(400);
});

it('the last place of a software goes to one of two that come at once', async () => {
  const { store, beforeNextCommit } = racingStore();
  const policy = {
    classes: [{ name: 'attested', requires: 'software_statement', maxPerSoftware: 2 }],
  } as const;
  const at = await scene({ store, policy });
  await at.registered();
  const software_statement = await at.issuer.statement();
  beforeNextCommit(() => at.registered());
  expect((await at.register({ software_statement })).status).toBe(400);
  expect(await at.registrar.inventory({})).toHaveLength(2);
});
