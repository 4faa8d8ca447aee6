import { afterAll, beforeAll, expect, it } from 'vitest';
import { saveDraft } from '../../src/services/drafts.ts';
import { expectOk } from '../support/issuer.ts';
import { axeFindings } from './support/axe.ts';
import { openSeededScene } from './support/scene.ts';

let scene: Awaited<ReturnType<typeof openSeededScene>>;
beforeAll(async () => {
  scene = await openSeededScene();
});
afterAll(() => scene.end());

it('findings appear at the field while somebody types, and go when they are put right', async () => {
  const { seed } = scene;
  const page = await scene.pageOf(seed.people.developer.id);
  await page.goto(`/console/software/${seed.software.main}/submit`);
  const said = page.locator('[data-said="redirect_uris"]');
  await page.fill('#redirect_uris', 'http://app.example/"><img src=x onerror="window.__hacked=1">');
  await said.getByText('redirect-uri-invalid').waitFor();
  expect(await said.locator('img').count()).toBe(0);
  expect(await axeFindings(page)).toEqual([]);
  await page.getByText('Put it right before you submit.').waitFor();
  await page.fill('#redirect_uris', 'https://app.example/callback\nhttps://app.example/new');
  await said.getByText('redirect-uri-invalid').waitFor({ state: 'detached' });
  await page.locator('[data-changes]').getByText('https://app.example/new').waitFor();
  expect(await page.locator('[data-summary]').textContent()).toContain('can be submitted');
  await page.close();
});

it('the draft keeps itself, and says so when somebody else has changed it', async () => {
  const { seed, site } = scene;
  const { developer, colleague } = seed.people;
  const { main } = seed.software;
  const page = await scene.pageOf(developer.id);
  await page.goto(`/console/software/${main}/submit`);
  await page.fill('#note', 'Kept without a button.');
  await page.getByText('Draft saved.').waitFor();
  const kept = await site.issuer.store.draft(main);
  expect(kept?.note).toBe('Kept without a button.');
  await page.reload();
  expect(await page.inputValue('#note')).toBe('Kept without a button.');

  const text = { softwareVersion: '9', metadataText: '{"client_name": "Theirs"}', note: 'theirs' };
  expectOk(await saveDraft(site.issuer, colleague.actor, main, text, kept?.version ?? 0));
  await page.fill('#note', 'Mine, later.');
  await page.getByText('Somebody else has changed the draft.').waitFor();
  expect((await site.issuer.store.draft(main))?.note).toBe('theirs');
  await page.getByRole('button', { name: 'Save the draft' }).click();
  await page.getByText('Their text').waitFor();
  expect(await page.inputValue('#note')).toBe('Mine, later.');
  await page.close();
});
