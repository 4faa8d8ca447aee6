import type { SignInMethod } from '../../../../domain/sign-in/session.ts';
import { ok } from '../../../../domain/result.ts';
import type { IdentityProvider } from '../../../../ports/sign-in.ts';
import { beginPasskeySignIn, finishPasskeySignIn } from '../../../../services/sign-in/passkey-sign-in.ts';
import { endSession } from '../../../../services/sign-in/sessions.ts';
import { usableMethods } from '../../../../services/sign-in/usable-method.ts';
import { ButtonLink } from '../../components/form.tsx';
import { Notice, PageHeader } from '../../components/parts.tsx';
import { go, openPage, show } from '../../page.ts';
import { clearedSessionCookie } from '../../session-cookie.ts';
import { browserOf, clearedCeremony } from './ceremony-cookie.ts';
import { PasskeyForm } from './passkey-form.tsx';
import { returnPath } from './return-path.ts';
import { answerOf, arrivedReply, begunReply } from './script-replies.ts';

export const signInPages = [
  openPage({
    method: 'GET',
    path: '/sign-in',
    handle: async ({ issuer, signIn, query, visitor }) => {
      const next = returnPath(query.get('return'));
      if (visitor !== undefined) return go(next);
      const methods = await usableMethods(issuer, signIn);
      return show({
        title: 'Sign in',
        scripts: ['passkeys'],
        body: (
          <SignIn
            next={next}
            hasEnded={query.get('ended') === '1'}
            methods={methods}
            provider={signIn.identityProvider}
          />
        ),
      });
    },
  }),
  openPage({
    method: 'POST',
    path: '/sign-in/passkey',
    begins: 'ceremony',
    body: 'json',
    handle: async ({ issuer, signIn }) =>
      begunReply(issuer, await beginPasskeySignIn(issuer, signIn.passkeys)),
  }),
  openPage({
    method: 'POST',
    path: '/sign-in/passkey/finish',
    body: 'json',
    handle: async ({ issuer, signIn, request, json }) =>
      arrivedReply(
        issuer,
        await finishPasskeySignIn(issuer, signIn.passkeys, {
          ...browserOf(request, issuer),
          response: answerOf(json),
        }),
      ),
  }),
  openPage({
    method: 'POST',
    path: '/sign-out',
    handle: async ({ issuer, visitor }) => {
      const ended =
        visitor === undefined
          ? ok(undefined)
          : await endSession(issuer, visitor.actor, visitor.session.id, 'signed out');
      return ended.ok
        ? go('/', 'signed_out', [clearedSessionCookie(issuer), clearedCeremony(issuer)])
        : ended;
    },
  }),
];

function SignIn(props: {
  readonly next: string;
  readonly hasEnded: boolean;
  readonly methods: readonly SignInMethod[];
  readonly provider: IdentityProvider | undefined;
}) {
  const { next, methods, provider } = props;
  const query = new URLSearchParams({ return: next });
  return (
    <>
      <PageHeader
        title="Sign in"
        lead="For developers, reviewers, operators and auditors of this issuer. The catalogue and the check of statements are open to anyone."
      />
      {props.hasEnded ? (
        <Notice tone="waiting" title="Your session has ended">
          It was not used for a while, reached its time, or was ended elsewhere. Sign in, and you are back
          where you were.
        </Notice>
      ) : null}
      {methods.length === 0 ? (
        <Notice tone="bad" title="Nobody can sign in here at the moment">
          The policy asks for an identity provider, and none is set up. An operator can change the policy with{' '}
          <code>imprimatur policy</code>, or name the provider by IMPRIMATUR_OIDC_ISSUER.
        </Notice>
      ) : null}
      {methods.includes('passkey') ? (
        <PasskeyForm
          does="get"
          begin="/sign-in/passkey"
          finish="/sign-in/passkey/finish"
          next={next}
          button="Sign in with a passkey"
          label="Sign in with a passkey"
        />
      ) : null}
      {methods.includes('open_id_connect') && provider !== undefined ? (
        <p>
          <ButtonLink
            href={`/sign-in/open-id-connect?${query.toString()}`}
            look={methods.includes('passkey') ? 'quiet' : 'main'}
          >
            {`Sign in with ${provider.name}`}
          </ButtonLink>
        </p>
      ) : null}
      <p class="note">
        No way in yet, or lost your passkey? An operator of this issuer can send you a link. The very first
        operator finds one where the issuer was started.
      </p>
    </>
  );
}
