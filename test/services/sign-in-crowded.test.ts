import { afterEach, beforeEach, expect, it } from 'vitest';
import {
  CEREMONY_SECONDS,
  keepCeremony,
  MOST_BEGUN,
  MOST_BEGUN_BY_STRANGERS,
} from '../../src/services/sign-in/ceremonies.ts';
import { beginAcceptance } from '../../src/services/sign-in/accept-invitation.ts';
import { invite } from '../../src/services/sign-in/invite.ts';
import { beginPasskeySignIn } from '../../src/services/sign-in/passkey-sign-in.ts';
import { expectOk, expectRefusal, START, testIssuer, type TestIssuer } from '../support/issuer.ts';
import { secretOf } from '../support/sign-in.ts';

let test: TestIssuer;
beforeEach(async () => {
  test = await testIssuer();
});
afterEach(() => test.close());

const begin = () => beginPasskeySignIn(test.issuer, test.signIn.passkeys);

it('as many ceremonies are open as the store was told, and the next begins when one is over', async () => {
  const { store } = test;
  const ceremony = (id: string, expiresAt: number) => ({
    id,
    kind: 'passkey_authentication' as const,
    data: {},
    expiresAt,
  });
  expectOk(await store.saveCeremony(ceremony('a', START + 30), START, 2));
  expectOk(await store.saveCeremony(ceremony('b', START + 40), START, 2));
  expect(expectRefusal(await store.saveCeremony(ceremony('c', START + 50), START, 2))).toEqual({
    nextOver: START + 30,
  });
  expect(await store.takeCeremony('c', START)).toBeUndefined();
  expectOk(await store.saveCeremony(ceremony('c', START + 50), START + 30, 2));
  expect(await store.takeCeremony('b', START + 30)).toMatchObject({ id: 'b' });
});

it('requests at the authorization endpoint are counted apart, and looked at before they are taken', async () => {
  const { store } = test;
  const one = (id: string, kind: 'authorization_request' | 'open_id_connect', expiresAt: number) =>
    store.saveCeremony({ id, kind, data: { clientId: id }, expiresAt }, START, 1);
  expectOk(await one('a', 'authorization_request', START + 30));
  expectOk(await one('b', 'open_id_connect', START + 20));
  expect(expectRefusal(await one('c', 'authorization_request', START + 9))).toEqual({ nextOver: START + 30 });
  expect(expectRefusal(await one('d', 'open_id_connect', START + 9))).toEqual({ nextOver: START + 20 });
  const kept = { id: 'a', kind: 'authorization_request', data: { clientId: 'a' }, expiresAt: START + 30 };
  expect(await store.ceremony('a', START)).toEqual(kept);
  expect(await store.ceremony('a', START + 30)).toBeUndefined();
  expect(await store.takeCeremony('a', START)).toEqual(kept);
  expect(await store.ceremony('a', START)).toBeUndefined();
});

it('many at once do not slip past the bound', async () => {
  const outcomes = await Promise.all(
    Array.from({ length: 20 }, (_, index) =>
      test.store.saveCeremony(
        { id: `c${index}`, kind: 'open_id_connect', data: {}, expiresAt: START + 60 },
        START,
        5,
      ),
    ),
  );
  expect(outcomes.filter(({ ok }) => ok)).toHaveLength(5);
});

it('strangers who begin without end are told when to come back, and do not keep out those who have a link', async () => {
  const { issuer, operator, store, signIn, clock } = test;
  const draft = { name: 'Gwen', email: null, roles: ['reviewer'], publisherId: null } as const;
  const { link } = expectOk(await invite(issuer, operator, draft));
  const accept = () => beginAcceptance(issuer, signIn.passkeys, { link: secretOf(link), name: 'Gwen' });
  // Refused by a bound of their own, so that the test does not write ten thousand rows to see it.
  const asked: number[] = [];
  const crowded: TestIssuer['issuer'] = {
    ...issuer,
    store: {
      ...store,
      saveCeremony: (ceremony, now, most) => {
        asked.push(most);
        return store.saveCeremony(ceremony, now, most === MOST_BEGUN_BY_STRANGERS ? 1 : 2);
      },
    },
  };
  expectOk(await beginPasskeySignIn(crowded, signIn.passkeys));
  clock.advance(60);
  expect(expectRefusal(await beginPasskeySignIn(crowded, signIn.passkeys))).toEqual({
    code: 'sign_in_crowded',
    by: 'everybody',
    retryAfterSeconds: CEREMONY_SECONDS - 60,
  });
  expectOk(await beginAcceptance(crowded, signIn.passkeys, { link: secretOf(link), name: 'Gwen' }));
  expect(
    expectRefusal(await beginAcceptance(crowded, signIn.passkeys, { link: secretOf(link), name: 'Gwen' })),
  ).toMatchObject({ code: 'sign_in_crowded' });
  expect(new Set(asked)).toEqual(new Set([MOST_BEGUN_BY_STRANGERS, MOST_BEGUN]));
  expect(test.logged.join('\n')).toContain('sign_in.crowded');
  expectOk(await accept());
});

it('what nobody came back for is gone when the next begins', async () => {
  const { issuer, store, clock } = test;
  const text = expectOk(
    await keepCeremony(issuer, 'passkey_authentication', { purpose: 'sign_in', challenge: 'c' }),
  );
  clock.advance(CEREMONY_SECONDS);
  expectOk(await begin());
  const full = await store.saveCeremony(
    { id: 'x', kind: 'open_id_connect', data: {}, expiresAt: clock.now() + 60 },
    clock.now(),
    2,
  );
  expectOk(full);
  expect(text).toMatch(/^[\w-]{43}$/);
});
