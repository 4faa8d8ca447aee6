import { afterEach, beforeEach, expect, it } from 'vitest';
import { authenticate } from '../../src/services/authenticate.ts';
import { recoverOperator } from '../../src/services/recover-operator.ts';
import { readInvitation } from '../../src/services/sign-in/open-invitation.ts';
import { secretOf } from '../support/sign-in.ts';
import { expectOk, testIssuer, testPerson, type TestIssuer } from '../support/issuer.ts';

let test: TestIssuer;
beforeEach(async () => {
  test = await testIssuer();
});
afterEach(() => test.close());

it('gives the first operator a working token for seven days, and the ledger tells of it', async () => {
  test.clock.advance(1);
  await testPerson(test, ['operator']);
  const { person, secret } = expectOk(await recoverOperator(test.issuer));
  expect(person.id).toBe(test.operator.personId);
  expect((await authenticate(test.issuer, secret))?.roles).toEqual(['operator']);
  const [entry] = await test.store.entries({ kind: 'token.created' }, undefined, 1);
  expect(entry?.text).toContain('recovered on the machine');
  expect(entry?.text).toContain('{"type":"issuer"}');
  test.clock.advance(7 * 86_400);
  expect(await authenticate(test.issuer, secret)).toBeUndefined();
});

it('gives a link into the console besides', async () => {
  const { person, link } = expectOk(await recoverOperator(test.issuer));
  const open = expectOk(await readInvitation(test.issuer, secretOf(link)));
  expect(open).toMatchObject({ invitation: { purpose: 'set_up' }, person: { id: person.id } });
});

it('makes a new operator where none is active', async () => {
  const stored = await test.store.person(test.operator.personId);
  if (stored === undefined) throw new Error('no operator');
  const store = { ...test.store, people: () => Promise.resolve([{ ...stored, state: 'disabled' as const }]) };
  const { person, secret } = expectOk(await recoverOperator({ ...test.issuer, store }));
  expect(person.id).not.toBe(test.operator.personId);
  expect((await authenticate(test.issuer, secret))?.personId).toBe(person.id);
});
