import fc from 'fast-check';
import { createHmac } from 'node:crypto';
import {
  decodeJwt,
  decodeProtectedHeader,
  exportJWK,
  exportSPKI,
  generateKeyPair,
  importJWK,
  SignJWT,
} from 'jose';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { issue, read, type Issued } from '../../examples/demo/issuer.ts';
import { readMetadata } from '../../examples/demo/vouch.ts';
import {
  post,
  startRealAuthorizationServer,
  type RealAuthorizationServer,
} from './real-authorization-server.ts';
import { startRealIssuer, type RealIssuer } from './real-issuer.ts';

const METADATA = readMetadata('native-app');
/** Status lists are kept for their ttl: time passes by moving the authorization server's clock. */
let ahead = 0;
const now = () => Date.now() / 1000 + ahead;
const ATTACKERS_NAME = { client_name: 'Your Bank' };
const keySet = z.object({ keys: z.array(z.looseObject({ kid: z.string(), kty: z.string() })) });
const statusClaim = z.looseObject({ status: z.object({ status_list: z.object({ uri: z.string() }) }) });

let issuer: RealIssuer;
let server: RealAuthorizationServer;
let issued: Issued;

beforeAll(async () => {
  issuer = await startRealIssuer();
  server = await startRealAuthorizationServer(issuer.issuer, { now });
  issued = await issuer.vouch(METADATA);
});
afterAll(async () => {
  server.stop();
  await issuer.stop();
});

const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
const parts = () => {
  const [header = '', payload = '', signature = ''] = issued.software_statement.split('.');
  return { header, payload, signature };
};
/** The claims an attacker wants, signed by nobody yet. */
const wanted = () => ({ ...decodeJwt(issued.software_statement), ...ATTACKERS_NAME });
const kid = () => decodeProtectedHeader(issued.software_statement).kid ?? '';

async function publishedKey() {
  const { keys } = keySet.parse(await (await fetch(`${issuer.issuer}/jwks`)).json());
  const key = keys.find((candidate) => candidate.kid === kid());
  if (key === undefined) throw new Error('the signing key is not published');
  return key;
}

async function forged(header: object, claims: object = wanted()): Promise<string> {
  const { privateKey } = await generateKeyPair('ES256');
  return new SignJWT({ ...claims })
    .setProtectedHeader({ alg: 'ES256', typ: 'JWT', ...header })
    .sign(privateKey);
}

function hmac(secret: string | Buffer): string {
  const input = `${encode({ alg: 'HS256', typ: 'JWT', kid: kid() })}.${encode(wanted())}`;
  return `${input}.${createHmac('sha256', secret).update(input).digest('base64url')}`;
}

async function change(method: 'POST' | 'PUT' | 'DELETE', jti: string, noun: string): Promise<void> {
  read(await issuer.operator(method, `/v1/statements/${jti}/${noun}`, { reason: 'test' }), z.unknown());
  ahead += 3600;
}

/** Each row: what is presented, the error code of RFC 7591 §3.2.2, and words its description must hold. */
const TABLE: readonly (readonly [string, () => string | Promise<string>, string, RegExp])[] = [
  [
    'changed claims',
    () => `${parts().header}.${encode(wanted())}.${parts().signature}`,
    'invalid_software_statement',
    /signature/,
  ],
  [
    'a changed signature',
    () => `${parts().header}.${parts().payload}.${Buffer.alloc(64, 7).toString('base64url')}`,
    'invalid_software_statement',
    /signature/,
  ],
  [
    'an empty signature',
    () => `${parts().header}.${parts().payload}.`,
    'invalid_software_statement',
    /signature/i,
  ],
  [
    'alg none',
    () => `${encode({ alg: 'none', typ: 'JWT' })}.${encode(wanted())}.`,
    'invalid_software_statement',
    /alg/,
  ],
  [
    'HS256 keyed with the public key as PEM',
    async () => {
      const key = await importJWK(await publishedKey(), 'ES256');
      return hmac(key instanceof Uint8Array ? Buffer.from(key) : await exportSPKI(key));
    },
    'invalid_software_statement',
    /alg/,
  ],
  [
    'HS256 keyed with the public key as JWK text',
    async () => hmac(JSON.stringify(await publishedKey())),
    'invalid_software_statement',
    /alg/,
  ],
  [
    'a key embedded as jwk',
    async () => {
      const { privateKey, publicKey } = await generateKeyPair('ES256', { extractable: true });
      const header = { alg: 'ES256', typ: 'JWT', kid: kid(), jwk: await exportJWK(publicKey) };
      return new SignJWT(wanted()).setProtectedHeader(header).sign(privateKey);
    },
    'invalid_software_statement',
    /signature/,
  ],
  [
    'an extension that must be understood',
    () =>
      `${encode({ alg: 'ES256', kid: kid(), crit: ['x'], x: 1 })}.${encode(wanted())}.${parts().signature}`,
    'invalid_software_statement',
    /crit/,
  ],
  ['no kid', () => forged({}), 'invalid_software_statement', /signature/],
  ['an unknown kid', () => forged({ kid: 'of-nobody' }), 'invalid_software_statement', /signature/],
  [
    'the kid of the issuer and the key of another',
    () => forged({ kid: kid() }),
    'invalid_software_statement',
    /sig/,
  ],
  [
    'an expired one',
    async () => {
      const brief = await issue(issuer.people, issued.software_id, 1);
      ahead += 120;
      return brief.software_statement;
    },
    'invalid_software_statement',
    /expired/,
  ],
  [
    'a foreign issuer',
    () => forged({ kid: kid() }, { ...wanted(), iss: 'https://issuer.example' }),
    'unapproved_software_statement',
    /not approved/,
  ],
  [
    'the trusted issuer with a trailing slash',
    () => forged({ kid: kid() }, { ...wanted(), iss: `${issuer.issuer}/` }),
    'unapproved_software_statement',
    /not approved/,
  ],
  [
    'a status list token in place of a statement',
    async () => {
      const { uri } = statusClaim.parse(decodeJwt(issued.software_statement)).status.status_list;
      return (await fetch(uri)).text();
    },
    'unapproved_software_statement',
    /not approved/,
  ],
  [
    'a revoked one',
    async () => {
      const { jti, software_statement } = await issue(issuer.people, issued.software_id);
      await change('POST', jti, 'revocation');
      return software_statement;
    },
    'invalid_software_statement',
    /revoked/,
  ],
  [
    'a suspended one',
    async () => {
      const { jti, software_statement } = await issue(issuer.people, issued.software_id);
      await change('PUT', jti, 'suspension');
      return software_statement;
    },
    'invalid_software_statement',
    /suspended/,
  ],
  [
    'one for other authorization servers',
    async () => issuedFor(['https://as.example', 'https://other.example']),
    'unapproved_software_statement',
    /not approved/,
  ],
  ['text that is no JWT', () => 'not a statement', 'invalid_software_statement', /cannot be read/],
  ['an empty text', () => '', 'invalid_software_statement', /JWT/],
];

async function issuedFor(audience: readonly string[]): Promise<string> {
  const path = `/v1/software/${issued.software_id}/statements`;
  const answer = await issuer.people.developer('POST', path, { audience });
  return read(answer, z.looseObject({ software_statement: z.string() })).software_statement;
}

describe('oidc-provider refuses', () => {
  test.each(TABLE)('%s', async (_name, statement, error, description) => {
    const answer = await post(server, { ...METADATA, software_statement: await statement() });
    expect(answer).toEqual({
      status: 400,
      body: { error, error_description: expect.stringMatching(description) },
    });
  });

  test.each(['/reg', '/REG', '/reg/', '/Reg/?x=1'])('metadata without a statement at %s', async (path) => {
    expect(await post(server, METADATA, path)).toMatchObject({
      status: 400,
      body: { error: 'invalid_software_statement' },
    });
  });

  test.each([
    ['a number', 7],
    ['a list', ['a.b.c']],
    ['null', null],
  ])('a statement that is %s', async (_name, software_statement) => {
    const answer = await post(server, { ...METADATA, software_statement });
    expect(answer).toMatchObject({ status: 400, body: { error: 'invalid_software_statement' } });
  });
});

test('no header and no claims lead to anything but a refusal by its code', async () => {
  const header = fc.record(
    {
      alg: fc.oneof(fc.constantFrom('ES256', 'none', 'HS256', 'RS256', ''), fc.jsonValue()),
      kid: fc.oneof(fc.constant(kid()), fc.jsonValue()),
      typ: fc.oneof(fc.constantFrom('JWT', 'jwt', 'statuslist+jwt'), fc.jsonValue()),
      crit: fc.jsonValue(),
      b64: fc.jsonValue(),
      jwk: fc.jsonValue(),
    },
    { requiredKeys: [] },
  );
  const claims = fc.record(
    {
      iss: fc.oneof(fc.constant(issuer.issuer), fc.jsonValue()),
      exp: fc.jsonValue(),
      aud: fc.jsonValue(),
      status: fc.jsonValue(),
    },
    { requiredKeys: ['iss'] },
  );
  await fc.assert(
    fc.asyncProperty(header, claims, fc.string(), async (head, body, tail) => {
      const software_statement = `${encode(head)}.${encode(body)}.${tail}`;
      const answer = await post(server, { ...METADATA, software_statement });
      const [invalid, unapproved] = ['invalid_software_statement', 'unapproved_software_statement'];
      expect(answer.status).toBe(400);
      expect(answer.body).toMatchObject({ error: expect.stringMatching(`^(${invalid}|${unapproved})$`) });
    }),
    { numRuns: 300 },
  );
});

test('a statement whose audience names this server among others registers', async () => {
  const software_statement = await issuedFor(['https://as.example', server.url]);
  expect((await post(server, { software_statement })).status).toBe(201);
});

test('a reinstated statement registers again', async () => {
  const { jti, registration_request } = await issue(issuer.people, issued.software_id);
  await change('PUT', jti, 'suspension');
  expect((await post(server, registration_request)).status).toBe(400);
  await change('DELETE', jti, 'suspension');
  expect((await post(server, registration_request)).status).toBe(201);
});

describe('a server that cannot learn the status registers nobody', () => {
  const answering = (path: string, answer: (url: string) => Promise<Response>): typeof fetch => {
    const standIn: typeof fetch = (input, init) => {
      const url = input instanceof Request ? input.url : String(input);
      return url.includes(path) ? answer(url) : fetch(input, init);
    };
    return standIn;
  };
  const CASES: readonly (readonly [string, typeof fetch])[] = [
    ['the issuer is down', answering('/', () => Promise.reject(new TypeError('fetch failed')))],
    ['the status list is gone', answering('/status-lists/', async () => new Response('', { status: 404 }))],
    [
      'a statement is served as status list',
      answering('/status-lists/', async () => new Response(issued.software_statement)),
    ],
    [
      'the metadata names another issuer',
      answering('/.well-known/', async (url) => {
        const metadata: unknown = await (await fetch(url)).json();
        return Response.json({ ...z.looseObject({}).parse(metadata), issuer: 'https://issuer.example' });
      }),
    ],
    [
      'the status list was changed on the way',
      answering('/status-lists/', async (url) => {
        const token = await (await fetch(url)).text();
        const [header = '', payload = '', signature = ''] = token.split('.');
        const claims = Buffer.from(payload, 'base64url').toString();
        const changed = Buffer.from(claims.replace(/"iat":(\d+)/, '"iat":1')).toString('base64url');
        return new Response(`${header}.${changed}.${signature}`);
      }),
    ],
  ];
  test.each(CASES)('%s', async (_name, fetcher) => {
    const cut = await startRealAuthorizationServer(issuer.issuer, { fetch: fetcher, now });
    try {
      expect(await post(cut, issued.registration_request)).toMatchObject({
        status: 503,
        body: { error: 'unapproved_software_statement' },
      });
    } finally {
      cut.stop();
    }
  });
});
