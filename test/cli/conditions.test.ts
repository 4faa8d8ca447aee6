import { afterAll, beforeAll, expect, it } from 'vitest';
import { submit } from '../../src/services/submit.ts';
import {
  expectOk,
  METADATA,
  testIssuer,
  testPerson,
  testScene,
  type Scene,
  type TestIssuer,
} from '../support/issuer.ts';
import { appFetch, commandLine } from './command-line.ts';

let test: TestIssuer;
let scene: Scene;

beforeAll(async () => {
  test = await testIssuer();
  scene = await testScene(test);
});
afterAll(() => test.close());

const at = (token: string) =>
  commandLine({
    fetch: appFetch(test),
    now: () => test.clock.now(),
    token,
    environment: { IMPRIMATUR_URL: test.issuer.identifier },
  });

async function submitted(softwareVersion: string): Promise<string> {
  const command = { softwareVersion, metadata: METADATA };
  return expectOk(await submit(test.issuer, scene.developer.actor, scene.softwareId, command)).id;
}

const CONDITIONS = ['--max-lifetime', '30d', '--audience', 'https://as.example'];
const WORDS = 'statements last at most 30 d, only for https://as.example';

it('an approval with conditions says them, and so does the submission', async () => {
  const id = await submitted('1.0.0');
  const approval = await at(scene.reviewer.token).run('approve', id, '--reason', 'a pilot', ...CONDITIONS);
  expect(approval).toEqual({
    code: 0,
    out: `Recorded. Submission ${id} is approved.\nConditions: ${WORDS}.\n`,
    error: '',
  });
  const shown = await at(scene.developer.token).run('show', id);
  expect(shown.out).toMatch(new RegExp(`^conditions +${WORDS}$`, 'm'));
  expect(shown.out).toContain(`a pilot; ${WORDS}`);
});

it('a statement beyond them is refused with what they are', async () => {
  const refused = await at(scene.developer.token).run('issue', scene.softwareId, '--lifetime', '60d');
  expect(refused.code).toBe(1);
  expect(refused.error).toContain('by a condition of the approval');
  const elsewhere = ['--audience', 'https://other.example'];
  expect((await at(scene.developer.token).run('issue', scene.softwareId, ...elsewhere)).error).toContain(
    'The approval was given for https://as.example',
  );
});

it('who decides on what another has claimed is told', async () => {
  const id = await submitted('1.1.0');
  const other = await testPerson(test, ['reviewer']);
  const now = test.clock.now();
  await test.store.claimReview({
    submissionId: id,
    personId: other.id,
    claimedAt: now,
    expiresAt: now + 1_800,
  });
  const { out } = await at(scene.reviewer.token).run('reject', id, '--reason', 'no');
  expect(out).toContain(`${other.id} had claimed it`);
});
