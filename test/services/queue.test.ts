import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { JsonObject } from '../../src/domain/json.ts';
import { QUEUE_ORDERS, type QueueOrder } from '../../src/ports.ts';
import { decide } from '../../src/services/decide.ts';
import { currentPolicy } from '../../src/services/issuer.ts';
import { changePolicy } from '../../src/services/policies.ts';
import { createPublisher } from '../../src/services/publishers.ts';
import { nextForReview, reviewQueue, type QueueItem, type QueueQuery } from '../../src/services/queue.ts';
import { claimReview } from '../../src/services/review-claims.ts';
import { createSoftware } from '../../src/services/software.ts';
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
  type TestPerson,
} from '../support/issuer.ts';

let test: TestIssuer;
let scene: Scene;

beforeEach(async () => {
  test = await testIssuer();
  scene = await testScene(test);
});
afterEach(() => test.close());

/** Metadata with so many redirect URIs, so that its risk is known to rise with them. */
const withRedirects = (count: number): JsonObject => ({
  ...METADATA,
  redirect_uris: Array.from({ length: count }, (_, i) => `https://app.example/callback/${i}`),
});

/** Metadata that adds little: of medium risk. */
const SMALL: JsonObject = {
  redirect_uris: ['https://app.example/callback'],
  token_endpoint_auth_method: 'none',
};

/** Submits metadata for another software of the scene's publisher, a second later than the one before. */
async function submitted(name: string, metadata: JsonObject = METADATA): Promise<string> {
  test.clock.advance(1);
  const { actor } = scene.developer;
  const software = expectOk(
    await createSoftware(test.issuer, actor, { publisherId: scene.publisherId, name }),
  );
  return expectOk(await submit(test.issuer, actor, software.id, { softwareVersion: '1.0.0', metadata })).id;
}

const queue = (query: QueueQuery = {}, order?: QueueOrder, { actor }: TestPerson = scene.reviewer) =>
  reviewQueue(test.issuer, actor, query, { limit: 50 }, order);
const names = (items: readonly QueueItem[]) => items.map(({ softwareName }) => softwareName);

describe('the order of the queue', () => {
  it('is highest risk first, then oldest, unless another is asked for', async () => {
    await submitted('quiet');
    await submitted('loud', withRedirects(9));
    await submitted('quiet too');
    expect(names(expectOk(await queue()).items)).toEqual(['loud', 'quiet', 'quiet too']);
    expect(names(expectOk(await queue({}, 'oldest')).items)).toEqual(['quiet', 'loud', 'quiet too']);
    expect(names(expectOk(await queue({}, 'newest')).items)).toEqual(['quiet too', 'loud', 'quiet']);
  });

  it.each(QUEUE_ORDERS)('%s is the same page by page', async (order) => {
    for (const [i, redirects] of [2, 1, 3, 1, 2, 1, 3].entries())
      await submitted(`software ${i}`, withRedirects(redirects));
    const whole = names(expectOk(await queue({}, order)).items);
    expect(whole).toHaveLength(7);
    for (const limit of [1, 2, 3, 7]) {
      const seen: string[] = [];
      let after: string | undefined;
      do {
        const page = expectOk(
          await reviewQueue(test.issuer, scene.reviewer.actor, {}, { after, limit }, order),
        );
        seen.push(...names(page.items));
        after = page.next ?? undefined;
      } while (after !== undefined);
      expect(seen).toEqual(whole);
    }
  });

  it('takes no end of a page for one of another order', async () => {
    const page = { after: '01900000-0000-7000-8000-000000000006', limit: 5 };
    expect(
      expectRefusal(await reviewQueue(test.issuer, scene.reviewer.actor, {}, page, 'attention')),
    ).toMatchObject({ code: 'invalid_input', problems: [{ pointer: '/after' }] });
  });
});

describe('an item', () => {
  it('says whose it is, how old, what it adds and what was found', async () => {
    await approve(test, scene);
    await submitted('Wallet', {
      ...METADATA,
      client_name: 'Wallet for You',
      redirect_uris: ['http://localhost/callback', 'https://app.example/callback'],
    });
    test.clock.advance(3_600);
    const [item] = expectOk(await queue()).items;
    expect(item).toMatchObject({
      softwareName: 'Wallet',
      clientName: 'Wallet for You',
      publisherName: 'Example Ltd',
      ageSeconds: 3_600,
      findings: { error: 0, warning: 1, info: 0 },
      waitingApprovals: 1,
      claim: null,
      record: { approved: 1, rejected: 0, revokedStatements: 0 },
    });
    expect(item?.expansions).toBe(
      item?.submission.changes.filter(({ effect }) => effect === 'expands').length,
    );
  });

  it('says how many approvals it waits for where two are needed', async () => {
    const policy = await currentPolicy(test.issuer);
    const change = { policy: { ...policy, requiredApprovals: 2 as const }, expectedVersion: policy.version };
    expectOk(await changePolicy(test.issuer, test.operator, change));
    const id = await submitted('twice');
    expect(expectOk(await queue()).items[0]?.waitingApprovals).toBe(2);
    const approval = { verdict: 'approve', reason: 'yes' } as const;
    expectOk(await decide(test.issuer, scene.reviewer.actor, id, approval));
    expect(expectOk(await queue()).items[0]?.waitingApprovals).toBe(1);
  });
});

describe('the filters', () => {
  beforeEach(async () => {
    await submitted('Mail', SMALL);
    await submitted('Maps', withRedirects(9));
  });

  it('by risk', async () => {
    const [mail, maps] = expectOk(await queue({}, 'oldest')).items.map(({ submission }) => submission);
    expect([mail?.riskLevel, maps?.riskLevel]).toEqual(['medium', 'high']);
    expect(names(expectOk(await queue({ riskLevel: 'high' })).items)).toEqual(['Maps']);
    expect(names(expectOk(await queue({ riskLevel: 'low' })).items)).toEqual([]);
  });

  it('by state', async () => {
    const id = await submitted('Gone');
    expectOk(await decide(test.issuer, scene.reviewer.actor, id, { verdict: 'reject', reason: 'no' }));
    expect(names(expectOk(await queue({ state: 'rejected' })).items)).toEqual(['Gone']);
    expect(expectOk(await queue()).items).toHaveLength(2);
  });

  it('by publisher', async () => {
    const other = expectOk(
      await createPublisher(test.issuer, test.operator, {
        name: 'Other GmbH',
        verifiedDomains: [],
        allowedScopes: null,
      }),
    );
    expect(names(expectOk(await queue({ publisherId: other.id })).items)).toEqual([]);
    expect(expectOk(await queue({ publisherId: scene.publisherId })).items).toHaveLength(2);
  });

  it('by whether authority is added', async () => {
    await approve(test, scene);
    test.clock.advance(1);
    const again = { softwareVersion: '1.1.0', metadata: { ...METADATA, tos_uri: 'https://app.example/tos' } };
    expectOk(await submit(test.issuer, scene.developer.actor, scene.softwareId, again));
    expect(names(expectOk(await queue({}, 'newest')).items)).toEqual(['Example', 'Maps', 'Mail']);
    expect(names(expectOk(await queue({ expands: true }, 'newest')).items)).toEqual(['Maps', 'Mail']);
  });

  it('by claim, one’s own or nobody’s', async () => {
    const other = await testPerson(test, ['reviewer']);
    const [maps] = expectOk(await queue()).items;
    expectOk(await claimReview(test.issuer, scene.reviewer.actor, maps?.submission.id ?? ''));
    expect(names(expectOk(await queue({ claim: 'mine' })).items)).toEqual(['Maps']);
    expect(names(expectOk(await queue({ claim: 'mine' }, 'attention', other)).items)).toEqual([]);
    expect(names(expectOk(await queue({ claim: 'unclaimed' })).items)).toEqual(['Mail']);
    expect(expectOk(await queue()).items[0]?.claim).toMatchObject({
      personId: scene.reviewer.id,
      personName: 'reviewer',
    });
    test.clock.advance(1_800);
    expect(expectOk(await queue({ claim: 'unclaimed' })).items).toHaveLength(2);
    expect(expectOk(await queue()).items[0]?.claim).toBeNull();
  });

  it.each([
    ['mAp', ['Maps']],
    [' ma ', ['Maps', 'Mail']],
    ['example l', ['Maps', 'Mail']],
    ['%', ['Maps', 'Mail']],
    ['nothing', []],
    ['', ['Maps', 'Mail']],
  ])('by a name that holds %j', async (search, found) => {
    expect(names(expectOk(await queue({ search })).items)).toEqual(found);
  });
});

it('a developer sees the queue of their own publishers alone', async () => {
  await submitted('Mail');
  const stranger = await testScene(test);
  expect(expectOk(await queue({}, 'attention', stranger.developer)).items).toEqual([]);
  expect(names(expectOk(await queue({}, 'attention', scene.developer)).items)).toEqual(['Mail']);
  expect(
    expectRefusal(await queue({ publisherId: scene.publisherId }, 'attention', stranger.developer)),
  ).toMatchObject({ code: 'role_needed' });
});

describe('the next one for a reviewer', () => {
  const next = async (person: TestPerson = scene.reviewer, after?: QueueItem) =>
    expectOk(await nextForReview(test.issuer, person.actor, after?.submission));

  it('is the first that nobody else has claimed', async () => {
    const other = await testPerson(test, ['reviewer']);
    await submitted('Mail');
    const loud = await submitted('Maps', withRedirects(9));
    expect((await next())?.softwareName).toBe('Maps');
    expectOk(await claimReview(test.issuer, other.actor, loud));
    expect((await next())?.softwareName).toBe('Mail');
    expect((await next(other))?.softwareName).toBe('Maps');
  });

  it('comes after the one they come from, and begins again at the front', async () => {
    await submitted('Mail');
    await submitted('Maps', withRedirects(9));
    const first = await next();
    const second = await next(scene.reviewer, first);
    expect([first?.softwareName, second?.softwareName]).toEqual(['Maps', 'Mail']);
    expect((await next(scene.reviewer, second))?.softwareName).toBe('Maps');
  });

  it('is never the one they come from', async () => {
    await submitted('Mail');
    const only = await next();
    expect(only?.softwareName).toBe('Mail');
    expect(await next(scene.reviewer, only)).toBeUndefined();
  });

  it('is none that four eyes keep them from: of their publisher, their own, or decided before', async () => {
    const policy = await currentPolicy(test.issuer);
    const change = { policy: { ...policy, requiredApprovals: 2 as const }, expectedVersion: policy.version };
    expectOk(await changePolicy(test.issuer, test.operator, change));
    const colleague = await testPerson(test, ['reviewer'], scene.publisherId);
    const id = await submitted('Mail');
    expect(await next(colleague)).toBeUndefined();
    const approval = { verdict: 'approve', reason: 'yes' } as const;
    expectOk(await decide(test.issuer, scene.reviewer.actor, id, approval));
    expect(await next()).toBeUndefined();
    expect((await next(await testPerson(test, ['reviewer'])))?.softwareName).toBe('Mail');
  });

  it('is told to reviewers alone, with a fresh passkey or without', async () => {
    await submitted('Mail');
    expect(expectRefusal(await nextForReview(test.issuer, scene.developer.actor))).toMatchObject({
      code: 'role_needed',
    });
    const { actor } = scene.reviewer;
    const stale = { ...actor, credential: { type: 'session', id: 'a session', isFresh: false } } as const;
    expect(expectOk(await nextForReview(test.issuer, stale))?.softwareName).toBe('Mail');
  });
});
