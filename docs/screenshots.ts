import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { openSeededScene } from '../test/browser/support/scene.ts';
import { PLAIN } from '../test/browser/support/seed-texts.ts';
import { smallPng } from './small-png.ts';

/** Pictures of the main pages, over the issuer that the browser suite is seeded with; its clock stands still, so they hardly change. */
const DIRECTORY = join(process.cwd(), 'docs', 'screenshots');
const WIDE = { width: 1280, height: 800 };
/** Where an issuer listens unless it is told otherwise, so that the pictures show what readers will see. */
const PORT = 8787;
const NARROW = { width: 360, height: 740 };

const scene = await openSeededScene({ texts: PLAIN, port: PORT });
const { people, software, publishers, requests } = scene.seed;
const { developer, reviewer, operator } = people;

const PICTURES = [
  { name: 'home', path: '/', who: undefined },
  { name: 'catalogue', path: '/catalogue', who: undefined },
  { name: 'software', path: `/console/software/${software.main}`, who: developer.id },
  { name: 'submission', path: `/console/submissions/${software.submissions.expanding}`, who: developer.id },
  { name: 'editor', path: `/console/software/${software.main}/submit`, who: developer.id },
  { name: 'statement', path: `/console/statements/${software.statements.live}`, who: developer.id },
  { name: 'workloads', path: `/console/software/${software.main}/workloads`, who: developer.id },
  { name: 'authorize', path: `/console/authorize/${requests.ordinary}`, who: developer.id },
  { name: 'domains', path: `/console/publishers/${publishers.main}/domains`, who: developer.id },
  { name: 'queue', path: '/console/queue', who: reviewer.id },
  { name: 'review', path: `/console/review/${software.submissions.expanding}`, who: reviewer.id },
  {
    name: 'review-dark',
    path: `/console/review/${software.submissions.expanding}`,
    who: reviewer.id,
    dark: true,
  },
  { name: 'overview', path: '/console/overview', who: operator.id },
  { name: 'keys', path: '/console/keys', who: operator.id },
  { name: 'ledger', path: `/console/ledger?publisher=${publishers.main}`, who: operator.id },
  { name: 'policy', path: '/console/policy', who: operator.id },
  { name: 'queue-narrow', path: '/console/queue', who: reviewer.id, narrow: true, dark: true },
] as const;

mkdirSync(DIRECTORY, { recursive: true });
for (const picture of PICTURES) {
  const page = await scene.pageOf(picture.who, {
    viewport: 'narrow' in picture ? NARROW : WIDE,
    colorScheme: 'dark' in picture ? 'dark' : 'light',
  });
  await page.goto(picture.path);
  writeFileSync(join(DIRECTORY, `${picture.name}.png`), smallPng(await page.screenshot()));
  await page.context().close();
}
await scene.end();
