import type { Hono } from 'hono';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { testInternet, type TestInternet } from '../../../support/internet.ts';
import { submit } from '../../../../src/services/submit.ts';
import { withdraw } from '../../../../src/services/withdraw.ts';
import {
  approve,
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
  await approve(test, scene);
  app = appOf(test);
  developer = await visit(test, app, scene.developer.id);
  place = `/console/software/${scene.softwareId}/submit`;
});
afterAll(() => test.close());

type Pairs = readonly (readonly [string, string])[];
const JSON_MODE: Pairs = [['mode', 'json']];
async function check(fields: Pairs): Promise<{
  readonly places: Readonly<Record<string, string>>;
  readonly summary: string;
  readonly changes: string;
}> {
  const answer = await developer.postJson(`${place}/check`, { fields });
  expect(answer.status).toBe(200);
  return JSON.parse(answer.html);
}

describe('while somebody types', () => {
  it('findings come for the field they belong to, as markup that is safe', async () => {
    const said = await check([
      ['mode', 'form'],
      ['client_name', '<img src=x onerror=alert(1)>'],
      ['redirect_uris', 'https://app.example/"><script>alert(1)</script>'],
      ['jwks', '{"keys": ['],
      ['other', '{"client_name#ar": "مثال", "no_such_member": 1}'],
    ]);
    expect(said.places['redirect_uris']).toContain('redirect-uri-invalid');
    expect(said.places['jwks']).toMatch(/cannot be read/);
    expect(said.places['other']).toContain('no_such_member');
    expect(said.places['scope']).toBe('');
    expect(said.summary).toContain('cannot be read');
    expect(JSON.stringify(said)).not.toMatch(/<script|<img/);
  });

  it('what can be submitted is said to be, with what it changes', async () => {
    const said = await check([
      ...JSON_MODE,
      ['metadata_text', JSON.stringify({ ...METADATA, scope: 'openid profile email' })],
    ]);
    expect(said.summary).toContain('can be submitted');
    expect(said.changes).toMatch(/expands.*email/s);
    expect(Object.keys(said.places)).toEqual(['metadata_text', 'general']);
  });

  it('text that is no JSON is told of with its place', async () => {
    const said = await check([...JSON_MODE, ['metadata_text', '{\n  "client_name": \n}']]);
    expect(said.places['metadata_text']).toMatch(/cannot be read/);
    expect(said.summary).toContain('cannot be read');
  });

  it.each([{}, { fields: 7 }, { fields: [[1, 2], 'x', ['mode']] }, [], null])(
    '%j is an empty form',
    async (body) => {
      expect((await developer.postJson(`${place}/check`, body)).status).toBe(200);
    },
  );

  it('the draft keeps itself, and does not write over another one', async () => {
    const keep = (over: string, note: string) =>
      developer.postJson(`${place}/draft`, {
        fields: [...JSON_MODE, ['over', over], ['note', note], ['metadata_text', '{"client_name": ']],
      });
    const first = await keep('0', 'one');
    expect(JSON.parse(first.html)).toEqual({ kept: true, version: 1 });
    expect((await test.store.draft(scene.softwareId))?.metadataText).toBe('{"client_name": ');
    expect((await keep('0', 'late')).status).toBe(412);
    const unread = await developer.postJson(`${place}/draft`, {
      fields: [
        ['mode', 'form'],
        ['over', '1'],
        ['jwks', '{'],
      ],
    });
    expect(JSON.parse(unread.html)).toEqual({ kept: false });
    expect((await test.store.draft(scene.softwareId))?.note).toBe('one');
  });
});

describe('without a script', () => {
  it('a draft that somebody else changed is shown, and only a second save writes over it', async () => {
    const colleague = await visit(test, app, (await testPerson(test, [], scene.publisherId)).id);
    const theirs = { mode: 'json', over: '1', action: 'save', metadata_text: '{"client_name": "Theirs"}' };
    expect((await colleague.post(place, theirs)).status).toBe(303);
    const mine = { ...theirs, metadata_text: '{"client_name": "Mine"}' };
    const conflict = await developer.post(place, mine);
    expect(conflict.status).toBe(409);
    expect(conflict.html).toContain('Somebody else has changed the draft');
    expect(conflict.html).toContain('Theirs');
    expect(conflict.html).toContain('name="over" value="2"');
    expect((await developer.post(place, { ...mine, over: '2' })).status).toBe(303);
    expect((await test.store.draft(scene.softwareId))?.metadataText).toContain('Mine');
    expect((await developer.get(`${place}/discard`)).status).toBe(200);
    expect((await developer.post(`${place}/discard`)).status).toBe(303);
    expect(await test.store.draft(scene.softwareId)).toBeUndefined();
  });

  it('fields become JSON and JSON becomes fields, and nothing is lost', async () => {
    const asJson = await developer.post(place, {
      mode: 'form',
      action: 'json',
      client_name: 'A & B',
      other: '{"client_name#ar": "مثال"}',
    });
    expect(asJson.html).toContain('name="mode" value="json"');
    expect(asJson.html).toContain('A &amp; B');
    expect(asJson.html).toContain('مثال');
    const asFields = await developer.post(place, {
      mode: 'json',
      action: 'form',
      metadata_text: JSON.stringify({ ...METADATA, redirect_uris: 'not a list' }),
    });
    expect(asFields.html).toContain('name="mode" value="form"');
    expect(asFields.html).toContain('not a list');
    const stays = await developer.post(place, { mode: 'json', action: 'form', metadata_text: '{' });
    expect(stays.html).toContain('name="mode" value="json"');
  });

  it('a document is fetched into the editor, or refused with a sentence', async () => {
    const url = 'https://app.example/oauth/client.json';
    internet.sites.set(url, {
      contentType: 'application/json',
      body: JSON.stringify({ client_id: url, ...METADATA, client_name: 'From afar' }),
    });
    const fetched = await developer.post(place, {
      mode: 'form',
      action: 'fetch',
      url,
      software_version: '3',
    });
    expect(fetched.html).toContain('value="From afar"');
    expect(fetched.html).toContain('value="3"');
    const refused = await developer.post(place, {
      mode: 'form',
      action: 'fetch',
      url: 'https://app.example/none',
      client_name: 'Kept',
    });
    expect([
      refused.status,
      refused.html.includes('It cannot be reached.'),
      refused.html.includes('value="Kept"'),
    ]).toEqual([422, true, true]);
  });

  it('begins with what is approved', async () => {
    const opened = await developer.get(place);
    expect(opened.html).toContain('Begun from');
    expect(opened.html).toContain('value="Example Application"');
    expect(opened.html).toContain('Nothing differs from what is approved');
  });

  it('begins with what was withdrawn or rejected last, whose version is free again', async () => {
    test.clock.advance(60);
    const metadata = { ...METADATA, client_name: 'Sent too early' };
    const sent = { softwareVersion: '7.0.0', metadata };
    const { id } = expectOk(await submit(test.issuer, scene.developer.actor, scene.softwareId, sent));
    expectOk(await withdraw(test.issuer, scene.developer.actor, id, 'wrong file'));
    const opened = await developer.get(place);
    expect(opened.html).toContain('value="Sent too early"');
    expect(opened.html).toContain('value="7.0.0"');
    expect(opened.html).toContain('withdrawn');
  });

  it('takes 200 redirect URIs, and says how many may be', async () => {
    const uris = Array.from({ length: 200 }, (_, i) => `https://app.example/${i}`).join('\r\n');
    const many = await developer.post(place, {
      mode: 'form',
      action: 'check',
      client_name: 'Many',
      redirect_uris: uris,
    });
    expect(many.status).toBe(200);
    expect(many.html).toContain('https://app.example/199');
    expect(many.html).toContain('redirect-uris-too-many');
  });

  it('software has a name that can be read, when it is registered and when it is renamed', async () => {
    const { publisherId, softwareId } = scene;
    for (const name of ['', '\u200B\u200B', 'a\u202Eb']) {
      const made = await developer.post('/console/software', { name, publisher_id: publisherId });
      const renamed = await developer.post(`/console/software/${softwareId}/name`, { name });
      expect([made.status, renamed.status]).toEqual([422, 422]);
      for (const { html } of [made, renamed]) expect(html).toMatch(/class="error" id="[\w-]+">must /);
    }
  });

  it('is closed to reviewers, operators and developers of others', async () => {
    const stranger = await visit(test, app, (await testScene(test)).developer.id);
    for (const visitor of [stranger, await visit(test, app, scene.reviewer.id)])
      for (const path of ['', '/discard']) expect((await visitor.get(`${place}${path}`)).status).toBe(403);
    expect((await stranger.postJson(`${place}/check`, {})).status).toBe(403);
    expect((await stranger.postJson(`${place}/draft`, { fields: [['over', '0']] })).status).toBe(403);
  });
});
