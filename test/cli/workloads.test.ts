import { exportJWK, generateKeyPair } from 'jose';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { DEFAULT_POLICY } from '../../src/domain/policy.ts';
import { decide } from '../../src/services/decide.ts';
import { changePolicy } from '../../src/services/policies.ts';
import {
  approve,
  expectOk,
  METADATA,
  testIssuer,
  testScene,
  type Scene,
  type TestIssuer,
} from '../support/issuer.ts';
import { GITHUB_CLAIMS, GITHUB_RULES } from '../support/platform-claims.ts';
import {
  startCiPlatform,
  startPlatformServer,
  type CiPlatform,
  type PlatformServer,
} from '../support/platform-server.ts';
import { appFetch, commandLine, type CommandLine, type World } from './command-line.ts';

const ISSUER = 'https://issuer.example';

let server: PlatformServer;
let test: TestIssuer;
let scene: Scene;
let ci: CiPlatform;
let developer: CommandLine;

beforeAll(async () => {
  server = await startPlatformServer();
});
afterAll(() => server.close());
beforeEach(async () => {
  test = await testIssuer({ fetcher: server.fetcher });
  scene = await testScene(test);
  ci = await startCiPlatform(server, 'ci.example', { audience: ISSUER, now: () => test.clock.now() });
  const { version, ...policy } = DEFAULT_POLICY;
  const exchange = { ...policy.exchange, workloadIssuers: [ci.issuer] };
  expectOk(
    await changePolicy(test.issuer, test.operator, {
      policy: { ...policy, exchange },
      expectedVersion: version,
    }),
  );
  developer = at({ token: scene.developer.token });
});
afterEach(() => test.close());

function at(world: Partial<World>): CommandLine {
  return commandLine({
    fetch: appFetch(test),
    now: () => test.clock.now(),
    ...world,
    environment: { IMPRIMATUR_URL: ISSUER, ...world.environment },
  });
}

/** A job on a runner like that of GitHub, which gives tokens over HTTP to whoever has the runner's own token. */
function runner(world: Partial<World> = {}): CommandLine {
  const app = appFetch(test);
  return at({
    fetch: async (input, init) => {
      const request = new Request(input, init);
      const url = new URL(request.url);
      if (url.host !== 'runner.example') return app(request);
      if (request.headers.get('authorization') !== 'Bearer of-the-runner')
        return new Response('', { status: 401 });
      return Response.json({
        value: await ci.token({ ...GITHUB_CLAIMS, aud: url.searchParams.get('audience') }),
      });
    },
    ...world,
    environment: {
      ACTIONS_ID_TOKEN_REQUEST_URL: 'https://runner.example/token?api-version=2.0',
      ACTIONS_ID_TOKEN_REQUEST_TOKEN: 'of-the-runner',
      ...world.environment,
    },
  });
}

async function bind(...more: readonly string[]): Promise<string> {
  developer.files.set('rules.json', JSON.stringify({ ...GITHUB_RULES, issuer: ci.issuer }));
  const bound = await developer.run(
    'workload',
    'bind',
    scene.softwareId,
    'rules.json',
    '--label',
    'Release',
    '--json',
    ...more,
  );
  expect(bound).toMatchObject({ code: 0, error: '' });
  return String(JSON.parse(bound.out).id);
}

describe('workloads at the command line', () => {
  it('are bound, listed and let go', async () => {
    expect((await developer.run('workload', 'list', scene.softwareId)).out).toContain('No workloads.');
    const id = await bind();
    expect((await developer.run('workload', 'list', scene.softwareId)).out).toMatch(
      /Release +github +active/,
    );
    expect((await developer.run('workload', 'end', scene.softwareId, id)).out).toContain(
      'Release gets no statements',
    );
    expect((await developer.run('workload', 'list', scene.softwareId)).out).toContain('ended');
  });

  it('with wrong rules say what is wrong', async () => {
    developer.files.set('rules.json', '[]');
    developer.files.set('wrong.json', '{"kind":"github","workflow":"x"}');
    const run = (file: string) => developer.run('workload', 'bind', scene.softwareId, file, '--label', 'x');
    expect(await run('rules.json')).toMatchObject({
      code: 2,
      error: expect.stringContaining('no JSON object'),
    });
    expect(await run('wrong.json')).toMatchObject({
      code: 1,
      error: expect.stringContaining('/rules/repository_id'),
    });
  });
});

describe('initial access tokens at the command line', () => {
  it('are made, used once by exchange, listed and revoked', async () => {
    await approve(test, scene);
    const make = () =>
      developer.run('initial-access-token', 'create', scene.softwareId, '--label', 'first', '--json');
    const made: { id: string; token: string } = JSON.parse((await make()).out);
    const job = at({ environment: { FIRST: made.token } });
    const exchange = () =>
      job.run('exchange', '--software', scene.softwareId, '--subject-token-variable', 'FIRST');
    expect((await exchange()).out).toMatch(/^eyJ[\w-]+\.[\w-]+\.[\w-]+\n$/);
    expect(await exchange()).toMatchObject({
      code: 1,
      out: '',
      error: expect.stringContaining('invalid_request'),
    });
    const other: { id: string } = JSON.parse((await make()).out);
    await developer.run('initial-access-token', 'revoke', scene.softwareId, other.id);
    const { out } = await developer.run('initial-access-token', 'list', scene.softwareId);
    expect(out).toMatch(/revoked/);
    expect(out).toMatch(/used/);
    expect(out).not.toContain('imp_iat_');
  });
});

describe('exchange', () => {
  it('gets a statement on a runner by itself, without any secret', async () => {
    await approve(test, scene);
    await bind();
    const job = runner();
    const done = await job.run('exchange', '--software', scene.softwareId, '--out', 'statement.jwt');
    expect(done).toMatchObject({ code: 0, error: '' });
    expect(job.files.get('statement.jwt')).toMatch(/^eyJ/);
    const again = await job.run(
      'exchange',
      '--software',
      scene.softwareId,
      '--audience',
      'https://as.example',
      '--json',
    );
    expect(JSON.parse(again.out)).toMatchObject({ token_type: 'N_A', expires_in: expect.any(Number) });
  });

  it('takes a token from a file', async () => {
    await approve(test, scene);
    await bind();
    const job = at({});
    job.files.set('token', `${await ci.token(GITHUB_CLAIMS)}\n`);
    const done = await job.run('exchange', '--software', scene.softwareId, '--subject-token-file', 'token');
    expect(done).toMatchObject({ code: 0, error: '' });
  });

  it('waits while people look at what is new', async () => {
    await bind('--may-file');
    let waits = 0;
    const wait = async (seconds: number) => {
      test.clock.advance(seconds);
      waits += 1;
      const open = await test.store.openSubmission(scene.softwareId);
      if (waits === 3 && open !== undefined)
        expectOk(
          await decide(test.issuer, scene.reviewer.actor, open.id, {
            verdict: 'approve',
            reason: 'as it should be',
          }),
        );
    };
    const job = runner({ wait });
    job.files.set('metadata.json', JSON.stringify(METADATA));
    const version = ['--metadata', 'metadata.json', '--software-version', '1'];
    const done = await job.run('exchange', '--software', scene.softwareId, ...version, '--wait', '2h');
    expect(done).toMatchObject({ code: 0, out: expect.stringMatching(/^eyJ/) });
    expect(waits).toBe(3);
  });

  it('gives up waiting when told to, and says what to do', async () => {
    await bind('--may-file');
    const job = runner({ wait: async (seconds) => test.clock.advance(seconds) });
    job.files.set('metadata.json', JSON.stringify(METADATA));
    const version = ['--metadata', 'metadata.json', '--software-version', '1'];
    const done = await job.run('exchange', '--software', scene.softwareId, ...version, '--wait', '5m');
    expect(done).toMatchObject({ code: 1, out: '', error: expect.stringContaining('--wait') });
  });

  it('renews a statement with the key of the client', async () => {
    const { publicKey, privateKey } = await generateKeyPair('ES256', { extractable: true });
    const jwk = { ...(await exportJWK(publicKey)), kid: 'k', use: 'sig', alg: 'ES256' };
    const { jwks_uri: _, ...metadata } = METADATA;
    await approve(test, scene, { ...metadata, jwks: { keys: [jwk] } });
    await bind();
    const job = runner();
    job.files.set('key.json', JSON.stringify({ ...(await exportJWK(privateKey)), kid: 'k' }));
    await job.run('exchange', '--software', scene.softwareId, '--out', 'first.jwt');
    test.clock.advance(60);
    const renew = ['exchange', '--software', scene.softwareId, '--subject-token-file', 'first.jwt'];
    for (const how of [
      ['--key', 'key.json'],
      ['--key', 'key.json', '--authenticate'],
    ])
      expect(await job.run(...renew, ...how)).toMatchObject({ code: 0, error: '' });
    expect(await job.run(...renew)).toMatchObject({ code: 1, error: expect.stringContaining('key') });
  });

  it.each([
    [[], '--software or --client-id'],
    [['--software', 'x', '--client-id', 'https://app.example/c'], '--software or --client-id'],
    [['--software', 'x', '--metadata', 'm.json'], 'go together'],
    [['--client-id', 'https://app.example/c', '--profile', 'cimd'], 'leave out'],
    [['--software', 'x', '--subject-token-file', 'a', '--subject-token-variable', 'B'], 'choose one'],
    [['--software', 'x', '--subject-token-file', 'a'], 'there is no file a'],
    [['--software', 'x', '--subject-token-variable', 'B'], 'B holds no token'],
    [['--software', 'x'], 'id-token: write'],
    [['--software', 'x', '--authenticate'], '--key'],
    [['--software', 'x', '--key', 'a'], 'there is no file a'],
    [['--software', 'x', '--url', 'ftp://a'], 'not an http or https URL'],
  ])('refuses %j', async (args, detail) => {
    expect(await at({}).run('exchange', ...args)).toMatchObject({
      code: 2,
      error: expect.stringContaining(detail),
    });
  });

  it('gives no token to a server that calls itself something else', async () => {
    const done = await at({ environment: { T: 'a.b.c' } }).run(
      'exchange',
      '--software',
      scene.softwareId,
      '--subject-token-variable',
      'T',
      '--url',
      'https://other.example',
    );
    expect(done).toMatchObject({ code: 2, error: expect.stringContaining(ISSUER) });
  });
});
