import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { JsonObject } from '../../src/domain/json.ts';
import { readCatalogueEntry } from '../../src/services/catalogue/entry.ts';
import { listCatalogue, type CatalogueQuery } from '../../src/services/catalogue/list.ts';
import { catalogueSize } from '../../src/services/catalogue/size.ts';
import { decide } from '../../src/services/decide.ts';
import { issueStatement } from '../../src/services/issue.ts';
import {
  reinstatePublisher,
  revokePublisher,
  suspendPublisher,
} from '../../src/services/publisher-standing.ts';
import { createPublisher } from '../../src/services/publishers.ts';
import { createSoftware } from '../../src/services/software.ts';
import { reinstateSoftware, revokeSoftware, suspendSoftware } from '../../src/services/software-standing.ts';
import { changeStatement } from '../../src/services/statement-standing.ts';
import { submit } from '../../src/services/submit.ts';
import {
  approve,
  expectOk,
  expectRefusal,
  METADATA,
  testIssuer,
  testPerson,
  testScene,
  type Scene,
  type TestIssuer,
} from '../support/issuer.ts';

let test: TestIssuer;
let scene: Scene;

beforeEach(async () => {
  test = await testIssuer();
  scene = await testScene(test);
});
afterEach(() => test.close());

/** Another software of the same publisher, approved unless said. */
async function vouched(name: string, metadata: JsonObject = {}): Promise<string> {
  const { id } = expectOk(
    await createSoftware(test.issuer, scene.developer.actor, { publisherId: scene.publisherId, name }),
  );
  test.clock.advance(1);
  await approve(test, { ...scene, softwareId: id }, { ...METADATA, ...metadata });
  return id;
}

async function names(query: CatalogueQuery): Promise<readonly string[]> {
  return (await listCatalogue(test.issuer, query, { limit: 50 })).items.map(({ name }) => name);
}

const entry = async () => expectOk(await readCatalogueEntry(test.issuer, scene.softwareId));

describe('the list', () => {
  it('holds what stands approved, the latest first, and nothing else', async () => {
    expect(await names({})).toEqual([]);
    await approve(test, scene);
    await vouched('B', { client_name: 'Second' });
    const { issuer, operator } = test;
    const waiting = expectOk(
      await createSoftware(issuer, scene.developer.actor, {
        publisherId: scene.publisherId,
        name: 'Waiting',
      }),
    );
    expectOk(
      await submit(issuer, scene.developer.actor, waiting.id, { softwareVersion: '1', metadata: METADATA }),
    );
    expect(await names({})).toEqual(['Second', 'Example Application']);
    expectOk(await revokeSoftware(issuer, operator, scene.softwareId, 'malware'));
    expect(await names({})).toEqual(['Second']);
    expectOk(await revokePublisher(issuer, operator, scene.publisherId, 'fraud'));
    expect(await names({})).toEqual([]);
  });

  it('says who, since when, where to, and whose hosts those are', async () => {
    await approve(test, scene, {
      ...METADATA,
      redirect_uris: [
        'https://app.example/a',
        'https://app.example/b',
        'https://deep.app.example/c',
        'http://127.0.0.1/d',
      ],
      application_type: 'native',
    });
    const [item] = (await listCatalogue(test.issuer, {}, { limit: 5 })).items;
    expect(item).toMatchObject({
      name: 'Example Application',
      softwareName: 'Example',
      publisherName: 'Example Ltd',
      verifiedDomains: ['app.example'],
      softwareVersion: '1.0.0',
      approvedAt: test.clock.now(),
      status: 'active',
      redirectPlaces: [
        { place: 'app.example', kind: 'web', isVerified: true, count: 2 },
        { place: 'deep.app.example', kind: 'web', isVerified: true, count: 1 },
        { place: '127.0.0.1', kind: 'loopback', isVerified: false, count: 1 },
      ],
    });
  });

  it('is searched by software, client and publisher name, in any case, without wildcards', async () => {
    await approve(test, scene);
    await vouched('Ledger tools', { client_name: 'Ärztekammer 100%_sure' });
    expect(await names({ search: ' ledger TOOLS ' })).toEqual(['Ärztekammer 100%_sure']);
    expect(await names({ search: 'EXAMPLE appl' })).toEqual(['Example Application']);
    expect(await names({ search: 'ärztekammer' })).toEqual(['Ärztekammer 100%_sure']);
    expect(await names({ search: 'A\u0308rztekammer' })).toEqual(['Ärztekammer 100%_sure']);
    expect(await names({ search: '0%_s' })).toEqual(['Ärztekammer 100%_sure']);
    expect(await names({ search: 'example ltd' })).toHaveLength(2);
    for (const search of ['%', '_x', "' OR 1=1 --", '"', 'x'.repeat(500)]) {
      const found = await names({ search });
      expect(found.every((name) => name.includes(search))).toBe(true);
    }
    expect(await names({ search: '   ' })).toHaveLength(2);
  });

  it('is filtered by publisher, domain and status', async () => {
    await approve(test, scene);
    const other = expectOk(
      await createPublisher(test.issuer, test.operator, {
        name: 'Other GmbH',
        verifiedDomains: ['other.example'],
        allowedScopes: null,
      }),
    );
    const developer = await testPerson(test, [], other.id);
    const { id } = expectOk(
      await createSoftware(test.issuer, developer.actor, { publisherId: other.id, name: 'Theirs' }),
    );
    const metadata = { ...METADATA, client_name: 'Theirs' };
    test.clock.advance(1);
    await approve(test, { ...scene, developer, publisherId: other.id, softwareId: id }, metadata);
    expect(await names({ publisherId: other.id })).toEqual(['Theirs']);
    expect(await names({ publisherId: 'nobody' })).toEqual([]);
    for (const domain of [
      'other.example',
      'OTHER.example',
      'www.other.example',
      'https://other.example/page',
    ])
      expect(await names({ domain })).toEqual(['Theirs']);
    for (const domain of ['example', 'another.example', 'ther.example', 'other.example.evil', '%'])
      expect(await names({ domain })).toEqual([]);

    expect(await names({ status: 'suspended' })).toEqual([]);
    expectOk(await suspendPublisher(test.issuer, test.operator, other.id, 'unpaid'));
    expectOk(await suspendSoftware(test.issuer, test.operator, scene.softwareId, 'odd'));
    expect(await names({ status: 'active' })).toEqual([]);
    expect(await names({ status: 'suspended' })).toEqual(['Theirs', 'Example Application']);
    expect(await names({ status: 'suspended', publisherId: other.id, search: 'their' })).toEqual(['Theirs']);
  });

  it('is read page by page, each software once', async () => {
    for (let i = 0; i < 7; i += 1) await vouched(`App ${i}`, { client_name: `App ${i}` });
    const seen: string[] = [];
    let after: string | undefined;
    do {
      const page: Awaited<ReturnType<typeof listCatalogue>> = await listCatalogue(
        test.issuer,
        { search: 'app' },
        { limit: 3, after },
      );
      seen.push(...page.items.map(({ name }) => name));
      after = page.next;
    } while (after !== undefined);
    expect(seen).toEqual([6, 5, 4, 3, 2, 1, 0].map((i) => `App ${i}`));
    expect(await listCatalogue(test.issuer, {}, { limit: 3, after: '0' })).toEqual({
      items: [],
      next: undefined,
    });
  });
});

describe('an entry', () => {
  it('is not there before something was approved, whatever happened', async () => {
    const hidden = async () => expectRefusal(await readCatalogueEntry(test.issuer, scene.softwareId));
    const notFound = { code: 'not_found', what: 'software', id: scene.softwareId };
    expect(await hidden()).toEqual(notFound);
    const { issuer, operator } = test;
    const { id } = expectOk(
      await submit(issuer, scene.developer.actor, scene.softwareId, {
        softwareVersion: '1',
        metadata: METADATA,
      }),
    );
    expectOk(await decide(issuer, scene.reviewer.actor, id, { verdict: 'reject', reason: 'no' }));
    expectOk(await suspendSoftware(issuer, operator, scene.softwareId, 'odd'));
    expectOk(await revokeSoftware(issuer, operator, scene.softwareId, 'worse'));
    expect(await hidden()).toEqual(notFound);
    expect(expectRefusal(await readCatalogueEntry(issuer, 'x'))).toEqual({ ...notFound, id: 'x' });
  });

  it('tells what was approved in words', async () => {
    await approve(test, scene);
    expect(await entry()).toMatchObject({
      name: 'Example Application',
      softwareName: 'Example',
      publisher: { name: 'Example Ltd', verifiedDomains: ['app.example'] },
      status: 'active',
      suspended: null,
      vouched: {
        softwareVersion: '1.0.0',
        approvedAt: test.clock.now(),
        grants: [
          { value: 'authorization_code', meaning: expect.stringContaining('sign in') },
          { value: 'refresh_token', meaning: expect.stringContaining('keeps access') },
        ],
        scopes: [{ value: 'openid' }, { value: 'profile' }],
        authentication: { value: 'private_key_jwt' },
      },
    });
  });

  it('counts statements by how they stand, and lists none', async () => {
    await approve(test, scene);
    const { issuer, operator } = test;
    const issue = async (lifetimeSeconds?: number) =>
      expectOk(await issueStatement(issuer, scene.developer.actor, scene.softwareId, { lifetimeSeconds }))
        .statement;
    const statements = [await issue(60), await issue(), await issue(), await issue()];
    test.clock.advance(61);
    expectOk(await changeStatement(issuer, operator, statements[1]?.jti ?? '', 'revoke', 'a secret'));
    expectOk(await changeStatement(issuer, operator, statements[2]?.jti ?? '', 'suspend', 'a secret'));
    const read = await entry();
    expect(read.statements).toEqual({ live: 1, suspended: 1, revoked: 1, expired: 1, isComplete: true });
    expectOk(await suspendSoftware(issuer, operator, scene.softwareId, 'a secret'));
    expect((await entry()).statements).toMatchObject({ live: 0, suspended: 2, revoked: 1, expired: 1 });
    const text = JSON.stringify([read, await entry()]);
    for (const { jti, jwt } of statements) {
      expect(text).not.toContain(jti);
      expect(text).not.toContain(jwt);
    }
    expect(text).not.toContain('a secret');
  });

  it('tells its history: no names, no reasons, nothing from before it was vouched for', async () => {
    const { issuer, operator } = test;
    const step = async (work: () => Promise<unknown>) => {
      test.clock.advance(10);
      await work();
    };
    await step(() => suspendPublisher(issuer, operator, scene.publisherId, 'early'));
    await step(() => reinstatePublisher(issuer, operator, scene.publisherId, 'early'));
    await step(() => approve(test, scene));
    await step(() => approve(test, scene, { ...METADATA, scope: 'openid' }, '2.0.0'));
    await step(() => suspendSoftware(issuer, operator, scene.softwareId, 'because of Mallory'));
    await step(() => reinstateSoftware(issuer, operator, scene.softwareId, 'because of Mallory'));
    await step(() => suspendPublisher(issuer, operator, scene.publisherId, 'because of Mallory'));
    expect(await entry()).toMatchObject({ status: 'suspended', suspended: 'publisher' });
    await step(() => reinstatePublisher(issuer, operator, scene.publisherId, 'because of Mallory'));
    await step(() => revokeSoftware(issuer, operator, scene.softwareId, 'because of Mallory'));
    const read = await entry();
    expect(read.history.map(({ kind, softwareVersion }) => `${kind} ${softwareVersion}`)).toEqual([
      'revoked null',
      'publisher_reinstated null',
      'publisher_suspended null',
      'reinstated null',
      'suspended null',
      'superseded 1.0.0',
      'approved 2.0.0',
      'approved 1.0.0',
    ]);
    expect(read.history.map(({ at }) => test.clock.now() - at)).toEqual([0, 10, 20, 30, 40, 50, 50, 60]);
    const text = JSON.stringify(read);
    for (const secret of ['Mallory', operator.personId, scene.reviewer.id, scene.developer.id])
      expect(text).not.toContain(secret);
  });

  it('of a revoked publisher or software is withdrawn: its history stays under its address', async () => {
    await approve(test, scene);
    expectOk(await revokePublisher(test.issuer, test.operator, scene.publisherId, 'fraud'));
    const read = await entry();
    expect(read).toMatchObject({ name: 'Example', status: 'withdrawn', vouched: null, suspended: null });
    expect(read.history.map(({ kind }) => kind)).toEqual(['publisher_revoked', 'approved']);
  });
});

it('how much is vouched for is counted once a minute', async () => {
  expect(await catalogueSize(test.issuer)).toEqual({ software: 0, publishers: 0, liveStatements: 0 });
  await approve(test, scene);
  expectOk(await issueStatement(test.issuer, scene.developer.actor, scene.softwareId, {}));
  expect(await catalogueSize(test.issuer)).toMatchObject({ software: 0 });
  test.clock.advance(60);
  expect(await catalogueSize(test.issuer)).toEqual({ software: 1, publishers: 1, liveStatements: 1 });
  test.clock.advance(-3_600);
  expectOk(await revokeSoftware(test.issuer, test.operator, scene.softwareId, 'malware'));
  expect(await catalogueSize(test.issuer)).toEqual({ software: 0, publishers: 0, liveStatements: 0 });
});
