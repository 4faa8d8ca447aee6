import type { Page } from '../../page.ts';
import { documentPages } from './document.tsx';
import { editorPages } from './editor.tsx';
import { issuePages } from './issue.tsx';
import { publisherPages } from './publisher.tsx';
import { softwareListPages } from './software-list.tsx';
import { softwarePages } from './software.tsx';
import { statementPages } from './statement.tsx';
import { submissionPages } from './submission.tsx';
import { tokenPages } from './tokens.tsx';
import { workloadPages } from './workloads.tsx';

/** What developers do: software, submissions, statements, and the domains of their publisher. A path without parameters comes before one that would match it. */
export const developerPages: readonly Page[] = [
  ...publisherPages,
  ...softwareListPages,
  ...editorPages,
  ...documentPages,
  ...issuePages,
  ...statementPages,
  ...workloadPages,
  ...softwarePages,
  ...submissionPages,
  ...tokenPages,
];
