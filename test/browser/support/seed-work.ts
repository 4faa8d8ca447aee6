import { claimDomain } from '../../../src/services/domains/claim.ts';
import { checkDueDomains } from '../../../src/services/domains/check.ts';
import { commentOn } from '../../../src/services/comments.ts';
import { saveDraft } from '../../../src/services/drafts.ts';
import { claimReview } from '../../../src/services/review-claims.ts';
import { inviteToRecover, invite, revokeInvitation } from '../../../src/services/sign-in/invite.ts';
import { startSession } from '../../../src/services/sign-in/sessions.ts';
import { domainProof, proofRecordName } from '../../../src/domain/domain-claim.ts';
import { expectOk, type TestPerson } from '../../support/issuer.ts';
import { ARABIC_NAME, HEBREW_NAME } from './seed-texts.ts';
import {
  metadataOf,
  type SeededPeople,
  type SeededPublishers,
  type SeededSoftware,
  type Stage,
} from './stage.ts';
import { seedWorkloads, type SeededWorkloads } from './seed-workloads.ts';

/** What people are in the middle of. */
export type SeededWork = {
  /** Ids of claims to domains, of the first publisher. */
  readonly domains: { readonly verified: string; readonly pending: string };
  readonly hostileDomain: string;
  /** Paths of one-time links. */
  readonly links: {
    readonly open: string;
    readonly openHostile: string;
    readonly revoked: string;
    readonly expired: string;
  };
  readonly openInvitation: string;
  readonly workloads: SeededWorkloads;
};

const DAY = 86_400;

/** Talk, drafts, claims to submissions and domains, invitations, sessions. */
export async function seedWork(
  stage: Stage,
  people: SeededPeople,
  publishers: SeededPublishers,
  software: SeededSoftware,
): Promise<SeededWork> {
  const { main, hostile, submissions } = software;
  const { issuer, later, daysBefore } = stage;
  const { developer, reviewer, secondReviewer, hostileDeveloper } = people;
  const expired = expectOk(
    await invite(issuer, people.operator.actor, {
      name: 'Somebody late',
      email: null,
      roles: ['auditor'],
      publisherId: null,
      lifetimeSeconds: 3_600,
    }),
  );
  const domains = await seedDomains(stage, people, publishers);

  daysBefore(1);
  const say = async (by: TestPerson, submissionId: string, text: string) =>
    later(expectOk(await commentOn(issuer, by.actor, submissionId, text)));
  await say(
    reviewer,
    submissions.expanding,
    'Which of your services reads the files at night, and from where?',
  );
  await say(
    developer,
    submissions.expanding,
    'Only the indexer. It runs in our own network.\n\nIt never writes.',
  );
  await say(reviewer, submissions.changesRequested, 'The page is still the old one.');
  await say(hostileDeveloper, submissions.hostile, stage.texts.text);
  await say(secondReviewer, submissions.hostile, `${ARABIC_NAME} ${HEBREW_NAME} ${stage.texts.longComment}`);
  await seedDrafts(stage, people, main, hostile);
  for (const { id } of [developer, reviewer, people.operator, people.auditor, hostileDeveloper])
    await seedSessions(stage, id);

  const workloads = await seedWorkloads(stage, people, software);

  daysBefore(0);
  const draft = { email: null, roles: ['reviewer'], publisherId: publishers.main } as const;
  const open = expectOk(
    await invite(issuer, people.operator.actor, { ...draft, name: 'Nadia New', lifetimeSeconds: 5 * DAY }),
  );
  const openHostile = expectOk(
    await invite(issuer, people.operator.actor, {
      ...draft,
      name: stage.texts.name,
      publisherId: publishers.hostile,
    }),
  );
  const revoked = expectOk(
    await invite(issuer, people.operator.actor, { ...draft, name: stage.texts.name.slice(0, 90) }),
  );
  expectOk(await revokeInvitation(issuer, people.operator.actor, revoked.invitation.id));
  expectOk(await inviteToRecover(issuer, people.operator.actor, people.colleague.id));
  expectOk(await claimReview(issuer, secondReviewer.actor, submissions.large));
  return {
    ...domains,
    links: {
      open: pathOf(open.link),
      openHostile: pathOf(openHostile.link),
      revoked: pathOf(revoked.link),
      expired: pathOf(expired.link),
    },
    openInvitation: open.invitation.id,
    workloads,
  };
}

function pathOf(link: string): string {
  return new URL(link).pathname;
}

async function seedDomains(
  { issuer, internet, texts }: Stage,
  people: SeededPeople,
  publishers: SeededPublishers,
) {
  const claim = async (by: TestPerson, publisherId: string, domain: string) =>
    expectOk(await claimDomain(issuer, by.actor, publisherId, domain));
  const verified = await claim(people.developer, publishers.main, 'files.example');
  internet.records.set(proofRecordName('files.example'), [domainProof(verified)]);
  const pending = await claim(people.developer, publishers.main, 'mail.pending.example');
  internet.records.set(proofRecordName('mail.pending.example'), ['v=spf1 -all', texts.record]);
  const hostile = await claim(people.hostileDeveloper, publishers.hostile, 'cdn.hostile-two.example');
  await checkDueDomains(issuer);
  return { domains: { verified: verified.id, pending: pending.id }, hostileDomain: hostile.id };
}

async function seedDrafts(
  { issuer, texts }: Stage,
  people: SeededPeople,
  main: string,
  hostile: string,
): Promise<void> {
  const metadataText = JSON.stringify(
    metadataOf('Northwind Mail', {
      redirect_uris: ['http://app.example/callback', 'https://*.app.example/cb'],
    }),
    null,
    2,
  );
  const text = { softwareVersion: '2.0.1', metadataText, note: 'Not finished.' };
  expectOk(await saveDraft(issuer, people.developer.actor, main, text, 0));
  const attack = { softwareVersion: texts.name, metadataText: texts.text, note: texts.text };
  expectOk(await saveDraft(issuer, people.hostileDeveloper.actor, hostile, attack, 0));
}

async function seedSessions({ issuer, later, texts }: Stage, personId: string): Promise<void> {
  const person = await issuer.store.person(personId);
  if (person === undefined) throw new Error(`no person ${personId}`);
  for (const userAgent of ['Mozilla/5.0 (X11; Linux x86_64) Firefox/140.0', texts.userAgent])
    later(expectOk(await startSession(issuer, person, { method: 'passkey', userAgent })));
}
