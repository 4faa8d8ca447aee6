import {
  AuthorizationError,
  type ConsentDescription,
  type OAuthHelpers,
} from '@cloudflare/workers-oauth-provider';
import type { Registrar } from 'imprimatur/kit';
import { liveRegistration } from './governed-kv.ts';

/**
 * The page at the authorization endpoint: who asks, who vouches for it, where the answer goes. Whoever gives a name is signed in: bring your own
 * sign-in. The provider binds the form to the browser.
 */
export async function signIn(request: Request, oauth: OAuthHelpers, registrar: Registrar): Promise<Response> {
  try {
    return await (request.method === 'GET' ? ask(request, oauth, registrar) : answer(request, oauth));
  } catch (error) {
    if (!(error instanceof AuthorizationError)) throw error;
    // Where to send the browser is known only once the client and its redirect URI are.
    return error.redirectTo === undefined
      ? text(`${error.description}. Start again from your application.`)
      : Response.redirect(error.redirectTo, 302);
  }
}

async function ask(request: Request, oauth: OAuthHelpers, registrar: Registrar): Promise<Response> {
  const asked = await oauth.parseAuthRequest(request);
  const registration = await liveRegistration(registrar, asked.clientId);
  // Nobody can grant more than was approved.
  const { scope } = registration?.metadata ?? {};
  const approved = typeof scope === 'string' ? scope.split(' ') : [];
  const narrowed = { ...asked, scope: asked.scope.filter((one) => approved.includes(one)) };
  const description = await oauth.describeConsent(narrowed);
  const { handle, headers } = await oauth.beginConsent(narrowed);
  headers.set('content-type', 'text/html; charset=utf-8');
  return new Response(page(description, registration?.governing?.issuer, handle), { headers });
}

async function answer(request: Request, oauth: OAuthHelpers): Promise<Response> {
  const form = await request.formData();
  const member = (name: string) => {
    const value = form.get(name);
    return typeof value === 'string' ? value.trim() : '';
  };
  const [handle, person] = [member('handle'), member('person')];
  if (member('decision') === 'deny') {
    const { headers } = await oauth.denyConsent(request, handle);
    return new Response(null, { status: 302, headers });
  }
  if (person === '') return text('Go back and give a name.');
  const { request: asked, headers } = await oauth.approveConsent(request, handle);
  const { redirectTo } = await oauth.completeAuthorization({
    request: asked,
    // The provider puts it between colons.
    userId: encodeURIComponent(person),
    scope: asked.scope,
    metadata: {},
    props: { person },
  });
  headers.set('location', redirectTo);
  return new Response(null, { status: 302, headers });
}

function text(sentence: string): Response {
  return new Response(`${sentence}\n`, { status: 400 });
}

function page(asked: ConsentDescription, vouchedBy: string | undefined, handle: string): string {
  const { clientName, scope, redirectHost, redirectIsLoopback } = asked;
  const voucher =
    vouchedBy === undefined
      ? 'Nobody vouches for this application.'
      : `Reviewed and vouched for by <strong>${escaped(vouchedBy)}</strong>.`;
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>Sign in for ${escaped(clientName)}</title>
<h1>${escaped(clientName)}</h1>
<p>wants to act for you${scope.length === 0 ? '' : ` (${escaped(scope.join(', '))})`}. ${voucher}</p>
<p>You return to <code>${escaped(redirectHost)}</code>${redirectIsLoopback ? ', an application on this computer' : ''}.</p>
<form method="post" action="/authorize">
  <input type="hidden" name="handle" value="${escaped(handle)}">
  <label>Your name <input name="person" maxlength="100" autocomplete="username"></label>
  <button name="decision" value="allow">Allow</button>
  <button name="decision" value="deny">Deny</button>
</form>
</html>
`;
}

function escaped(value: string): string {
  return value.replaceAll(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
