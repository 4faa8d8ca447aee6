import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openKeyFiles } from '../../src/custody/key-files.ts';
import type { Actor, IssuerRole } from '../../src/domain/access.ts';
import type { JsonObject } from '../../src/domain/json.ts';
import type { Fetcher } from '../../src/domain/network/fetcher.ts';
import type { ResolveText } from '../../src/domain/network/resolve-text.ts';
import type { Result } from '../../src/domain/result.ts';
import type { Clock, Custody, Store } from '../../src/ports.ts';
import { authenticate } from '../../src/services/authenticate.ts';
import { decide } from '../../src/services/decide.ts';
import { found } from '../../src/services/found.ts';
import type { Issuer } from '../../src/services/issuer.ts';
import { addMember } from '../../src/services/members.ts';
import { createPerson } from '../../src/services/people.ts';
import { createPasskeys } from '../../src/identity/passkeys.ts';
import type { SignInMethods } from '../../src/ports/sign-in.ts';
import { createPublications, type Publications } from '../../src/services/publications.ts';
import { createPublisher } from '../../src/services/publishers.ts';
import { createSoftware } from '../../src/services/software.ts';
import { submit } from '../../src/services/submit.ts';
import { createToken } from '../../src/services/tokens.ts';
import { openSqliteStore } from '../../src/store/open-sqlite-store.ts';

/** 2026-11-20T20:00:00Z */
export const START = 1_795_204_800;

/** A clock that moves only when told. */
export type FakeClock = Clock & { advance(seconds: number): void };

export function fakeClock(start = START): FakeClock {
  let milliseconds = start * 1000;
  return {
    now: () => Math.floor(milliseconds / 1000),
    nowMilliseconds: () => milliseconds,
    advance: (seconds) => {
      milliseconds += seconds * 1000;
    },
  };
}

export type TestIssuer = {
  readonly issuer: Issuer;
  readonly store: Store;
  readonly custody: Custody;
  readonly clock: FakeClock;
  readonly publications: Publications;
  readonly signIn: SignInMethods;
  readonly keysDirectory: string;
  /** Everything that was logged, as JSON lines. */
  readonly logged: string[];
  readonly operator: Actor;
  readonly operatorToken: string;
  close(): void;
};

/** Gives a success or fails the test with the refusal. */
export function expectOk<T, E>(result: Result<T, E>): T {
  if (!result.ok) throw new Error(`refused: ${JSON.stringify(result.error)}`);
  return result.value;
}

/** Gives the refusal or fails the test. */
export function expectRefusal<T, E>(result: Result<T, E>): E {
  if (result.ok) throw new Error(`not refused: ${JSON.stringify(result.value)}`);
  return result.error;
}

/** A founded issuer on a real store and real key files, with a clock of the test's own. */
export async function testIssuer(
  options: {
    readonly path?: string;
    readonly identifier?: string;
    readonly trustDomain?: string;
    readonly clock?: FakeClock;
    readonly fetcher?: Fetcher;
    readonly resolveText?: ResolveText;
  } = {},
): Promise<TestIssuer> {
  const keysDirectory = mkdtempSync(join(tmpdir(), 'imprimatur-keys-'));
  const custody = expectOk(
    await openKeyFiles({ directory: keysDirectory, unlock: { keyEncryptionKey: randomBytes(32) } }),
  );
  const opened = await openTestStore(options.path ?? ':memory:');
  const clock = options.clock ?? fakeClock();
  const logged: string[] = [];
  const issuer: Issuer = {
    identifier: options.identifier ?? 'https://issuer.example',
    store: opened.store,
    custody,
    clock,
    random: (octets) => randomBytes(octets),
    log: (level, event, fields) => logged.push(JSON.stringify({ level, event, ...fields })),
    fetcher:
      options.fetcher ??
      (async () => ({ ok: false, error: { code: 'unreachable', detail: 'Nobody answers in this test.' } })),
    trustDomain: options.trustDomain,
    resolveText: options.resolveText ?? (async () => []),
    changed: (what) => publications.invalidate(what),
  };
  const publications = createPublications(issuer, { recheckSeconds: Number.POSITIVE_INFINITY });
  const founding = expectOk(await found(issuer, { alg: 'ES256', chosenToken: undefined }));
  const operatorToken = founding.founded ? (founding.setupToken ?? '') : '';
  const operator = await authenticate(issuer, operatorToken);
  if (operator === undefined) throw new Error('the set-up token does not work');
  return {
    issuer,
    store: opened.store,
    custody,
    clock,
    publications,
    signIn: { passkeys: createPasskeys(issuer.identifier), identityProvider: undefined },
    keysDirectory,
    logged,
    operator,
    operatorToken,
    close: () => {
      opened.close();
      rmSync(keysDirectory, { recursive: true, force: true });
    },
  };
}

/** The store under test: embedded SQLite, or D1 in the vitest project of that name. */
async function openTestStore(path: string): Promise<{ readonly store: Store; readonly close: () => void }> {
  if (process.env['IMPRIMATUR_TEST_STORE'] !== 'd1') return expectOk(openSqliteStore(path));
  // Loaded here, because most tests need no workerd and it takes a while.
  const { openTestD1 } = await import('./d1.ts');
  return { store: await openTestD1(), close: () => undefined };
}

export type TestPerson = { readonly id: string; readonly token: string; readonly actor: Actor };

/** A person with a token that carries every scope of their roles. */
export async function testPerson(
  { issuer, operator }: TestIssuer,
  roles: readonly IssuerRole[],
  publisherId?: string,
): Promise<TestPerson> {
  const person = expectOk(
    await createPerson(issuer, operator, { name: roles.join(' ') || 'developer', email: null, roles }),
  );
  if (publisherId !== undefined) expectOk(await addMember(issuer, operator, publisherId, person.id));
  const { secret } = expectOk(await createToken(issuer, operator, { personId: person.id, label: 'test' }));
  const actor = await authenticate(issuer, secret ?? '');
  if (actor === undefined || secret === undefined) throw new Error('the new token does not work');
  return { id: person.id, token: secret, actor };
}

/** Metadata that breaks no rule. */
export const METADATA: JsonObject = {
  client_name: 'Example Application',
  redirect_uris: ['https://app.example/callback'],
  grant_types: ['authorization_code', 'refresh_token'],
  response_types: ['code'],
  token_endpoint_auth_method: 'private_key_jwt',
  jwks_uri: 'https://app.example/jwks.json',
  scope: 'openid profile',
};

export type Scene = {
  readonly publisherId: string;
  readonly developer: TestPerson;
  readonly reviewer: TestPerson;
  readonly softwareId: string;
};

/** A publisher with a developer, a reviewer, and a registered software. */
export async function testScene(test: TestIssuer): Promise<Scene> {
  const publisher = expectOk(
    await createPublisher(test.issuer, test.operator, {
      name: 'Example Ltd',
      verifiedDomains: ['app.example'],
      allowedScopes: null,
    }),
  );
  const developer = await testPerson(test, [], publisher.id);
  const reviewer = await testPerson(test, ['reviewer']);
  const software = expectOk(
    await createSoftware(test.issuer, developer.actor, { publisherId: publisher.id, name: 'Example' }),
  );
  return { publisherId: publisher.id, developer, reviewer, softwareId: software.id };
}

/** Submits and approves metadata. */
export async function approve(
  { issuer }: TestIssuer,
  scene: Scene,
  metadata: JsonObject = METADATA,
  softwareVersion = '1.0.0',
): Promise<string> {
  const submission = expectOk(
    await submit(issuer, scene.developer.actor, scene.softwareId, { softwareVersion, metadata }),
  );
  expectOk(
    await decide(issuer, scene.reviewer.actor, submission.id, { verdict: 'approve', reason: 'looks right' }),
  );
  return submission.id;
}
