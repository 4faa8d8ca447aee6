import type { IssuerRole } from '../../../src/domain/access.ts';
import { authenticate } from '../../../src/services/authenticate.ts';
import { addMember } from '../../../src/services/members.ts';
import { createPerson } from '../../../src/services/people.ts';
import { createPublisher } from '../../../src/services/publishers.ts';
import { createToken } from '../../../src/services/tokens.ts';
import { expectOk, START, type TestPerson } from '../../support/issuer.ts';
import { ARABIC_NAME, HEBREW_NAME, HOSTILE, type SeedTexts } from './seed-texts.ts';
import { seedAccounts, type SeededAccounts } from './seed-accounts.ts';
import { seedInternet } from './seed-internet.ts';
import { seedKeys, type SeededKeys } from './seed-keys.ts';
import { seedWork, type SeededWork } from './seed-work.ts';
import { seedPast } from './seed-past.ts';
import { seedRequests, type SeededRequests } from './seed-requests.ts';
import { adjustPolicy, seedWaiting } from './seed-waiting.ts';
import type { Site } from './site.ts';
import type { SeededPeople, SeededPublishers, SeededSoftware, Stage } from './stage.ts';

const DAY = 86_400;
/** Days of history that the seeded issuer has. */
const HISTORY_DAYS = 200;
/** When the clock of a site to be seeded begins; the seed brings it to START. */
export const SEED_BEGINS = START - HISTORY_DAYS * DAY;

/** An issuer that has been at work for half a year: something of everything, and the worst texts people send. */
export type Seed = {
  readonly people: SeededPeople;
  readonly publishers: SeededPublishers;
  readonly software: SeededSoftware;
  readonly work: SeededWork;
  readonly keys: SeededKeys;
  readonly accounts: SeededAccounts;
  readonly requests: SeededRequests;
};

/** Fills a site through the use cases alone. Its clock begins at SEED_BEGINS and stands at START afterwards. */
export async function seed(site: Site, texts: SeedTexts = HOSTILE): Promise<Seed> {
  const { clock } = site;
  const stage: Stage = {
    ...site,
    texts,
    daysBefore: (days) => clock.advance(Math.max(0, START - days * DAY - clock.now())),
    later: (done) => {
      clock.advance(7 * 60);
      return done;
    },
  };
  seedInternet(site.internet);
  const publishers = await seedPublishers(stage);
  const people = await seedPeople(stage, publishers);
  await adjustPolicy(stage, people, (policy) => ({
    ...policy,
    metadata: { ...policy.metadata, maxRedirectUris: 200 },
  }));
  const past = await seedPast(stage, people, publishers);
  const keys = await seedKeys(stage);
  const waiting = await seedWaiting(stage, people, publishers, past);
  const software: SeededSoftware = {
    ...past,
    large: waiting.archive,
    submissions: { ...past.submissions, ...waiting.submissions },
  };
  const accounts = await seedAccounts(stage, people);
  const work = await seedWork(stage, people, publishers, software);
  const requests = await seedRequests(stage);
  return { people, publishers, software, work, keys, accounts, requests };
}

async function seedPublishers(stage: Stage): Promise<SeededPublishers> {
  const create = async (name: string, verifiedDomains: readonly string[]) =>
    stage.later(
      expectOk(
        await createPublisher(stage.issuer, stage.operator, { name, verifiedDomains, allowedScopes: null }),
      ).id,
    );
  return {
    main: await create('Northwind Software', ['northwind.example', 'app.example', 'n.example']),
    hostile: await create(stage.texts.name, ['rides.example']),
    arabic: await create(ARABIC_NAME, ['riyadh.example']),
    suspended: await create(stage.texts.longName, ['long.example']),
  };
}

async function seedPeople(stage: Stage, publishers: SeededPublishers): Promise<SeededPeople> {
  const person = (name: string, roles: readonly IssuerRole[], publisherId?: string) =>
    seedPerson(stage, { name, roles, publisherId });
  return {
    operator: await person('Olga Operator', ['operator']),
    reviewer: await person('Rosa Reviewer', ['reviewer']),
    secondReviewer: await person('Rui Reviewer', ['reviewer']),
    auditor: await person('Ada Auditor', ['auditor']),
    developer: await person('Dana Developer', [], publishers.main),
    colleague: await person(HEBREW_NAME, [], publishers.main),
    hostileDeveloper: await person(stage.texts.name, [], publishers.hostile),
    arabicDeveloper: await person(ARABIC_NAME, [], publishers.arabic),
  };
}

async function seedPerson(
  { issuer, operator, later }: Stage,
  draft: {
    readonly name: string;
    readonly roles: readonly IssuerRole[];
    readonly publisherId: string | undefined;
  },
): Promise<TestPerson> {
  const { name, roles, publisherId } = draft;
  const person = expectOk(
    await createPerson(issuer, operator, { name, email: 'somebody@mail.example', roles }),
  );
  if (publisherId !== undefined) expectOk(await addMember(issuer, operator, publisherId, person.id));
  const made = expectOk(
    await createToken(issuer, operator, {
      personId: person.id,
      label: `${name} at work`,
      lifetimeSeconds: 2 * HISTORY_DAYS * DAY,
    }),
  );
  const actor = await authenticate(issuer, made.secret ?? '');
  if (actor === undefined || made.secret === undefined) throw new Error('the new token does not work');
  return later({ id: person.id, token: made.secret, actor });
}
