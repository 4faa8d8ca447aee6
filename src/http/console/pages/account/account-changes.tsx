import { err } from '../../../../domain/result.ts';
import type { Passkey } from '../../../../domain/sign-in/passkey.ts';
import { listIdentities, unlinkIdentity } from '../../../../services/sign-in/identities.ts';
import {
  beginAddingPasskey,
  finishAddingPasskey,
  listPasskeys,
  mustBeFresh,
  removePasskey,
  renamePasskey,
} from '../../../../services/sign-in/passkeys.ts';
import { endOtherSessions, endOwnSession } from '../../../../services/sign-in/sessions.ts';
import { Confirm } from '../../components/confirm.tsx';
import { Actions, Button, ButtonLink, Field, Form } from '../../components/form.tsx';
import { PageHeader } from '../../components/parts.tsx';
import { Name } from '../../components/text.tsx';
import { go, page, show, type SignedInCall } from '../../page.ts';
import { ceremonyOf } from './ceremony-cookie.ts';
import { answerOf, begunReply, doneReply, fieldOf } from './script-replies.ts';

const PATH = '/console/account';
const ABOVE = { href: PATH, label: 'Your account' } as const;
const PASSKEY = `${PATH}/passkeys/{passkey_id}`;

export const passkeyPages = [
  page({
    method: 'POST',
    path: `${PATH}/passkeys`,
    begins: 'ceremony',
    body: 'json',
    who: 'signed_in',
    handle: async ({ issuer, signIn, visitor }) =>
      begunReply(issuer, await beginAddingPasskey(issuer, signIn.passkeys, visitor)),
  }),
  page({
    method: 'POST',
    path: `${PATH}/passkeys/finish`,
    body: 'json',
    who: 'signed_in',
    handle: async ({ issuer, signIn, visitor, request, json }) =>
      doneReply(
        issuer,
        await finishAddingPasskey(issuer, signIn.passkeys, visitor, {
          ceremony: ceremonyOf(request, issuer),
          response: answerOf(json),
          name: fieldOf(json, 'name'),
        }),
      ),
  }),
  page({
    method: 'GET',
    path: PASSKEY,
    who: 'signed_in',
    handle: async (call) => {
      const passkey = await passkeyOf(call);
      return passkey === undefined
        ? noPasskey(call)
        : show({ title: 'Passkey', body: <OnePasskey passkey={passkey} name={passkey.name} /> });
    },
  }),
  page({
    method: 'POST',
    path: PASSKEY,
    who: 'signed_in',
    handle: async (call) => {
      const { issuer, visitor, params, form } = call;
      const renamed = await renamePasskey(issuer, visitor, params['passkey_id'] ?? '', form.raw('name'));
      if (renamed.ok) return go(PATH, 'passkey_renamed');
      if (renamed.error.code !== 'invalid_input') return renamed;
      const passkey = await passkeyOf(call);
      const error = renamed.error.problems.map(({ detail }) => detail).join(' ');
      return passkey === undefined
        ? noPasskey(call)
        : show({
            title: 'Passkey',
            status: 422,
            body: <OnePasskey passkey={passkey} name={form.raw('name')} error={error} />,
          });
    },
  }),
  page({
    method: 'GET',
    path: `${PASSKEY}/remove`,
    who: 'signed_in',
    handle: async (call) => {
      const passkey = await passkeyOf(call);
      if (passkey === undefined) return noPasskey(call);
      const fresh = mustBeFresh(call.visitor);
      return fresh.ok
        ? show({
            title: 'Remove a passkey',
            body: (
              <Confirm
                title="Remove this passkey?"
                above={ABOVE}
                effect={
                  <>
                    <Name>{passkey.name}</Name> will not sign you in any more, wherever it is kept. Delete it
                    there as well.
                  </>
                }
                action={`${PATH}/passkeys/${passkey.id}/remove`}
                button="Remove"
                cancel={PATH}
              />
            ),
          })
        : fresh;
    },
  }),
  page({
    method: 'POST',
    path: `${PASSKEY}/remove`,
    who: 'signed_in',
    handle: async ({ issuer, visitor, params }) => {
      const removed = await removePasskey(issuer, visitor, params['passkey_id'] ?? '');
      return removed.ok ? go(PATH, 'passkey_removed') : removed;
    },
  }),
];

export const sessionPages = [
  page({
    method: 'POST',
    path: `${PATH}/sessions/end-others`,
    who: 'signed_in',
    handle: async ({ issuer, visitor }) => {
      const ended = await endOtherSessions(issuer, visitor);
      return ended.ok ? go(PATH, 'sessions_ended') : ended;
    },
  }),
  page({
    method: 'POST',
    path: `${PATH}/sessions/{session_id}/end`,
    who: 'signed_in',
    handle: async ({ issuer, visitor, params }) => {
      const ended = await endOwnSession(issuer, visitor, params['session_id'] ?? '');
      return ended.ok ? go(PATH, 'session_ended') : ended;
    },
  }),
];

export const identityPages = [
  page({
    method: 'GET',
    path: `${PATH}/identity/unlink`,
    who: 'signed_in',
    handle: async ({ issuer, visitor, query }) => {
      const known = await listIdentities(issuer, visitor);
      const identity = known.find(
        ({ issuer: provider, subject }) =>
          provider === query.get('issuer') && subject === query.get('subject'),
      );
      if (identity === undefined)
        return err({ code: 'not_found', what: 'identity', id: query.get('subject') ?? '' });
      const fresh = mustBeFresh(visitor);
      if (!fresh.ok) return fresh;
      return show({
        title: 'Unlink an account',
        body: (
          <Confirm
            title="Unlink this account?"
            above={ABOVE}
            effect={
              <>
                <Name>{identity.subject}</Name> at <Name>{identity.issuer}</Name> will not sign you in any
                more.
              </>
            }
            action={`${PATH}/identity/unlink`}
            button="Unlink"
            cancel={PATH}
            hidden={{ issuer: identity.issuer, subject: identity.subject }}
          />
        ),
      });
    },
  }),
  page({
    method: 'POST',
    path: `${PATH}/identity/unlink`,
    who: 'signed_in',
    handle: async ({ issuer, visitor, form }) => {
      const unlinked = await unlinkIdentity(issuer, visitor, {
        issuer: form.raw('issuer'),
        subject: form.raw('subject'),
      });
      return unlinked.ok ? go(PATH, 'identity_unlinked') : unlinked;
    },
  }),
];

function OnePasskey(props: { readonly passkey: Passkey; readonly name: string; readonly error?: string }) {
  const { passkey, name, error } = props;
  return (
    <>
      <PageHeader title={<Name>{passkey.name}</Name>} above={ABOVE} />
      <Form action={`${PATH}/passkeys/${passkey.id}`}>
        <Field name="name" label="Name" required maxlength={200} value={name} error={error} />
        <Actions>
          <Button>Rename</Button>
          <ButtonLink href={`${PATH}/passkeys/${passkey.id}/remove`} look="danger">
            Remove
          </ButtonLink>
        </Actions>
      </Form>
    </>
  );
}

async function passkeyOf({ issuer, visitor, params }: SignedInCall): Promise<Passkey | undefined> {
  return (await listPasskeys(issuer, visitor)).find(({ id }) => id === params['passkey_id']);
}

function noPasskey({ params }: SignedInCall) {
  return err({ code: 'not_found', what: 'passkey', id: params['passkey_id'] ?? '' } as const);
}
