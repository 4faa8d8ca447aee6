import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { watchDueDocuments } from '../../src/services/documents/watch.ts';
import { documentOctets, DOCUMENT_URL, serve } from '../support/documents.ts';
import { fakeClock, testPerson, testScene, type Scene as Cast } from '../support/issuer.ts';
import { follow, pathOf, press, said, write } from './support/at-page.ts';
import { axeFindings } from './support/axe.ts';
import { openScene, type Scene } from './support/scene.ts';

/** A document from its URL to a statement, and what everybody sees once it changes. One story, told in order. */
let scene: Scene;
let cast: Cast;
let developer: Page;
let reviewer: Page;
let place: string;
let statement = '';

beforeAll(async () => {
  scene = await openScene({ clock: fakeClock() });
  cast = await testScene(scene.site);
  serve(scene.site.internet, documentOctets());
  developer = await scene.pageOf(cast.developer.id);
  reviewer = await scene.pageOf(cast.reviewer.id);
  place = `/console/software/${cast.softwareId}`;
});
afterAll(() => scene.end());

const CHANGED = 'The document has changed since it was approved.';

describe('a document', () => {
  it('is looked at and submitted by its URL', async () => {
    await developer.goto(`${place}/submit`);
    await developer.getByText('Take it from a Client ID Metadata Document').click();
    await follow(developer, 'submit the document itself');
    await write(developer, 'URL of the document', DOCUMENT_URL);
    await developer.keyboard.press('Enter');
    await developer.getByRole('region', { name: 'The document as it is served' }).waitFor();
    expect(await said(developer)).toContain('can be submitted');
    expect(await axeFindings(developer)).toEqual([]);
    await press(developer, 'Submit the document for review');
    expect(pathOf(developer)).toMatch(/^\/console\/submissions\//);
    expect(await said(developer)).toContain('Watched once it is approved.');
    expect(await axeFindings(developer)).toEqual([]);
  });

  it('is compared with what is served, and approved', async () => {
    await reviewer.goto('/console/queue');
    await reviewer.locator('a.queue-link').first().click();
    await reviewer.waitForURL('**/console/review/*');
    await press(reviewer, 'Compare with what is served now');
    expect(await said(reviewer)).toContain('What is served this moment is exactly this document.');
    expect(await axeFindings(reviewer)).toEqual([]);
    await reviewer.getByLabel('Approve', { exact: true }).check();
    await write(reviewer, 'Reason', 'It is what they told us.');
    await press(reviewer, 'Go on');
    await press(reviewer, 'Approve');
    expect(await said(reviewer)).toContain('Your decision is recorded.');
  });

  it('gets a statement about its digest', async () => {
    await developer.goto(`${place}/issue`);
    await developer.getByLabel('About the document, by its digest').check();
    expect(await axeFindings(developer)).toEqual([]);
    await press(developer, 'Issue it');
    expect(await said(developer)).toContain('cimd_digest');
    statement = await developer.getByRole('region', { name: 'The statement', exact: true }).innerText();
    expect(await axeFindings(developer)).toEqual([]);
  });

  it('that changes is put before reviewers, and told to everybody concerned', async () => {
    serve(scene.site.internet, documentOctets({ client_name: 'Example, renamed' }));
    scene.site.clock.advance(3_600);
    await watchDueDocuments(scene.site.issuer);
    await developer.goto(place);
    expect(await said(developer)).toContain(CHANGED);
    expect(await axeFindings(developer)).toEqual([]);
    await reviewer.goto('/console/queue');
    expect(await said(reviewer)).toContain('document changed');
    expect(await axeFindings(reviewer)).toEqual([]);
    await reviewer.locator('a.queue-link').first().click();
    await reviewer.waitForURL('**/console/review/*');
    expect(await said(reviewer)).toContain('Nobody sent this: the issuer saw that the document changed.');
    expect(await axeFindings(reviewer)).toEqual([]);

    const operator = await scene.pageOf((await testPerson(scene.site, ['operator'])).id);
    await operator.goto('/console/overview');
    expect(await said(operator)).toContain('1 approved documents have changed');
    expect(await axeFindings(operator)).toEqual([]);

    const anybody = await scene.pageOf();
    await anybody.goto(`/catalogue/${cast.softwareId}`);
    expect(await said(anybody)).toContain('Its document has changed since it was approved.');
    expect(await axeFindings(anybody)).toEqual([]);
    await anybody.goto('/check');
    await write(anybody, 'Statement', statement);
    await press(anybody, 'Check');
    expect(await said(anybody)).toContain('It is ours, and its document has changed since.');
    expect(await axeFindings(anybody)).toEqual([]);
  });
});
