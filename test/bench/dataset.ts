import { randomBytes } from 'node:crypto';
import { cpSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sessionCookieName } from '../../src/http/console/session-cookie.ts';
import { readEnvironment } from '../../src/node/environment.ts';
import { DATABASE_FILE, openIssuer, type OpenIssuer } from '../../src/node/open-issuer.ts';
import { authenticate } from '../../src/services/authenticate.ts';
import { found } from '../../src/services/found.ts';
import { addMember } from '../../src/services/members.ts';
import { createPerson } from '../../src/services/people.ts';
import { createPublisher } from '../../src/services/publishers.ts';
import { createToken } from '../../src/services/tokens.ts';
import { startSession } from '../../src/services/sign-in/sessions.ts';
import { accept } from './accept.ts';
import { fillDatabase } from './fill-database.ts';

export type DatasetSize = {
  readonly publishers: number;
  readonly software: number;
  readonly submissions: number;
  readonly statements: number;
};

export const SMALL: DatasetSize = { publishers: 20, software: 200, submissions: 1_000, statements: 1_000 };
export const LARGE: DatasetSize = {
  publishers: 20,
  software: 20_000,
  submissions: 100_000,
  statements: 1_000_000,
};
/** Large enough to see whether everything works. */
export const QUICK: DatasetSize = {
  publishers: 20,
  software: 2_000,
  submissions: 10_000,
  statements: 50_000,
};

/** An issuer on disk with many rows, and people to use it. */
export type Dataset = {
  readonly size: DatasetSize;
  readonly directory: string;
  readonly database: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly operatorToken: string;
  /** A member of the publisher that owns `softwareIds`. */
  readonly developerToken: string;
  readonly reviewerToken: string;
  readonly operatorId: string;
  readonly developerId: string;
  readonly reviewerId: string;
  readonly publisherId: string;
  /** Software of one publisher, approved, with nothing waiting for review. */
  readonly softwareIds: readonly string[];
};

const noLog = () => undefined;

/** Makes a dataset in a temporary directory. */
export async function makeDataset(size: DatasetSize): Promise<Dataset> {
  const directory = mkdtempSync(join(tmpdir(), 'imprimatur-bench-'));
  const environment = environmentOf(directory, randomBytes(32).toString('base64url'));
  const opened = await openDataset(environment);
  const people = await makePeople(opened);
  await opened.close();
  const database = join(directory, 'data', DATABASE_FILE);
  const softwareIds = fillDatabase(database, size, people, environment['IMPRIMATUR_ISSUER'] ?? '');
  // Closing seals what is not sealed yet, which is everything.
  await (await openDataset(environment)).close();
  return { size, directory, database, environment, softwareIds, ...people };
}

/** The same dataset in a directory of its own, so that one benchmark's writes do not reach another. */
export function copyDataset(dataset: Dataset): Dataset {
  const directory = mkdtempSync(join(tmpdir(), 'imprimatur-bench-'));
  cpSync(dataset.directory, directory, { recursive: true, preserveTimestamps: true });
  const environment = environmentOf(directory, dataset.environment['IMPRIMATUR_KEY_ENCRYPTION_KEY'] ?? '');
  return { ...dataset, directory, environment, database: join(directory, 'data', DATABASE_FILE) };
}

export function removeDataset({ directory }: Dataset): void {
  rmSync(directory, { recursive: true, force: true });
}

/** Octets of the database file. */
export function sizeOnDisk({ database }: Dataset): number {
  return statSync(database).size;
}

/** Opens the issuer of a dataset in this process. */
export async function openDataset(environment: Dataset['environment']): Promise<OpenIssuer> {
  return accept(await openIssuer(accept(readEnvironment(environment)), noLog));
}

/**
 * Signs somebody in to a dataset that no server has open.
 *
 * @returns the Cookie header of their browser
 */
export async function signIn({ environment }: Dataset, personId: string): Promise<string> {
  const opened = await openDataset(environment);
  const { issuer } = opened;
  const person = await issuer.store.person(personId);
  if (person === undefined) throw new Error(`no person ${personId}`);
  const { text } = accept(await startSession(issuer, person, { method: 'passkey' }));
  await opened.close();
  return `${sessionCookieName(issuer)}=${text}`;
}

function environmentOf(directory: string, keyEncryptionKey: string): Readonly<Record<string, string>> {
  return {
    IMPRIMATUR_ISSUER: 'https://issuer.example',
    IMPRIMATUR_PORT: '0',
    IMPRIMATUR_DATA: join(directory, 'data'),
    IMPRIMATUR_KEYS: join(directory, 'keys'),
    IMPRIMATUR_KEY_ENCRYPTION_KEY: keyEncryptionKey,
  };
}

export type People = {
  readonly operatorToken: string;
  readonly developerToken: string;
  readonly reviewerToken: string;
  readonly operatorId: string;
  readonly developerId: string;
  readonly reviewerId: string;
  readonly publisherId: string;
};

async function makePeople({ issuer }: OpenIssuer): Promise<People> {
  const founding = accept(await found(issuer, { alg: 'ES256', chosenToken: undefined }));
  const operatorToken = founding.founded ? (founding.setupToken ?? '') : '';
  const operator = await authenticate(issuer, operatorToken);
  if (operator === undefined) throw new Error('the set-up token does not work');
  const admit = async (name: string, roles: readonly 'reviewer'[]) => {
    const { id } = accept(await createPerson(issuer, operator, { name, email: null, roles }));
    const { secret } = accept(await createToken(issuer, operator, { personId: id, label: 'bench' }));
    return { id, token: secret ?? '' };
  };
  const developer = await admit('Developer', []);
  const reviewer = await admit('Reviewer', ['reviewer']);
  const publisher = accept(
    await createPublisher(issuer, operator, {
      name: 'Publisher 0',
      verifiedDomains: ['app.example'],
      allowedScopes: null,
    }),
  );
  accept(await addMember(issuer, operator, publisher.id, developer.id));
  return {
    operatorToken,
    developerToken: developer.token,
    reviewerToken: reviewer.token,
    operatorId: operator.personId,
    developerId: developer.id,
    reviewerId: reviewer.id,
    publisherId: publisher.id,
  };
}
