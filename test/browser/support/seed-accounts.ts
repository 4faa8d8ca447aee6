import { beginAcceptance, finishAcceptance } from '../../../src/services/sign-in/accept-invitation.ts';
import { linkIdentity } from '../../../src/services/sign-in/identities.ts';
import { inviteToRecover } from '../../../src/services/sign-in/invite.ts';
import { authenticateSession } from '../../../src/services/sign-in/sessions.ts';
import { createToken } from '../../../src/services/tokens.ts';
import { softwareAuthenticator } from '../../support/authenticator.ts';
import { expectOk, type TestPerson } from '../../support/issuer.ts';
import { secretOf } from '../../support/sign-in.ts';
import type { SeededPeople, Stage } from './stage.ts';

/** How two developers sign in: one as people do, one whose every name is markup. */
export type SeededAccounts = { readonly ordinary: SeededAccount; readonly hostile: SeededAccount };
export type SeededAccount = {
  readonly passkeyId: string;
  readonly tokenId: string;
  readonly identity: { readonly issuer: string; readonly subject: string };
};

export async function seedAccounts(stage: Stage, people: SeededPeople): Promise<SeededAccounts> {
  return {
    ordinary: await seedAccount(stage, people.developer, 'Laptop', 'dana-0815'),
    hostile: await seedAccount(stage, people.hostileDeveloper, stage.texts.name, stage.texts.name),
  };
}

async function seedAccount(
  { issuer, operator, signIn, url, later }: Stage,
  person: TestPerson,
  passkeyName: string,
  subject: string,
): Promise<SeededAccount> {
  const { link } = expectOk(await inviteToRecover(issuer, operator, person.id));
  const begun = expectOk(await beginAcceptance(issuer, signIn.passkeys, { link: secretOf(link), name: '' }));
  const started = expectOk(
    await finishAcceptance(issuer, signIn.passkeys, {
      link: secretOf(link),
      ceremony: begun.ceremony,
      response: softwareAuthenticator(url).create(begun.options, {}),
      passkeyName,
      userAgent: 'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) Safari/605.1.15',
    }),
  );
  const [passkey] = await issuer.store.passkeys(person.id);
  const visitor = await authenticateSession(issuer, started.text);
  if (passkey === undefined || visitor === undefined) throw new Error('the new session does not work');
  const identity = { issuer: 'https://login.example', subject };
  const claims = { ...identity, name: undefined, email: undefined, groups: [], authenticatedAt: undefined };
  expectOk(await linkIdentity(issuer, visitor, claims));
  const { token } = expectOk(await createToken(issuer, person.actor, { label: `${passkeyName} in CI` }));
  return later({ passkeyId: passkey.id, tokenId: token.id, identity });
}
