import type { Page } from '../../page.ts';
import { approvalPages } from './approval.tsx';
import { requestPages } from './request.ts';

/** The redirect flow: where clients send people, and where those answer. */
export const authorizePages: readonly Page[] = [...requestPages, ...approvalPages];
