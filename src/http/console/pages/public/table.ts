import type { Page } from '../../page.ts';
import { catalogueEntryPage } from './catalogue-entry.tsx';
import { cataloguePage } from './catalogue.tsx';
import { checkPages } from './check.tsx';
import { guidePages } from './guides.tsx';
import { homePage } from './home.tsx';

/** What anybody may see without signing in. */
export const publicPages: readonly Page[] = [
  homePage,
  cataloguePage,
  catalogueEntryPage,
  ...checkPages,
  ...guidePages,
];
