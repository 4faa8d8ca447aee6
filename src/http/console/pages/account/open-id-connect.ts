import { ok, type Result } from '../../../../domain/result.ts';
import type { Refusal } from '../../../../services/refusal.ts';
import {
  beginOpenIdConnect,
  finishOpenIdConnect,
  type Errand,
} from '../../../../services/sign-in/open-id-connect.ts';
import type { NoticeCode } from '../../notices.ts';
import { go, openPage, page, type PageCall, type PageReply } from '../../page.ts';
import { arrivalCookies, browserOf, ceremonyCookie, clearedCeremony } from './ceremony-cookie.ts';
import { returnPath } from './return-path.ts';

const NOTICES: Readonly<Partial<Record<Errand['purpose'], NoticeCode>>> = { link: 'identity_linked' };

export const openIdConnectPages = [
  openPage({
    method: 'GET',
    path: '/sign-in/open-id-connect',
    begins: 'ceremony',
    handle: (call) => leave(call, { purpose: 'sign_in' }, returnPath(call.query.get('return'))),
  }),
  openPage({
    method: 'GET',
    path: '/invitations/{token}/open-id-connect',
    begins: 'ceremony',
    handle: (call) => leave(call, { purpose: 'accept', link: call.params['token'] ?? '' }, '/console'),
  }),
  page({
    method: 'GET',
    path: '/console/step-up/open-id-connect',
    begins: 'ceremony',
    who: 'signed_in',
    handle: (call) =>
      leave(call, { purpose: 'step_up', visitor: call.visitor }, returnPath(call.query.get('return'))),
  }),
  page({
    method: 'GET',
    path: '/console/account/identity/link',
    begins: 'ceremony',
    who: 'signed_in',
    handle: (call) => leave(call, { purpose: 'link', visitor: call.visitor }, '/console/account'),
  }),
  openPage({
    method: 'GET',
    path: '/sign-in/open-id-connect/callback',
    handle: async ({ issuer, signIn, request, visitor }) => {
      const arrived = await finishOpenIdConnect(issuer, signIn.identityProvider, {
        ...browserOf(request, issuer),
        returned: request.url,
        visitor,
      });
      if (!arrived.ok) return arrived;
      const { started, purpose, returnTo } = arrived.value;
      const cookies = started === undefined ? [clearedCeremony(issuer)] : arrivalCookies(issuer, started);
      return go(returnTo, NOTICES[purpose], cookies);
    },
  }),
];

/** Sends the browser to the identity provider. */
async function leave(
  { issuer, signIn }: PageCall,
  errand: Errand,
  returnTo: string,
): Promise<Result<PageReply, Refusal>> {
  const begun = await beginOpenIdConnect(issuer, signIn.identityProvider, errand, returnTo);
  if (!begun.ok) return begun;
  const { ceremony, url } = begun.value;
  return ok({ kind: 'away', url, cookies: [ceremonyCookie(issuer, ceremony)] });
}
