import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { DEFAULT_POLICY } from '../../src/domain/policy.ts';
import { replayOfSvid } from '../../src/domain/workload/token.ts';
import { housekeep } from '../../src/services/housekeeping.ts';
import { readLedgerPage } from '../../src/services/ledger-view.ts';
import { changePolicy } from '../../src/services/policies.ts';
import { readTimeline } from '../../src/services/timeline.ts';
import { bindWorkload } from '../../src/services/workloads/bindings.ts';
import { createApp } from '../../src/http/app.ts';
import { approve, expectOk, testIssuer, testScene, type Scene, type TestIssuer } from '../support/issuer.ts';
import { svidClaims, svidKey } from '../support/spire.ts';
import { EXCHANGE, postForm, STATEMENT } from '../support/token-client.ts';

const WORKLOAD = 'spiffe://example.org/ci';

let test: TestIssuer;
let scene: Scene;
let workloadId: string;
let svid: (more?: Readonly<Record<string, string>>) => Promise<string>;
let exchange: (token: string) => Promise<number>;

beforeEach(async () => {
  test = await testIssuer();
  scene = await testScene(test);
  await approve(test, scene);
  const key = await svidKey('a');
  const { version, ...policy } = DEFAULT_POLICY;
  const trustDomains = [
    { trustDomain: 'example.org', bundleUrl: null, bundle: { keys: [key.jwk] }, expectedIss: null },
  ];
  expectOk(
    await changePolicy(test.issuer, test.operator, {
      policy: { ...policy, exchange: { ...policy.exchange, trustDomains } },
      expectedVersion: version,
    }),
  );
  const rules = { kind: 'spiffe', trust_domain: 'example.org', spiffe_id: WORKLOAD };
  const command = { label: 'Release job', rules, mayFile: false };
  workloadId = expectOk(await bindWorkload(test.issuer, scene.developer.actor, scene.softwareId, command)).id;
  const app = createApp({ issuer: test.issuer, publications: test.publications, signIn: test.signIn });
  svid = (more = {}) => key.sign(svidClaims(WORKLOAD, test.issuer.identifier, test.clock.now(), more));
  exchange = async (token) => {
    const answer = await postForm(app, {
      grant_type: EXCHANGE,
      requested_token_type: STATEMENT,
      subject_token: token,
      subject_token_type: 'urn:ietf:params:oauth:token-type:jwt',
      software_id: scene.softwareId,
    });
    return answer.status;
  };
});
afterEach(() => test.close());

describe('a workload on every store', () => {
  it('is called by its label in the ledger and on the page of its software', async () => {
    expect(await exchange(await svid())).toBe(200);
    const page = expectOk(
      await readLedgerPage(test.issuer, test.operator, { kind: 'statement.issued' }, undefined, 5),
    );
    expect(page.names.get(workloadId)).toBe('Release job');
    const { items } = expectOk(
      await readTimeline(test.issuer, scene.developer.actor, scene.softwareId, { limit: 5 }),
    );
    expect(items[1]).toMatchObject({
      event: { type: 'workload_bound', label: 'Release job' },
    });
    expect(items[0]).toMatchObject({ by: 'the workload “Release job”', event: { type: 'issued' } });
  });

  it('gets one statement for a token, of many requests at once', async () => {
    const token = await svid();
    const answers = await Promise.all(Array.from({ length: 5 }, () => exchange(token)));
    expect(answers.toSorted((a, b) => a - b)).toEqual([200, 400, 400, 400, 400]);
  });

  it('whose used tokens are forgotten once they are refused for their age', async () => {
    const token = await svid();
    await exchange(token);
    const { id, expiresAt } = replayOfSvid(token, test.clock.now() + 300);
    expect(expiresAt).toBe(test.clock.now() + 421);
    test.clock.advance(420);
    await housekeep(test.issuer);
    expect(await test.store.isSpent(id)).toBe(true);
    test.clock.advance(2);
    await housekeep(test.issuer);
    expect(await test.store.isSpent(id)).toBe(false);
    expect(await exchange(token)).toBe(400);
  });
});
