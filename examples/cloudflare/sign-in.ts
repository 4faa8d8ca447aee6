import type { OAuthHelpers } from '@cloudflare/workers-oauth-provider';

/**
 * The page at the authorization endpoint: who asks, and for which name to sign in. Bring your own sign-in; the provider binds the form to the
 * browser.
 */
export async function signIn(request: Request, oauth: OAuthHelpers): Promise<Response> {
  if (request.method === 'GET') {
    const asked = await oauth.parseAuthRequest(request);
    const { clientName, redirectHost } = await oauth.describeConsent(asked);
    const { handle, headers } = await oauth.beginConsent(asked);
    headers.set('content-type', 'text/html; charset=utf-8');
    return new Response(page(clientName, redirectHost, handle), { headers });
  }
  const form = await request.formData();
  const [handle, person] = [form.get('handle'), form.get('person')];
  if (typeof handle !== 'string' || typeof person !== 'string' || person.trim() === '')
    return new Response('Start again from your application.\n', { status: 400 });
  const approved = await oauth.approveConsent(request, handle);
  const { clientId, scope } = approved.request;
  const { redirectTo } = await oauth.completeAuthorization({
    request: approved.request,
    userId: person.trim(),
    scope,
    metadata: {},
    // The API asks about the client with each request.
    props: { person: person.trim(), clientId },
  });
  approved.headers.set('location', redirectTo);
  return new Response(null, { status: 302, headers: approved.headers });
}

function page(clientName: string, redirectHost: string, handle: string): string {
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>Sign in</title>
<h1>${text(clientName)}</h1>
<p>wants to act for you. You return to <code>${text(redirectHost)}</code>.</p>
<form method="post">
  <input type="hidden" name="handle" value="${text(handle)}">
  <label>Your name <input name="person" required maxlength="100"></label>
  <button>Allow</button>
</form>
</html>
`;
}

function text(value: string): string {
  return value.replaceAll(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
