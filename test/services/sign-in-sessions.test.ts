import { generateKeyPairSync } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createPerson } from '../../src/services/people.ts';
import {
  authenticateSession,
  endOtherSessions,
  endSession,
  listSessions,
  ownSessions,
  startSession,
} from '../../src/services/sign-in/sessions.ts';
import { beginPasskeyStepUp, finishPasskeyStepUp } from '../../src/services/sign-in/step-up.ts';
import type { Deviation } from '../support/authenticator.ts';
import { expectOk, expectRefusal, testIssuer, type TestIssuer } from '../support/issuer.ts';
import { guest, guestOf, kindsSince, setSignIn, signInWith, type Guest } from '../support/sign-in.ts';

const HOUR = 3_600;

let test: TestIssuer;
let gwen: Guest;
beforeEach(async () => {
  test = await testIssuer();
  gwen = await guest(test, { roles: ['operator'] });
});
afterEach(() => test.close());

const present = async (text = gwen.text) => {
  const visitor = await authenticateSession(test.issuer, text);
  if (visitor === undefined) throw new Error('the session is over');
  return visitor;
};

describe('a session', () => {
  it('is over after eight idle hours, and lives on while it is used', async () => {
    for (let i = 0; i < 3; i += 1) {
      test.clock.advance(8 * HOUR - 1);
      await present();
    }
    test.clock.advance(8 * HOUR);
    expect(await authenticateSession(test.issuer, gwen.text)).toBeUndefined();
  });

  it('is over after seven days whatever happens', async () => {
    for (let hours = 0; hours < 7 * 24 - 6; hours += 6) {
      test.clock.advance(6 * HOUR);
      await present();
    }
    test.clock.advance(6 * HOUR);
    expect(await authenticateSession(test.issuer, gwen.text)).toBeUndefined();
  });

  it('follows the times of the policy', async () => {
    expectOk(
      await setSignIn(test, { session: { idleSeconds: 120, absoluteSeconds: 300, stepUpSeconds: 60 } }),
    );
    test.clock.advance(119);
    await present();
    test.clock.advance(120);
    expect(await authenticateSession(test.issuer, gwen.text)).toBeUndefined();
    const { session } = expectOk(await signInWith(test, gwen.authenticator));
    expect([session.expiresAt, session.freshUntil]).toEqual([test.clock.now() + 300, test.clock.now() + 60]);
  });

  it('opens with its whole secret alone', async () => {
    const [id] = gwen.text.split('_');
    for (const text of [undefined, '', id, `${id}_${'A'.repeat(43)}`, `${gwen.text}A`, ` ${gwen.text}`])
      expect(await authenticateSession(test.issuer, text)).toBeUndefined();
  });

  it('is listed, and ended by its owner or an operator, once', async () => {
    test.clock.advance(1);
    const second = expectOk(await signInWith(test, gwen.authenticator));
    const own = await ownSessions(test.issuer, gwen.visitor);
    expect(own.map(({ id }) => id)).toEqual([second.session.id, gwen.visitor.session.id]);
    const other = await guest(test);
    expect(
      expectRefusal(await endSession(test.issuer, other.visitor.actor, second.session.id, 'x')),
    ).toMatchObject({ code: 'not_found', what: 'session' });
    const foreign = expectOk(await listSessions(test.issuer, other.visitor.actor, {}, { limit: 10 }));
    expect(foreign.map(({ personId }) => personId)).toEqual([other.visitor.person.id]);

    const before = await test.store.entryCount();
    expectOk(await endSession(test.issuer, gwen.visitor.actor, second.session.id, 'ended by its owner'));
    expectOk(await endSession(test.issuer, gwen.visitor.actor, second.session.id, 'ended by its owner'));
    expectOk(await endSession(test.issuer, test.operator, other.visitor.session.id, 'left the house'));
    expect(await kindsSince(test, before)).toEqual(['session.ended', 'session.ended']);
    expect(await authenticateSession(test.issuer, second.text)).toBeUndefined();
    expect(await authenticateSession(test.issuer, other.text)).toBeUndefined();
    expect(await ownSessions(test.issuer, gwen.visitor)).toHaveLength(1);
  });

  it('outlives all others when its owner ends them', async () => {
    const others = [];
    for (let i = 0; i < 3; i += 1) others.push(expectOk(await signInWith(test, gwen.authenticator)));
    expect(expectOk(await endOtherSessions(test.issuer, gwen.visitor))).toBe(3);
    expect(expectOk(await endOtherSessions(test.issuer, gwen.visitor))).toBe(0);
    for (const { text } of others) expect(await authenticateSession(test.issuer, text)).toBeUndefined();
    await present();
  });

  it('shortens what a browser calls itself', async () => {
    const { session } = expectOk(
      await startSession(test.issuer, gwen.visitor.person, {
        method: 'passkey',
        userAgent: 'M'.repeat(10_000),
      }),
    );
    expect(session.userAgent).toHaveLength(200);
  });
});

describe('a fresh sign-in', () => {
  const draft = { name: 'X', email: null, roles: [] };
  const stepUp = async (from: Guest, by = from, deviation: Deviation = {}) => {
    const { issuer, signIn } = test;
    const visitor = await present(from.text);
    const begun = expectOk(await beginPasskeyStepUp(issuer, signIn.passkeys, visitor));
    return finishPasskeyStepUp(issuer, signIn.passkeys, visitor, {
      ceremony: begun.ceremony,
      response: by.authenticator.get(begun.options, deviation),
    });
  };

  it('lasts ten minutes, and a passkey shown again renews it', async () => {
    expectOk(await createPerson(test.issuer, (await present()).actor, draft));
    test.clock.advance(600);
    const stale = await createPerson(test.issuer, (await present()).actor, draft);
    expect(expectRefusal(stale)).toMatchObject({ code: 'step_up_needed', action: 'people:write' });
    const before = await test.store.entryCount();
    expectOk(await stepUp(gwen));
    expect(await kindsSince(test, before)).toEqual(['session.stepped-up']);
    expectOk(await createPerson(test.issuer, (await present()).actor, draft));
    test.clock.advance(599);
    expectOk(await createPerson(test.issuer, (await present()).actor, draft));
  });

  it('is shown by one’s own passkey alone', async () => {
    const other = await guest(test);
    test.clock.advance(600);
    expect(expectRefusal(await stepUp(gwen, other))).toEqual({
      code: 'sign_in_refused',
      because: 'passkey_of_another',
    });
    const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    expect(expectRefusal(await stepUp(gwen, gwen, { key: privateKey }))).toMatchObject({
      because: 'passkey_not_verified',
    });
    expect((await present()).actor.credential).toMatchObject({ isFresh: false });
  });

  it('names one’s own passkeys to the browser', async () => {
    const begun = expectOk(await beginPasskeyStepUp(test.issuer, test.signIn.passkeys, gwen.visitor));
    expect(begun.options).toMatchObject({ allowCredentials: [{ id: gwen.authenticator.id }] });
  });

  it('belongs to the session that asked, and to no sign-in', async () => {
    const { issuer, signIn } = test;
    const second = await guestOf(
      test,
      gwen.authenticator,
      expectOk(await signInWith(test, gwen.authenticator)),
    );
    const begun = expectOk(await beginPasskeyStepUp(issuer, signIn.passkeys, gwen.visitor));
    const elsewhere = await finishPasskeyStepUp(issuer, signIn.passkeys, second.visitor, {
      ceremony: begun.ceremony,
      response: gwen.authenticator.get(begun.options),
    });
    expect(expectRefusal(elsewhere)).toEqual({ code: 'sign_in_over' });
  });

  it('does not come to a session that was ended meanwhile', async () => {
    const { issuer, signIn } = test;
    const begun = expectOk(await beginPasskeyStepUp(issuer, signIn.passkeys, gwen.visitor));
    expectOk(await endSession(issuer, test.operator, gwen.visitor.session.id, 'ended'));
    const late = await finishPasskeyStepUp(issuer, signIn.passkeys, gwen.visitor, {
      ceremony: begun.ceremony,
      response: gwen.authenticator.get(begun.options),
    });
    expect(expectRefusal(late)).toMatchObject({ code: 'not_found', what: 'session' });
  });
});

describe('the policy of signing in', () => {
  it('always leaves a way in', async () => {
    for (const change of [
      { passkeys: 'off', openIdConnect: 'off' },
      { passkeys: 'required', openIdConnect: 'required' },
    ] as const)
      expect(expectRefusal(await setSignIn(test, change))).toMatchObject({
        code: 'invalid_input',
        problems: [{ pointer: '/sign_in' }],
      });
  });

  it('does not lock out the operator who changes it', async () => {
    for (const change of [{ passkeys: 'off' }, { openIdConnect: 'required' }] as const)
      expect(expectRefusal(await setSignIn(test, change, gwen.visitor.actor))).toMatchObject({
        code: 'invalid_input',
        problems: [{ pointer: '/sign_in/passkeys' }],
      });
    expectOk(await setSignIn(test, { passkeys: 'required' }, gwen.visitor.actor));
    // Somebody who works with tokens alone loses nothing by it.
    expectOk(await setSignIn(test, { passkeys: 'off', openIdConnect: 'required' }));
  });
});
