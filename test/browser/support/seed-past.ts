import { renewStatement } from '../../../src/services/issue.ts';
import { suspendSoftware } from '../../../src/services/software-standing.ts';
import { changeStatement } from '../../../src/services/statement-standing.ts';
import { withdraw } from '../../../src/services/withdraw.ts';
import { expectOk } from '../../support/issuer.ts';
import { handsOf } from './seed-hands.ts';
import { ARABIC_NAME, HEBREW_NAME } from './seed-texts.ts';
import {
  hostileMetadata,
  metadataOf,
  type SeededPeople,
  type SeededPublishers,
  type Stage,
} from './stage.ts';

const DAY = 86_400;

/** What was sent and decided until a month ago: every state a submission and a statement can end in. */
export async function seedPast(stage: Stage, people: SeededPeople, publishers: SeededPublishers) {
  const main = await seedMain(stage, people, publishers);
  const decided = await seedDecided(stage, people, publishers);
  const foreign = await seedForeign(stage, people, publishers);
  return {
    main: main.softwareId,
    hostile: foreign.softwareId,
    suspended: decided.suspended,
    submissions: { ...main.submissions, ...decided.submissions },
    statements: { ...main.statements, hostile: foreign.statement },
  };
}

async function seedMain(stage: Stage, people: SeededPeople, publishers: SeededPublishers) {
  const { issuer, daysBefore } = stage;
  const { developer, operator, reviewer } = people;
  const { create, send, approve, say, issue } = handsOf(stage, people);
  daysBefore(150);
  const softwareId = await create(developer, publishers.main, 'Northwind Mail');
  const superseded = await approve(
    await send(developer, softwareId, {
      version: '1.0.0',
      metadata: metadataOf('Northwind Mail'),
      note: 'The first release.',
    }),
  );
  const expired = await issue(developer, softwareId, 90);
  daysBefore(60);
  const redirect_uris = ['https://app.example/callback', 'https://app.example/mobile/callback'];
  const approved = await send(developer, softwareId, {
    version: '1.1.0',
    metadata: metadataOf('Northwind Mail', { redirect_uris }),
    note: 'A second callback for phones.',
  });
  await say(reviewer, approved, {
    verdict: 'approve',
    reason: 'The new callback is on the same verified host.',
    conditions: { maxLifetimeSeconds: 180 * DAY },
  });
  const revoked = await issue(developer, softwareId, 90, ['https://as.example']);
  const suspended = await issue(developer, softwareId, 120, ['https://other-as.example']);
  const live = await issue(developer, softwareId, 120, ['https://as.example', 'https://login.bank.example']);
  const expiring = await issue(developer, softwareId, 62);
  expectOk(await renewStatement(issuer, developer.actor, live, {}));
  const laptop = 'The signing laptop was stolen.';
  expectOk(await changeStatement(issuer, operator.actor, revoked, 'revoke', laptop));
  expectOk(await changeStatement(issuer, operator.actor, suspended, 'suspend', stage.texts.text));
  return {
    softwareId,
    submissions: { superseded, approved },
    statements: { expired, revoked, suspended, live, expiring },
  };
}

async function seedDecided(stage: Stage, people: SeededPeople, publishers: SeededPublishers) {
  const { issuer, daysBefore } = stage;
  const { developer, reviewer, secondReviewer, operator } = people;
  const { create, send, approve, say, issue } = handsOf(stage, people);
  const first = async (name: string, version: string) =>
    send(developer, await create(developer, publishers.main, name), { version, metadata: metadataOf(name) });
  daysBefore(40);
  const changesRequested = await say(reviewer, await first('Inbox Sync', '0.9.0'), {
    verdict: 'request_changes',
    reason:
      'The privacy page does not say what happens to mail that was deleted.\nPlease add it, and send it again.',
  });
  const rejected = await say(secondReviewer, await first('Old Importer', '2.0.0'), {
    verdict: 'reject',
    reason: 'The application ended support last year.',
  });
  const withdrawn = await first('Calendar', '3.1.4');
  expectOk(await withdraw(issuer, developer.actor, withdrawn, 'sent too early'));
  await create(developer, publishers.main, 'Contacts');
  const stopped = await create(developer, publishers.main, 'Photo Backup');
  await approve(await send(developer, stopped, { version: '1.0.0', metadata: metadataOf('Photo Backup') }));
  await issue(developer, stopped, 90);
  const report = 'Under investigation after a report.';
  expectOk(await suspendSoftware(issuer, operator.actor, stopped, report));
  return { suspended: stopped, submissions: { changesRequested, rejected, withdrawn } };
}

/** Software of people who write from right to left, and of one who writes markup. */
async function seedForeign(stage: Stage, people: SeededPeople, publishers: SeededPublishers) {
  const { hostileDeveloper, arabicDeveloper } = people;
  const { create, send, approve, issue } = handsOf(stage, people);
  stage.daysBefore(30);
  const softwareId = await create(hostileDeveloper, publishers.hostile, stage.texts.name);
  const attack = {
    version: stage.texts.versions[0],
    metadata: hostileMetadata(stage),
    note: stage.texts.text,
  };
  await approve(await send(hostileDeveloper, softwareId, attack), stage.texts.text);
  const statement = await issue(hostileDeveloper, softwareId, 90);
  const arabic = await create(arabicDeveloper, publishers.arabic, ARABIC_NAME);
  await approve(await send(arabicDeveloper, arabic, { version: '٢.٠', metadata: metadataOf(ARABIC_NAME) }));
  await issue(arabicDeveloper, arabic, 60);
  const hebrew = await create(arabicDeveloper, publishers.arabic, HEBREW_NAME);
  const note = `${HEBREW_NAME} ${ARABIC_NAME}`;
  await send(arabicDeveloper, hebrew, { version: '2.1', metadata: metadataOf(HEBREW_NAME), note });
  return { softwareId, statement };
}
