import { generateKeyPairSync } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { changePerson } from '../../src/services/people.ts';
import { createPasskeys } from '../../src/identity/passkeys.ts';
import { encodeBase64urlText } from '../../src/domain/base64url.ts';
import { beginPasskeySignIn, finishPasskeySignIn } from '../../src/services/sign-in/passkey-sign-in.ts';
import {
  beginAddingPasskey,
  finishAddingPasskey,
  listPasskeys,
  removePasskey,
  renamePasskey,
} from '../../src/services/sign-in/passkeys.ts';
import { authenticateSession } from '../../src/services/sign-in/sessions.ts';
import { softwareAuthenticator, type Deviation } from '../support/authenticator.ts';
import { expectOk, expectRefusal, testIssuer, type TestIssuer } from '../support/issuer.ts';
import { guest, guestOf, kindsSince, ORIGIN, setSignIn, signInWith, type Guest } from '../support/sign-in.ts';

let test: TestIssuer;
let gwen: Guest;
beforeEach(async () => {
  test = await testIssuer();
  gwen = await guest(test);
});
afterEach(() => test.close());

/** Adds a further passkey; gives what came of it. */
const add = async (to: Guest, authenticator = softwareAuthenticator(ORIGIN), name = 'Phone') => {
  const { issuer, signIn } = test;
  const begun = expectOk(await beginAddingPasskey(issuer, signIn.passkeys, to.visitor));
  return finishAddingPasskey(issuer, signIn.passkeys, to.visitor, {
    ceremony: begun.ceremony,
    response: authenticator.create(begun.options),
    name,
  });
};

describe('signing in with a passkey', () => {
  it('begins a session and remembers counter and time', async () => {
    test.clock.advance(60);
    const before = await test.store.entryCount();
    const started = expectOk(await signInWith(test, gwen.authenticator));
    expect(started.session).toMatchObject({ personId: gwen.visitor.person.id, method: 'passkey' });
    expect(await kindsSince(test, before)).toEqual(['session.started']);
    expect(await test.store.passkey(gwen.authenticator.id)).toMatchObject({
      counter: 2,
      lastUsedAt: test.clock.now(),
    });
  });

  const wrong: readonly [string, () => Deviation][] = [
    ['another origin', () => ({ origin: 'https://issuer.example.evil.example' })],
    ['another relying party', () => ({ rpId: 'evil.example' })],
    ['another challenge', () => ({ challenge: 'A'.repeat(43) })],
    ['another key', () => ({ key: generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey })],
    ['a registration in place of an assertion', () => ({ type: 'webauthn.create' })],
    ['nobody present', () => ({ isUserPresent: false })],
    ['the user handle of another', () => ({ userHandle: encodeBase64urlText(test.operator.personId) })],
  ];
  it.each(wrong)('refuses %s, and tells the log why', async (_name, deviation) => {
    const refusal = expectRefusal(await signInWith(test, gwen.authenticator, deviation()));
    expect(refusal).toEqual({ code: 'sign_in_refused', because: 'passkey_not_verified' });
    expect(test.logged.join()).toContain('passkey.not_verified');
  });

  it('refuses a passkey nobody has', async () => {
    const stranger = softwareAuthenticator(ORIGIN);
    expect(expectRefusal(await signInWith(test, stranger))).toEqual({
      code: 'sign_in_refused',
      because: 'passkey_unknown',
    });
  });

  it('refuses an answer under the id of another passkey', async () => {
    const other = await guest(test);
    expect(
      expectRefusal(await signInWith(test, other.authenticator, { id: gwen.authenticator.id })),
    ).toMatchObject({ because: 'passkey_not_verified' });
  });

  it('refuses a counter that goes back or stands still, and tells operators', async () => {
    expectOk(await signInWith(test, gwen.authenticator, { counter: 10 }));
    for (const counter of [10, 3, 0])
      expect(expectRefusal(await signInWith(test, gwen.authenticator, { counter }))).toEqual({
        code: 'sign_in_refused',
        because: 'passkey_counter',
      });
    const told = test.logged.find((line) => line.includes('passkey.counter_went_back'));
    expect(JSON.parse(told ?? '{}')).toMatchObject({ level: 'error', stored: 10, seen: 10 });
    expectOk(await signInWith(test, gwen.authenticator, { counter: 11 }));
  });

  it('takes authenticators that never count', async () => {
    const phone = softwareAuthenticator(ORIGIN, false);
    expectOk(await add(gwen, phone));
    expectOk(await signInWith(test, phone));
    expectOk(await signInWith(test, phone));
  });

  it('finishes what was begun once, in time, and for the end it was begun for', async () => {
    const { issuer, signIn } = test;
    const begin = async () => expectOk(await beginPasskeySignIn(issuer, signIn.passkeys));
    const finish = (ceremony: string | undefined, response: ReturnType<typeof gwen.authenticator.get>) =>
      finishPasskeySignIn(issuer, signIn.passkeys, { ceremony, response });
    const over = { code: 'sign_in_over' };

    const replayed = await begin();
    const response = gwen.authenticator.get(replayed.options);
    expectOk(await finish(replayed.ceremony, response));
    expect(expectRefusal(await finish(replayed.ceremony, response))).toEqual(over);

    const late = await begin();
    test.clock.advance(600);
    expect(expectRefusal(await finish(late.ceremony, gwen.authenticator.get(late.options)))).toEqual(over);

    const adding = expectOk(await beginAddingPasskey(issuer, signIn.passkeys, (await guest(test)).visitor));
    for (const ceremony of [adding.ceremony, 'unknown', undefined])
      expect(expectRefusal(await finish(ceremony, gwen.authenticator.get((await begin()).options)))).toEqual(
        over,
      );

    const failed = await begin();
    expect(expectRefusal(await finish(failed.ceremony, {}))).toMatchObject({ because: 'passkey_unknown' });
    expect(expectRefusal(await finish(failed.ceremony, gwen.authenticator.get(failed.options)))).toEqual(
      over,
    );
  });

  it('refuses people who are disabled, and ends their sessions for good', async () => {
    expectOk(await changePerson(test.issuer, test.operator, gwen.visitor.person.id, { state: 'disabled' }));
    expect(expectRefusal(await signInWith(test, gwen.authenticator))).toMatchObject({
      because: 'person_disabled',
    });
    expectOk(await changePerson(test.issuer, test.operator, gwen.visitor.person.id, { state: 'active' }));
    expect(await authenticateSession(test.issuer, gwen.text)).toBeUndefined();
  });

  it('is refused while the policy has it off, or requires the other way', async () => {
    const { issuer, signIn } = test;
    const begun = expectOk(await beginPasskeySignIn(issuer, signIn.passkeys));
    for (const [change, instead] of [
      [{ passkeys: 'off', openIdConnect: 'allowed' }, 'open_id_connect'],
      [{ passkeys: 'allowed', openIdConnect: 'required' }, 'open_id_connect'],
    ] as const) {
      expectOk(await setSignIn(test, change));
      expect(expectRefusal(await beginPasskeySignIn(issuer, signIn.passkeys))).toEqual({
        code: 'sign_in_method_off',
        method: 'passkey',
        instead,
      });
    }
    const late = await finishPasskeySignIn(issuer, signIn.passkeys, {
      ceremony: begun.ceremony,
      response: gwen.authenticator.get(begun.options),
    });
    expect(expectRefusal(late)).toMatchObject({ code: 'sign_in_method_off' });
  });

  it('rotates the session of the browser: what was known before is good for nothing', async () => {
    const first = expectOk(await signInWith(test, gwen.authenticator));
    const second = expectOk(await signInWith(test, gwen.authenticator, {}, first.text));
    expect(second.text).not.toBe(first.text);
    expect(await authenticateSession(test.issuer, first.text)).toBeUndefined();
    expect(await authenticateSession(test.issuer, second.text)).toBeDefined();
    // A cookie that was planted ends nobody's session but that of its secret.
    const planted = first.text.replace(/_.*$/, `_${'A'.repeat(43)}`);
    expectOk(await signInWith(test, gwen.authenticator, {}, planted));
    expect(await authenticateSession(test.issuer, second.text)).toBeDefined();
  });

  it('works at http://localhost', async () => {
    const passkeys = createPasskeys('http://localhost:8787/tenant');
    const challenge = 'A'.repeat(43);
    const options = await passkeys.registrationOptions({ challenge, personId: 'p', name: 'P', existing: [] });
    expect(options).toMatchObject({ rp: { id: 'localhost' } });
    const device = softwareAuthenticator('http://localhost:8787');
    expect(await passkeys.verifyRegistration(device.create(options), challenge)).toMatchObject({ ok: true });
    const elsewhere = device.create(options, { origin: 'http://localhost:8788' });
    expect(await passkeys.verifyRegistration(elsewhere, challenge)).toMatchObject({ ok: false });
  });
});

describe('one’s own passkeys', () => {
  it('are added, listed, renamed and removed, each with its entry', async () => {
    const before = await test.store.entryCount();
    const phone = softwareAuthenticator(ORIGIN);
    test.clock.advance(1);
    expectOk(await add(gwen, phone, ' Phone '));
    expect((await listPasskeys(test.issuer, gwen.visitor)).map(({ name }) => name)).toEqual([
      'Laptop',
      'Phone',
    ]);
    expectOk(await renamePasskey(test.issuer, gwen.visitor, phone.id, 'Work phone'));
    expectOk(await renamePasskey(test.issuer, gwen.visitor, phone.id, 'Work phone'));
    expectOk(await removePasskey(test.issuer, gwen.visitor, phone.id));
    expect(await kindsSince(test, before)).toEqual(['passkey.added', 'passkey.renamed', 'passkey.removed']);
    expect(expectRefusal(await signInWith(test, phone))).toMatchObject({ because: 'passkey_unknown' });
  });

  it('are options for the browser: discoverable, nothing twice', async () => {
    const begun = expectOk(await beginAddingPasskey(test.issuer, test.signIn.passkeys, gwen.visitor));
    expect(begun.options).toMatchObject({
      attestation: 'none',
      authenticatorSelection: { residentKey: 'required', userVerification: 'preferred' },
      excludeCredentials: [{ id: gwen.authenticator.id }],
      user: { name: 'Gwen Guest' },
    });
  });

  it('cannot be registered twice, not even by two people', async () => {
    expect(expectRefusal(await add(gwen, gwen.authenticator))).toEqual({ code: 'passkey_taken' });
    const other = await guest(test);
    expect(expectRefusal(await add(other, gwen.authenticator))).toEqual({ code: 'passkey_taken' });
  });

  it('never lose their last one, not even when two are removed at the same moment', async () => {
    const refusal = { code: 'last_way_in', what: 'passkey' };
    expect(expectRefusal(await removePasskey(test.issuer, gwen.visitor, gwen.authenticator.id))).toEqual(
      refusal,
    );
    const phone = softwareAuthenticator(ORIGIN);
    expectOk(await add(gwen, phone));
    const outcomes = await Promise.all(
      [phone, gwen.authenticator].map(({ id }) => removePasskey(test.issuer, gwen.visitor, id)),
    );
    expect(outcomes.filter(({ ok }) => ok)).toHaveLength(1);
    expect(outcomes.find(({ ok }) => !ok)).toMatchObject({ error: refusal });
    expect(await listPasskeys(test.issuer, gwen.visitor)).toHaveLength(1);
  });

  it('are nobody else’s', async () => {
    const other = await guest(test);
    for (const refused of [
      await renamePasskey(test.issuer, other.visitor, gwen.authenticator.id, 'Mine'),
      await removePasskey(test.issuer, other.visitor, gwen.authenticator.id),
    ])
      expect(refused).toMatchObject({ ok: false, error: { code: 'not_found', what: 'passkey' } });
  });

  it('are added and removed by people who have just signed in', async () => {
    test.clock.advance(600);
    const visitor = await authenticateSession(test.issuer, gwen.text);
    if (visitor === undefined) throw new Error('the session ended');
    const refusal = { code: 'step_up_needed', action: 'account:write' };
    expect(expectRefusal(await beginAddingPasskey(test.issuer, test.signIn.passkeys, visitor))).toEqual(
      refusal,
    );
    expect(expectRefusal(await removePasskey(test.issuer, visitor, gwen.authenticator.id))).toEqual(refusal);
    const again = await guestOf(
      test,
      gwen.authenticator,
      expectOk(await signInWith(test, gwen.authenticator, {}, gwen.text)),
    );
    expectOk(await add(again));
  });

  it('are finished by the session that began', async () => {
    const { issuer, signIn } = test;
    const other = await guest(test);
    const begun = expectOk(await beginAddingPasskey(issuer, signIn.passkeys, gwen.visitor));
    const finished = await finishAddingPasskey(issuer, signIn.passkeys, other.visitor, {
      ceremony: begun.ceremony,
      response: softwareAuthenticator(ORIGIN).create(begun.options),
      name: 'Planted',
    });
    expect(expectRefusal(finished)).toEqual({ code: 'sign_in_over' });
  });

  it('have names that can be read', async () => {
    for (const name of ['', '  ', 'x'.repeat(201), 'a\nb'])
      expect(
        expectRefusal(await renamePasskey(test.issuer, gwen.visitor, gwen.authenticator.id, name)),
      ).toMatchObject({ code: 'invalid_input', problems: [{ pointer: '/name' }] });
  });
});
