import { listIdentities } from '../../../../services/sign-in/identities.ts';
import { listPasskeys } from '../../../../services/sign-in/passkeys.ts';
import { beginPasskeyStepUp, finishPasskeyStepUp } from '../../../../services/sign-in/step-up.ts';
import { usableMethods } from '../../../../services/sign-in/usable-method.ts';
import { Actions, ButtonLink } from '../../components/form.tsx';
import { Notice, PageHeader } from '../../components/parts.tsx';
import { page, show } from '../../page.ts';
import { ceremonyOf } from './ceremony-cookie.ts';
import { PasskeyForm } from './passkey-form.tsx';
import { returnPath } from './return-path.ts';
import { answerOf, begunReply, doneReply } from './script-replies.ts';

const PATH = '/console/step-up';

export const stepUpPages = [
  page({
    method: 'GET',
    path: PATH,
    who: 'signed_in',
    handle: async ({ issuer, signIn, visitor, query }) => {
      const [methods, passkeys, identities] = await Promise.all([
        usableMethods(issuer, signIn),
        listPasskeys(issuer, visitor),
        listIdentities(issuer, visitor),
      ]);
      return show({
        title: 'Show that it is you',
        scripts: ['passkeys'],
        body: (
          <StepUp
            next={returnPath(query.get('return'))}
            byPasskey={methods.includes('passkey') && passkeys.length > 0}
            provider={
              methods.includes('open_id_connect') && identities.length > 0
                ? signIn.identityProvider?.name
                : undefined
            }
          />
        ),
      });
    },
  }),
  page({
    method: 'POST',
    path: `${PATH}/passkey`,
    begins: 'ceremony',
    body: 'json',
    who: 'signed_in',
    handle: async ({ issuer, signIn, visitor }) =>
      begunReply(issuer, await beginPasskeyStepUp(issuer, signIn.passkeys, visitor)),
  }),
  page({
    method: 'POST',
    path: `${PATH}/passkey/finish`,
    body: 'json',
    who: 'signed_in',
    handle: async ({ issuer, signIn, visitor, request, json }) =>
      doneReply(
        issuer,
        await finishPasskeyStepUp(issuer, signIn.passkeys, visitor, {
          ceremony: ceremonyOf(request, issuer),
          response: answerOf(json),
        }),
      ),
  }),
];

function StepUp(props: {
  readonly next: string;
  readonly byPasskey: boolean;
  readonly provider: string | undefined;
}) {
  const { next, byPasskey, provider } = props;
  return (
    <>
      <PageHeader
        title="Show that it is you"
        lead="What you are about to do is worth asking again: it lasts, or others feel it. For a while after this you are not asked."
      />
      {byPasskey ? (
        <PasskeyForm
          does="get"
          begin={`${PATH}/passkey`}
          finish={`${PATH}/passkey/finish`}
          next={next}
          button="Use a passkey"
          label="Show a passkey"
        />
      ) : null}
      <Actions>
        {provider === undefined ? null : (
          <ButtonLink
            href={`${PATH}/open-id-connect?${new URLSearchParams({ return: next }).toString()}`}
            look={byPasskey ? 'quiet' : 'main'}
          >
            {`Sign in with ${provider} again`}
          </ButtonLink>
        )}
        <ButtonLink href="/console" look="quiet">
          Leave it
        </ButtonLink>
      </Actions>
      {byPasskey || provider !== undefined ? null : (
        <Notice tone="bad" title="You have nothing to show">
          You have no passkey, and no account at an identity provider that may be used. Ask an operator for a
          link that lets you make a passkey.
        </Notice>
      )}
    </>
  );
}
