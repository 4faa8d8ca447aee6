import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, statSync, unlinkSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { decodeJwt } from 'jose';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { bundle, end, startServer, type Script, type ServerProcess } from '../support/server-process.ts';
import { findLosses } from './inspect.ts';
import { issueOne, prepare } from './prepared.ts';

let script: Script;
let clockOffset: Script;
beforeAll(async () => {
  [script, clockOffset] = await Promise.all([
    bundle('test/support/serve.ts'),
    bundle('test/crash/clock-offset.ts'),
  ]);
});
afterAll(() => {
  script.remove();
  clockOffset.remove();
});

/** A way to run out of space, and to get it back. */
type Shortage = {
  readonly name: string;
  readonly root: () => string;
  readonly command: (database: string) => readonly string[];
  readonly begin: (root: string) => void;
  readonly relieve: (server: ServerProcess, root: string) => void;
  readonly remove: (root: string) => void;
};

const SHORTAGES: readonly Shortage[] = [
  {
    name: 'no file may grow (EFBIG)',
    root: () => mkdtempSync(join(tmpdir(), 'imprimatur-crash-')),
    command: (database) => ['prlimit', `--fsize=${statSync(database).size + 200_000}:unlimited`],
    begin: () => undefined,
    relieve: ({ pid }) => execFileSync('prlimit', ['--pid', String(pid), '--fsize=unlimited:unlimited']),
    remove: (root) => rmSync(root, { recursive: true, force: true }),
  },
  ...(canMount() ? [fullDisk()] : []),
];

/** A small file system of its own; mounting one takes root. */
function fullDisk(): Shortage {
  return {
    name: 'the disk is full (ENOSPC)',
    root: () => {
      const root = mkdtempSync(join(tmpdir(), 'imprimatur-disk-'));
      execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=4m', 'none', root]);
      return root;
    },
    command: () => [],
    begin: (root) => {
      for (let i = 0; ; i += 1)
        try {
          writeFileSync(join(root, `filler-${i}`), Buffer.alloc(64 * 1024));
        } catch {
          unlinkSync(join(root, `filler-${i}`));
          return;
        }
    },
    relieve: (_server, root) => {
      for (const name of readdirSync(root)) if (name.startsWith('filler-')) unlinkSync(join(root, name));
    },
    remove: (root) => {
      // Lazily: after a failure a server may still hold it.
      execFileSync('umount', ['--lazy', root]);
      rmSync(root, { recursive: true, force: true });
    },
  };
}

function canMount(): boolean {
  const root = mkdtempSync(join(tmpdir(), 'imprimatur-disk-'));
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=64k', 'none', root], { stdio: 'ignore' });
    execFileSync('umount', [root]);
    return true;
  } catch {
    return false;
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
}

describe('no space left', () => {
  it.each(SHORTAGES)(
    'refuses to issue, goes on publishing, and issues again once there is room: $name',
    async ({ root: makeRoot, command, begin, relieve, remove }) => {
      const root = makeRoot();
      onTestFinished(() => remove(root));
      const { directories, scene, memory } = await prepare(script, root);
      const { environment, database } = directories;
      const server = startServer({ script: script.path, environment, command: command(database) });
      const { url } = await server.ready;
      begin(root);

      let answer = await issueOne(url, scene, memory);
      for (let i = 0; i < 2_000 && answer.status === 201; i += 1) answer = await issueOne(url, scene, memory);
      expect(answer.status).toBeGreaterThanOrEqual(500);
      expect(answer.type).toBe('application/problem+json');
      const list = statusListUrl(url, [...memory.statements.values()][0] ?? '');
      for (const path of [`${url}/jwks`, `${url}/.well-known/oauth-authorization-server`, list])
        expect((await fetch(path)).status, path).toBe(200);
      expect(server.child.exitCode).toBeNull();

      relieve(server, root);
      await expect
        .poll(async () => (await issueOne(url, scene, memory)).status, { timeout: 5_000 })
        .toBe(201);
      expect(await findLosses(url, database, memory)).toEqual([]);
      await end(server, 'SIGKILL');

      const restarted = startServer({ script: script.path, environment });
      expect(await findLosses((await restarted.ready).url, database, memory)).toEqual([]);
      await end(restarted, 'SIGTERM');
    },
  );
});

describe('a clock that steps back by an hour', () => {
  it('leaves statements, status lists and ledger right', async () => {
    const { directories, scene, memory } = await prepare(script);
    const { environment, database } = directories;
    const nodeArguments = ['--import', `file://${clockOffset.path}`];
    const server = startServer({ script: script.path, environment, nodeArguments });
    const { url } = await server.ready;
    await issueOne(url, scene, memory);
    const listUri = statusListUrl(url, [...memory.statements.values()][0] ?? '');
    expect((await fetch(listUri)).status).toBe(200);
    // Sealed under the later time.
    await sleep(700);

    server.child.kill('SIGUSR2');
    await expect.poll(() => server.stderr(), { timeout: 5_000 }).toContain('clock offset -3600000');
    const now = Math.floor(Date.now() / 1000) - 3_600;
    for (let i = 0; i < 3; i += 1) {
      const { status, jwt } = await issueOne(url, scene, memory);
      expect(status).toBe(201);
      const { iat = 0, exp = 0 } = decodeJwt(jwt ?? '');
      expect(Math.abs(iat - now)).toBeLessThanOrEqual(10);
      expect(exp).toBeGreaterThan(iat);
    }
    const list = decodeJwt(await (await fetch(listUri)).text());
    expect(list.iat, 'a list from the future is refused by consumers').toBeLessThanOrEqual(now + 10);
    await end(server, 'SIGTERM');
    expect(server.stderr()).not.toContain('"level":"error"');

    const later = startServer({ script: script.path, environment });
    expect(await findLosses((await later.ready).url, database, memory)).toEqual([]);
    await end(later, 'SIGTERM');
    directories.remove();
  });
});

function statusListUrl(url: string, jwt: string): string {
  const status: unknown = decodeJwt(jwt)['status'];
  const [, id] = /status-lists\/([0-9a-f-]+)/.exec(JSON.stringify(status)) ?? [];
  return `${url}/status-lists/${id}`;
}

describe('a graceful stop', () => {
  it('finishes what is in flight, takes nothing new, and ends with 0', async () => {
    const { directories, scene, memory } = await prepare(script);
    const server = startServer({ script: script.path, environment: directories.environment });
    const { url } = await server.ready;
    // A connection that idles must not hold the stop up.
    await fetch(`${url}/jwks`);

    const slow = slowIssue(url, scene.softwareIds[0] ?? '', scene.developerToken);
    await slow.begun;
    const stopping = Date.now();
    server.child.kill('SIGTERM');
    await expect
      .poll(
        () =>
          fetch(`${url}/jwks`, { headers: { connection: 'close' } }).then(
            () => 'answered',
            () => 'refused',
          ),
        { timeout: 5_000 },
      )
      .toBe('refused');
    expect(server.child.exitCode).toBeNull();
    slow.finish();
    const { status, body } = await slow.answered;
    expect(status).toBe(201);
    const issued: { readonly jti: string; readonly software_statement: string } = JSON.parse(body);
    memory.statements.set(issued.jti, issued.software_statement);

    expect(await server.exited).toMatchObject({ code: 0, signal: null });
    expect(Date.now() - stopping, 'milliseconds').toBeLessThan(3_000);
    const later = startServer({ script: script.path, environment: directories.environment });
    expect(await findLosses((await later.ready).url, directories.database, memory)).toEqual([]);
    await end(later, 'SIGTERM');
    directories.remove();
  });
});

/** A request to issue whose body comes in two halves. */
function slowIssue(url: string, softwareId: string, token: string) {
  const body = JSON.stringify({ lifetime_seconds: 86_400 });
  const sent = request(`${url}/v1/software/${softwareId}/statements`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${token}`,
      'content-type': 'application/json',
      'content-length': Buffer.byteLength(body),
    },
  });
  const answered = new Promise<{ status: number | undefined; body: string }>((resolve, reject) => {
    sent.on('error', reject).on('response', (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
      response.on('end', () => resolve({ status: response.statusCode, body: text }));
    });
  });
  const begun = new Promise<void>((resolve, reject) => {
    sent.write(body.slice(0, 5), (error) => (error ? reject(error) : resolve()));
  }).then(() => sleep(100));
  return { begun, answered, finish: () => sent.end(body.slice(5)) };
}
