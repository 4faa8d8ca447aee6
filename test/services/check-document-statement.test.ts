import { afterEach, beforeEach, expect, it } from 'vitest';
import { encodeBase64url, encodeBase64urlText } from '../../src/domain/base64url.ts';
import type { JsonObject } from '../../src/domain/json.ts';
import { parseCompact } from '../../src/domain/statement/judge.ts';
import { checkStatement } from '../../src/services/check-statement.ts';
import { watchDueDocuments } from '../../src/services/documents/watch.ts';
import { issueStatement } from '../../src/services/issue.ts';
import { approveDocument, documentOctets, DOCUMENT_URL, serve } from '../support/documents.ts';
import { testInternet, type TestInternet } from '../support/internet.ts';
import {
  approve,
  expectOk,
  METADATA,
  testIssuer,
  testScene,
  type Scene,
  type TestIssuer,
} from '../support/issuer.ts';

/** What the public check says of digest-bound statements. */

let internet: TestInternet;
let test: TestIssuer;
let scene: Scene;

beforeEach(async () => {
  internet = testInternet();
  test = await testIssuer(internet);
  scene = await testScene(test);
  serve(internet, documentOctets());
  await approveDocument(test, scene);
});
afterEach(() => test.close());

async function issued(): Promise<string> {
  const made = await issueStatement(test.issuer, scene.developer.actor, scene.softwareId, {
    profile: 'cimd',
  });
  return expectOk(made).statement.jwt;
}
async function look(): Promise<void> {
  test.clock.advance(3_600);
  await watchDueDocuments(test.issuer);
}
const check = (text: string) => checkStatement(test.issuer, text);

it('one stands while its document is served, and nobody is asked for that', async () => {
  const jwt = await issued();
  const asked = internet.asked.length;
  const checked = await check(jwt);
  expect(checked).toMatchObject({
    outcome: 'valid',
    header: { typ: 'software-statement+jwt' },
    claims: { sub: DOCUMENT_URL },
    softwareId: scene.softwareId,
    softwareName: 'Example',
  });
  expect(checked.checks.map(({ outcome }) => outcome)).toEqual(checked.checks.map(() => 'holds'));
  expect(checked.checks.at(-1)?.check).toBe('document');
  expect(internet.asked).toHaveLength(asked);
});

it('one whose document changed does not, though its signature and its status hold', async () => {
  const jwt = await issued();
  serve(internet, documentOctets({ client_name: 'Other' }));
  await look();
  const checked = await check(jwt);
  expect(checked).toMatchObject({ outcome: 'document_changed', url: DOCUMENT_URL, since: test.clock.now() });
  expect(checked.checks.filter(({ outcome }) => outcome !== 'holds')).toMatchObject([
    { check: 'document', code: 'document_changed' },
  ]);
  serve(internet, documentOctets());
  await look();
  expect((await check(jwt)).outcome).toBe('valid');
});

it('one whose document nobody looks at any more is superseded, and says so', async () => {
  const jwt = await issued();
  await approve(test, scene, METADATA, 'posted');
  await look();
  const checked = await check(jwt);
  expect(checked.outcome).toBe('superseded');
  expect(checked.checks.at(-1)).toMatchObject({ check: 'document', outcome: 'unknown' });
});

it('one is never judged as the other, whatever its type says', async () => {
  const { claims } = expectOk(parseCompact(await issued(), 8_192));
  const key = (await test.store.signingKeys()).find(({ state }) => state === 'active');
  if (key === undefined) throw new Error('no active key');
  async function signed(typ: string, said: JsonObject): Promise<string> {
    const header = { alg: key?.alg, kid: key?.kid, typ };
    const input = [header, said].map((part) => encodeBase64urlText(JSON.stringify(part))).join('.');
    const signature = expectOk(await test.custody.sign(key?.kid ?? '', new TextEncoder().encode(input)));
    return `${input}.${encodeBase64url(signature)}`;
  }
  const failing = async (text: string) =>
    (await check(text)).checks.filter(({ outcome }) => outcome === 'fails').map(({ code }) => code);
  expect(await failing(await signed('JWT', claims))).toEqual(['software_id']);
  expect(await failing(await signed('software-statement+jwt', { ...claims, client_name: 'X' }))).toEqual([
    'metadata',
  ]);
  const { cimd_digest: _, ...without } = claims;
  expect(await failing(await signed('software-statement+jwt', without))).toEqual(['cimd_digest']);
});
