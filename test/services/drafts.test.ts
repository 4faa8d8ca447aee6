import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { discardDraft, draftSubmitted, readDraft, saveDraft } from '../../src/services/drafts.ts';
import { fetchMetadataDocument } from '../../src/services/fetch-metadata-document.ts';
import { testInternet, type TestInternet } from '../support/internet.ts';
import {
  expectOk,
  expectRefusal,
  METADATA,
  testIssuer,
  testPerson,
  testScene,
  type Scene,
  type TestIssuer,
} from '../support/issuer.ts';

let internet: TestInternet;
let test: TestIssuer;
let scene: Scene;

beforeEach(async () => {
  internet = testInternet();
  test = await testIssuer(internet);
  scene = await testScene(test);
});
afterEach(() => test.close());

const TEXT = { softwareVersion: '1.0', metadataText: '{"client_name": ', note: 'soon' };
const save = (text = TEXT, over = 0, actor = scene.developer.actor) =>
  saveDraft(test.issuer, actor, scene.softwareId, text, over);
const read = async () =>
  expectOk(await readDraft(test.issuer, scene.developer.actor, scene.softwareId)).draft;

describe('a draft', () => {
  it('is kept as it was typed, for all developers of the publisher, and for nobody else', async () => {
    expectOk(await save());
    expect(await read()).toMatchObject({ ...TEXT, version: 1, updatedBy: scene.developer.id });
    const colleague = await testPerson(test, [], scene.publisherId);
    expectOk(await save({ ...TEXT, note: 'mine' }, 1, colleague.actor));
    expect(await read()).toMatchObject({ note: 'mine', version: 2 });
    for (const actor of [scene.reviewer.actor, test.operator, (await testScene(test)).developer.actor]) {
      expect(expectRefusal(await readDraft(test.issuer, actor, scene.softwareId)).code).toBe('role_needed');
      expect(expectRefusal(await save(TEXT, 2, actor)).code).toBe('role_needed');
      expect(expectRefusal(await discardDraft(test.issuer, actor, scene.softwareId)).code).toBe(
        'role_needed',
      );
    }
  });

  it('saved over another version is a conflict, and nothing is lost', async () => {
    expectOk(await save());
    expectOk(await save({ ...TEXT, note: 'second' }, 1));
    for (const over of [0, 1, 7])
      expect(expectRefusal(await save({ ...TEXT, note: 'late' }, over))).toEqual({
        code: 'version_mismatch',
        current: 2,
      });
    expect((await read())?.note).toBe('second');
  });

  it('is bounded', async () => {
    const refused = await save({ ...TEXT, metadataText: 'x'.repeat(65_537) });
    expect(expectRefusal(refused)).toMatchObject({
      code: 'invalid_input',
      problems: [{ pointer: '/client_metadata' }],
    });
  });

  it('goes when it is discarded, and when exactly it was submitted', async () => {
    expectOk(await save());
    await draftSubmitted(test.issuer, scene.softwareId, 7);
    expect(await read()).toBeDefined();
    await draftSubmitted(test.issuer, scene.softwareId, 1);
    expect(await read()).toBeUndefined();
    expect(expectRefusal(await save(TEXT, 1))).toEqual({ code: 'version_mismatch', current: 0 });
    expectOk(await save());
    expectOk(await discardDraft(test.issuer, scene.developer.actor, scene.softwareId));
    expect(await read()).toBeUndefined();
  });
});

describe('a Client ID Metadata Document', () => {
  const URL = 'https://app.example/oauth/client.json';
  const fetchIt = (url = URL, actor = scene.developer.actor) =>
    fetchMetadataDocument(test.issuer, actor, scene.softwareId, url);
  const publish = (body: string) => internet.sites.set(URL, { contentType: 'application/json', body });

  it('comes as JSON text without its client_id', async () => {
    publish(JSON.stringify({ client_id: URL, ...METADATA }));
    const { metadataText } = expectOk(await fetchIt());
    expect(metadataText).toContain('\n  "client_name"');
    expect(JSON.parse(metadataText)).toEqual(METADATA);
  });

  it.each([
    [
      'about another client',
      JSON.stringify({ client_id: 'https://evil.example/client.json' }),
      /client_id is "https:\/\/evil/,
    ],
    ['without client_id', '{}', /no client_id/],
    ['no object', '[]', /no JSON object/],
    ['no JSON', '<html>', /not JSON/],
    ['of two meanings', `{"client_id":"${URL}","scope":"a","scope":"b"}`, /twice/],
  ])('that is %s is refused with a sentence', async (_, body, detail) => {
    publish(body);
    expect(expectRefusal(await fetchIt())).toMatchObject({
      code: 'invalid_input',
      problems: [{ pointer: '/url', detail: expect.stringMatching(detail) }],
    });
  });

  it.each([
    '',
    'app.example',
    'ftp://app.example/x',
    'https://app.example/',
    'https://app.example/a#b',
    'https://u:p@app.example/a',
    'https://app.example/a/../b',
    'https://app.example/%2e%2e/b',
  ])('is not looked for at %j', async (url) => {
    expect(expectRefusal(await fetchIt(url)).code).toBe('invalid_input');
    expect(internet.asked).toEqual([]);
  });

  it('is fetched for developers of the publisher alone', async () => {
    expect(expectRefusal(await fetchIt(URL, test.operator)).code).toBe('role_needed');
    expect(internet.asked).toEqual([]);
  });
});
