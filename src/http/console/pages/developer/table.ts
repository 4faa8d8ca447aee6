import type { Page } from '../../page.ts';
import { publisherPages } from './publisher.tsx';

/** What developers do: software, submissions, statements, and the domains of their publisher. A path without parameters comes before one that would match it. */
export const developerPages: readonly Page[] = [...publisherPages];
