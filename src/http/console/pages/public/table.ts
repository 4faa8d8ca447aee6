import type { Page } from '../../page.ts';

export const publicPages: readonly Page[] = [];
