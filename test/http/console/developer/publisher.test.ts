import type { Hono } from 'hono';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { changePublisher } from '../../../../src/services/publishers.ts';
import { submit } from '../../../../src/services/submit.ts';
import { createSoftware } from '../../../../src/services/software.ts';
import { testInternet, type TestInternet } from '../../../support/internet.ts';
import {
  expectOk,
  METADATA,
  testIssuer,
  testPerson,
  testScene,
  type Scene,
  type TestIssuer,
} from '../../../support/issuer.ts';
import { appOf, visit, type Visitor } from '../browser.ts';

let internet: TestInternet;
let test: TestIssuer;
let scene: Scene;
let app: Hono;
let developer: Visitor;
let place: string;

beforeAll(async () => {
  internet = testInternet();
  test = await testIssuer(internet);
  scene = await testScene(test);
  app = appOf(test);
  developer = await visit(test, app, scene.developer.id);
  place = `/console/publishers/${scene.publisherId}/domains`;
});
afterAll(() => test.close());

it('a domain is claimed, shown, checked and given up', async () => {
  const bad = await developer.post(place, { domain: 'https://shop.example/' });
  expect([bad.status, bad.html.includes('Write the domain alone')]).toEqual([422, true]);
  expect((await developer.post(place, { domain: 'Shop.Example' })).status).toBe(303);
  const claimed = await developer.get(place);
  const [, proof = ''] = /(imprimatur-domain-verification=[\w-]+)/.exec(claimed.html) ?? [];
  expect(claimed.html).toContain('_imprimatur.shop.example. IN TXT');
  expect(claimed.html).toContain('https://shop.example/.well-known/imprimatur-domain-verification');
  const [, id = ''] = /domains\/([0-9a-f-]{36})\/check/.exec(claimed.html) ?? [];

  expect((await developer.post(`${place}/${id}/check`)).location).toBe(place);
  expect((await developer.get(place)).html).toContain('There is no TXT record at _imprimatur.shop.example.');
  expect((await developer.post(`${place}/${id}/check`)).location).toContain('domain_too_soon');
  internet.records.set('_imprimatur.shop.example', [proof]);
  test.clock.advance(10);
  expect((await developer.post(`${place}/${id}/check`)).location).toContain('domain_verified');
  expect((await test.store.publisher(scene.publisherId))?.verifiedDomains).toContain('shop.example');
  expect((await developer.get(place)).html).not.toContain(proof);

  expect((await developer.get(`${place}/${id}/release`)).html).toContain('marked as unverified');
  expect((await developer.post(`${place}/${id}/release`)).status).toBe(303);
  expect((await test.store.publisher(scene.publisherId))?.verifiedDomains).not.toContain('shop.example');
  expect((await developer.get(`${place}/${id}/release`)).status).toBe(404);
});

it('reviewers read, operators change, others do neither', async () => {
  const reviewer = await visit(test, app, scene.reviewer.id);
  const seen = await reviewer.get(place);
  expect([seen.status, seen.html.includes('Claim it')]).toEqual([200, false]);
  expect((await reviewer.post(place, { domain: 'a.example' })).status).toBe(403);
  const operator = await visit(test, app, (await testPerson(test, ['operator'])).id);
  expect((await operator.post(place, { domain: 'by-operator.example' })).status).toBe(303);
  const stranger = await visit(test, app, (await testScene(test)).developer.id);
  expect((await stranger.get(place)).status).toBe(403);
  expect((await stranger.post(place, { domain: 'a.example' })).status).toBe(403);
});

it('names and texts that are markup, or written from right to left, stay text', async () => {
  const { issuer } = test;
  const hostile = `</title></textarea><script>alert(1)</script>"'><img src=x onerror=alert(1)>`;
  expectOk(await changePublisher(issuer, test.operator, scene.publisherId, { name: hostile }));
  const software = expectOk(
    await createSoftware(issuer, scene.developer.actor, {
      publisherId: scene.publisherId,
      name: `${hostile} مثال`,
    }),
  );
  const submission = expectOk(
    await submit(issuer, scene.developer.actor, software.id, {
      softwareVersion: `1"><b>`,
      metadata: { ...METADATA, client_name: hostile, 'client_name#ar': 'تطبيق مثال' },
      note: hostile,
    }),
  );
  await developer.post(`/console/submissions/${submission.id}/comments`, { text: hostile });
  for (const path of [
    '/console/software',
    `/console/software/${software.id}`,
    `/console/software/${software.id}/submit`,
    `/console/software/${software.id}/submit?mode=json`,
    `/console/software/${software.id}/issue`,
    `/console/software/${software.id}/statements`,
    `/console/submissions/${submission.id}`,
    `/console/submissions/${submission.id}/withdraw`,
    place,
  ]) {
    const { status, html } = await developer.get(path);
    expect([path, status]).toEqual([path, 200]);
    expect(html.replaceAll(/<script src="[^"]+" defer(?:="")?><\/script>/g, '')).not.toMatch(
      /<script|<img src=x|<b>/,
    );
    expect(html).not.toMatch(/ style=| on\w+="/);
  }
});
