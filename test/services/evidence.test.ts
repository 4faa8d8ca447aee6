import { afterEach, beforeEach, expect, it } from 'vitest';
import type { JsonObject } from '../../src/domain/json.ts';
import { checkPendingEvidence } from '../../src/services/evidence/check.ts';
import { submit } from '../../src/services/submit.ts';
import { testInternet, type TestInternet } from '../support/internet.ts';
import { expectOk, METADATA, testIssuer, testScene, type Scene, type TestIssuer } from '../support/issuer.ts';

const KEY = {
  kty: 'EC',
  crv: 'P-256',
  x: 'f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU',
  y: 'x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0',
  kid: '1',
};
const PNG = Uint8Array.from([
  0x89, 0x50, 0x4e, 0x47, 13, 10, 26, 10, 0, 0, 0, 13, 73, 72, 68, 82, 0, 0, 0, 64, 0, 0, 0, 64, 8,
]);
const URLS = {
  jwks_uri: 'https://app.example/jwks.json',
  logo_uri: 'https://app.example/logo',
  policy_uri: 'https://app.example/privacy',
  tos_uri: 'https://app.example/terms',
  client_uri: 'https://app.example/',
};

let internet: TestInternet;
let test: TestIssuer;
let scene: Scene;

beforeEach(async () => {
  internet = testInternet();
  test = await testIssuer(internet);
  scene = await testScene(test);
});
afterEach(() => test.close());

const json = (value: unknown) => ({ contentType: 'application/json', body: JSON.stringify(value) });
const html = (body: string) => ({ contentType: 'text/html', body });
let versions = 0;

async function submitted(metadata: JsonObject = { ...METADATA, ...URLS }): Promise<string> {
  versions += 1;
  const command = { softwareVersion: String(versions), metadata };
  return expectOk(await submit(test.issuer, scene.developer.actor, scene.softwareId, command)).id;
}
async function found(submissionId: string): Promise<Readonly<Record<string, string>>> {
  const rows = await test.store.evidence(submissionId);
  return Object.fromEntries(rows.map(({ member, outcome, detail }) => [member, `${outcome}: ${detail}`]));
}
async function entriesOf(submissionId: string) {
  const entries = await test.store.entries(
    { kind: 'evidence.checked', subject: submissionId },
    undefined,
    10,
  );
  return entries.map(({ text }) => JSON.parse(text));
}

it('is looked at after a submission, and recorded in one entry', async () => {
  internet.sites.set(URLS.jwks_uri, json({ keys: [KEY] }));
  internet.sites.set(URLS.logo_uri, { contentType: 'image/png', body: PNG });
  for (const url of [URLS.policy_uri, URLS.tos_uri, URLS.client_uri])
    internet.sites.set(url, html('<h1>Hello</h1>'));
  const id = await submitted();
  expect(new Set(Object.values(await found(id)))).toEqual(new Set(['pending: Nobody has looked yet.']));
  await checkPendingEvidence(test.issuer);
  expect(await found(id)).toEqual({
    jwks_uri: 'holds: One public key: P-256.',
    logo_uri: 'holds: PNG, 64 × 64 pixels, 1 KiB.',
    policy_uri: 'holds: It answers with a page.',
    tos_uri: 'holds: It answers with a page.',
    client_uri: 'holds: It answers with a page.',
  });
  const [entry, ...more] = await entriesOf(id);
  expect(more).toEqual([]);
  expect(entry).toMatchObject({ actor: { type: 'issuer' }, software_id: scene.softwareId });
  expect(entry.data.evidence).toHaveLength(5);
  internet.asked.length = 0;
  await checkPendingEvidence(test.issuer);
  expect(internet.asked).toEqual([]);
});

it('says what is wrong, and never keeps a submission from being stored', async () => {
  internet.sites.set(URLS.jwks_uri, json({ keys: [{ ...KEY, d: 'secret' }] }));
  internet.sites.set(URLS.logo_uri, {
    contentType: 'image/svg+xml',
    body: '<?xml version="1.0"?><svg onload="alert(1)"/>',
  });
  internet.sites.set(URLS.policy_uri, 'redirect');
  internet.sites.set(URLS.tos_uri, { contentType: 'application/pdf', body: '%PDF' });
  internet.sites.set(URLS.client_uri, html(''));
  const id = await submitted();
  await checkPendingEvidence(test.issuer);
  const rows = await found(id);
  expect(rows['jwks_uri']).toMatch(/^fails: Keys that cannot be used: .*\/keys\/0\/d/);
  expect(JSON.stringify(rows)).not.toContain('secret');
  expect(rows['logo_uri']).toMatch(/^fails: It is SVG/);
  expect(rows['policy_uri']).toMatch(/^fails: .*redirect/);
  expect(rows['tos_uri']).toMatch(/^fails: .*text\/html/);
  expect(rows['client_uri']).toMatch(/^fails: .*empty/);
});

it.each([
  ['a picture of another kind than it says', { contentType: 'image/png', body: 'GIF87' }, /no PNG/],
  ['a tiny picture', { contentType: 'image/png', body: PNG.with(19, 1) }, /1 × 64 pixels.*16 to 2048/],
  ['an enormous picture', { contentType: 'image/png', body: PNG.with(17, 255) }, /pixels.*16 to 2048/],
  [
    'too many octets',
    { contentType: 'image/png', body: new Uint8Array(513 * 1024) },
    /more than 524288 octets/,
  ],
] as const)('a logo that is %s fails', async (_, site, detail) => {
  internet.sites.set(URLS.logo_uri, site);
  const { redirect_uris, client_name } = METADATA;
  const metadata = {
    client_name,
    redirect_uris,
    token_endpoint_auth_method: 'none',
    logo_uri: URLS.logo_uri,
  };
  const id = await submitted(metadata);
  await checkPendingEvidence(test.issuer);
  expect(await found(id)).toEqual({ logo_uri: expect.stringMatching(detail) });
});

it('what does not answer is tried three times more, then given up', async () => {
  const id = await submitted();
  const tries: number[] = [];
  for (let minute = 0; minute < 120; minute += 1) {
    internet.asked.length = 0;
    await checkPendingEvidence(test.issuer);
    if (internet.asked.includes(URLS.jwks_uri)) tries.push(minute);
    test.clock.advance(60);
  }
  expect(tries).toEqual([0, 1, 11, 71]);
  expect((await found(id))['jwks_uri']).toBe(
    'fails: It cannot be reached. Check that its name, its certificate and its server work from anywhere on the internet.',
  );
  expect(await entriesOf(id)).toHaveLength(1);
});

it('what answers at a later try holds, beside what held before', async () => {
  internet.sites.set(URLS.client_uri, html('<p>'));
  const id = await submitted();
  await checkPendingEvidence(test.issuer);
  expect((await found(id))['jwks_uri']).toBe(
    'pending: It cannot be reached. Check that its name, its certificate and its server work from anywhere on the internet. It will be tried again.',
  );
  internet.sites.set(URLS.jwks_uri, json({ keys: [KEY] }));
  test.clock.advance(60);
  await checkPendingEvidence(test.issuer);
  expect((await found(id))['jwks_uri']).toMatch(/^holds/);
  expect(await entriesOf(id)).toHaveLength(2);
});

it('two workers at once record it once', async () => {
  internet.sites.set(URLS.jwks_uri, json({ keys: [KEY] }));
  const id = await submitted(METADATA);
  await Promise.all([checkPendingEvidence(test.issuer), checkPendingEvidence(test.issuer)]);
  expect(await entriesOf(id)).toHaveLength(1);
});

it.each([
  ['not_https', /must be an https URL\. Serve it over https/],
  ['not_public', /Its host must be .* public internet\. Put it where everybody can reach it/],
  ['bad_url', /not a URL\. Name one that opens in a browser/],
  ['redirect', /redirect \(302\)\. Name the URL it leads to\.$/],
  ['status', /status 404 instead of 200\. Put the page there, or name the URL where it is/],
  ['content_type', /must be text\/html\.$/],
  ['too_large', /more than 1 octets\. Make it smaller/],
  ['timeout', /within 5 seconds\. Check that its name/],
] as const)('what cannot be fetched (%s) is said with what to do', async (code, words) => {
  internet.sites.set(URLS.policy_uri, code);
  const id = await submitted({ ...METADATA, policy_uri: URLS.policy_uri });
  for (let times = 0; times < 4; times += 1) {
    await checkPendingEvidence(test.issuer);
    test.clock.advance(3_600);
  }
  const { policy_uri: said } = await found(id);
  expect(said).toMatch(/^fails: /);
  expect(said).toMatch(words);
});

it.each([
  ['jwks_uri', json([]), /^fails: It gives no JSON object\. Serve a JWK Set/],
  ['jwks_uri', json({ keys: [{ ...KEY, kty: 'oct', k: 'x' }] }), /^fails: Keys that cannot be used: /],
  ['logo_uri', { contentType: 'image/png', body: 'GIF87' }, /no PNG.*Use one of these\.$/],
  ['logo_uri', { contentType: 'image/png', body: PNG.with(17, 255) }, /Make each side 16 to 2048 pixels\.$/],
  ['tos_uri', html(''), /^fails: It answers with an empty page\. Put the text there/],
] as const)('what is found behind %s and is no good is said with what to do', async (member, site, words) => {
  internet.sites.set(URLS[member], site);
  const id = await submitted({ ...METADATA, ...URLS });
  await checkPendingEvidence(test.issuer);
  expect((await found(id))[member]).toMatch(words);
});

it('documents in other languages are looked at too (RFC 7591 §2.2), the first ten of them, each URL once', async () => {
  const languages = ['de', 'ja', 'fr', 'es', 'it', 'pt', 'nl', 'sv', 'da', 'fi', 'cs'];
  internet.sites.set('https://app.example/logo-de', { contentType: 'image/png', body: PNG });
  const id = await submitted({
    ...METADATA,
    policy_uri: URLS.policy_uri,
    'policy_uri#en': URLS.policy_uri,
    'logo_uri#de': 'https://app.example/logo-de',
    ...Object.fromEntries(languages.map((tag) => [`tos_uri#${tag}`, `https://app.example/terms/${tag}`])),
  });
  await checkPendingEvidence(test.issuer);
  const rows = await found(id);
  expect(Object.keys(rows).toSorted()).toEqual(
    [
      'jwks_uri',
      'policy_uri',
      'logo_uri#de',
      ...languages.slice(0, 9).map((tag) => `tos_uri#${tag}`),
    ].toSorted(),
  );
  expect(rows['logo_uri#de']).toBe('holds: PNG, 64 × 64 pixels, 1 KiB.');
  expect(rows['tos_uri#ja']).toMatch(/^pending: It cannot be reached/);
  expect(internet.asked.filter((url) => url === URLS.policy_uri)).toHaveLength(1);
});
