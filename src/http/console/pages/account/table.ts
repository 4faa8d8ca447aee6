import type { Page } from '../../page.ts';
import { identityPages, passkeyPages, sessionPages } from './account-changes.tsx';
import { accountPage } from './account.tsx';
import { invitationPages } from './invitation.tsx';
import { openIdConnectPages } from './open-id-connect.ts';
import { signInPages } from './sign-in.tsx';
import { stepUpPages } from './step-up.tsx';

/** How people get in, and what they see to about it. */
export const accountPages: readonly Page[] = [
  ...signInPages,
  ...openIdConnectPages,
  ...invitationPages,
  ...stepUpPages,
  accountPage,
  ...passkeyPages,
  ...sessionPages,
  ...identityPages,
];
