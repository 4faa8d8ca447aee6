import type { StatementRefusalReason } from '../../../../src/kit/verifier/refusal.ts';
import type { TrustedIssuer } from '../../../../src/kit/verifier/trusted-issuer.ts';
import { ISSUER, LIST_URI, makeKey, NOW, type FakeIssuer } from '../../support/fake-issuer.ts';

/** What this server is configured with and no stranger may learn. */
export const SECRETS = [
  'https://other-issuer.example',
  'permitted.example',
  'permitted-software',
  'permitted-org',
  'org_id',
  'https://alias.example',
  'configured+jwt',
  '777777',
  'ES384',
  'clients.example',
];

/** A trust anchor that uses every restriction there is. */
export const TRUST: TrustedIssuer = {
  issuer: ISSUER,
  profiles: ['rfc7591', 'cimd'],
  algorithms: ['ES256', 'ES384'],
  types: ['JWT', 'configured+jwt'],
  requireAudience: true,
  mayVouchFor: {
    softwareIds: ['software-1', 'permitted-software'],
    publishers: { claim: 'org_id', values: ['org-1', 'permitted-org'] },
    redirectHosts: ['app.example', '*.permitted.example'],
    clientIdentifiers: ['https://*.clients.example/', 'https://app.example/client.json'],
  },
  maxLifetimeSeconds: 777_777,
};

/** Identifiers of this authorization server. */
export const AUDIENCE = ['https://as.example', 'https://alias.example'];

/** Claims that TRUST wants beside those of every statement. */
export const OURS = { aud: 'https://as.example', org_id: 'org-1' };

/** A statement that TRUST refuses. */
export type Case = {
  readonly what: string;
  readonly error: 'invalid' | 'unapproved';
  readonly reason: StatementRefusalReason;
  /** Words of the operator's sentence. */
  readonly detail?: string;
  readonly make: (fake: FakeIssuer) => Promise<string>;
};

const claims =
  (changes: Record<string, unknown>) =>
  (fake: FakeIssuer): Promise<string> =>
    fake.statement({ ...OURS, ...changes });
const header =
  (changes: Record<string, unknown>) =>
  (fake: FakeIssuer): Promise<string> =>
    fake.statement(OURS, changes);
/** A digest-bound statement, with changes. */
const cimd =
  (changes: Record<string, unknown>) =>
  (fake: FakeIssuer): Promise<string> => {
    const { iss, iat, exp, jti, status: kept } = fake.claims();
    const sub = 'https://app.example/client.json';
    const own = { iss, iat, exp, jti, status: kept, sub, cimd_digest: 'A'.repeat(43), aud: OURS.aud };
    const type = { alg: 'ES256', kid: fake.key().kid, typ: 'software-statement+jwt' };
    return fake.signTexts(JSON.stringify(type), JSON.stringify({ ...own, ...changes }));
  };
const status = (status_list: unknown) => claims({ status: { status_list } });
const place = (value: number) => (fake: FakeIssuer) => {
  fake.setStatus(5, value);
  return fake.statement(OURS);
};
const publishing = (change: (fake: FakeIssuer) => unknown) => (fake: FakeIssuer) => {
  fake.world.jwks = change(fake);
  return fake.statement(OURS);
};

function cases(
  error: Case['error'],
  reason: Case['reason'],
  ...rows: readonly (readonly [what: string, make: Case['make'], detail?: string])[]
): readonly Case[] {
  return rows.map(([what, make, detail]) => ({
    error,
    reason,
    what,
    make,
    ...(detail === undefined ? {} : { detail }),
  }));
}

/** Every reason to refuse a statement, some in many ways. */
export const CASES: readonly Case[] = [
  ...cases(
    'invalid',
    'malformed',
    ['not a JWT', async () => 'nonsense'],
    ['the empty text', async () => ''],
    ['a signature cut off', async (fake) => (await fake.statement(OURS)).replace(/\.[^.]*$/, '')],
    ['a fourth part', async (fake) => `${await fake.statement(OURS)}.`],
    ['a payload that is no object', (fake) => fake.signTexts('{"alg":"ES256"}', '[]')],
    ['a member twice', (fake) => fake.signTexts('{"alg":"ES256"}', '{"é":1,"é":2}'), 'occurs twice'],
  ),
  ...cases(
    'invalid',
    'header',
    ['alg that is not configured', header({ alg: 'ES512' }), '"ES512"'],
    ['alg none', header({ alg: 'none' })],
    ['no alg', header({ alg: undefined })],
    ['typ of another kind of token', header({ typ: 'at+jwt' }), 'not JWT or configured+jwt'],
    ['no typ', header({ typ: undefined })],
    ['crit', header({ crit: ['exp'] })],
    ['b64', header({ b64: true })],
  ),
  ...cases(
    'unapproved',
    'tenant',
    ['for a tenant, where there is none', cimd({ aud_tenant: 'acme' }), '"acme"'],
    ['of a tenant that is not named', cimd({ tenant: 'publishing' }), '"publishing"'],
  ),
  ...cases(
    'unapproved',
    'client_identifier_not_permitted',
    ['about another document', cimd({ sub: 'https://app.example/client.json5' })],
    ['about a host below', cimd({ sub: 'https://x.app.example/client.json' })],
    ['about a host beside', cimd({ sub: 'https://evilclients.example/client.json' })],
  ),
  ...cases(
    'unapproved',
    'untrusted_issuer',
    ['a stranger', claims({ iss: 'https://stranger.example' }), '"https://stranger.example"'],
    ['no issuer', claims({ iss: undefined })],
    ['the issuer and a slash', claims({ iss: `${ISSUER}/` })],
    ['the issuer in capitals', claims({ iss: ISSUER.toUpperCase() })],
    ['a list with the issuer', claims({ iss: [ISSUER] })],
    ['a name every object has', claims({ iss: '__proto__' })],
  ),
  ...cases(
    'invalid',
    'unknown_key',
    ['a key that is not published', header({ kid: 'key-0' }), '"key-0"'],
    ['no key named', header({ kid: undefined })],
    ['a key without a name', publishing((fake) => ({ keys: [{ ...fake.key().publicJwk, kid: undefined }] }))],
  ),
  ...cases(
    'invalid',
    'key',
    ['for another alg', publishing((fake) => ({ keys: [{ ...fake.key().publicJwk, alg: 'ES384' }] }))],
    ['for encryption', publishing((fake) => ({ keys: [{ ...fake.key().publicJwk, use: 'enc' }] }))],
    ['on no curve point', publishing((fake) => ({ keys: [{ ...fake.key().publicJwk, x: 'AAAA' }] }))],
  ),
  ...cases('invalid', 'signature', [
    'signed by somebody else',
    async (fake) => fake.statement(OURS, {}, await makeKey('key-1')),
  ]),
  ...cases(
    'invalid',
    'times',
    ['expired', claims({ exp: NOW - 60 }), 'expired'],
    ['no exp', claims({ exp: undefined })],
    ['exp as text', claims({ exp: String(NOW + 60) })],
    ['issued in the future', claims({ iat: NOW + 61 })],
    ['no iat', claims({ iat: undefined })],
    ['expired before it was issued', claims({ iat: NOW + 30, exp: NOW + 20 })],
    ['not valid yet', claims({ nbf: NOW + 61 })],
  ),
  ...cases('unapproved', 'too_old', [
    'issued too long ago',
    claims({ iat: NOW - 777_777 - 60 }),
    'maxLifetimeSeconds',
  ]),
  ...cases(
    'invalid',
    'claims',
    ['no jti', claims({ jti: undefined })],
    ['no software_id', claims({ software_id: '' })],
    ['for nobody', claims({ aud: [] })],
    ['for a number', claims({ aud: 7 })],
  ),
  ...cases(
    'unapproved',
    'audience',
    ['for another server', claims({ aud: ['https://elsewhere.example'] }), 'https://as.example'],
    ['for every server, where one must be named', claims({ aud: undefined })],
    ['for this server and a slash', claims({ aud: 'https://as.example/' })],
  ),
  ...cases('unapproved', 'software_not_permitted', [
    'other software',
    claims({ software_id: 'software-2' }),
    'software-2',
  ]),
  ...cases(
    'unapproved',
    'publisher_not_permitted',
    ['another publisher', claims({ org_id: 'org-2' }), 'org-2'],
    ['no publisher', claims({ org_id: undefined })],
    ['a list of publishers', claims({ org_id: ['org-1'] })],
  ),
  ...cases(
    'unapproved',
    'redirect_host_not_permitted',
    [
      'a redirect elsewhere',
      claims({ redirect_uris: ['https://app.example/', 'https://evil.example/'] }),
      'evil.example',
    ],
    ['the parent of a wildcard', claims({ redirect_uris: ['https://permitted.example/'] })],
    ['a host that ends alike', claims({ redirect_uris: ['https://evilpermitted.example/'] })],
    ['the permitted host as user', claims({ redirect_uris: ['https://app.example@evil.example/'] })],
    ['plain http elsewhere', claims({ redirect_uris: ['http://evil.example/'] })],
    ['a redirect that is no URI', claims({ redirect_uris: ['evil'] })],
    ['a number for a redirect', claims({ redirect_uris: [7] })],
    ['redirects that are no list', claims({ redirect_uris: 'https://evil.example/' })],
  ),
  ...cases(
    'invalid',
    'status_missing',
    ['no status', claims({ status: undefined })],
    ['another kind of status', claims({ status: { other: {} } })],
    ['a place below zero', status({ idx: -1, uri: LIST_URI })],
    ['half a place', status({ idx: 0.5, uri: LIST_URI })],
    ['the list of another server', status({ idx: 1, uri: 'https://lists.example/1' })],
    ['a list beside the issuer’s path', status({ idx: 1, uri: 'https://issuer.example/tenant2/1' })],
    ['a list above the issuer’s path', status({ idx: 1, uri: `${ISSUER}/../other/1` })],
  ),
  ...cases(
    'invalid',
    'status_invalid',
    ['a place beyond the list', status({ idx: 16, uri: LIST_URI }), 'does not exist'],
    ['a value of nobody’s', place(3), 'status 3'],
  ),
  ...cases('invalid', 'revoked', ['revoked', place(1)]),
  ...cases('invalid', 'suspended', ['suspended', place(2)]),
  ...cases('unapproved', 'keys_unavailable', [
    'the issuer is down',
    (fake) => {
      fake.world.down = true;
      return fake.statement(OURS);
    },
    'nothing listens there',
  ]),
  ...cases('unapproved', 'status_unavailable', [
    'the list is gone',
    (fake) => {
      fake.world.instead.list = () => new Response('', { status: 404 });
      return fake.statement(OURS);
    },
    'answered 404',
  ]),
];
