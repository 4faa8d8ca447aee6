import { afterEach, beforeEach, expect, it } from 'vitest';
import { createHousekeeper, type Housekeeper } from '../../src/node/housekeeper.ts';
import { submit } from '../../src/services/submit.ts';
import { testInternet, type TestInternet } from '../support/internet.ts';
import { expectOk, METADATA, testIssuer, testScene, type Scene, type TestIssuer } from '../support/issuer.ts';

let internet: TestInternet;
let test: TestIssuer;
let scene: Scene;
let housekeeper: Housekeeper;

beforeEach(async () => {
  internet = testInternet();
  test = await testIssuer(internet);
  scene = await testScene(test);
  housekeeper = createHousekeeper(test.issuer);
});
afterEach(() => test.close());

function submitted(softwareVersion: string) {
  const command = { softwareVersion, metadata: METADATA };
  return submit(housekeeper.watched, scene.developer.actor, scene.softwareId, command);
}

it('evidence is looked at soon after a submission, and again after the next', async () => {
  internet.sites.set('https://app.example/jwks.json', 'content_type');
  for (const version of ['1', '2']) {
    const { id } = expectOk(await submitted(version));
    await expect
      .poll(async () => (await test.store.evidence(id)).map(({ outcome }) => outcome), { timeout: 5_000 })
      .toEqual(['fails']);
  }
  await housekeeper.stop();
});

it('after it was stopped nothing is begun', async () => {
  await housekeeper.stop();
  expectOk(await submitted('1'));
  await new Promise((resolve) => {
    setTimeout(resolve, 700);
  });
  expect(internet.asked).toEqual([]);
});
