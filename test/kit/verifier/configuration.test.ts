import { describe, expect, test } from 'vitest';
import type { TrustedIssuer } from '../../../src/kit/verifier/trusted-issuer.ts';
import {
  createStatementVerifier,
  type StatementVerifierOptions,
} from '../../../src/kit/verifier/statement-verifier.ts';
import { expectOk, expectRefusal } from '../../support/issuer.ts';
import { fakeIssuer, ISSUER } from '../support/fake-issuer.ts';

const issuer = ISSUER;

/** Reads a configuration as a program without types would give it. */
function untyped(json: string): TrustedIssuer {
  return JSON.parse(json);
}

const WRONG: readonly (readonly [string, StatementVerifierOptions, RegExp])[] = [
  ['no issuer', { issuers: [] }, /issuers is empty/],
  ['an issuer twice', { issuers: [{ issuer }, { issuer }] }, /configured twice/],
  ['an issuer that is no URL', { issuers: [{ issuer: 'issuer.example' }] }, /not an issuer identifier/],
  ['an issuer with a query', { issuers: [{ issuer: `${issuer}?a=b` }] }, /not an issuer identifier/],
  ['an issuer with a fragment', { issuers: [{ issuer: `${issuer}#a` }] }, /not an issuer identifier/],
  ['an issuer with a user', { issuers: [{ issuer: 'https://a:b@issuer.example' }] }, /not an issuer/],
  ['plain http', { issuers: [{ issuer: 'http://issuer.example' }] }, /http is for loopback hosts/],
  ['another scheme', { issuers: [{ issuer: 'ftp://issuer.example' }], allowHttp: true }, /not an issuer/],
  ['no algorithm', { issuers: [{ issuer, algorithms: [] }] }, /algorithms/],
  ['the algorithm none', { issuers: [{ issuer, algorithms: ['ES256', 'none'] }] }, /not none/],
  ['HMAC', { issuers: [{ issuer, algorithms: ['HS256'] }] }, /asymmetric algorithms only, not HS256/],
  ['a name of every object', { issuers: [{ issuer, algorithms: ['constructor'] }] }, /not constructor/],
  ['no type', { issuers: [{ issuer, types: [] }] }, /at least one typ/],
  ['an empty type', { issuers: [{ issuer, types: ['JWT', ''] }] }, /no empty one/],
  ['a negative tolerance', { issuers: [{ issuer, clockToleranceSeconds: -1 }] }, /clockToleranceSeconds/],
  ['half a second', { issuers: [{ issuer, maxLifetimeSeconds: 0.5 }] }, /maxLifetimeSeconds.* not 0.5/],
  ['no number', { issuers: [{ issuer, maxStaleKeysSeconds: Number.NaN }] }, /maxStaleKeysSeconds.* not NaN/],
  [
    'an endless outage',
    { issuers: [{ issuer, status: { maxStaleSeconds: Number.POSITIVE_INFINITY } }] },
    /status.maxStaleSeconds/,
  ],
  ['an audience nobody has', { issuers: [{ issuer, requireAudience: true }] }, /needs the option audience/],
  [
    'an empty list of audiences',
    { issuers: [{ issuer, requireAudience: true }], audience: [] },
    /needs the option audience/,
  ],
  [
    'a policy that does not exist',
    { issuers: [untyped(`{"issuer":"${issuer}","status":{"resolve":"always"}}`)] },
    /status.resolve.*required, when_present, never/,
  ],
  [
    'an answer to outages that does not exist',
    { issuers: [untyped(`{"issuer":"${issuer}","status":{"whenUnavailable":"allow"}}`)] },
    /status.whenUnavailable.*refuse, accept/,
  ],
  [
    'a meaning of SUSPENDED that does not exist',
    { issuers: [untyped(`{"issuer":"${issuer}","status":{"suspended":true}}`)] },
    /status.suspended.*refuse, accept/,
  ],
  ...['https://app.example', 'app.example/callback', 'app.example:8443', '*', '*.', '', 'a.*.example'].map(
    (host): readonly [string, StatementVerifierOptions, RegExp] => [
      `the redirect host “${host}”`,
      { issuers: [{ issuer, mayVouchFor: { redirectHosts: [host] } }] },
      /redirectHosts/,
    ],
  ),
];

describe('a configuration that cannot be meant does not start', () => {
  test.each(WRONG)('%s', (_name, options, message) => {
    const start = () => createStatementVerifier(options);
    expect(start).toThrow(TypeError);
    expect(start).toThrow(message);
  });
});

test.each(['http://localhost:3000', 'http://127.0.0.1:3000', 'http://[::1]:3000'])(
  '%s is trusted on this machine',
  (loopback) => {
    expect(() => createStatementVerifier({ issuers: [{ issuer: loopback }] })).not.toThrow();
  },
);

test('allowHttp permits plain http on a closed network', async () => {
  const fake = await fakeIssuer();
  const plain = 'http://issuer.internal';
  const asked: string[] = [];
  const verifier = createStatementVerifier({
    issuers: [{ issuer: plain }],
    allowHttp: true,
    now: fake.clock.now,
    fetch: async (input) => {
      const url = input instanceof Request ? input.url : String(input);
      asked.push(url);
      if (url.includes('.well-known')) return Response.json({ issuer: plain, jwks_uri: `${plain}/jwks` });
      return Response.json(fake.world.jwks);
    },
  });
  expect(await verifier.warm()).toEqual([]);
  expect(asked).toEqual([`${plain}/.well-known/oauth-authorization-server`, `${plain}/jwks`]);
});

test('the defaults: algorithms, type, status, and an audience only where one is named', async () => {
  const fake = await fakeIssuer();
  const verifier = fake.verifier();
  expectOk(await verifier.verify(await fake.statement()));
  expectOk(await verifier.verify(await fake.statement({}, { typ: 'application/jwt' })));
  const reasonOf = async (statement: string) => expectRefusal(await verifier.verify(statement)).reason;
  expect(await reasonOf(await fake.statement({}, { typ: 'at+jwt' }))).toBe('header');
  expect(await reasonOf(await fake.statement({ status: undefined }))).toBe('status_missing');
  expect(await reasonOf(await fake.statement({ aud: 'https://as.example' }))).toBe('audience');
  expect(await reasonOf(await fake.statement({ exp: fake.clock.now() - 60 }))).toBe('times');
  expectOk(await verifier.verify(await fake.statement({ exp: fake.clock.now() - 59 })));
});

test('warm loads the keys of every issuer and says which could not be had', async () => {
  const fake = await fakeIssuer();
  const other = 'https://other.example';
  const verifier = fake.verifier({}, { issuers: [{ issuer: ISSUER }, { issuer: other }] });
  const [failure, ...more] = await verifier.warm();
  expect(failure).toBe(`${other}: ${other}/.well-known/oauth-authorization-server answered 404`);
  expect(more).toEqual([]);
  expect([fake.asked('metadata'), fake.asked('jwks')]).toEqual([1, 1]);
  expectOk(await verifier.verify(await fake.statement()));
  expect(fake.asked('jwks')).toBe(1);
});
