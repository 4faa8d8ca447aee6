import type { IssuerPolicy } from '../../../src/domain/policy.ts';
import { checkPendingEvidence } from '../../../src/services/evidence/check.ts';
import { changePolicy, readPolicy } from '../../../src/services/policies.ts';
import { suspendPublisher } from '../../../src/services/publisher-standing.ts';
import { expectOk } from '../../support/issuer.ts';
import { handsOf } from './seed-hands.ts';
import {
  hostileMetadata,
  metadataOf,
  type SeededPeople,
  type SeededPublishers,
  type Stage,
} from './stage.ts';

const DAY = 86_400;

/** What waits for people now: more authority, 200 redirect URIs, markup, one approval of two. */
export async function seedWaiting(
  stage: Stage,
  people: SeededPeople,
  publishers: SeededPublishers,
  software: { readonly main: string; readonly hostile: string },
) {
  const { issuer, daysBefore } = stage;
  const { developer, hostileDeveloper, operator } = people;
  const { create, send, issue } = handsOf(stage, people);
  daysBefore(6);
  await issue(developer, software.main, 90, ['https://as.example']);
  const hostile = await send(hostileDeveloper, software.hostile, {
    version: stage.texts.versions[1],
    metadata: {
      ...hostileMetadata(stage),
      token_endpoint_auth_method: 'none',
      scope: stage.texts.scopes[1],
    },
    note: stage.texts.text,
  });
  const archive = await create(developer, publishers.main, stage.texts.longName);
  const large = await send(developer, archive, {
    version: '1.0.0',
    metadata: {
      client_name: stage.texts.longName,
      redirect_uris: Array.from({ length: 200 }, (_, i) => `https://n.example/${i.toString(36)}`),
      grant_types: ['authorization_code'],
      response_types: ['code'],
      token_endpoint_auth_method: 'none',
    },
  });
  const halfApproved = await seedHalfApproved(stage, people, publishers);
  daysBefore(4);
  const expanding = await send(developer, software.main, {
    version: '2.0.0',
    metadata: metadataOf('Northwind Mail & Files', {
      redirect_uris: [
        'https://app.example/callback',
        'https://files.unverified.example/oauth',
        'http://localhost/cb',
      ],
      grant_types: ['authorization_code', 'refresh_token', 'client_credentials'],
      logo_uri: 'https://app.example/huge.png',
      policy_uri: 'https://gone.example/privacy',
      scope: 'openid profile email files.readwrite',
    }),
    note: 'Files come along, and a service of ours that reads them at night.',
  });
  const silence = 'The company does not answer.';
  expectOk(await suspendPublisher(issuer, operator.actor, publishers.suspended, silence));
  daysBefore(2);
  for (let pass = 0; pass < 3; pass += 1) await checkPendingEvidence(issuer);
  return { archive, submissions: { hostile, large, halfApproved, expanding } };
}

/** A submission that two reviewers must approve, and one has. */
async function seedHalfApproved(
  stage: Stage,
  people: SeededPeople,
  publishers: SeededPublishers,
): Promise<string> {
  const { developer, secondReviewer } = people;
  const { create, send, say } = handsOf(stage, people);
  await adjustPolicy(stage, people, (policy) => ({ ...policy, requiredApprovals: 2 }));
  const softwareId = await create(developer, publishers.main, 'Payments');
  const submission = await send(developer, softwareId, {
    version: '1.0.0',
    metadata: metadataOf('Payments'),
  });
  await say(secondReviewer, submission, {
    verdict: 'approve',
    reason: 'Fine by me; money moves here, so two of us look.',
    conditions: { maxLifetimeSeconds: 30 * DAY, audience: ['https://login.bank.example'] },
  });
  await adjustPolicy(stage, people, (policy) => ({ ...policy, requiredApprovals: 1 }));
  return submission;
}

type Adjustable = Omit<IssuerPolicy, 'version'>;

/** Puts another policy in force. */
export async function adjustPolicy(
  { issuer }: Stage,
  { operator }: SeededPeople,
  adjust: (policy: Adjustable) => Adjustable,
): Promise<void> {
  const { version, ...policy } = expectOk(await readPolicy(issuer, operator.actor));
  expectOk(await changePolicy(issuer, operator.actor, { policy: adjust(policy), expectedVersion: version }));
}
