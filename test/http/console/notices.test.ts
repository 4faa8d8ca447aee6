import type { Hono } from 'hono';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { NOTICES, noticeOf } from '../../../src/http/console/notices.ts';
import { testIssuer, type TestIssuer } from '../../support/issuer.ts';
import { appOf, visit } from './browser.ts';

let test: TestIssuer;
let app: Hono;
beforeAll(async () => {
  test = await testIssuer();
  app = appOf(test);
});
afterAll(() => test.close());

it.each([
  ['saved', 'good'],
  ['domain_verified', 'good'],
  ['domain_too_soon', 'waiting'],
  ['review_claimed_by_another', 'waiting'],
  ['decided_on_claimed', 'waiting'],
  ['signed_out', 'plain'],
  ['queue_done', 'plain'],
] as const)('%s is said in the tone %s', async (code, tone) => {
  expect(noticeOf(code)).toMatchObject({ tone });
  const { html } = await (await visit(test, app)).get(`/?notice=${code}`);
  expect(html).toContain(`<div class="notice ${tone}" role="alert">`);
});

it('a text in a URL is never shown, and no code of something else', () => {
  for (const code of [null, '', 'Buy now', 'toString', '__proto__']) expect(noticeOf(code)).toBeUndefined();
  for (const code of Object.keys(NOTICES)) expect(noticeOf(code)?.text).toMatch(/\.$/);
});
