import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { SignInPolicy } from '../../src/domain/policy.ts';
import { changePerson } from '../../src/services/people.ts';
import { invite, inviteToRecover } from '../../src/services/sign-in/invite.ts';
import { listIdentities, unlinkIdentity } from '../../src/services/sign-in/identities.ts';
import {
  beginOpenIdConnect,
  finishOpenIdConnect,
  type Errand,
} from '../../src/services/sign-in/open-id-connect.ts';
import { listPasskeys, removePasskey } from '../../src/services/sign-in/passkeys.ts';
import { authenticateSession, type SignedIn } from '../../src/services/sign-in/sessions.ts';
import { usableMethods } from '../../src/services/sign-in/usable-method.ts';
import {
  startIdentityProvider,
  type Account,
  type Jar,
  type TestIdentityProvider,
} from '../support/identity-provider.ts';
import { expectOk, expectRefusal, fakeClock, testIssuer, type TestIssuer } from '../support/issuer.ts';
import { guest, kindsSince, ORIGIN, secretOf, setSignIn, type Guest } from '../support/sign-in.ts';

const CALLBACK = `${ORIGIN}/sign-in/open-id-connect/callback`;
const GROUPS: SignInPolicy['groups'] = {
  claim: 'groups',
  roles: { reviewers: ['reviewer'], admins: ['operator', 'auditor'] },
};
const rhea: Account = {
  subject: 'rhea-1',
  name: 'Rhea Viewer',
  email: 'rhea@example.net',
  groups: ['reviewers'],
};
const stranger: Account = { subject: 'stranger-1', name: 'Stranger', groups: ['guests'] };

let idp: TestIdentityProvider;
let test: TestIssuer;
beforeAll(async () => {
  idp = await startIdentityProvider(CALLBACK);
});
afterAll(() => idp.stop());
beforeEach(async () => {
  // The provider's clock is the machine's, so this issuer's begins there.
  test = await testIssuer({ clock: fakeClock(Math.floor(Date.now() / 1000)) });
  idp.user = rhea;
});
afterEach(() => test.close());

type Trip = {
  readonly errand?: Errand;
  readonly client?: 'confidential' | 'public';
  readonly jar?: Jar;
  readonly visitor?: SignedIn | undefined;
  readonly at?: TestIdentityProvider;
  /** What somebody does to the URL on the way there. */
  readonly change?: (url: URL) => void;
};

/** To the provider and back; gives what came of it. */
const travel = async (trip: Trip = {}) => {
  const provider = (trip.at ?? idp).client(trip.client ?? 'confidential');
  const begun = expectOk(
    await beginOpenIdConnect(test.issuer, provider, trip.errand ?? { purpose: 'sign_in' }, '/console/queue'),
  );
  const url = new URL(begun.url);
  trip.change?.(url);
  return finishOpenIdConnect(test.issuer, provider, {
    ceremony: begun.ceremony,
    returned: await (trip.at ?? idp).visit(url.href, trip.jar),
    visitor: trip.visitor,
    userAgent: 'Test/1.0',
  });
};

/** Who is signed in after such a trip. */
const arrive = async (trip: Trip = {}): Promise<SignedIn> => {
  const { started } = expectOk(await travel(trip));
  const visitor = await authenticateSession(test.issuer, started?.text);
  if (visitor === undefined) throw new Error('nobody is signed in');
  return visitor;
};

describe('signing in with an identity provider', () => {
  it('asks with PKCE, state and nonce', async () => {
    const begun = expectOk(
      await beginOpenIdConnect(test.issuer, idp.client('public'), { purpose: 'sign_in' }, '/console'),
    );
    const query = new URL(begun.url).searchParams;
    expect(Object.fromEntries(query)).toMatchObject({
      response_type: 'code',
      client_id: 'public',
      redirect_uri: CALLBACK,
      code_challenge_method: 'S256',
      scope: 'openid profile email',
    });
    for (const name of ['state', 'nonce', 'code_challenge']) expect(query.get(name)).toHaveLength(43);
    expect(query.has('prompt')).toBe(false);
  });

  it.each(['confidential', 'public'] as const)(
    'makes somebody whose groups give a role (%s client)',
    async (client) => {
      expectOk(await setSignIn(test, { groups: GROUPS }));
      const before = await test.store.entryCount();
      const first = await arrive({ client });
      expect(first.person).toMatchObject({
        name: 'Rhea Viewer',
        email: 'rhea@example.net',
        roles: ['reviewer'],
      });
      expect(first.session).toMatchObject({ method: 'open_id_connect' });
      expect(await kindsSince(test, before)).toEqual([
        'session.started',
        'person.created',
        'identity.linked',
      ]);
      expect(await listIdentities(test.issuer, first)).toMatchObject([
        { issuer: idp.url, subject: 'rhea-1' },
      ]);
      expect((await arrive({ client })).person.id).toBe(first.person.id);
    },
  );

  it('reads names and groups from the ID token as well', async () => {
    const telling = await startIdentityProvider(CALLBACK, { inIdToken: true });
    telling.user = rhea;
    expectOk(await setSignIn(test, { groups: GROUPS }));
    expect((await arrive({ at: telling })).person).toMatchObject({
      name: 'Rhea Viewer',
      roles: ['reviewer'],
    });
    telling.stop();
  });

  it('refuses an account that nobody here has and no group lets in, however well its address is known', async () => {
    expectOk(await setSignIn(test, { groups: GROUPS }));
    await arrive();
    idp.user = { ...stranger, email: 'rhea@example.net' };
    const people = await test.store.people({ limit: 100 });
    expect(expectRefusal(await travel())).toEqual({ code: 'sign_in_refused', because: 'identity_unknown' });
    expect(await test.store.people({ limit: 100 })).toEqual(people);
  });

  it('lets roles that groups give follow the groups, and leaves others as people gave them', async () => {
    expectOk(await setSignIn(test, { groups: GROUPS }));
    const { person } = await arrive();
    idp.user = { ...rhea, groups: ['admins'] };
    const before = await test.store.entryCount();
    expect((await arrive()).person.roles).toEqual(['operator', 'auditor']);
    expect(await kindsSince(test, before)).toEqual(['session.started', 'person.changed']);
    idp.user = { ...rhea, groups: [] };
    expect((await arrive()).person.roles).toEqual([]);

    expectOk(await setSignIn(test, { groups: { claim: 'groups', roles: { admins: ['operator'] } } }));
    expectOk(await changePerson(test.issuer, test.operator, person.id, { roles: ['auditor', 'operator'] }));
    expect((await arrive()).person.roles).toEqual(['auditor']);
  });

  it('never takes the last operator’s role', async () => {
    expectOk(await setSignIn(test, { groups: GROUPS }));
    idp.user = { ...rhea, groups: ['admins'] };
    const admin = await arrive();
    expectOk(
      await changePerson(test.issuer, admin.actor, test.operator.personId, { roles: [], state: 'disabled' }),
    );
    idp.user = { ...rhea, groups: ['reviewers'] };
    expect((await arrive()).person.roles).toEqual(['operator', 'reviewer']);
    expect(test.logged.join()).toContain('sign_in.last_operator_kept');
    expectOk(
      await changePerson(test.issuer, admin.actor, test.operator.personId, {
        roles: ['operator'],
        state: 'active',
      }),
    );
    expect((await arrive()).person.roles).toEqual(['reviewer']);
  });

  it('makes one person of two first sign-ins at the same moment', async () => {
    expectOk(await setSignIn(test, { groups: GROUPS }));
    const [first, second] = await Promise.all([arrive(), arrive()]);
    expect(first.person.id).toBe(second.person.id);
  });

  it('refuses people who are disabled', async () => {
    expectOk(await setSignIn(test, { groups: GROUPS }));
    const { person } = await arrive();
    expectOk(await changePerson(test.issuer, test.operator, person.id, { state: 'disabled' }));
    expect(expectRefusal(await travel())).toEqual({ code: 'sign_in_refused', because: 'person_disabled' });
  });

  it('is finished once, by the browser that began, with the answer to its own question', async () => {
    expectOk(await setSignIn(test, { groups: GROUPS }));
    const provider = idp.client('confidential');
    const begin = async () =>
      expectOk(await beginOpenIdConnect(test.issuer, provider, { purpose: 'sign_in' }, '/console'));
    const finish = (ceremony: string | undefined, returned: string) =>
      finishOpenIdConnect(test.issuer, provider, { ceremony, returned, visitor: undefined });

    const mine = await begin();
    const returned = await idp.visit(mine.url);
    expect(expectRefusal(await finish(undefined, returned))).toEqual({ code: 'sign_in_over' });
    expectOk(await finish(mine.ceremony, returned));
    expect(expectRefusal(await finish(mine.ceremony, returned))).toEqual({ code: 'sign_in_over' });

    // Somebody plants the answer to a question of their own.
    const theirs = await idp.visit((await begin()).url);
    const other = await begin();
    expect(expectRefusal(await finish(other.ceremony, theirs))).toMatchObject({
      code: 'identity_provider_failed',
    });

    const late = await begin();
    const lateReturn = await idp.visit(late.url);
    test.clock.advance(600);
    expect(expectRefusal(await finish(late.ceremony, lateReturn))).toEqual({ code: 'sign_in_over' });
  });

  it('tells the log, and not the visitor, what the provider said', async () => {
    idp.user = undefined;
    expect(expectRefusal(await travel())).toMatchObject({ code: 'identity_provider_failed' });
    expect(test.logged.join()).toContain('the user said no');
    const told = test.logged.filter((line) => line.includes('identity_provider.failed')).join();
    expect(told).not.toMatch(/code_verifier|[?&]code=/);
  });

  it('says so when the provider does not answer', async () => {
    const gone = await startIdentityProvider(CALLBACK);
    gone.stop();
    const begun = await beginOpenIdConnect(
      test.issuer,
      gone.client('public'),
      { purpose: 'sign_in' },
      '/console',
    );
    expect(expectRefusal(begun)).toMatchObject({ code: 'identity_provider_failed' });
    expect(test.logged.join()).toContain('"code":"unreachable"');
  });

  it('is refused where there is none, while the policy has it off, or requires passkeys', async () => {
    const begin = (provider: Parameters<typeof beginOpenIdConnect>[1]) =>
      beginOpenIdConnect(test.issuer, provider, { purpose: 'sign_in' }, '/console');
    const refusal = { code: 'sign_in_method_off', method: 'open_id_connect', instead: 'passkey' };
    expect(expectRefusal(await begin(undefined))).toEqual(refusal);
    for (const change of [
      { openIdConnect: 'off' },
      { openIdConnect: 'allowed', passkeys: 'required' },
    ] as const) {
      expectOk(await setSignIn(test, change));
      expect(expectRefusal(await begin(idp.client('public')))).toEqual(refusal);
      expect(
        await usableMethods(test.issuer, { ...test.signIn, identityProvider: idp.client('public') }),
      ).toEqual(['passkey']);
    }
  });
});

describe('an invitation', () => {
  const invited = async (roles: Parameters<typeof invite>[2]['roles']) =>
    secretOf(
      expectOk(await invite(test.issuer, test.operator, { name: 'X', email: null, roles, publisherId: null }))
        .link,
    );

  it('links the account of whoever holds it', async () => {
    idp.user = stranger;
    const link = await invited(['reviewer']);
    const before = await test.store.entryCount();
    const { person } = await arrive({ errand: { purpose: 'accept', link } });
    expect(person).toMatchObject({ name: 'Stranger', roles: ['reviewer'] });
    expect(await kindsSince(test, before)).toEqual([
      'session.started',
      'invitation.accepted',
      'person.created',
      'identity.linked',
    ]);
    expect((await arrive()).person.id).toBe(person.id);
    const again = await beginOpenIdConnect(
      test.issuer,
      idp.client('public'),
      { purpose: 'accept', link },
      '/console',
    );
    expect(expectRefusal(again)).toMatchObject({ code: 'invitation_over', state: 'used' });
  });

  it('is refused to an account that belongs to somebody, and stays good', async () => {
    expectOk(await setSignIn(test, { groups: GROUPS }));
    const { person } = await arrive();
    const link = await invited(['auditor']);
    expect(expectRefusal(await travel({ errand: { purpose: 'accept', link } }))).toEqual({
      code: 'identity_taken',
    });
    const back = secretOf(expectOk(await inviteToRecover(test.issuer, test.operator, person.id)).link);
    expect((await arrive({ errand: { purpose: 'accept', link: back } })).person.id).toBe(person.id);
    idp.user = stranger;
    await arrive({ errand: { purpose: 'accept', link } });
  });
});

describe('an account of one’s own', () => {
  let gwen: Guest;
  beforeEach(async () => {
    gwen = await guest(test, { roles: ['operator'] });
    idp.user = { subject: `gwen-${gwen.visitor.person.id}`, name: 'Gwen' };
  });
  const link = (from: Guest = gwen) =>
    travel({ errand: { purpose: 'link', visitor: from.visitor }, visitor: from.visitor });

  it('is linked and unlinked, each with its entry', async () => {
    const before = await test.store.entryCount();
    expect(expectOk(await link())).toMatchObject({ purpose: 'link', started: undefined });
    expectOk(await link());
    expect((await arrive()).person.id).toBe(gwen.visitor.person.id);
    const [identity] = await listIdentities(test.issuer, gwen.visitor);
    if (identity === undefined) throw new Error('nothing is linked');
    expectOk(await unlinkIdentity(test.issuer, gwen.visitor, identity));
    expect(await kindsSince(test, before)).toEqual([
      'identity.linked',
      'session.started',
      'identity.unlinked',
    ]);
    expect(expectRefusal(await travel())).toMatchObject({ because: 'identity_unknown' });
  });

  it('is nobody else’s', async () => {
    expectOk(await link());
    const other = await guest(test);
    expect(expectRefusal(await link(other))).toEqual({ code: 'identity_taken' });
    const [identity] = await listIdentities(test.issuer, gwen.visitor);
    if (identity === undefined) throw new Error('nothing is linked');
    expect(expectRefusal(await unlinkIdentity(test.issuer, other.visitor, identity))).toMatchObject({
      code: 'not_found',
    });
  });

  it('is linked by the session that began', async () => {
    const other = await guest(test);
    const crossed = await travel({
      errand: { purpose: 'link', visitor: gwen.visitor },
      visitor: other.visitor,
    });
    expect(expectRefusal(crossed)).toEqual({ code: 'sign_in_over' });
  });

  it('lets the last passkey go, and is the last way in then', async () => {
    expectOk(await link());
    expectOk(await removePasskey(test.issuer, gwen.visitor, gwen.authenticator.id));
    const [identity] = await listIdentities(test.issuer, gwen.visitor);
    if (identity === undefined) throw new Error('nothing is linked');
    expect(expectRefusal(await unlinkIdentity(test.issuer, gwen.visitor, identity))).toEqual({
      code: 'last_way_in',
      what: 'identity',
    });
  });

  it('keeps one way in when both are removed at the same moment', async () => {
    expectOk(await link());
    const [identity] = await listIdentities(test.issuer, gwen.visitor);
    if (identity === undefined) throw new Error('nothing is linked');
    const outcomes = await Promise.all([
      removePasskey(test.issuer, gwen.visitor, gwen.authenticator.id),
      unlinkIdentity(test.issuer, gwen.visitor, identity),
    ]);
    expect(outcomes.filter(({ ok }) => ok)).toHaveLength(1);
    const left = [
      ...(await listPasskeys(test.issuer, gwen.visitor)),
      ...(await listIdentities(test.issuer, gwen.visitor)),
    ];
    expect(left).toHaveLength(1);
  });

  it('lets the operator who has it switch passkeys off, and then not itself', async () => {
    const { actor } = gwen.visitor;
    expectOk(await link());
    expectOk(await setSignIn(test, { passkeys: 'off' }, actor));
    expectOk(await setSignIn(test, { passkeys: 'allowed' }, actor));
    expectOk(await removePasskey(test.issuer, gwen.visitor, gwen.authenticator.id));
    expect(expectRefusal(await setSignIn(test, { openIdConnect: 'off' }, actor))).toMatchObject({
      code: 'invalid_input',
      problems: [{ pointer: '/sign_in/open_id_connect' }],
    });
  });
});

describe('a fresh sign-in by the provider', () => {
  const jar: Jar = new Map();
  const signedIn = async () => {
    expectOk(await setSignIn(test, { groups: GROUPS }));
    jar.clear();
    return arrive({ jar });
  };
  const stepUp = (visitor: SignedIn, trip: Trip = {}) =>
    travel({ errand: { purpose: 'step_up', visitor }, visitor, jar, ...trip });

  it('asks people again, although the provider knows them', async () => {
    const visitor = await signedIn();
    const asked = idp.asked();
    await arrive({ jar });
    expect(idp.asked()).toBe(asked);
    test.clock.advance(30);
    const before = await test.store.session(visitor.session.id);
    expect(expectOk(await stepUp(visitor))).toMatchObject({ purpose: 'step_up', returnTo: '/console/queue' });
    expect(idp.asked()).toBe(asked + 1);
    const after = await test.store.session(visitor.session.id);
    expect((after?.freshUntil ?? 0) - (before?.freshUntil ?? 0)).toBe(30);
  });

  it('is refused when the provider did not ask', async () => {
    const visitor = await signedIn();
    test.clock.advance(300);
    const quiet = await stepUp(visitor, {
      change: (url) => {
        url.searchParams.delete('prompt');
        url.searchParams.delete('max_age');
      },
    });
    expect(expectRefusal(quiet)).toEqual({ code: 'sign_in_refused', because: 'not_asked_again' });
  });

  it('is refused for another account, and in another session', async () => {
    const visitor = await signedIn();
    const second = await arrive();
    expect(expectRefusal(await stepUp(visitor, { visitor: second }))).toEqual({ code: 'sign_in_over' });
    expect(expectRefusal(await stepUp(visitor, { visitor: undefined }))).toEqual({ code: 'sign_in_over' });
    idp.user = { ...rhea, subject: 'rhea-2' };
    await arrive();
    const other = await stepUp(visitor, { jar: new Map() });
    expect(expectRefusal(other)).toEqual({ code: 'sign_in_refused', because: 'identity_of_another' });
  });
});
