import { randomBytes } from 'node:crypto';
import type { Miniflare } from 'miniflare';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { z } from 'zod';
import { createSealedKey } from '../../src/custody/create-sealed-key.ts';
import { softwareAuthenticator } from '../support/authenticator.ts';
import { startIdentityProvider, type TestIdentityProvider } from '../support/identity-provider.ts';
import { startWorker } from '../support/workerd.ts';

/** Signing in on workerd: the same libraries, without Node's own cryptography, sockets and clocks. */

const ISSUER = 'https://issuer.example';
const TOKEN = 'set-up-token-of-the-worker';
const made = z.object({ link: z.string() });
const begun = z.object({ options: z.record(z.string(), z.json()) });
let worker: Miniflare;
let idp: TestIdentityProvider;

beforeAll(async () => {
  idp = await startIdentityProvider(`${ISSUER}/sign-in/open-id-connect/callback`);
  const keyEncryptionKey = randomBytes(32);
  const keys = [
    await createSealedKey('ES256', 'statement', keyEncryptionKey),
    await createSealedKey('ES256', 'statement', keyEncryptionKey),
    await createSealedKey('EdDSA', 'checkpoint', keyEncryptionKey),
  ];
  worker = await startWorker({
    IMPRIMATUR_ISSUER: ISSUER,
    IMPRIMATUR_SETUP_TOKEN: TOKEN,
    IMPRIMATUR_SIGNING_KEYS: JSON.stringify(keys.map(({ jwe }) => jwe)),
    IMPRIMATUR_KEY_ENCRYPTION_KEY: keyEncryptionKey.toString('base64url'),
    IMPRIMATUR_OIDC_ISSUER: idp.url,
    IMPRIMATUR_OIDC_CLIENT_ID: 'public',
    IMPRIMATUR_OIDC_NAME: 'Example Login',
  });
});
afterAll(async () => {
  idp.stop();
  await worker.dispose();
});

async function send(
  path: string,
  options: { readonly body?: object; readonly headers?: Readonly<Record<string, string>> } = {},
) {
  const { body, headers = {} } = options;
  return worker.dispatchFetch(new URL(path, ISSUER), {
    method: body === undefined ? 'GET' : 'POST',
    redirect: 'manual',
    headers: {
      ...(body === undefined ? {} : { origin: ISSUER, 'content-type': 'application/json' }),
      ...headers,
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
}

type Answer = Awaited<ReturnType<typeof send>>;

const cookieOf = (answer: Answer) => ({
  cookie: answer.headers
    .getSetCookie()
    .map((line) => line.split(';')[0] ?? '')
    .join('; '),
});

async function invitation(): Promise<string> {
  const answer = await send('/v1/invitations', {
    headers: { authorization: `Bearer ${TOKEN}` },
    body: { name: 'Rhea Viewer', roles: ['reviewer'] },
  });
  expect(answer.status).toBe(201);
  return new URL(made.parse(await answer.json()).link).pathname;
}

async function expectSignedIn(answer: Answer, name: string): Promise<void> {
  const account = await send('/console/account', { headers: cookieOf(answer) });
  expect(account.status).toBe(200);
  expect(await account.text()).toContain(name);
}

it('with a passkey', async () => {
  const path = await invitation();
  const device = softwareAuthenticator(ISSUER);
  const begin = await send(`${path}/passkey`, { body: { name: 'Rhea Viewer' } });
  const accepted = await send(`${path}/passkey/finish`, {
    headers: cookieOf(begin),
    body: {
      passkey_name: 'Laptop',
      response: device.create(begun.parse(await begin.json()).options),
    },
  });
  expect(accepted.status).toBe(200);
  await expectSignedIn(accepted, 'Rhea Viewer');

  const again = await send('/sign-in/passkey', { body: {} });
  const signedIn = await send('/sign-in/passkey/finish', {
    headers: cookieOf(again),
    body: { response: device.get(begun.parse(await again.json()).options) },
  });
  expect(signedIn.status).toBe(200);
  await expectSignedIn(signedIn, 'Rhea Viewer');
});

it('with an identity provider', async () => {
  idp.user = { subject: 'idris-1', name: 'Idris Identity' };
  const leave = await send(`${await invitation()}/open-id-connect`);
  expect(leave.status).toBe(303);
  const returned = await idp.visit(leave.headers.get('location') ?? '');
  const arrived = await send(returned, { headers: cookieOf(leave) });
  expect([arrived.status, arrived.headers.get('location')]).toEqual([303, '/console']);
  await expectSignedIn(arrived, 'Idris Identity');

  const again = await send('/sign-in/open-id-connect');
  const back = await send(await idp.visit(again.headers.get('location') ?? ''), { headers: cookieOf(again) });
  await expectSignedIn(back, 'Idris Identity');
});
