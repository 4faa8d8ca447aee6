import { commentEndpoints } from './comments.ts';
import { documentEndpoints } from './documents.ts';
import { domainEndpoints } from './domains.ts';
import type { Endpoint } from './endpoint.ts';
import { decisionEndpoints } from './decisions.ts';
import { identityEndpoints } from './identity.ts';
import { initialAccessTokenEndpoints } from './initial-access-tokens.ts';
import { invitationEndpoints } from './invitations.ts';
import { keyEndpoints } from './keys.ts';
import { ledgerEndpoints } from './ledger.ts';
import { peopleEndpoints } from './people.ts';
import { policyEndpoints } from './policy.ts';
import { publisherEndpoints } from './publishers.ts';
import { queueEndpoints } from './review-queue.ts';
import { softwareEndpoints } from './software.ts';
import { statementEndpoints } from './statements.ts';
import { submissionEndpoints } from './submissions.ts';
import { tokenEndpoints } from './tokens.ts';
import { workloadEndpoints } from './workloads.ts';

/** Every endpoint of the API. What is not in this table is not served, documented or tested. */
export const ENDPOINTS: readonly Endpoint[] = [
  ...identityEndpoints,
  ...publisherEndpoints,
  ...domainEndpoints,
  ...peopleEndpoints,
  ...invitationEndpoints,
  ...tokenEndpoints,
  ...softwareEndpoints,
  ...submissionEndpoints,
  ...documentEndpoints,
  ...commentEndpoints,
  ...queueEndpoints,
  ...decisionEndpoints,
  ...statementEndpoints,
  ...workloadEndpoints,
  ...initialAccessTokenEndpoints,
  ...keyEndpoints,
  ...ledgerEndpoints,
  ...policyEndpoints,
];
