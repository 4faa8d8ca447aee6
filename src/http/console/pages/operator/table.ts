import type { Page } from '../../page.ts';
import { invitationPages } from './invitations.tsx';
import { keyStepPages } from './key-steps.tsx';
import { keyPage, keyPages } from './keys.tsx';
import { ledgerCheckPages } from './ledger-check.tsx';
import { ledgerEntryPages } from './ledger-entry.tsx';
import { ledgerPages } from './ledger.tsx';
import { memberPages } from './members.tsx';
import { overviewPages } from './overview.tsx';
import { peoplePage } from './people.tsx';
import { personChangePages } from './person-changes.tsx';
import { personStandingPages } from './person-standing.tsx';
import { personPage } from './person.tsx';
import { policyPages } from './policy.tsx';
import { publisherFormPages } from './publisher-forms.tsx';
import { publisherPage, publishersPage } from './publishers.tsx';
import { standingPages } from './standing.tsx';
import { statusListPages } from './status-lists.tsx';

/** What operators run the issuer with, and auditors look at. A path without parameters comes before one that would match it. */
export const operatorPages: readonly Page[] = [
  ...overviewPages,
  ...keyPages,
  ...keyStepPages,
  keyPage,
  peoplePage,
  ...invitationPages,
  personPage,
  ...personChangePages,
  ...personStandingPages,
  publishersPage,
  ...publisherFormPages,
  publisherPage,
  ...memberPages,
  ...standingPages,
  ...policyPages,
  ...statusListPages,
  ...ledgerPages,
  ...ledgerCheckPages,
  ...ledgerEntryPages,
];
