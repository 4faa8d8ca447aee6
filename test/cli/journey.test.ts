import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { text } from '../../src/cli/members.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../../src/domain/json.ts';
import { sealLedger } from '../../src/services/seal-ledger.ts';
import { documentOctets, DOCUMENT_URL, serve } from '../support/documents.ts';
import { testInternet } from '../support/internet.ts';
import { METADATA, testIssuer, type TestIssuer } from '../support/issuer.ts';
import { appFetch, commandLine, type CommandLine, type Ran } from './command-line.ts';

const ISSUER = 'https://issuer.example';
const internet = testInternet();
let test: TestIssuer;
let operator: CommandLine;
let developer: CommandLine;
let reviewer: CommandLine;
let publisherId: string;
let softwareId: string;

/** A person at a terminal whose answer to every question is this; nobody when it is left out. */
function at(token: string, answer?: boolean): CommandLine {
  return commandLine({
    fetch: appFetch(test),
    now: () => test.clock.now(),
    token,
    environment: { IMPRIMATUR_URL: ISSUER },
    ...(answer === undefined ? {} : { answer }),
  });
}

function json(ran: Ran): JsonObject {
  const value: JsonValue = JSON.parse(ran.out);
  if (!isJsonObject(value)) throw new Error(`no object: ${ran.out}${ran.error}`);
  return value;
}

async function made(ran: Promise<Ran>, member: string): Promise<string> {
  const done = await ran;
  expect(done).toMatchObject({ code: 0, error: '' });
  return text(json(done), member);
}

async function personWith(
  name: string,
  ...options: readonly string[]
): Promise<{ id: string; token: string }> {
  const id = await made(operator.run('person', 'create', name, ...options, '--json'), 'id');
  if (name === 'Dev') await operator.run('publisher', 'add-member', publisherId, id);
  const token = await made(
    operator.run('token', 'create', '--person', id, '--label', 'laptop', '--lifetime', '30d', '--json'),
    'token',
  );
  return { id, token };
}

beforeAll(async () => {
  test = await testIssuer({ identifier: ISSUER, ...internet });
  operator = at(test.operatorToken);
  publisherId = await made(
    operator.run('publisher', 'create', 'Example Ltd', '--domain', 'app.example', '--json'),
    'id',
  );
  developer = at((await personWith('Dev')).token);
  reviewer = at((await personWith('Rev', '--role', 'reviewer')).token);
  softwareId = await made(
    developer.run('software', 'create', publisherId, 'Example', '--json'),
    'software_id',
  );
});
afterAll(() => test.close());

async function approved(version: string): Promise<string> {
  developer.files.set('metadata.json', JSON.stringify(METADATA));
  const args = ['submit', softwareId, 'metadata.json', '--software-version', version, '--json'];
  const submission = await made(developer.run(...args), 'id');
  expect(await reviewer.run('approve', submission, '--reason', 'looks right')).toMatchObject({
    code: 0,
    out: `Recorded. Submission ${submission} is approved.\n`,
  });
  return submission;
}

async function issued(): Promise<string> {
  return made(developer.run('issue', softwareId, '--json'), 'jti');
}

describe('the journey at the command line', () => {
  it('whoami says role, publishers and scopes', async () => {
    const { code, out } = await developer.run('whoami');
    expect(code).toBe(0);
    expect(out).toMatch(/^roles +developer$/m);
    expect(out).toContain(publisherId);
  });

  it('the text of a token is shown once, with a note', async () => {
    const { out } = await developer.run('token', 'create', '--label', 'CI', '--scope', 'statements:issue');
    expect(out).toMatch(/^imp_\S+$/m);
    expect(out).toContain('shown this once');
    const again = await developer.run('token', 'list');
    expect(again.out).toContain('CI');
    expect(again.out).not.toMatch(/imp_/);
  });

  it('metadata that breaks rules prints every finding and leaves the file as it was', async () => {
    const metadata =
      '{"client_name":"X","redirect_uris":["http://app.example/cb#f","https://*.app.example/"]}';
    developer.files.set('bad.json', metadata);
    const { code, out, error } = await developer.run(
      'submit', softwareId, 'bad.json', '--software-version', '0.1',
    ); // prettier-ignore
    expect({ code, out }).toEqual({ code: 1, out: '' });
    expect(error).toMatch(/^\/redirect_uris\/0 {2}error redirect-uri-fragment$/m);
    expect(error).toMatch(/^\/redirect_uris\/1 {2}error redirect-uri-wildcard$/m);
    expect(error).toMatch(/\(RFC 6749 §3\.1\.2\)/);
    expect(error).toContain('imprimatur lint');
    expect(developer.files.get('bad.json')).toBe(metadata);
  });

  it('--json prints the problem exactly as it came', async () => {
    developer.files.set('bad.json', '{"redirect_uris":[]}');
    const ran = await developer.run('submit', softwareId, 'bad.json', '--software-version', '0.1', '--json');
    expect(ran.code).toBe(1);
    expect(json(ran)).toMatchObject({ type: `${ISSUER}/problems/invalid_client_metadata`, status: 422 });
  });

  it('lint reads by the server’s policy with the difference, and offline without a server', async () => {
    developer.files.set('metadata.json', JSON.stringify(METADATA));
    const online = await developer.run('lint', 'metadata.json', '--software', softwareId);
    expect(online).toMatchObject({ code: 0, error: '' });
    expect(online.out).toContain('+ /redirect_uris/0  https://app.example/callback');
    const alone = commandLine({ fetch: unreachable });
    alone.files.set('metadata.json', '{"redirect_uris":["https://app.example/#x"]}');
    const offline = await alone.run('lint', 'metadata.json', '--offline');
    expect(offline.code).toBe(1);
    expect(offline.out).toContain('redirect-uri-fragment');
    expect(offline.out).toContain('The file was not changed.');
  });

  it('the queue shows age, risk and what expands; show begins with what expands', async () => {
    developer.files.set('metadata.json', JSON.stringify(METADATA));
    const submission = await made(
      developer.run('submit', softwareId, 'metadata.json', '--software-version', '0.9', '--json'),
      'id',
    );
    test.clock.advance(2 * 86_400 + 3 * 3600);
    const queue = await reviewer.run('queue');
    expect(queue.out).toMatch(
      new RegExp(`^2 d 3 h +\\w+ +[1-9]\\d* .*Example Application +0\\.9 +${submission}$`, 'm'),
    );
    const { out } = await reviewer.run('show', submission);
    expect(out.indexOf('Expands authority')).toBeLessThan(out.indexOf('Client metadata'));
    expect(out).toContain('"redirect_uris"');
    const back = await developer.run('withdraw', submission, '--reason', 'not yet');
    expect(back.out).toBe(`Submission ${submission} is withdrawn.\n`);
  });

  it('a second decision is refused with the state it is in', async () => {
    const submission = await approved('1.0.0');
    const again = await reviewer.run('reject', submission, '--reason', 'changed my mind');
    expect(again.code).toBe(1);
    expect(again.error).toContain('approved');
    expect(again.error).toContain('imprimatur show');
  });

  it('who lacks the role is told which one is needed', async () => {
    const { code, error } = await developer.run('keys', 'list');
    expect(code).toBe(1);
    expect(error).toContain('operator');
  });

  it('issue writes the statement and the registration request into new files only', async () => {
    await approved('1.1.0');
    const args = ['issue', softwareId, '--audience', 'https://as.example', '--lifetime', '10d'];
    const first = await developer.run(...args, '--out', 's.jwt', '--request-out', 'r.json');
    expect(first).toMatchObject({ code: 0, error: '' });
    const statement = developer.files.get('s.jwt')?.trim();
    const request: JsonValue = JSON.parse(developer.files.get('r.json') ?? '');
    expect(request).toEqual({ ...METADATA, software_statement: statement });
    const second = await developer.run(...args, '--out', 's.jwt');
    expect(second.code).toBe(2);
    expect(second.error).toContain('s.jwt exists; nothing is overwritten');
    expect(developer.files.get('s.jwt')?.trim()).toBe(statement);
  });

  it('verify walks from the file to “it stands”, and names the audience it is not for', async () => {
    const stands = await developer.run('verify', 'r.json', '--issuer', ISSUER);
    expect(stands.out).toMatch(/✓ status +The issuer’s status list says VALID\./);
    expect(stands.out).toContain(`It stands: ${ISSUER} vouches for Example Application (${softwareId})`);
    expect(stands.code).toBe(0);
    const elsewhere = await developer.run('verify', 's.jwt', '--audience', 'https://other.example');
    expect(elsewhere).toMatchObject({ code: 1 });
    expect(elsewhere.out).toContain('not for https://other.example');
  });

  it('renewing gives a successor that names what it follows', async () => {
    const jti = await issued();
    const successor = json(await developer.run('statement', 'renew', jti, '--json'));
    expect(successor['renewed_from']).toBe(jti);
    expect((await developer.run('statement', 'show', text(successor, 'jti'))).out).toContain(jti);
  });
});

describe('what takes effect elsewhere', () => {
  it('is refused where nobody can be asked, and nothing is sent', async () => {
    const jti = await issued();
    const { code, error } = await developer.run('revoke', jti, '--reason', 'leaked');
    expect(code).toBe(2);
    expect(error).toContain('--yes');
    expect(json(await developer.run('statement', 'show', jti, '--json'))['state']).toBe('valid');
  });

  it('is asked once, naming how many live statements it affects; no means no', async () => {
    const before = json(await operator.run('statement', 'list', '--software', softwareId, '--json'))['items'];
    const live = Array.isArray(before) ? before.length : 0;
    const hesitant = at(test.operatorToken, false);
    const { code, error } = await hesitant.run('suspend', '--software', softwareId, '--reason', 'complaint');
    expect({ code, error }).toEqual({ code: 1, error: 'Nothing was changed.\n' });
    expect(hesitant.questions).toEqual([
      `Suspend software ${softwareId}? ${live} live statements will read SUSPENDED until reinstated.`,
    ]);
  });

  it('counts over every software of a publisher', async () => {
    const hesitant = at(test.operatorToken, false);
    await hesitant.run('publisher', 'revoke', publisherId, '--reason', 'gone');
    expect(hesitant.questions[0]).toMatch(
      /^Revoke publisher .+\? [1-9]\d* live statements will stop verifying for good\.$/,
    );
  });

  it('suspends and reinstates, and verify follows', async () => {
    await developer.run('issue', softwareId, '--out', 'suspended.jwt');
    expect((await operator.run('software', 'suspend', softwareId, '--reason', 'x', '--yes')).code).toBe(0);
    const suspended = await developer.run('verify', 'suspended.jwt');
    expect(suspended).toMatchObject({ code: 1 });
    expect(suspended.out).toContain('suspended it');
    expect((await operator.run('reinstate', '--software', softwareId, '--reason', 'sorted out')).code).toBe(
      0,
    );
    expect((await developer.run('verify', 'suspended.jwt')).code).toBe(0);
  });

  it('revokes one statement with a yes, and verify says so', async () => {
    developer.files.delete('revoked.jwt');
    const jti = await made(developer.run('issue', softwareId, '--out', 'revoked.jwt', '--json'), 'jti');
    const sure = at(test.operatorToken, true);
    const { out } = await sure.run('revoke', jti, '--reason', 'leaked');
    expect(out).toBe(`Statement ${jti} is revoked; its status list says revoked.\n`);
    expect(sure.questions).toEqual([
      `Revoke statement ${jti}? 1 live statement will stop verifying for good.`,
    ]);
    const verified = await developer.run('verify', 'revoked.jwt', '--json');
    expect(verified.code).toBe(1);
    expect(json(verified)).toMatchObject({ verdict: 'does_not_stand', claims: { jti } });
  });

  it('wants exactly one thing named', async () => {
    const none = await operator.run('revoke', '--reason', 'x', '--yes');
    expect(none).toMatchObject({ code: 2, out: '' });
    const two = await operator.run('revoke', 'a', '--software', 'b', '--reason', 'x', '--yes');
    expect(two).toMatchObject({ code: 2, out: '' });
  });

  it('a key is revoked only after the question names its statements', async () => {
    const { code, out } = await operator.run('keys', 'list');
    expect(code).toBe(0);
    const [, kid = ''] = /^(\S+) +ES256 +active/m.exec(out) ?? [];
    const hesitant = at(test.operatorToken, false);
    expect((await hesitant.run('keys', 'revoke', kid, '--reason', 'stolen')).code).toBe(1);
    expect(hesitant.questions[0]).toMatch(/^Revoke the active key .+\? [1-9]\d* live statements will stop/);
    expect((await operator.run('keys', 'show', kid)).out).toMatch(/^state +active$/m);
  });
});

describe('policy', () => {
  it('round-trips through a file, and a version that is behind is refused', async () => {
    const { out } = await operator.run('policy', 'show', '--json');
    operator.files.set('policy.json', out);
    expect((await operator.run('policy', 'set', 'policy.json')).out).toBe('Policy version 2 is in force.\n');
    const behind = await operator.run('policy', 'set', 'policy.json');
    expect(behind.code).toBe(1);
    expect(behind.error).toContain('changed meanwhile');
  });
});

describe('ledger', () => {
  it('lists by kind, and shows an entry with its proof', async () => {
    await sealLedger(test.issuer);
    const { out } = await operator.run('ledger', 'list', '--kind', 'publisher.created');
    const [, seq = ''] = /^(\d+) .*publisher\.created/m.exec(out) ?? [];
    const shown = await operator.run('ledger', 'show', seq, '--proof');
    expect(shown.out).toContain('"name": "Example Ltd"');
    expect(shown.out).toMatch(/^root hash /m);
  });

  it('verify recomputes a running server’s ledger', async () => {
    await sealLedger(test.issuer);
    const ran = await operator.run('ledger', 'verify', '--json');
    expect(ran.code).toBe(0);
    expect(json(ran)).toMatchObject({ holds: true, unsealed: 0 });
  });

  it('verify reads an export and names the first thing that does not hold', async () => {
    await operator.run('software', 'suspend', softwareId, '--reason', 'x', '--yes');
    await sealLedger(test.issuer);
    await operator.run('software', 'reinstate', softwareId, '--reason', 'x');
    expect((await operator.run('ledger', 'export', '--out', 'ledger.jsonl')).code).toBe(0);
    const whole = operator.files.get('ledger.jsonl') ?? '';
    const key = await made(operator.run('ledger', 'checkpoint', '--json'), 'verifier_key');
    const good = await operator.run('ledger', 'verify', '--file', 'ledger.jsonl', '--verifier-key', key);
    expect(good).toMatchObject({ code: 0 });
    expect(good.out).toContain('1 entries are newer than the last checkpoint');

    const lines = whole.split('\n');
    const damaged = (change: (line: string, i: number) => string[]) => {
      operator.files.set('damaged.jsonl', lines.flatMap(change).join('\n'));
      return operator.run('ledger', 'verify', '--file', 'damaged.jsonl');
    };
    const dropped = await damaged((line) => (line.startsWith('{"seq":3,') ? [] : [line]));
    expect(dropped).toMatchObject({ code: 1 });
    expect(dropped.out).toContain('First: entry 3: missing');
    const changed = await damaged((line) => [line.replace('Example Ltd', 'Another Ltd')]);
    expect(changed).toMatchObject({ code: 1 });
    expect(changed.out).toMatch(/First: checkpoint \d+: the root recomputed/);
    const unsigned = await damaged((line) => [line.replace(/("root_hash":")./, '$1_')]);
    expect(unsigned).toMatchObject({ code: 1 });
    const foreign = await damaged((line, i) => (i === 1 ? ['{"what":"is this"}', line] : [line]));
    expect(foreign).toMatchObject({ code: 1, error: 'imprimatur: line 2 is not one of a ledger export\n' });
  });

  it('another key than the one that is trusted is found out', async () => {
    const other = await testIssuer({ identifier: ISSUER });
    await sealLedger(other.issuer);
    const stranger = commandLine({
      fetch: appFetch(other),
      token: other.operatorToken,
      environment: { IMPRIMATUR_URL: ISSUER },
    });
    const key = await made(stranger.run('ledger', 'checkpoint', '--json'), 'verifier_key');
    other.close();
    const ran = await operator.run('ledger', 'verify', '--verifier-key', key);
    expect(ran).toMatchObject({ code: 1 });
    expect(ran.out).toMatch(/First: checkpoint \d+: no line is signed by a key that is trusted/);
  });
});

const unreachable: typeof fetch = async () => {
  throw new TypeError('fetch failed', { cause: Object.assign(new Error('x'), { code: 'ECONNREFUSED' }) });
};

describe('a metadata document', () => {
  it('is submitted by its URL, and its statement is verified with it', async () => {
    const digest = serve(internet, documentOctets());
    const sent = await developer.run('submit', softwareId, '--client-id', DOCUMENT_URL);
    expect(sent).toMatchObject({ code: 0, error: '' });
    expect(sent.out).toContain(`cimd_digest ${digest}`);
    const [, submission = ''] = /^Submission (\S+) waits/m.exec(sent.out) ?? [];
    expect((await reviewer.run('show', submission)).out).toMatch(new RegExp(`cimd_digest +${digest}`));
    await reviewer.run('approve', submission, '--reason', 'looks right');
    const options = ['--profile', 'cimd', '--out', 'cimd.jwt', '--request-out', 'cimd.json'];
    expect(await developer.run('issue', softwareId, ...options)).toMatchObject({ code: 0, error: '' });
    const jwt = developer.files.get('cimd.jwt')?.trim() ?? '';
    expect(JSON.parse(developer.files.get('cimd.json') ?? '')).toEqual({ software_statement: jwt });
    // Nobody serves the document to this command line: everything else holds.
    const app = appFetch(test);
    const verified = async (octets: Uint8Array | undefined) => {
      const shell = commandLine({
        now: () => test.clock.now(),
        fetch: async (input, init) =>
          String(input) === DOCUMENT_URL
            ? new Response(octets === undefined ? null : new Uint8Array(octets), {
                status: octets === undefined ? 404 : 200,
              })
            : app(input, init),
      });
      shell.files.set('cimd.jwt', jwt);
      return shell.run('verify', 'cimd.jwt');
    };
    const good = await verified(documentOctets());
    expect(good).toMatchObject({ code: 0, error: '' });
    expect(good.out).toContain(`vouches for the document at ${DOCUMENT_URL} until`);
    const changed = await verified(documentOctets({}, { after: '' }));
    expect([changed.code, changed.out]).toEqual([
      1,
      expect.stringContaining('changed after it was reviewed'),
    ]);
    const gone = await verified(undefined);
    expect([gone.code, gone.out]).toEqual([2, expect.stringContaining('The document could not be had')]);
  });

  it('is asked for in one way, and what is left out is said', async () => {
    const ran = (...args: readonly string[]) => developer.run('submit', softwareId, ...args);
    expect((await ran('metadata.json', '--client-id', DOCUMENT_URL)).error).toContain('not both');
    expect((await ran()).error).toContain('give a file with client metadata, or --client-id');
    expect((await ran('metadata.json')).error).toContain('--software-version is needed with a file');
    expect((await ran('--client-id', 'https://app.example/')).error).toContain('must have a path');
  });
});
