import { describe, expect, it } from 'vitest';
import { commandLine, type World } from './command-line.ts';

const UUID = '01900000-0000-7000-8000-000000000001';
const TOKEN = 'imp_secret-that-must-not-show';

function shell(fetcher: typeof fetch, world: Partial<World> = {}) {
  return commandLine({ fetch: fetcher, token: TOKEN, ...world });
}

const never: typeof fetch = async () => {
  throw new Error('nothing may be sent');
};

function answering(status: number, body: unknown, type = 'application/problem+json'): typeof fetch {
  return async () => new Response(JSON.stringify(body), { status, headers: { 'content-type': type } });
}

function failing(code: string): typeof fetch {
  return async () => {
    throw new TypeError('fetch failed', { cause: Object.assign(new Error('why'), { code }) });
  };
}

describe('wrong usage ends with 2 and sends nothing', () => {
  it.each([
    ['no such command', ['frobnicate']],
    ['no command', []],
    ['a group without its verb', ['publisher']],
    ['an argument too few', ['submit', UUID]],
    ['an argument too many', ['whoami', 'extra']],
    ['a missing option', ['approve', UUID]],
    ['an unknown option', ['whoami', '--frobnicate']],
    ['a word that is no choice', ['queue', '--risk', 'extreme']],
    ['a repeated option with a word that is no choice', ['person', 'create', 'X', '--role', 'king']],
    ['no duration', ['issue', UUID, '--lifetime', 'soon']],
    ['no number', ['queue', '--limit', '201']],
    ['a URL that is none', ['whoami', '--url', 'localhost:8787']],
    ['a URL with a password', ['whoami', '--url', 'http://a:b@localhost']],
    ['two ways to lint', ['lint', 'f', '--offline', '--software', UUID]],
    ['--local and --file', ['ledger', 'verify', '--local', '--file', 'x']],
  ])('%s', async (_cause, args) => {
    const ran = await shell(never).run(...args);
    expect(ran).toMatchObject({ code: 2, out: '' });
    expect(ran.error).not.toBe('');
  });

  it('no token, and says why it is not an option', async () => {
    const { code, error } = await commandLine({ fetch: never }).run('whoami');
    expect(code).toBe(2);
    expect(error).toContain('IMPRIMATUR_TOKEN');
    expect(error).toContain('list of processes');
  });

  it('a token that is no header value, without showing it', async () => {
    const { code, error } = await shell(never, { token: `${TOKEN}\nx: y` }).run('whoami');
    expect(code).toBe(2);
    expect(error).not.toContain('secret');
  });

  it('a file that is not there, or is not JSON, with line and column', async () => {
    const at = shell(never);
    const missing = await at.run('submit', UUID, 'nowhere.json', '--software-version', '1');
    expect(missing).toEqual({ code: 2, out: '', error: 'imprimatur: there is no file nowhere.json\n' });
    at.files.set('bad.json', '{\n  "a": 1,\n  "a": 2\n}');
    const twice = await at.run('submit', UUID, 'bad.json', '--software-version', '1');
    expect(twice).toMatchObject({ code: 1 });
    expect(twice.error).toContain('bad.json:3:3: the member "a" occurs twice');
  });
});

describe('private keys never leave the machine', () => {
  const metadata = '{"jwks":{"keys":[{"kty":"EC","crv":"P-256","x":"A","y":"A","d":"the-private-part"}]}}';

  it.each([
    ['submit', ['submit', UUID, 'm.json', '--software-version', '1']],
    ['lint', ['lint', 'm.json', '--software', UUID]],
  ])('by %s', async (_command, args) => {
    const at = shell(never);
    at.files.set('m.json', metadata);
    const told = await at.run(...args);
    expect(told).toMatchObject({ code: 1, out: '' });
    expect(told.error).toContain('/jwks/keys/0/d  error private-key');
    expect(told.error).not.toContain('the-private-part');
    const data = await at.run(...args, '--json');
    expect(JSON.parse(data.out)).toMatchObject({
      acceptable: false,
      errors: [{ pointer: '/jwks/keys/0/d' }],
    });
    expect(data.out).not.toContain('the-private-part');
  });
});

describe('a server that cannot be reached ends with 3', () => {
  it.each([
    ['ECONNREFUSED', 'nothing listens there'],
    ['ENOTFOUND', 'there is no such host'],
    ['CERT_HAS_EXPIRED', 'its certificate has expired'],
    ['EOTHER', 'the request failed (EOTHER)'],
  ])('%s', async (code, words) => {
    const ran = await shell(failing(code)).run('whoami', '--url', 'https://issuer.example');
    expect(ran).toMatchObject({ code: 3, out: '' });
    expect(ran.error).toContain(`cannot reach https://issuer.example: ${words}.`);
    expect(ran.error).toContain('imprimatur serve');
    expect(ran.error).not.toContain(TOKEN);
  });

  it('also when an export breaks in the middle', async () => {
    const broken: typeof fetch = async () =>
      new Response(
        new ReadableStream({
          start: (controller) => controller.enqueue(new TextEncoder().encode('{"verifier_key":"x"}\n')),
          pull: (controller) => controller.error(Object.assign(new Error('x'), { code: 'ECONNRESET' })),
        }),
      );
    const at = shell(broken);
    const { code, error } = await at.run('ledger', 'export', '--out', 'l.jsonl');
    expect(code).toBe(3);
    expect(error).toContain('only the beginning');
  });
});

describe('a refusal of the server ends with 1', () => {
  it('prints what happened, each finding, and what to do', async () => {
    const problem = {
      type: 'https://issuer.example/problems/role_needed',
      title: 'Another role is needed',
      status: 403,
      detail: 'keys:read needs the role operator or auditor.',
      errors: [{ pointer: '/a', rule: 'r', severity: 'error', detail: 'Wrong.', spec: 'RFC 1 §2' }],
    };
    const { code, out, error } = await shell(answering(403, problem)).run('keys', 'list');
    expect({ code, out }).toEqual({ code: 1, out: '' });
    expect(error).toBe(
      'Another role is needed. keys:read needs the role operator or auditor.\n\n' +
        '/a  error r\n  Wrong. (RFC 1 §2)\n\n' +
        '`imprimatur whoami` says who you are here; an operator gives roles and memberships.\n',
    );
  });

  it('names the request when the fault is the server’s', async () => {
    const problem = { type: 'x/internal_error', title: 'Broke', status: 500, detail: 'd', request_id: 'r-7' };
    expect((await shell(answering(500, problem)).run('whoami')).error).toContain('request r-7');
  });

  it('says when something else than an imprimatur server answers', async () => {
    const page = await shell(answering(404, '<html>', 'text/html')).run('whoami');
    expect(page).toMatchObject({ code: 1, out: '' });
    expect(page.error).toContain('not as an imprimatur server does');
    const odd = await shell(async () => new Response('hello')).run('whoami');
    expect(odd).toMatchObject({ code: 1, out: '' });
  });

  it('does not follow a redirect with the token', async () => {
    const seen: (RequestInit | undefined)[] = [];
    const redirecting: typeof fetch = async (_input, init) => {
      seen.push(init);
      return new Response(null, { status: 302, headers: { location: 'https://evil.example' } });
    };
    expect(await shell(redirecting).run('whoami')).toMatchObject({ code: 1 });
    expect(seen.map((init) => init?.redirect)).toEqual(['manual']);
  });
});

describe('what is sent', () => {
  function recording() {
    const sent: { url: string; init: RequestInit | undefined }[] = [];
    const fetcher: typeof fetch = async (input, init) => {
      sent.push({ url: new Request(input).url, init });
      return Response.json({});
    };
    return { sent, fetcher };
  }

  it('names every creating request, with the caller’s key when there is one', async () => {
    const { sent, fetcher } = recording();
    await shell(fetcher).run('software', 'create', UUID, 'X', '--idempotency-key', 'job-7');
    await shell(fetcher).run('software', 'create', UUID, 'X');
    const keys = sent.map(({ init }) => new Headers(init?.headers).get('idempotency-key'));
    expect(keys[0]).toBe('job-7');
    expect(keys[1]).toMatch(/^[0-9a-f-]{36}$/);
  });

  it('keeps what is named in one path segment', async () => {
    const { sent, fetcher } = recording();
    await shell(fetcher).run('person', 'show', 'a/b?c#d', '--url', 'https://h.example/base/');
    expect(sent[0]?.url).toBe('https://h.example/base/v1/people/a%2Fb%3Fc%23d');
  });

  it('takes the token from a file, and warns before it goes over plain http', async () => {
    const { sent, fetcher } = recording();
    const at = commandLine({ fetch: fetcher });
    at.files.set('token', 'imp_from-a-file\n');
    const { error } = await at.run('whoami', '--token-file', 'token', '--url', 'http://h.example');
    expect(new Headers(sent[0]?.init?.headers).get('authorization')).toBe('Bearer imp_from-a-file');
    expect(error).toContain('not https');
  });

  it('a lifetime in days is sent in seconds', async () => {
    const { sent, fetcher } = recording();
    await shell(fetcher).run(
      'issue',
      UUID,
      '--lifetime',
      '90d',
      '--audience',
      'https://a',
      '--audience',
      'https://b',
    );
    expect(sent[0]?.init?.body).toBe('{"audience":["https://a","https://b"],"lifetime_seconds":7776000}');
  });
});
