import type { Page } from './page.ts';
import { accountPages } from './pages/account/table.ts';
import { assetPages } from './pages/assets.ts';
import { authorizePages } from './pages/authorize/table.ts';
import { developerPages } from './pages/developer/table.ts';
import { offlinePages } from './pages/offline.tsx';
import { operatorPages } from './pages/operator/table.ts';
import { publicPages } from './pages/public/table.ts';
import { reviewerPages } from './pages/reviewer/table.ts';
import { startPages } from './pages/start.ts';

/** Every page of the console. What is not in this table is not served. */
export const PAGES: readonly Page[] = [
  ...publicPages,
  ...accountPages,
  ...startPages,
  ...authorizePages,
  ...assetPages,
  ...offlinePages,
  ...developerPages,
  ...reviewerPages,
  ...operatorPages,
];
