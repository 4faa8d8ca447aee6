import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { read } from '../../examples/demo/issuer.ts';
import { freePort } from '../../examples/demo/processes.ts';
import { readMetadata } from '../../examples/demo/vouch.ts';
import { startRealIssuer, type RealIssuer } from '../interop/real-issuer.ts';
import { commandLine, type CommandLine } from './command-line.ts';

const HOST_TOKEN = 'the-token-of-the-authorization-server';

let issuer: RealIssuer;
let directory: string;
let url: string;
let stopServer: () => void;
let running: ReturnType<CommandLine['run']>;
let shell: CommandLine;

beforeAll(async () => {
  issuer = await startRealIssuer();
});
afterAll(() => issuer.stop());

beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), 'imprimatur-registrar-'));
  const port = await freePort();
  url = `http://localhost:${port}`;
  write('registrar.json', {
    authorizationServer: url,
    port,
    data: join(directory, 'data'),
    keys: join(directory, 'keys'),
    issuers: [{ issuer: issuer.issuer, status: { maxAgeSeconds: 1 } }],
    policy: {
      classes: [
        { name: 'attested', requires: 'software_statement', fits: { software_statement: true } },
        { name: 'partner', requires: 'initial_access_token' },
      ],
    },
    metadata: { token_endpoint: `${url}/token`, scopes_supported: ['openid'] },
  });
  shell = at();
  const stopped = new Promise<void>((resolve) => {
    stopServer = resolve;
  });
  running = at(() => stopped).run('registrar', '--config', config());
  await expect.poll(answers, { timeout: 10_000 }).toBe(true);
});
afterEach(async () => {
  stopServer();
  await running;
  rmSync(directory, { recursive: true, force: true });
});

function at(untilStopped?: () => Promise<void>, answer?: boolean): CommandLine {
  return commandLine({
    fetch,
    environment: { IMPRIMATUR_REGISTRAR_TOKEN: HOST_TOKEN },
    ...(untilStopped === undefined ? {} : { untilStopped }),
    ...(answer === undefined ? {} : { answer }),
  });
}

const config = () => join(directory, 'registrar.json');

function write(name: string, content: unknown): void {
  writeFileSync(join(directory, name), JSON.stringify(content));
}

async function answers(): Promise<boolean> {
  try {
    return (await fetch(`${url}/healthz`)).ok;
  } catch {
    return false;
  }
}

/** Runs an operator's command beside the server. */
function operator(...args: readonly string[]) {
  return shell.run('registrar', ...args, '--config', config());
}

async function send(method: string, path: string, body?: object, token?: string) {
  const response = await fetch(`${url}${path}`, {
    method,
    headers: {
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  const parsed: Record<string, unknown> = text.startsWith('{') ? JSON.parse(text) : { text };
  return { status: response.status, body: parsed };
}

const PARTNER = { redirect_uris: ['https://partner.example/callback'], client_name: 'Partner' };

describe('imprimatur registrar', () => {
  it('registers what a trusted issuer vouches for, and says when it no longer does', async () => {
    const issued = await issuer.vouch(readMetadata('native-app'));
    const registered = await send('POST', '/register', issued.registration_request);
    expect(registered).toMatchObject({ status: 201, body: { client_name: 'Wayfarer Transit' } });
    const clientId = String(registered.body['client_id']);
    const live = await send('GET', `/clients/${clientId}`, undefined, HOST_TOKEN);
    expect(live).toMatchObject({
      status: 200,
      body: { active: true, client_id: clientId, client_class: 'attested' },
    });

    read(
      await issuer.operator('POST', `/v1/statements/${issued.jti}/revocation`, { reason: 'test' }),
      z.unknown(),
    );
    await expect
      .poll(async () => (await send('GET', `/clients/${clientId}`, undefined, HOST_TOKEN)).body['active'], {
        timeout: 10_000,
      })
      .toBe(false);
    expect((await operator('client', clientId)).out).toContain('It may not be used: revoked.');

    const tried = await operator('sweep', '--dry-run');
    expect(tried.out).toMatch(/1 clients looked at, 0 ended, 1 found and left\./);
    expect((await operator('sweep')).out).toMatch(/1 clients looked at, 1 ended, 0 found and left\./);
    const listed = await operator('clients', '--issuer', issuer.issuer, '--statement', issued.jti);
    expect(listed.out).toContain('ended (statement)');
    expect((await operator('clients', '--issuer', 'https://other.example')).out).toContain('No clients.');
  });

  it('hands out initial access tokens, and takes them back', async () => {
    expect((await send('POST', '/register', PARTNER)).status).toBe(401);
    const made = await operator(
      'token-create',
      '--class',
      'partner',
      '--subject',
      'Example Ltd',
      '--uses',
      '2',
    );
    const [token = ''] = /^imp_iat_\S+$/m.exec(made.out) ?? [];
    expect((await send('POST', '/register', PARTNER, token)).status).toBe(201);
    const listed = await operator('tokens');
    expect(listed.out).toContain('1 of 2');
    expect(listed.out).not.toContain(token);
    const [, id = ''] = /^imp_iat_([0-9a-f-]{36})_/.exec(token) ?? [];
    expect((await operator('token-revoke', id)).out).toContain('does not work any more');
    expect((await send('POST', '/register', PARTNER, token)).status).toBe(401);
    expect(await operator('token-create', '--class', 'nobody', '--subject', 'x')).toMatchObject({
      code: 1,
      error: expect.stringContaining('There is no class nobody; use one of attested, partner.'),
    });
  });

  it('asks before it ends a client, and then it has ended', async () => {
    const made = await operator('token-create', '--class', 'partner', '--subject', 'Example Ltd', '--json');
    const { token } = z.looseObject({ token: z.string() }).parse(JSON.parse(made.out));
    const { body } = await send('POST', '/register', PARTNER, token);
    const [clientId, access] = [String(body['client_id']), String(body['registration_access_token'])];
    const args = ['end', clientId, '--reason', 'phishing'];
    expect((await operator(...args)).code).toBe(2);
    await at(undefined, false).run('registrar', ...args, '--config', config());
    expect((await send('GET', `/register/${clientId}`, undefined, access)).status).toBe(200);
    expect((await operator(...args, '--yes')).out).toContain('has ended');
    expect((await send('GET', `/register/${clientId}`, undefined, access)).status).toBe(401);
    expect(await send('GET', `/clients/${clientId}`, undefined, HOST_TOKEN)).toMatchObject({
      body: { active: false, because: 'operator' },
    });
  });

  it('refuses statements from before a floor', async () => {
    const issued = await issuer.vouch(readMetadata('native-app'));
    expect((await send('POST', '/register', issued.registration_request)).status).toBe(201);
    const args = [
      'raise-floor',
      '--issuer',
      issuer.issuer,
      '--software',
      issued.software_id,
      '--reason',
      'test',
    ];
    expect((await operator(...args, '--issued-before', 'tomorrow', '--yes')).code).toBe(2);
    const later = new Date(Date.now() + 60_000).toISOString();
    expect((await operator(...args, '--issued-before', later, '--yes')).out).toContain('are refused');
    expect(await send('POST', '/register', issued.registration_request)).toMatchObject({
      status: 400,
      body: { error: 'unapproved_software_statement' },
    });
    expect(await operator(...args, '--issued-before', '1', '--yes')).toMatchObject({ code: 1 });
    expect((await operator('sweep', '--outdated')).out).toContain('1 ended');
  });

  it('answers the authorization server about secrets, and nobody else', async () => {
    const made = await operator('token-create', '--class', 'partner', '--subject', 'Example Ltd', '--json');
    const { token } = z.looseObject({ token: z.string() }).parse(JSON.parse(made.out));
    const { body } = await send('POST', '/register', PARTNER, token);
    const path = `/clients/${String(body['client_id'])}`;
    const secret = { client_secret: body['client_secret'] };
    expect(await send('POST', `${path}/authentication`, secret, HOST_TOKEN)).toMatchObject({
      status: 200,
      body: { active: true },
    });
    expect(await send('POST', `${path}/authentication`, { client_secret: 'x' }, HOST_TOKEN)).toMatchObject({
      body: { active: false },
    });
    for (const wrong of [undefined, 'wrong', token]) {
      expect((await send('GET', path, undefined, wrong)).status).toBe(401);
      expect((await send('POST', `${path}/authentication`, secret, wrong)).status).toBe(401);
    }
    expect((await send('GET', '/clients/nobody', undefined, HOST_TOKEN)).status).toBe(404);
  });

  it('publishes metadata with its endpoint, and the head of its audit log', async () => {
    expect((await send('GET', '/.well-known/oauth-authorization-server')).body).toMatchObject({
      issuer: url,
      registration_endpoint: `${url}/register`,
      token_endpoint: `${url}/token`,
      scopes_supported: ['openid'],
    });
    await operator('token-create', '--class', 'partner', '--subject', 'Example Ltd');
    await expect.poll(async () => (await send('GET', '/audit/checkpoint')).status).toBe(200);
    const { body } = await send('GET', '/audit/checkpoint');
    expect(body['text']).toMatch(/^localhost:\d+\/register\/audit\n1\n/);
  });

  it('keeps an audit log in which a change is found', async () => {
    for (const subject of ['one', 'two', 'three'])
      await operator('token-create', '--class', 'partner', '--subject', subject);
    expect((await operator('audit')).out.match(/initial-access-token\.minted/g)).toHaveLength(3);
    expect((await operator('audit-verify')).out).toMatch(
      /^✓ 3 records under \d checkpoints, 0 not sealed yet\.$/m,
    );
    const copy = join(directory, 'copy.sqlite');
    expect((await operator('backup', copy)).code).toBe(0);
    expect((await operator('backup', copy)).code).toBe(1);
    expect(readFileSync(copy).length).toBeGreaterThan(0);

    const database = new Database(join(directory, 'data', 'registrar.sqlite'));
    database.exec(`UPDATE registration_audit_entries SET text = replace(text, 'two', 'owt') WHERE seq = 2`);
    database.close();
    const verified = await operator('audit-verify');
    expect(verified).toMatchObject({ code: 1 });
    expect(verified.out).toContain('✗');
  });
});

describe('a configuration that cannot be meant', () => {
  it.each([
    ['a misspelt option', { issuer: [] }, /issuer/],
    [
      'a class twice',
      {
        policy: {
          classes: [
            { name: 'a', requires: 'nothing' },
            { name: 'a', requires: 'nothing' },
          ],
        },
      },
      /two classes named a/,
    ],
    ['an issuer that is none', { issuers: [{ issuer: 'ftp://x' }] }, /issuer identifier/],
    [
      'a requirement that is none',
      { policy: { classes: [{ name: 'a', requires: 'everything' }] } },
      /requires/,
    ],
    ['an endpoint with a query', { endpoint: 'https://as.example/register?x' }, /endpoint/],
  ])('%s is refused with what to change', async (_name, content, detail) => {
    write('wrong.json', { data: join(directory, 'd'), keys: join(directory, 'k'), ...content });
    const ran = await shell.run('registrar', 'clients', '--config', join(directory, 'wrong.json'));
    expect(ran).toMatchObject({ code: 2, out: '', error: expect.stringMatching(detail) });
  });

  it('a file that is not there is named', async () => {
    const ran = await shell.run('registrar', 'clients', '--config', join(directory, 'nowhere.json'));
    expect(ran).toMatchObject({ code: 2, error: expect.stringContaining('nowhere.json') });
  });
});
