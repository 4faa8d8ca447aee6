import { describe, expect, it } from 'vitest';
import type { JsonValue } from '../../../src/domain/json.ts';
import { createRegistrationDiscovery } from '../../../src/kit/client/discover-registration.ts';
import { expectOk, expectRefusal } from '../../support/issuer.ts';

const AS = 'https://as.example';
const METADATA_URL = `${AS}/.well-known/oauth-authorization-server`;
const METADATA = { issuer: AS, registration_endpoint: `${AS}/register` };

/** Discovery over an authorization server that answers everything alike. */
function discovery(
  answer: JsonValue | (() => Response | Promise<Response>),
  options: { readonly trusted?: readonly string[]; readonly otherOrigins?: readonly string[] } = {},
) {
  const asked: { readonly url: string; readonly redirect: RequestInit['redirect'] }[] = [];
  const fetcher: typeof fetch = async (input, init) => {
    asked.push({ url: String(input), redirect: init?.redirect });
    return typeof answer === 'function' ? answer() : Response.json(answer);
  };
  return { find: createRegistrationDiscovery({ trusted: [AS], ...options, fetch: fetcher }), asked };
}

it.each([
  [AS, METADATA_URL],
  [`${AS}/tenant`, `${METADATA_URL}/tenant`],
  [`${AS}/tenant/`, `${METADATA_URL}/tenant`],
])('the endpoint of %s is found in its metadata (RFC 8414 §3)', async (issuer, url) => {
  const { find, asked } = discovery({ ...METADATA, issuer }, { trusted: [issuer] });
  expect(expectOk(await find(issuer))).toBe(`${AS}/register`);
  expect(asked).toEqual([{ url, redirect: 'manual' }]);
});

it.each([
  'https://evil.example',
  `${AS}/`,
  `${AS}/tenant`,
  'https://AS.example',
  'https://as.example:443',
  'http://as.example',
  'https://as.example.evil.example',
  METADATA_URL,
  '',
])('a server that was not configured is not asked: %j', async (issuer) => {
  const { find, asked } = discovery({ ...METADATA, issuer });
  expect(expectRefusal(await find(issuer)).code).toBe('untrusted');
  expect(asked).toEqual([]);
});

it.each<readonly [string, JsonValue]>([
  ['of another server', { ...METADATA, issuer: 'https://other.example' }],
  ['of nearly the same', { ...METADATA, issuer: `${AS}/` }],
  ['of nobody', { registration_endpoint: `${AS}/register` }],
  ['that is a list', [METADATA]],
  ['that is null', null],
])('metadata %s is not taken (RFC 8414 §3.3)', async (_what, metadata) => {
  expect(expectRefusal(await discovery(metadata).find(AS)).code).toBe('metadata');
});

it.each<JsonValue>([undefined, null, '', 7, [`${AS}/register`]].map((endpoint) => endpoint ?? null))(
  'metadata whose registration_endpoint is %j offers none',
  async (endpoint) => {
    const { find } = discovery({ ...METADATA, registration_endpoint: endpoint });
    expect(expectRefusal(await find(AS)).code).toBe('no_registration_endpoint');
  },
);

describe('an endpoint', () => {
  it.each([
    ['at another origin', 'https://evil.example/register', 'foreign_endpoint'],
    ['at another port', 'https://as.example:8443/register', 'foreign_endpoint'],
    ['at a host that looks alike', 'https://as.example.evil.example/register', 'foreign_endpoint'],
    ['behind what looks like its server', 'https://as.example@evil.example/register', 'metadata'],
    ['with a user name', 'https://user@as.example/register', 'metadata'],
    ['with a password', 'https://:password@as.example/register', 'metadata'],
    ['of plain http', 'http://as.example/register', 'foreign_endpoint'],
    ['of another scheme', 'javascript:alert(1)', 'foreign_endpoint'],
    ['that is relative', '/register', 'metadata'],
    ['with a fragment', `${AS}/register#x`, 'metadata'],
  ])('%s is refused', async (_what, endpoint, code) => {
    const { find } = discovery({ ...METADATA, registration_endpoint: endpoint });
    expect(expectRefusal(await find(AS)).code).toBe(code);
  });

  it('at another origin is taken where that was configured, unless it is plain http', async () => {
    const otherOrigins = ['https://clients.example', 'http://clients.example'];
    const endpoint = (url: string) =>
      discovery({ ...METADATA, registration_endpoint: url }, { otherOrigins });
    const { find } = endpoint('https://clients.example/register');
    expect(expectOk(await find(AS))).toBe('https://clients.example/register');
    const plain = endpoint('http://clients.example/register');
    expect(expectRefusal(await plain.find(AS)).code).toBe('foreign_endpoint');
  });

  it('on this machine may be plain http like its server', async () => {
    const issuer = 'http://127.0.0.1:8080';
    const metadata = { issuer, registration_endpoint: `${issuer}/register` };
    expect(expectOk(await discovery(metadata, { trusted: [issuer] }).find(issuer))).toBe(
      `${issuer}/register`,
    );
  });
});

describe('metadata cannot be had', () => {
  const padded = (octets: number) => JSON.stringify(METADATA).padEnd(octets);

  it.each<readonly [string, () => Response | Promise<Response>]>([
    ['behind a redirect', () => Response.redirect('https://evil.example/', 302)],
    ['behind a redirect to itself', () => new Response(null, { status: 308, headers: { location: '/' } })],
    ['where there is none', () => Response.json(METADATA, { status: 404 })],
    ['while the server fails', () => Response.json(METADATA, { status: 503 })],
    ['where a page is', () => new Response('<!doctype html>')],
    ['that is ambiguous', () => new Response('{"issuer":"a","issuer":"b"}')],
    ['of more than 256 KiB', () => new Response(padded(256 * 1024 + 1))],
    ['where nothing listens', () => Promise.reject(new TypeError('fetch failed'))],
  ])('%s', async (_where, answer) => {
    expect(expectRefusal(await discovery(answer).find(AS)).code).toBe('unreachable');
  });

  it('but metadata of 256 KiB can', async () => {
    expectOk(await discovery(() => new Response(padded(256 * 1024))).find(AS));
  });
});

it.each(['http://as.example', 'as.example', `${AS}?x`, `${AS}#x`, 'https://user@as.example', ''])(
  'what is no issuer identifier is not configured: %j',
  (issuer) => {
    expect(() => createRegistrationDiscovery({ trusted: [AS, issuer] })).toThrow(TypeError);
  },
);
