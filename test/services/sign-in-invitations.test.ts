import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { found } from '../../src/services/found.ts';
import { changePerson } from '../../src/services/people.ts';
import { recoverOperator } from '../../src/services/recover-operator.ts';
import { beginAcceptance, finishAcceptance } from '../../src/services/sign-in/accept-invitation.ts';
import {
  invite,
  inviteToRecover,
  listInvitations,
  revokeInvitation,
} from '../../src/services/sign-in/invite.ts';
import { readInvitation } from '../../src/services/sign-in/open-invitation.ts';
import { authenticateSession } from '../../src/services/sign-in/sessions.ts';
import { softwareAuthenticator } from '../support/authenticator.ts';
import {
  expectOk,
  expectRefusal,
  testIssuer,
  testPerson,
  testScene,
  type TestIssuer,
} from '../support/issuer.ts';
import {
  accept,
  guest,
  guestOf,
  kindsSince,
  ORIGIN,
  secretOf,
  setSignIn,
  signInWith,
} from '../support/sign-in.ts';

let test: TestIssuer;
beforeEach(async () => {
  test = await testIssuer();
});
afterEach(() => test.close());

const inviteReviewer = async (lifetimeSeconds?: number) =>
  expectOk(
    await invite(test.issuer, test.operator, {
      name: 'Rhea Viewer',
      email: 'rhea@example.net',
      roles: ['reviewer'],
      publisherId: null,
      lifetimeSeconds,
    }),
  );

describe('an invitation', () => {
  it('makes the person, their passkey and a session in one commit, once', async () => {
    const { invitation, link } = await inviteReviewer();
    expect(link).toMatch(/^https:\/\/issuer\.example\/invitations\/[0-9a-f-]{36}_[\w-]{43}$/);
    const before = await test.store.entryCount();
    const authenticator = softwareAuthenticator(ORIGIN);
    const { visitor } = await guestOf(test, authenticator, expectOk(await accept(test, link, authenticator)));
    expect(visitor.person).toMatchObject({
      name: 'Gwen Guest',
      email: 'rhea@example.net',
      roles: ['reviewer'],
      state: 'active',
    });
    expect(visitor.session).toMatchObject({ method: 'passkey', userAgent: 'Test/1.0' });
    expect(await kindsSince(test, before)).toEqual([
      'session.started',
      'invitation.accepted',
      'person.created',
      'passkey.added',
    ]);
    expect(await test.store.passkeys(visitor.person.id)).toMatchObject([
      { id: authenticator.id, name: 'Laptop', transports: ['internal'] },
    ]);
    expect(await test.store.invitation(invitation.id)).toMatchObject({ personId: visitor.person.id });

    const again = await readInvitation(test.issuer, secretOf(link));
    expect(expectRefusal(again)).toEqual({ code: 'invitation_over', state: 'used', inviter: 'Operator' });
  });

  it('makes a developer of a publisher', async () => {
    const { publisherId } = await testScene(test);
    const { visitor } = await guest(test, { publisherId });
    expect(visitor.actor.publisherIds).toEqual([publisherId]);
    expect(visitor.person.roles).toEqual([]);
  });

  it('lets in one of two who accept at the same moment', async () => {
    const { link } = await inviteReviewer();
    const people = (await test.store.people({ limit: 100 })).length;
    const devices = [softwareAuthenticator(ORIGIN), softwareAuthenticator(ORIGIN)];
    const { issuer, signIn } = test;
    const begun = await Promise.all(
      devices.map(async (device) => ({
        device,
        begun: expectOk(
          await beginAcceptance(issuer, signIn.passkeys, { link: secretOf(link), name: 'Somebody' }),
        ),
      })),
    );
    const outcomes = await Promise.all(
      begun.map(({ device, begun: { ceremony, options } }) =>
        finishAcceptance(issuer, signIn.passkeys, {
          link: secretOf(link),
          ceremony,
          response: device.create(options),
          passkeyName: 'Key',
        }),
      ),
    );
    expect(outcomes.filter(({ ok }) => ok)).toHaveLength(1);
    const refused = outcomes.find(({ ok }) => !ok);
    expect(refused).toMatchObject({ error: { code: 'invitation_over', state: 'used' } });
    expect(await test.store.people({ limit: 100 })).toHaveLength(people + 1);
  });

  it('is refused once it has expired, was revoked, or its maker is no operator any more, and says whom to ask', async () => {
    const short = await inviteReviewer(60);
    test.clock.advance(60);
    expect(expectRefusal(await readInvitation(test.issuer, secretOf(short.link)))).toEqual({
      code: 'invitation_over',
      state: 'expired',
      inviter: 'Operator',
    });

    const revoked = await inviteReviewer();
    expectOk(await revokeInvitation(test.issuer, test.operator, revoked.invitation.id));
    expectOk(await revokeInvitation(test.issuer, test.operator, revoked.invitation.id));
    expect(expectRefusal(await readInvitation(test.issuer, secretOf(revoked.link)))).toMatchObject({
      state: 'revoked',
    });

    const second = await testPerson(test, ['operator']);
    const left = expectOk(
      await invite(test.issuer, second.actor, {
        name: 'X',
        email: null,
        roles: ['operator'],
        publisherId: null,
      }),
    );
    expectOk(await changePerson(test.issuer, test.operator, second.id, { state: 'disabled' }));
    expect(expectRefusal(await readInvitation(test.issuer, secretOf(left.link)))).toMatchObject({
      code: 'invitation_over',
      state: 'revoked',
    });
  });

  it('that was revoked while its holder made a passkey lets nobody in', async () => {
    const { link, invitation } = await inviteReviewer();
    const { issuer, signIn } = test;
    const begun = expectOk(
      await beginAcceptance(issuer, signIn.passkeys, { link: secretOf(link), name: 'Late' }),
    );
    expectOk(await revokeInvitation(issuer, test.operator, invitation.id));
    const finished = await finishAcceptance(issuer, signIn.passkeys, {
      link: secretOf(link),
      ceremony: begun.ceremony,
      response: softwareAuthenticator(ORIGIN).create(begun.options),
      passkeyName: 'Key',
    });
    expect(expectRefusal(finished)).toMatchObject({ code: 'invitation_over', state: 'revoked' });
  });

  it('with a wrong secret or an unknown id is not found', async () => {
    const { link } = await inviteReviewer();
    const [id] = secretOf(link).split('_');
    for (const text of [`${id}_${'A'.repeat(43)}`, `${id?.replace(/^./, 'f')}_${'A'.repeat(43)}`, 'x', ''])
      expect(expectRefusal(await readInvitation(test.issuer, text))).toMatchObject({ code: 'not_found' });
  });

  it('keeps no secret: not in the database, not in the ledger, not in the log', async () => {
    const { link } = await inviteReviewer();
    const { text } = expectOk(await accept(test, link));
    const secrets = [secretOf(link), text].map((whole) => whole.slice(37));
    const stored = JSON.stringify([
      await test.store.invitations({ limit: 10 }),
      await test.store.sessions({}, { limit: 10 }),
      await test.store.entries({}, undefined, 100),
      test.logged,
    ]);
    for (const secret of secrets) {
      expect(secret).toHaveLength(43);
      expect(stored).not.toContain(secret);
    }
  });

  it('is made, listed and revoked by operators alone, with a role or a publisher and a sane lifetime', async () => {
    const { developer, reviewer } = await testScene(test);
    const draft = { name: 'X', email: null, roles: ['reviewer'], publisherId: null } as const;
    for (const { actor } of [developer, reviewer])
      for (const refusal of [
        expectRefusal(await invite(test.issuer, actor, draft)),
        expectRefusal(await inviteToRecover(test.issuer, actor, test.operator.personId)),
        expectRefusal(await listInvitations(test.issuer, actor, { limit: 10 })),
        expectRefusal(await revokeInvitation(test.issuer, actor, 'x')),
      ])
        expect(refusal).toMatchObject({ code: 'role_needed' });
    for (const wrong of [
      { ...draft, roles: [] },
      { ...draft, name: ' ' },
      { ...draft, name: 'a\u202Eb' },
      { ...draft, lifetimeSeconds: 1 },
      { ...draft, lifetimeSeconds: 91 * 86_400 },
    ])
      expect(expectRefusal(await invite(test.issuer, test.operator, wrong))).toMatchObject({
        code: 'invalid_input',
      });
    const missing = { ...draft, publisherId: 'nobody' };
    expect(expectRefusal(await invite(test.issuer, test.operator, missing))).toMatchObject({
      code: 'not_found',
      what: 'publisher',
    });
  });

  it('asks for a fresh sign-in of an operator in the console', async () => {
    const { visitor, text } = await guest(test, { roles: ['operator'] });
    const draft = { name: 'X', email: null, roles: ['reviewer'], publisherId: null } as const;
    expectOk(await invite(test.issuer, visitor.actor, draft));
    test.clock.advance(600);
    const later = await authenticateSession(test.issuer, text);
    if (later === undefined) throw new Error('the session ended');
    expect(expectRefusal(await invite(test.issuer, later.actor, draft))).toMatchObject({
      code: 'step_up_needed',
    });
  });

  it('refuses a passkey while the policy has passkeys off', async () => {
    const { link } = await inviteReviewer();
    expectOk(await setSignIn(test, { passkeys: 'off' }));
    const { issuer, signIn } = test;
    expect(
      expectRefusal(await beginAcceptance(issuer, signIn.passkeys, { link: secretOf(link), name: 'X' })),
    ).toEqual({ code: 'sign_in_method_off', method: 'passkey', instead: 'open_id_connect' });
  });
});

describe('recovery', () => {
  it('adds a passkey to the person it is for and ends their sessions', async () => {
    const lost = await guest(test);
    const { link } = expectOk(await inviteToRecover(test.issuer, test.operator, lost.visitor.person.id));
    const authenticator = softwareAuthenticator(ORIGIN);
    const back = await guestOf(test, authenticator, expectOk(await accept(test, link, authenticator)));
    expect(back.visitor.person).toMatchObject({ id: lost.visitor.person.id, name: 'Gwen Guest' });
    expect(await authenticateSession(test.issuer, lost.text)).toBeUndefined();
    expect(await test.store.passkeys(lost.visitor.person.id)).toHaveLength(2);
    expectOk(await signInWith(test, authenticator));
  });

  it('is for people who may act', async () => {
    const { visitor } = await guest(test);
    const { link } = expectOk(await inviteToRecover(test.issuer, test.operator, visitor.person.id));
    expectOk(await changePerson(test.issuer, test.operator, visitor.person.id, { state: 'disabled' }));
    const refusal = { code: 'sign_in_refused', because: 'person_disabled' };
    expect(expectRefusal(await readInvitation(test.issuer, secretOf(link)))).toEqual(refusal);
    expect(expectRefusal(await inviteToRecover(test.issuer, test.operator, visitor.person.id))).toEqual(
      refusal,
    );
  });
});

describe('the set-up link', () => {
  it('of the first start lets the operator in under their own name; the token stays', async () => {
    const [invitation] = await test.store.invitations({ limit: 10 });
    expect(invitation).toMatchObject({
      purpose: 'set_up',
      personId: test.operator.personId,
      createdBy: null,
    });
    expect(invitation?.expiresAt).toBe(test.clock.now() + 7 * 86_400);
    expect(expectOk(await found(test.issuer, { alg: 'ES256', chosenToken: undefined }))).toEqual({
      founded: false,
    });
  });

  it('of recover-operator is another one, and makes the same person', async () => {
    const { link, person } = expectOk(await recoverOperator(test.issuer));
    const before = await test.store.entryCount();
    const authenticator = softwareAuthenticator(ORIGIN);
    const { visitor } = await guestOf(test, authenticator, expectOk(await accept(test, link, authenticator)));
    expect(visitor.person).toMatchObject({ id: person.id, name: 'Gwen Guest', roles: ['operator'] });
    expect(await kindsSince(test, before)).toEqual([
      'session.started',
      'invitation.accepted',
      'person.changed',
      'passkey.added',
    ]);
    expect(expectRefusal(await readInvitation(test.issuer, secretOf(link)))).toEqual({
      code: 'invitation_over',
      state: 'used',
      inviter: null,
    });
  });
});
