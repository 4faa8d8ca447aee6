import { authorizationResponse, type AuthorizationError } from '../../../../domain/oauth/authorization.ts';
import { err, ok, type Result } from '../../../../domain/result.ts';
import { beginAuthorization } from '../../../../services/exchange/authorization/begin.ts';
import { recogniseClient } from '../../../../services/exchange/authorization/recognise-client.ts';
import type { Refusal } from '../../../../services/refusal.ts';
import { oauthForm } from '../../../oauth/form.ts';
import {
  readAsked,
  readAuthorizationRequest,
  readReturn,
} from '../../../oauth/read-authorization-request.ts';
import { go, openPage, type PageCall, type PageReply } from '../../page.ts';
import { leaveAtOnce } from './leave.tsx';

/** The authorization endpoint (RFC 6749 §3.1): a page of the console, because a person with a browser comes to it. */
export const requestPages = [
  openPage({ method: 'GET', path: '/authorize', begins: 'ceremony', handle: (call) => begin(call) }),
];

async function begin({ issuer, query }: PageCall): Promise<Result<PageReply, Refusal>> {
  const form = oauthForm(query, ['audience']);
  const asked = readAsked(form);
  if (!asked.ok) return err({ code: 'authorization_unusable', detail: asked.error });
  const { clientId, redirectUri } = asked.value;
  const client = await recogniseClient(issuer, clientId, redirectUri);
  if (!client.ok) return err({ code: 'authorization_unusable', detail: client.error });
  const to = readReturn(form, redirectUri, client.value.redirect === 'https');
  const refuse = (error: AuthorizationError) =>
    ok(leaveAtOnce(authorizationResponse(issuer.identifier, to, error)));
  const request = readAuthorizationRequest(form, asked.value);
  if (!request.ok) return refuse(request.error);
  const begun = await beginAuthorization(issuer, client.value, request.value);
  return begun.ok ? go(`/console/authorize/${begun.value}`) : refuse(begun.error);
}
