import {
  authorizationCodeGrant,
  buildAuthorizationUrl,
  calculatePKCECodeChallenge,
  randomPKCECodeVerifier,
  randomState,
  type Configuration,
  type TokenEndpointResponse,
} from 'openid-client';
import { expectThat } from './narrator.ts';

/** A native client picks its loopback port when it needs one (RFC 8252 §7.3). */
const REDIRECT_URI = 'http://127.0.0.1:53682/callback';

/**
 * Signs a person in at a registered client: authorization code with PKCE, pages answered as a browser would.
 *
 * @param client what dynamic registration gave
 */
export async function signIn(client: Configuration, person: string): Promise<TokenEndpointResponse> {
  const pkceCodeVerifier = randomPKCECodeVerifier();
  const expectedState = randomState();
  const start = buildAuthorizationUrl(client, {
    redirect_uri: REDIRECT_URI,
    scope: 'openid offline_access',
    prompt: 'consent',
    code_challenge: await calculatePKCECodeChallenge(pkceCodeVerifier),
    code_challenge_method: 'S256',
    state: expectedState,
  });
  const callback = await browse(start, person);
  return authorizationCodeGrant(client, callback, { pkceCodeVerifier, expectedState });
}

/** Follows redirects with cookies and answers the two forms, until the client's redirect URI is reached. */
async function browse(start: URL, person: string): Promise<URL> {
  const cookies = new Map<string, string>();
  let request: { readonly url: URL; readonly form?: URLSearchParams } = { url: start };
  for (let pages = 0; pages < 12; pages += 1) {
    if (request.url.href.startsWith(REDIRECT_URI)) return request.url;
    const response: Response = await fetch(request.url, {
      redirect: 'manual',
      headers: { cookie: [...cookies].map(([name, value]) => `${name}=${value}`).join('; ') },
      ...(request.form === undefined ? {} : { method: 'POST', body: request.form }),
    });
    for (const cookie of response.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(cookie) ?? [];
      cookies.set(name, value);
    }
    const location = response.headers.get('location');
    const page = await response.text();
    const [, prompt] = /name="prompt" value="(login|consent)"/.exec(page) ?? [];
    expectThat(location !== null || prompt !== undefined, `${request.url.href} answered ${response.status}`);
    request =
      location === null
        ? {
            url: request.url,
            form: new URLSearchParams({ prompt: prompt ?? '', login: person, password: '-' }),
          }
        : { url: new URL(location, request.url) };
  }
  throw new Error('the sign-in went round in circles');
}
