import { afterEach, beforeEach, expect, it } from 'vitest';
import { createApp } from '../../../src/http/app.ts';
import { testIssuer, type TestIssuer } from '../../support/issuer.ts';

let test: TestIssuer;
let app: ReturnType<typeof createApp>;
beforeEach(async () => {
  test = await testIssuer();
  app = createApp({ ...test, clientAddress: ({ req }) => req.header('x-address') });
});
afterEach(() => test.close());

const begin = (address: string, origin = 'https://issuer.example') =>
  app.request('/sign-in/passkey', {
    method: 'POST',
    headers: { 'content-type': 'application/json', origin, 'x-address': address },
    body: '{}',
  });

async function beginUntilRefused(address: string): Promise<Response> {
  for (let times = 0; times < 200; times += 1) {
    const answer = await begin(address);
    if (answer.status !== 200) return answer;
  }
  throw new Error('never refused');
}

it('an address that begins one sign-in after the other is told when to try again, and others go on', async () => {
  const refused = await beginUntilRefused('192.0.2.1');
  expect(refused.status).toBe(429);
  const wait = Number(refused.headers.get('retry-after'));
  expect(wait).toBeGreaterThan(0);
  expect(await refused.json()).toMatchObject({
    type: 'https://issuer.example/problems/sign_in_crowded',
    by: 'address',
    retry_after_seconds: wait,
  });
  expect((await begin('192.0.2.2')).status).toBe(200);
  test.clock.advance(wait);
  expect((await begin('192.0.2.1')).status).toBe(200);
});

it('one network counts as one, and a page says it to people', async () => {
  await beginUntilRefused('2001:db8::1');
  const page = await app.request('/sign-in/open-id-connect', {
    headers: { accept: 'text/html', 'x-address': '2001:db8::2' },
  });
  expect(page.status).toBe(429);
  expect(page.headers.get('retry-after')).toMatch(/^\d+$/);
  expect(page.headers.get('content-type')).toContain('text/html');
  expect(await page.text()).toContain('Too many sign-ins were begun from your network.');
});

it('what another site sends does not count against anybody', async () => {
  for (let times = 0; times < 100; times += 1)
    expect((await begin('192.0.2.1', 'https://evil.example')).status).toBe(403);
  expect((await begin('192.0.2.1')).status).toBe(200);
});

it('without a way to know addresses no header is believed', async () => {
  app = createApp(test);
  for (let times = 0; times < 100; times += 1) {
    const answer = await app.request('/sign-in/passkey', {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        origin: 'https://issuer.example',
        'x-forwarded-for': '192.0.2.1',
        'cf-connecting-ip': '192.0.2.1',
      },
      body: '{}',
    });
    expect(answer.status).toBe(200);
  }
});
