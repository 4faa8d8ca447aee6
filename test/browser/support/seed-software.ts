import type { JsonObject } from '../../../src/domain/json.ts';
import { decide, type DecideCommand } from '../../../src/services/decide.ts';
import { checkPendingEvidence } from '../../../src/services/evidence/check.ts';
import { issueStatement, renewStatement } from '../../../src/services/issue.ts';
import { changePolicy, readPolicy } from '../../../src/services/policies.ts';
import { suspendPublisher } from '../../../src/services/publisher-standing.ts';
import { createSoftware } from '../../../src/services/software.ts';
import { suspendSoftware } from '../../../src/services/software-standing.ts';
import { changeStatement } from '../../../src/services/statement-standing.ts';
import { submit } from '../../../src/services/submit.ts';
import { withdraw } from '../../../src/services/withdraw.ts';
import { expectOk, type TestPerson } from '../../support/issuer.ts';
import { metadataOf, type SeededPeople, type SeededPublishers, type Stage } from './stage.ts';
import { ARABIC_NAME, HEBREW_NAME, HOSTILE, HOSTILE_TEXT, LONG_NAME } from './seed-texts.ts';

/** What tests ask for by name. */
export type SeededSoftware = {
  /** Approved twice, with statements in every state and a submission that asks for more. */
  readonly main: string;
  /** Everything about it is called by markup; approved, and waiting with another submission. */
  readonly hostile: string;
  /** A long name and 200 redirect URIs. */
  readonly large: string;
  /** Ids of submissions. */
  readonly submissions: {
    readonly approved: string;
    /** Waits, asks for more than is approved, breaks no rule but draws warnings. */
    readonly expanding: string;
    readonly changesRequested: string;
    readonly rejected: string;
    readonly withdrawn: string;
    readonly superseded: string;
    /** 200 redirect URIs. */
    readonly large: string;
    readonly hostile: string;
    /** One of two approvals given. */
    readonly halfApproved: string;
  };
  /** `jti`s. */
  readonly statements: {
    readonly live: string;
    readonly expiring: string;
    readonly revoked: string;
    readonly suspended: string;
    readonly expired: string;
    readonly hostile: string;
  };
};

const DAY = 86_400;

/** A dozen software: every state of submissions and statements, and every kind of name. */
export async function seedSoftware(
  stage: Stage,
  people: SeededPeople,
  publishers: SeededPublishers,
): Promise<SeededSoftware> {
  const { issuer, daysBefore, later } = stage;
  const { developer, reviewer, secondReviewer, operator } = people;
  const create = async (by: TestPerson, publisherId: string, name: string) =>
    later(expectOk(await createSoftware(issuer, by.actor, { publisherId, name })).id);
  const send = async (
    by: TestPerson,
    id: string,
    softwareVersion: string,
    metadata: JsonObject,
    note?: string,
  ) => later(expectOk(await submit(issuer, by.actor, id, { softwareVersion, metadata, note })).id);
  const say = async (by: TestPerson, id: string, command: DecideCommand) =>
    later(expectOk(await decide(issuer, by.actor, id, command)));
  const approve = (id: string, reason = 'Read, tried, and as announced.') =>
    say(reviewer, id, { verdict: 'approve', reason });
  const issue = async (by: TestPerson, id: string, days: number, audience?: readonly string[]) =>
    later(
      expectOk(await issueStatement(issuer, by.actor, id, { lifetimeSeconds: days * DAY, audience }))
        .statement.jti,
    );

  await allowLongLists(stage, people);
  daysBefore(150);
  const main = await create(developer, publishers.main, 'Northwind Mail');
  const superseded = await send(developer, main, '1.0.0', metadataOf('Northwind Mail'), 'The first release.');
  await approve(superseded);
  const expired = await issue(developer, main, 90);
  daysBefore(60);
  const approved = await send(
    developer,
    main,
    '1.1.0',
    metadataOf('Northwind Mail', {
      redirect_uris: ['https://app.example/callback', 'https://app.example/mobile/callback'],
    }),
    'A second callback for phones.',
  );
  await say(reviewer, approved, {
    verdict: 'approve',
    reason: 'The new callback is on the same verified host.',
    conditions: { maxLifetimeSeconds: 180 * DAY },
  });
  const revoked = await issue(developer, main, 90, ['https://as.example']);
  const suspended = await issue(developer, main, 120, ['https://other-as.example']);
  const live = await issue(developer, main, 120, ['https://as.example', 'https://login.bank.example']);
  const expiring = await issue(developer, main, 62);
  expectOk(await renewStatement(issuer, developer.actor, live, {}));
  expectOk(
    await changeStatement(issuer, operator.actor, revoked, 'revoke', 'The signing laptop was stolen.'),
  );
  expectOk(await changeStatement(issuer, operator.actor, suspended, 'suspend', HOSTILE_TEXT));

  daysBefore(40);
  const inbox = await create(developer, publishers.main, 'Inbox Sync');
  const changesRequested = await send(developer, inbox, '0.9.0', metadataOf('Inbox Sync'));
  await say(reviewer, changesRequested, {
    verdict: 'request_changes',
    reason:
      'The privacy page does not say what happens to mail that was deleted.\nPlease add it, and send it again.',
  });
  const importer = await create(developer, publishers.main, 'Old Importer');
  const rejected = await send(developer, importer, '2.0.0', metadataOf('Old Importer'));
  await say(secondReviewer, rejected, {
    verdict: 'reject',
    reason: 'The application ended support last year.',
  });
  const calendar = await create(developer, publishers.main, 'Calendar');
  const withdrawn = await send(developer, calendar, '3.1.4', metadataOf('Calendar'));
  expectOk(await withdraw(issuer, developer.actor, withdrawn, 'sent too early'));
  await create(developer, publishers.main, 'Contacts');
  const stopped = await create(developer, publishers.main, 'Photo Backup');
  await approve(await send(developer, stopped, '1.0.0', metadataOf('Photo Backup')));
  await issue(developer, stopped, 90);
  expectOk(await suspendSoftware(issuer, operator.actor, stopped, 'Under investigation after a report.'));

  daysBefore(30);
  const hostile = await create(people.hostileDeveloper, publishers.hostile, HOSTILE);
  const attack = metadataOf(HOSTILE, {
    redirect_uris: [
      'https://hostile.example/cb?x=%3Cscript%3E',
      "https://hostile.example/'onmouseover='window.__hacked=9",
    ],
    client_uri: 'https://hostile.example/?q=%22%3E%3Cscript%3Ewindow.__hacked=6%3C/script%3E',
    'client_name#he': HEBREW_NAME,
    scope: '<script>window.__hacked=7</script>',
    contacts: ["o'connor&sons@hostile.example"],
  });
  await approve(
    await send(people.hostileDeveloper, hostile, HOSTILE.slice(0, 60), attack, HOSTILE_TEXT),
    HOSTILE_TEXT,
  );
  const hostileStatement = await issue(people.hostileDeveloper, hostile, 90);
  const arabic = await create(people.arabicDeveloper, publishers.arabic, ARABIC_NAME);
  await approve(await send(people.arabicDeveloper, arabic, '٢.٠', metadataOf(ARABIC_NAME)));
  await issue(people.arabicDeveloper, arabic, 60);
  const hebrew = await create(people.arabicDeveloper, publishers.arabic, HEBREW_NAME);
  await send(people.arabicDeveloper, hebrew, '2.1', metadataOf(HEBREW_NAME), `${HEBREW_NAME} ${ARABIC_NAME}`);

  daysBefore(6);
  const hostileSubmission = await send(
    people.hostileDeveloper,
    hostile,
    `${HOSTILE.slice(0, 58)}2`,
    { ...attack, token_endpoint_auth_method: 'none', scope: 'openid <img/src=x/onerror=window.__hacked=8>' },
    HOSTILE_TEXT,
  );
  const archive = await create(developer, publishers.main, LONG_NAME);
  const largeSubmission = await send(developer, archive, '1.0.0', {
    client_name: LONG_NAME,
    redirect_uris: Array.from({ length: 200 }, (_, i) => `https://n.example/${i.toString(36)}`),
    grant_types: ['authorization_code'],
    response_types: ['code'],
    token_endpoint_auth_method: 'none',
  });
  const expanding = await send(
    developer,
    main,
    '2.0.0',
    metadataOf('Northwind Mail & Files', {
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
    'Files come along, and a service of ours that reads them at night.',
  );
  const halfApproved = await seedHalfApproved(stage, people, publishers);
  expectOk(
    await suspendPublisher(issuer, operator.actor, publishers.suspended, 'The company does not answer.'),
  );
  daysBefore(2);
  for (let pass = 0; pass < 3; pass += 1) await checkPendingEvidence(issuer);

  return {
    main,
    hostile,
    large: archive,
    submissions: {
      approved,
      expanding,
      changesRequested,
      rejected,
      withdrawn,
      superseded,
      large: largeSubmission,
      hostile: hostileSubmission,
      halfApproved,
    },
    statements: { live, expiring, revoked, suspended, expired, hostile: hostileStatement },
  };
}

async function allowLongLists({ issuer }: Stage, { operator }: SeededPeople): Promise<void> {
  const { version, ...policy } = expectOk(await readPolicy(issuer, operator.actor));
  const metadata = { ...policy.metadata, maxRedirectUris: 200 };
  expectOk(
    await changePolicy(issuer, operator.actor, { policy: { ...policy, metadata }, expectedVersion: version }),
  );
}

/** A submission that two reviewers must approve, and one has. */
async function seedHalfApproved(
  { issuer }: Stage,
  { operator, developer, secondReviewer }: SeededPeople,
  publishers: SeededPublishers,
): Promise<string> {
  const { version, ...policy } = expectOk(await readPolicy(issuer, operator.actor));
  const change = async (requiredApprovals: 1 | 2, expectedVersion: number) =>
    expectOk(
      await changePolicy(issuer, operator.actor, {
        policy: { ...policy, requiredApprovals },
        expectedVersion,
      }),
    );
  await change(2, version);
  const { id } = expectOk(
    await createSoftware(issuer, developer.actor, { publisherId: publishers.main, name: 'Payments' }),
  );
  const submission = expectOk(
    await submit(issuer, developer.actor, id, { softwareVersion: '1.0.0', metadata: metadataOf('Payments') }),
  );
  expectOk(
    await decide(issuer, secondReviewer.actor, submission.id, {
      verdict: 'approve',
      reason: 'Fine by me; money moves here, so two of us look.',
      conditions: { maxLifetimeSeconds: 30 * DAY, audience: ['https://login.bank.example'] },
    }),
  );
  await change(1, version + 1);
  return submission.id;
}
