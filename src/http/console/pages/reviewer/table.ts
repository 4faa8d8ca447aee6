import type { Page } from '../../page.ts';
import { queuePages } from './queue.tsx';
import { reviewPages } from './review-pages.tsx';

/** Where reviewers choose what to read, and decide. */
export const reviewerPages: readonly Page[] = [...queuePages, ...reviewPages];
