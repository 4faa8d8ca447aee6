import { exportJWK, generateKeyPair } from 'jose';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { encodeBase64urlText } from '../../src/domain/base64url.ts';
import { commandLine, type CommandLine } from './command-line.ts';
import {
  foreignIssuer,
  json,
  JWKS_PATH,
  LIST_PATH,
  METADATA_PATH,
  NOW,
  plain,
  type ForeignIssuer,
} from './foreign-issuer.ts';

let foreign: ForeignIssuer;
let shell: CommandLine;

beforeAll(async () => {
  foreign = await foreignIssuer();
  shell = commandLine({ fetch, now: () => NOW });
});
beforeEach(() => foreign.reset());
afterAll(() => foreign.close());

type Found = {
  readonly verdict: string;
  readonly sentence: string;
  readonly claims: unknown;
  readonly checks: readonly { check: string; outcome: string; code: string; detail: string }[];
};

async function verified(statement: string, ...options: readonly string[]) {
  shell.files.set('s.jwt', `${statement}\n`);
  const { code, out, error } = await shell.run('verify', 's.jwt', '--json', ...options);
  expect(error).toBe('');
  const found: Found = JSON.parse(out);
  const first = found.checks.find(({ outcome }) => outcome !== 'holds');
  return { code, found, check: first?.check, because: first?.code, detail: first?.detail ?? '' };
}

describe('a statement that stands', () => {
  it('is told step by step, ends in one sentence, and asks only the issuer', async () => {
    shell.files.set('s.jwt', await foreign.sign(foreign.claims()));
    const { code, out } = await shell.run('verify', 's.jwt');
    expect(code).toBe(0);
    expect(out.match(/^✓/gm)).toHaveLength(9);
    expect(out).toContain(
      `It stands: ${foreign.issuer} vouches for Example (software-1) until 2026-11-20 21:00:00 UTC.`,
    );
    expect(out).toContain('--issuer demands one');
    expect(foreign.asked).toEqual([METADATA_PATH, JWKS_PATH, LIST_PATH]);
  });

  it('may be given as text, from standard input, or in a registration request', async () => {
    const statement = await foreign.sign(foreign.claims());
    shell.files.set('-', statement);
    shell.files.set('r.json', JSON.stringify({ software_statement: statement }));
    for (const given of [statement, '-', 'r.json']) expect((await shell.run('verify', given)).code).toBe(0);
  });

  it.each(['ES384', 'PS256', 'RS256', 'EdDSA'])('may be signed with %s', async (alg) => {
    const { publicKey, privateKey } = await generateKeyPair(alg, { extractable: true });
    const key = { ...(await exportJWK(publicKey)), kid: 'other', alg };
    foreign.answers.set(JWKS_PATH, json({ keys: [foreign.publicJwk, key] }));
    const statement = await foreign.sign(foreign.claims(), { alg, kid: 'other' }, privateKey);
    expect((await verified(statement)).found.verdict).toBe('stands');
  });

  it('is from the issuer and for the audience that are demanded', async () => {
    const statement = await foreign.sign({ ...foreign.claims(), aud: ['https://as.example'] });
    const options = ['--issuer', foreign.issuer, '--audience', 'https://as.example'];
    expect(await verified(statement, ...options)).toMatchObject({ code: 0 });
  });
});

describe('a statement that does not stand', () => {
  const text = () => foreign.sign(foreign.claims());
  const withClaims = (changes: object) => () => foreign.sign({ ...foreign.claims(), ...changes });
  const withHeader = (changes: Record<string, unknown>) => () => foreign.sign(foreign.claims(), changes);
  const parts = async () => (await text()).split('.');

  it.each<[cause: string, statement: () => Promise<string>, check: string, code: string]>([
    ['is not a JWS', async () => 'eyJhbGciOiJFUzI1NiJ9.e30', 'form', 'malformed'],
    ['has padding in its signature', async () => `${await text()}=`, 'form', 'malformed'],
    [
      'has a member twice',
      async () => ['eyJhbGciOiJFUzI1NiIsImFsZyI6IkVTMjU2In0', ...(await parts()).slice(1)].join('.'),
      'form',
      'malformed',
    ],
    [
      'is unsigned (none)',
      async () => `${encodeBase64urlText('{"alg":"none","typ":"JWT"}')}.${(await parts())[1]}.`,
      'header',
      'alg',
    ],
    [
      'is signed with the public key as an HMAC secret (alg confusion)',
      () =>
        foreign.sign(
          foreign.claims(),
          { alg: 'HS256' },
          new TextEncoder().encode(JSON.stringify(foreign.publicJwk).padEnd(64)),
        ),
      'header',
      'alg',
    ],
    [
      'claims another algorithm than its key is for',
      async () => {
        const { privateKey } = await generateKeyPair('RS256');
        return foreign.sign(foreign.claims(), { alg: 'RS256' }, privateKey);
      },
      'key',
      'key_alg',
    ],
    [
      'demands an extension (crit)',
      async () => {
        const header = encodeBase64urlText('{"alg":"ES256","kid":"key-1","typ":"JWT","crit":["x"],"x":1}');
        return [header, ...(await parts()).slice(1)].join('.');
      },
      'header',
      'crit',
    ],
    ['is a status list passed off as a statement', () => foreign.statusList(), 'header', 'typ'],
    ['has no type', withHeader({ typ: undefined }), 'header', 'typ'],
    ['names no issuer', withClaims({ iss: undefined }), 'issuer', 'iss'],
    ['names an issuer with a query', withClaims({ iss: 'https://a.example/?b' }), 'issuer', 'iss'],
    ['names a key the issuer does not publish', withHeader({ kid: 'key-2' }), 'key', 'kid'],
    ['names no key', withHeader({ kid: undefined }), 'key', 'kid'],
    [
      'was changed after signing (tampered)',
      async () => {
        const [header, , signature] = await parts();
        const claims = { ...foreign.claims(), software_id: 'another' };
        return `${header}.${encodeBase64urlText(JSON.stringify(claims))}.${signature}`;
      },
      'signature',
      'signature',
    ],
    [
      'brings its own key along (jwk, jku)',
      async () => {
        const pair = await generateKeyPair('ES256', { extractable: true });
        const jwk = await exportJWK(pair.publicKey);
        const header = { jwk, jku: 'http://127.0.0.1:9/jwks', x5u: 'http://127.0.0.1:9/x5u' };
        return foreign.sign(foreign.claims(), header, pair.privateKey);
      },
      'signature',
      'signature',
    ],
    ['expired', withClaims({ exp: NOW - 61 }), 'times', 'exp'],
    ['is from the future', withClaims({ iat: NOW + 61 }), 'times', 'iat'],
    ['never expires', withClaims({ exp: undefined }), 'times', 'exp'],
    ['expires before it was issued', withClaims({ iat: NOW + 30, exp: NOW + 20 }), 'times', 'exp'],
    ['is not valid yet', withClaims({ nbf: NOW + 600 }), 'times', 'nbf'],
    ['has no jti', withClaims({ jti: '' }), 'claims', 'jti'],
    ['names no software', withClaims({ software_id: undefined }), 'claims', 'software_id'],
    ['has no status', withClaims({ status: undefined }), 'status', 'status'],
    ['has a negative place', withStatus({ idx: -1 }), 'status', 'status'],
    [
      'has its status kept by somebody else',
      withStatus({ uri: 'https://evil.example/1' }),
      'status',
      'status_uri',
    ],
    ['has its status kept beside the issuer', withStatus({ uri: '/tenant2/1' }), 'status', 'status_uri'],
    ['leaves the issuer by dot segments', withStatus({ uri: '/tenant/../x' }), 'status', 'status_uri'],
    ['was revoked', withStatus({ idx: 6 }), 'status', 'revoked'],
    ['was suspended', withStatus({ idx: 7 }), 'status', 'suspended'],
    ['has a status value of nobody’s', withStatus({ idx: 4 }), 'status', 'status'],
    ['has a place outside the list', withStatus({ idx: 8 }), 'status', 'index_out_of_bounds'],
  ])('because it %s', async (_cause, statement, check, code) => {
    const { found, ...rest } = await verified(await statement());
    expect(rest).toMatchObject({ code: 1, check, because: code });
    expect(found.verdict).toBe('does_not_stand');
    expect(found.sentence).toContain(rest.detail);
    expect(foreign.asked.every((path) => [METADATA_PATH, JWKS_PATH, LIST_PATH].includes(path))).toBe(true);
  });

  function withStatus(changes: { readonly idx?: number; readonly uri?: string }) {
    return () => {
      const uri = new URL(changes.uri ?? LIST_PATH, foreign.issuer);
      const raw = changes.uri?.startsWith('/') === true ? `${uri.origin}${changes.uri}` : uri.href;
      return foreign.sign({
        ...foreign.claims(),
        status: { status_list: { idx: changes.idx ?? 5, uri: raw } },
      });
    };
  }

  it('because it is foreign: another issuer was demanded, and the named one is not even asked', async () => {
    const { code, check, because } = await verified(await text(), '--issuer', 'https://issuer.example');
    expect({ code, check, because }).toEqual({ code: 1, check: 'issuer', because: 'foreign' });
    expect(foreign.asked).toEqual([]);
  });

  it('does not give claims that no signature covers', async () => {
    const { found } = await verified(await foreign.sign(foreign.claims(), { kid: 'key-2' }));
    expect(found.claims).toBeNull();
  });
});

describe('an issuer that cannot be believed', () => {
  const statement = () => foreign.sign(foreign.claims());

  it.each<[cause: string, path: string, body: () => unknown, check: string, code: string]>([
    ['metadata of another issuer', METADATA_PATH, () => ({ issuer: 'https://evil.example', jwks_uri: `${foreign.issuer}/jwks` }), 'issuer', 'metadata'], // prettier-ignore
    ['metadata without jwks_uri', METADATA_PATH, () => ({ issuer: foreign.issuer }), 'issuer', 'jwks_uri'],
    ['no JWK Set', JWKS_PATH, () => ({}), 'keys', 'jwks'],
    [
      'one kid for two keys',
      JWKS_PATH,
      () => ({ keys: [foreign.publicJwk, foreign.publicJwk] }),
      'key',
      'kid',
    ],
    [
      'a key for encryption',
      JWKS_PATH,
      () => ({ keys: [{ ...foreign.publicJwk, use: 'enc' }] }),
      'key',
      'key_use',
    ],
    [
      'a symmetric key',
      JWKS_PATH,
      () => ({ keys: [{ kty: 'oct', k: 'AA', kid: 'key-1' }] }),
      'key',
      'key_alg',
    ],
    ['a key that is no point', JWKS_PATH, () => ({ keys: [{ ...foreign.publicJwk, y: foreign.publicJwk.x }] }), 'signature', 'signature'], // prettier-ignore
  ])('publishes %s', async (_cause, path, body, check, code) => {
    foreign.answers.set(path, json(body()));
    expect(await verified(await statement())).toMatchObject({ code: 1, check, because: code });
  });

  it.each<[cause: string, list: () => Promise<string>]>([
    ['of another address (sub)', () => foreign.statusList({ claims: { sub: 'https://issuer.example/1' } })],
    ['that expired', () => foreign.statusList({ claims: { exp: NOW - 61 } })],
    ['with another type', () => foreign.statusList({ header: { typ: 'JWT' } })],
    [
      'signed by a stranger',
      async () => foreign.statusList({ key: (await generateKeyPair('ES256')).privateKey }),
    ],
    ['without a list', () => foreign.statusList({ claims: { status_list: null } })],
    ['that is no JWS', async () => '{}'],
  ])('gives a status list %s', async (_cause, list) => {
    foreign.answers.set(LIST_PATH, plain(await list()));
    expect(await verified(await statement())).toMatchObject({
      code: 1,
      check: 'status',
      because: 'status_list',
    });
  });
});

describe('what could not be told', () => {
  it.each([METADATA_PATH, JWKS_PATH, LIST_PATH])('when %s answers with an error', async (path) => {
    foreign.answers.delete(path);
    const { code, found, because, detail } = await verified(await foreign.sign(foreign.claims()));
    expect({ code, because, verdict: found.verdict }).toEqual({
      code: 2,
      because: 'unreachable',
      verdict: 'could_not_tell',
    });
    expect(detail).toContain('answered 404');
  });

  it.each([METADATA_PATH, JWKS_PATH, LIST_PATH])('when %s redirects, which is not followed', async (path) => {
    foreign.answers.set(path, (_request, response) => response.writeHead(302, { location: '/stolen' }).end());
    expect(await verified(await foreign.sign(foreign.claims()))).toMatchObject({ code: 2 });
    expect(foreign.asked).not.toContain('/stolen');
  });

  it('when the answer never ends, at a bounded size', async () => {
    foreign.answers.set(JWKS_PATH, (_request, response) => {
      const pour = () => {
        if (!response.destroyed) response.write('x'.repeat(65_536), () => setImmediate(pour));
      };
      response.writeHead(200);
      pour();
    });
    const { code, detail } = await verified(await foreign.sign(foreign.claims()));
    expect(code).toBe(2);
    expect(detail).toContain('more than 262144 octets');
  });

  it('when nobody listens; but what expired does not stand all the same', async () => {
    const iss = 'http://127.0.0.1:9/tenant';
    expect(await verified(await foreign.sign({ ...foreign.claims(), iss }))).toMatchObject({ code: 2 });
    const { code, found } = await verified(await foreign.sign({ ...foreign.claims(), iss, exp: NOW - 90 }));
    expect({ code, sentence: found.sentence }).toEqual({
      code: 1,
      sentence: 'It does not stand. It expired at 2026-11-20T19:58:30.000Z.',
    });
  });

  it('over plain http beyond this machine, which is not asked', async () => {
    const iss = 'http://issuer.example';
    const { code, detail } = await verified(await foreign.sign({ ...foreign.claims(), iss }));
    expect(code).toBe(2);
    expect(detail).toContain('--allow-http');
  });

  it('when an issuer elsewhere names keys on this machine, which are not asked', async () => {
    const iss = 'https://issuer.example';
    const elsewhere = commandLine({
      now: () => NOW,
      fetch: async () => Response.json({ issuer: iss, jwks_uri: `${foreign.issuer}/jwks` }),
    });
    const { code, out } = await elsewhere.run(
      'verify',
      await foreign.sign({ ...foreign.claims(), iss }),
      '--json',
    );
    expect(code).toBe(2);
    expect(out).toContain('it is on this machine, and the issuer is not');
  });

  it('a file that is not there is wrong usage', async () => {
    const ran = await shell.run('verify', 'nowhere.jwt');
    expect(ran).toEqual({ code: 2, out: '', error: 'imprimatur: there is no file nowhere.jwt\n' });
  });
});

it('control characters in a claim cannot reach the terminal', async () => {
  const claims = { ...foreign.claims(), client_name: 'Bank\u001b[2J\u202eelpmaxE' };
  const { out } = await shell.run('verify', await foreign.sign(claims));
  expect(out).toContain('Bank\\u001b[2J\\u202eelpmaxE');
  expect(out).not.toContain('\u001b');
});
