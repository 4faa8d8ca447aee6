import { err } from '../../../../domain/result.ts';
import type { Person } from '../../../../domain/publisher.ts';
import { changePerson } from '../../../../services/people.ts';
import { readPersonFile, type PersonFile } from '../../../../services/person-file.ts';
import { inviteToRecover } from '../../../../services/sign-in/invite.ts';
import { endSession } from '../../../../services/sign-in/sessions.ts';
import { revokeToken } from '../../../../services/tokens.ts';
import { Confirm } from '../../components/confirm.tsx';
import { counted, Name } from '../../components/text.tsx';
import { go, page, show, type SignedInCall } from '../../page.ts';
import { linkPage } from './invitation-link.tsx';

const PATH = '/console/people/{person_id}';

/** Whether a person gets in at all: disabled, enabled, let in anew; their sessions and tokens. */
export const personStandingPages = [
  page({
    method: 'GET',
    path: `${PATH}/disable`,
    who: 'people:write',
    handle: async (call) => {
      const file = await fileOf(call);
      return file.ok
        ? show({
            title: `Disable ${file.value.person.name}`,
            body: (
              <Confirm
                title={<Titled word="Disable" person={file.value.person} />}
                above={aboveOf(file.value.person)}
                effect={<DisableWords file={file.value} />}
                action={`${placeOf(call)}/disable`}
                button="Disable the person"
                cancel={placeOf(call)}
              />
            ),
          })
        : file;
    },
  }),
  page({
    method: 'POST',
    path: `${PATH}/disable`,
    who: 'people:write',
    handle: async (call) => {
      const changed = await changePerson(call.issuer, call.visitor.actor, idOf(call), { state: 'disabled' });
      return changed.ok ? go(placeOf(call), 'person_disabled') : changed;
    },
  }),
  page({
    method: 'GET',
    path: `${PATH}/enable`,
    who: 'people:write',
    handle: async (call) => {
      const file = await fileOf(call);
      return file.ok
        ? show({
            title: `Enable ${file.value.person.name}`,
            body: (
              <Confirm
                title={<Titled word="Enable" person={file.value.person} />}
                above={aboveOf(file.value.person)}
                effect="They can sign in again with the passkeys they have, and their tokens work again until they expire."
                action={`${placeOf(call)}/enable`}
                button="Enable the person"
                cancel={placeOf(call)}
              />
            ),
          })
        : file;
    },
  }),
  page({
    method: 'POST',
    path: `${PATH}/enable`,
    who: 'people:write',
    handle: async (call) => {
      const changed = await changePerson(call.issuer, call.visitor.actor, idOf(call), { state: 'active' });
      return changed.ok ? go(placeOf(call), 'person_enabled') : changed;
    },
  }),
  page({
    method: 'GET',
    path: `${PATH}/recover`,
    who: 'people:write',
    handle: async (call) => {
      const file = await fileOf(call);
      return file.ok
        ? show({
            title: `Let ${file.value.person.name} in anew`,
            body: (
              <Confirm
                title={
                  <>
                    Let <Name>{file.value.person.name}</Name> in anew
                  </>
                }
                above={aboveOf(file.value.person)}
                effect={
                  <>
                    <p>
                      Makes a link by which they add a new passkey. Whoever has the link becomes them: be sure
                      that it is really they who ask, and hand it over in a way you trust.
                    </p>
                    <p>When the link is used, every session of theirs ends.</p>
                  </>
                }
                action={`${placeOf(call)}/recover`}
                button="Make the link"
                cancel={placeOf(call)}
              />
            ),
          })
        : file;
    },
  }),
  page({
    method: 'POST',
    path: `${PATH}/recover`,
    who: 'people:write',
    handle: async (call) => {
      const made = await inviteToRecover(call.issuer, call.visitor.actor, idOf(call));
      return made.ok ? linkPage(made.value, { href: placeOf(call), label: 'Back to the person' }) : made;
    },
  }),
  page({
    method: 'POST',
    path: `${PATH}/sessions/{session_id}/end`,
    who: 'people:write',
    handle: async (call) => {
      const { issuer, visitor, params } = call;
      const ended = await endSession(
        issuer,
        visitor.actor,
        params['session_id'] ?? '',
        'ended by an operator',
      );
      return ended.ok ? go(placeOf(call), 'session_ended') : ended;
    },
  }),
  page({
    method: 'GET',
    path: `${PATH}/tokens/{token_id}/revoke`,
    who: 'people:write',
    handle: async (call) => {
      const file = await fileOf(call);
      if (!file.ok) return file;
      const id = call.params['token_id'] ?? '';
      const token = file.value.tokens.find((candidate) => candidate.id === id);
      if (token === undefined) return err({ code: 'not_found', what: 'token', id });
      return show({
        title: 'Revoke a token',
        body: (
          <Confirm
            title={
              <>
                Revoke the token <Name>{token.label}</Name>
              </>
            }
            above={aboveOf(file.value.person)}
            effect={
              <>
                Whatever uses it is refused from its next request on, such as a CI job of{' '}
                <Name>{file.value.person.name}</Name>. This cannot be undone; a new token can be made.
              </>
            }
            action={`${placeOf(call)}/tokens/${id}/revoke`}
            button="Revoke the token"
            cancel={placeOf(call)}
          />
        ),
      });
    },
  }),
  page({
    method: 'POST',
    path: `${PATH}/tokens/{token_id}/revoke`,
    who: 'people:write',
    handle: async (call) => {
      const { issuer, visitor, params } = call;
      const revoked = await revokeToken(issuer, visitor.actor, params['token_id'] ?? '');
      return revoked.ok ? go(placeOf(call), 'token_revoked') : revoked;
    },
  }),
];

function idOf({ params }: SignedInCall): string {
  return params['person_id'] ?? '';
}

function placeOf(call: SignedInCall): string {
  return `/console/people/${encodeURIComponent(idOf(call))}`;
}

function fileOf(call: SignedInCall) {
  return readPersonFile(call.issuer, call.visitor.actor, idOf(call));
}

function aboveOf({ id, name }: Person) {
  return { href: `/console/people/${id}`, label: <Name>{name}</Name> };
}

function Titled({ word, person }: { readonly word: string; readonly person: Person }) {
  return (
    <>
      {word} <Name>{person.name}</Name>
    </>
  );
}

function DisableWords({ file: { sessions, tokens, publishers } }: { readonly file: PersonFile }) {
  return (
    <>
      <p>
        {`${counted(sessions.length, 'session')} ${sessions.length === 1 ? 'ends' : 'end'}, and ${counted(tokens.length, 'API token')} ${tokens.length === 1 ? 'stops' : 'stop'} working.`}
      </p>
      <p>
        {publishers.length === 0
          ? 'What they decided and changed stands.'
          : `What they submitted and decided stands, and so do statements of ${counted(publishers.length, 'publisher')} they belong to.`}
      </p>
      <p>An operator can enable them again.</p>
    </>
  );
}
