import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { createApp } from '../../../src/http/app.ts';
import { browserName } from '../../../src/http/console/pages/account/browser-name.ts';
import { returnPath } from '../../../src/http/console/pages/account/return-path.ts';
import { invite } from '../../../src/services/sign-in/invite.ts';
import { startSession } from '../../../src/services/sign-in/sessions.ts';
import { softwareAuthenticator } from '../../support/authenticator.ts';
import { startIdentityProvider } from '../../support/identity-provider.ts';
import { expectOk, fakeClock, testIssuer, type TestIssuer } from '../../support/issuer.ts';
import { secretOf } from '../../support/sign-in.ts';

let test: TestIssuer;
let app: ReturnType<typeof createApp>;
const identifier = 'https://host.example/tenant';
const origin = 'https://host.example';
const begun = z.object({ options: z.record(z.string(), z.json()) });

beforeEach(async () => {
  test = await testIssuer({ identifier, clock: fakeClock(Math.floor(Date.now() / 1000)) });
  app = createApp(test);
});
afterEach(() => test.close());

const cookiesOf = (response: Response) =>
  response.headers.getSetCookie().map((line) => line.split(';')[0] ?? '');

async function post(path: string, body: object, cookies: readonly string[] = [], from = origin) {
  return app.request(`/tenant${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', origin: from, cookie: cookies.join('; ') },
    body: JSON.stringify(body),
  });
}

/** Makes a passkey by an invitation; gives the answer that signs in. */
async function enter(device = softwareAuthenticator(origin)) {
  const draft = { name: 'Gwen', email: null, roles: ['reviewer'], publisherId: null } as const;
  const { link } = expectOk(await invite(test.issuer, test.operator, draft));
  const path = `/invitations/${secretOf(link)}/passkey`;
  const begin = await post(path, { name: 'Gwen' });
  const { options } = begun.parse(await begin.json());
  return post(
    `${path}/finish`,
    { passkey_name: 'Laptop', response: device.create(options) },
    cookiesOf(begin),
  );
}

describe('cookies', () => {
  it('of a session are for this host alone, over TLS, and for no script', async () => {
    const answer = await enter();
    expect(answer.status).toBe(200);
    expect(await answer.json()).toEqual({});
    const [session, ceremony] = answer.headers.getSetCookie();
    expect(session).toMatch(
      /^__Host-imprimatur=[0-9a-f-]{36}_[\w-]{43}; Max-Age=604800; Path=\/; HttpOnly; SameSite=Lax; Secure$/,
    );
    expect(ceremony).toMatch(/^__Host-imprimatur-ceremony=; Max-Age=0; /);
    const account = await app.request('/tenant/console/account', {
      headers: { cookie: cookiesOf(answer).join('; ') },
    });
    expect(account.status).toBe(200);
    expect(await account.text()).toContain('/tenant/console/account/passkeys');
  });

  it('go when somebody signs out, and the session with them', async () => {
    const cookie = cookiesOf(await enter()).join('; ');
    const out = await app.request('/tenant/sign-out', { method: 'POST', headers: { origin, cookie } });
    expect([out.status, out.headers.get('location')]).toEqual([303, '/tenant/?notice=signed_out']);
    expect(out.headers.getSetCookie()[0]).toMatch(/^__Host-imprimatur=; Max-Age=0; /);
    const again = await app.request('/tenant/console/account', { headers: { cookie } });
    expect(again.headers.get('location')).toBe('/tenant/sign-in?return=%2Fconsole%2Faccount&ended=1');
  });
});

describe('scripts', () => {
  it('are refused to another site, and told problems as JSON', async () => {
    expect((await post('/sign-in/passkey', {}, [], 'https://evil.example')).status).toBe(403);
    const over = await post('/sign-in/passkey/finish', { response: {} });
    expect(over.status).toBe(409);
    expect(over.headers.get('content-type')).toBe('application/problem+json');
    expect(await over.json()).toMatchObject({ type: `${identifier}/problems/sign_in_over` });
  });

  it('sign in with the cookie of the browser that began, and no other', async () => {
    const device = softwareAuthenticator(origin);
    expect((await enter(device)).status).toBe(200);
    const begin = await post('/sign-in/passkey', {});
    const { options } = begun.parse(await begin.json());
    const response = device.get(options);
    expect((await post('/sign-in/passkey/finish', { response })).status).toBe(409);
    expect((await post('/sign-in/passkey/finish', { response }, cookiesOf(begin))).status).toBe(200);
    expect((await post('/sign-in/passkey/finish', { response }, cookiesOf(begin))).status).toBe(409);
  });

  it('get bodies they cannot break anything with', async () => {
    for (const body of [{}, { response: null }, { response: [] }, { response: { id: 1, response: 'x' } }])
      for (const path of [
        '/sign-in/passkey/finish',
        '/invitations/x/passkey',
        '/invitations/x/passkey/finish',
      ])
        expect((await post(path, body)).status).toBeLessThan(500);
  });
});

it('where somebody is signed in is paged, newest first, and ended everywhere else at once', async () => {
  const device = softwareAuthenticator(origin);
  const cookie = cookiesOf(await enter(device)).join('; ');
  const people = await test.store.people({ limit: 10 });
  const person = people.find(({ name }) => name === 'Gwen');
  if (person === undefined) throw new Error('nobody entered');
  for (let made = 0; made < 45; made += 1) {
    test.clock.advance(1);
    expectOk(await startSession(test.issuer, person, { method: 'passkey' }));
  }
  const open = async (query = '') => {
    const answer = await app.request(`/tenant/console/account${query}`, { headers: { cookie } });
    return answer.text();
  };
  const rows = (html: string) => html.match(/sessions\/[0-9a-f-]{36}\/end"/g) ?? [];
  const seen: string[] = [];
  let html = await open();
  expect(html).toContain('46 sessions');
  expect(html).not.toContain('this one');
  for (;;) {
    seen.push(...rows(html));
    const next = /href="\/tenant\/console\/account(\?after=[^"#]+)#sessions" rel="next"/.exec(html)?.[1];
    if (next === undefined) break;
    expect(rows(html)).toHaveLength(20);
    html = await open(next);
  }
  expect(html).toContain('this one');
  expect(new Set(seen).size).toBe(45);
  expect(seen).toHaveLength(45);
  const ended = await app.request('/tenant/console/account/sessions/end-others', {
    method: 'POST',
    headers: { origin, cookie },
  });
  expect(ended.status).toBe(303);
  const last = await open();
  expect(rows(last)).toHaveLength(0);
  expect(last).toContain('this one');
  expect(last).not.toContain('Sign out everywhere else');
});

it('an identity provider sends people back to where they were, below the issuer', async () => {
  const idp = await startIdentityProvider(`${identifier}/sign-in/open-id-connect/callback`);
  idp.user = { subject: 'rhea', name: 'Rhea' };
  const draft = { name: 'Rhea', email: null, roles: ['auditor'], publisherId: null } as const;
  const { link } = expectOk(await invite(test.issuer, test.operator, draft));
  app = createApp({ ...test, signIn: { ...test.signIn, identityProvider: idp.client('public') } });
  const leave = await app.request(`/tenant/invitations/${secretOf(link)}/open-id-connect`);
  expect(leave.status).toBe(303);
  const returned = await idp.visit(leave.headers.get('location') ?? '');
  const arrived = await app.request(returned, { headers: { cookie: cookiesOf(leave).join('; ') } });
  expect([arrived.status, arrived.headers.get('location')]).toEqual([303, '/tenant/console']);
  expect(cookiesOf(arrived)[0]).toMatch(/^__Host-imprimatur=./);

  const again = await app.request('/tenant/sign-in/open-id-connect?return=//evil.example/');
  const back = await app.request(await idp.visit(again.headers.get('location') ?? ''), {
    headers: { cookie: cookiesOf(again).join('; ') },
  });
  expect(back.headers.get('location')).toBe('/tenant/console');
  idp.stop();
});

it('nothing of a link, a code or a cookie is logged', async () => {
  const answer = await enter();
  await app.request('/tenant/sign-in/open-id-connect/callback?code=SECRETCODE&state=SECRETSTATE');
  const logged = test.logged.join('\n');
  expect(logged).not.toMatch(/SECRET/);
  for (const cookie of cookiesOf(answer)) expect(logged).not.toContain(cookie.split('_').at(-1) || 'SECRET');
});

it.each([
  ['/console/keys?x=1', '/console/keys?x=1'],
  ['/catalogue', '/catalogue'],
  [null, '/console'],
  ['', '/console'],
  ['console', '/console'],
  ['//evil.example/', '/console'],
  ['/\\evil.example/', '/console'],
  ['/\t/evil.example/', '/console'],
  ['/.//evil.example/', '/console'],
  ['/x/..//evil.example/', '/console'],
  ['https://evil.example/', '/console'],
  ['javascript:alert(1)', '/console'],
  ['/x\r\nset-cookie: a=b', '/console'],
  ['/sign-out', '/console'],
  ['/sign-in?return=/sign-in', '/console'],
  [`/${'x'.repeat(3_000)}`, '/console'],
])('after a sign-in, %j leads to %s', (asked, path) => {
  expect(returnPath(asked)).toBe(path);
});

it.each([
  ['Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0', 'Firefox on Linux'],
  [
    'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36 Edg/140.0',
    'Edge on Windows',
  ],
  [
    'Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Mobile/15E148 Safari/604.1',
    'Safari on iPhone',
  ],
  [
    'Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Mobile Safari/537.36',
    'Chrome on Android',
  ],
  ['curl/8', 'A browser'],
  [null, 'A browser'],
])('%j is called %s', (userAgent, name) => {
  expect(browserName(userAgent)).toBe(name);
});
