import { currentPolicy } from '../../src/services/issuer.ts';
import type { SignInPolicy } from '../../src/domain/policy.ts';
import type { Invitation } from '../../src/domain/sign-in/invitation.ts';
import { changePolicy } from '../../src/services/policies.ts';
import { beginAcceptance, finishAcceptance } from '../../src/services/sign-in/accept-invitation.ts';
import { invite } from '../../src/services/sign-in/invite.ts';
import { beginPasskeySignIn, finishPasskeySignIn } from '../../src/services/sign-in/passkey-sign-in.ts';
import type { StartedSession } from '../../src/services/sign-in/session-plan.ts';
import { authenticateSession, type SignedIn } from '../../src/services/sign-in/sessions.ts';
import { softwareAuthenticator, type Authenticator, type Deviation } from './authenticator.ts';
import { expectOk, type TestIssuer } from './issuer.ts';

/** Somebody with a passkey who is signed in. */
export type Guest = {
  readonly authenticator: Authenticator;
  readonly text: string;
  readonly visitor: SignedIn;
};

export const ORIGIN = 'https://issuer.example';

/** The secret part of a link. */
export function secretOf(link: string): string {
  return link.split('/').at(-1) ?? '';
}

/** Accepts a link with a new passkey; gives what came of it. */
export async function accept(
  { issuer, signIn }: TestIssuer,
  link: string,
  authenticator: Authenticator = softwareAuthenticator(ORIGIN),
  deviation: Deviation = {},
) {
  const begun = expectOk(
    await beginAcceptance(issuer, signIn.passkeys, { link: secretOf(link), name: 'Gwen Guest' }),
  );
  return finishAcceptance(issuer, signIn.passkeys, {
    link: secretOf(link),
    ceremony: begun.ceremony,
    response: authenticator.create(begun.options, deviation),
    passkeyName: 'Laptop',
    userAgent: 'Test/1.0',
  });
}

/** Invites somebody and lets them in. */
export async function guest(
  test: TestIssuer,
  what: Partial<Pick<Invitation, 'roles' | 'publisherId'>> = { roles: ['reviewer'] },
): Promise<Guest> {
  const { link } = expectOk(
    await invite(test.issuer, test.operator, {
      name: 'Gwen',
      email: null,
      roles: what.roles ?? [],
      publisherId: what.publisherId ?? null,
    }),
  );
  const authenticator = softwareAuthenticator(ORIGIN);
  return guestOf(test, authenticator, expectOk(await accept(test, link, authenticator)));
}

/** Somebody by the session they have just got. */
export async function guestOf(
  { issuer }: TestIssuer,
  authenticator: Authenticator,
  { text }: StartedSession,
): Promise<Guest> {
  const visitor = await authenticateSession(issuer, text);
  if (visitor === undefined) throw new Error('the new session does not work');
  return { authenticator, text, visitor };
}

/** Signs in with a passkey; gives what came of it. */
export async function signInWith(
  { issuer, signIn }: TestIssuer,
  authenticator: Authenticator,
  deviation: Deviation = {},
  previous?: string,
) {
  const begun = expectOk(await beginPasskeySignIn(issuer, signIn.passkeys));
  return finishPasskeySignIn(issuer, signIn.passkeys, {
    ceremony: begun.ceremony,
    response: authenticator.get(begun.options, deviation),
    previous,
  });
}

/** Changes how people sign in, by a token of the operator. */
export async function setSignIn(
  { issuer, operator }: TestIssuer,
  change: Partial<SignInPolicy>,
  actor = operator,
) {
  const policy = await currentPolicy(issuer);
  return changePolicy(issuer, actor, {
    policy: { ...policy, signIn: { ...policy.signIn, ...change } },
    expectedVersion: policy.version,
  });
}

/** The kinds of the entries since a count, oldest first. */
export async function kindsSince({ store }: TestIssuer, count: number): Promise<readonly string[]> {
  const entries = await store.entries({}, undefined, 100);
  return entries
    .filter(({ seq }) => seq > count)
    .toReversed()
    .map(({ text }) => {
      const { kind }: { kind: string } = JSON.parse(text);
      return kind;
    });
}
