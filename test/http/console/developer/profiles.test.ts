import { afterEach, beforeEach, expect, it } from 'vitest';
import { approve, testIssuer, testScene, type Scene, type TestIssuer } from '../../../support/issuer.ts';
import { appOf, visit, type Visitor } from '../browser.ts';

let test: TestIssuer;
let scene: Scene;
let developer: Visitor;
let place: string;

beforeEach(async () => {
  test = await testIssuer({ trustDomain: 'issuer.example' });
  scene = await testScene(test);
  await approve(test, scene);
  developer = await visit(test, appOf(test), scene.developer.id);
  place = `/console/software/${scene.softwareId}/issue`;
});
afterEach(() => test.close());

it('offers the shapes that this issuer makes, and none that needs a document', async () => {
  const { html } = await developer.get(place);
  const offered = [...html.matchAll(/name="profile" value="([^"]+)"/g)].map(([, profile]) => profile);
  expect(offered).toEqual(['rfc7591', 'vc+jwt', 'jwt-svid']);
});

it('says beside the shape what a JWT-SVID needs', async () => {
  const refused = await developer.post(place, { profile: 'jwt-svid', audiences: '' });
  expect(refused.status).toBe(422);
  expect(refused.html).toContain('exactly one audience');
  expect(
    (await developer.post(place, { profile: 'jwt-svid', audiences: 'https://as.example/register' })).status,
  ).toBe(303);
});

it('shows a credential member by member', async () => {
  const issued = await developer.post(place, { profile: 'vc+jwt', audiences: '' });
  const { html } = await developer.get(issued.location.replace(/\?.*/, ''));
  for (const text of [
    'credentialSubject.id',
    'redirect_uris',
    'Bitstring Status List 1.0',
    'did:web:issuer.example',
  ])
    expect(html).toContain(text);
});
