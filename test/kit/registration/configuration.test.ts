import { expect, it } from 'vitest';
import { createMemoryStore } from '../../../src/kit/registration/memory-store.ts';
import type { ClientClass } from '../../../src/kit/registration/policy.ts';
import { createRegistrar, type RegistrarOptions } from '../../../src/kit/registration/registrar.ts';
import { AUTHORIZATION_SERVER } from '../support/scene.ts';
import { openTo } from '../management/support/clients.ts';

const [OPEN] = openTo().classes;

const registrarWith = (changes: Partial<RegistrarOptions>) => () =>
  createRegistrar({ authorizationServer: AUTHORIZATION_SERVER, store: createMemoryStore(), ...changes });

it.each<readonly [string, Partial<RegistrarOptions>, RegExp]>([
  ['no classes', { policy: { classes: [] } }, /classes is empty/],
  [
    'two classes of one name',
    { policy: { classes: [...openTo().classes, ...openTo().classes] } },
    /two classes/,
  ],
  ['a name with a space', { policy: openTo({ name: 'two words' }) }, /class name "two words"/],
  ['no name', { policy: openTo({ name: '' }) }, /class name ""/],
  [
    'secrets that are needed in clear',
    { policy: openTo({ authMethods: ['client_secret_jwt'] }) },
    /client_secret_jwt/,
  ],
  ['half a second', { policy: { ...openTo(), previousTokenSeconds: 0.5 } }, /previousTokenSeconds/],
  ['a server that is no issuer identifier', { authorizationServer: 'as.example' }, /authorizationServer/],
  ['an endpoint that is no URL', { endpoint: '/register' }, /endpoint/],
  ['an endpoint without a scheme', { endpoint: 'localhost:3000/register' }, /endpoint/],
  ['an endpoint of another scheme', { endpoint: 'ftp://as.example/register' }, /endpoint/],
  ['an endpoint that names no host', { endpoint: 'https:register' }, /endpoint/],
  ['an endpoint with a space', { endpoint: `${AUTHORIZATION_SERVER}/a b` }, /endpoint/],
  ['an endpoint with a user name', { endpoint: 'https://user@as.example/register' }, /endpoint/],
  ['an endpoint with a final slash', { endpoint: `${AUTHORIZATION_SERVER}/register/` }, /endpoint/],
  ['an endpoint with a query', { endpoint: `${AUTHORIZATION_SERVER}/register?x` }, /endpoint/],
])('a registrar is not made with %s', (_what, changes, named) => {
  expect(registrarWith(changes)).toThrow(named);
  expect(registrarWith(changes)).toThrow(TypeError);
});

const SECONDS = [
  'lifetimeSeconds',
  'renewalGraceSeconds',
  'secretLifetimeSeconds',
  'maxPerSoftware',
  'abandonedAfterSeconds',
] as const satisfies readonly (keyof ClientClass)[];

it.each(SECONDS.flatMap((member) => [-1, 1.5, Number.NaN, 1e300].map((value) => [member, value] as const)))(
  'a class is not made with %s %d',
  (member, value) => {
    expect(registrarWith({ policy: openTo({ [member]: value }) })).toThrow(`${member} of class open`);
  },
);

it('a registrar that is told nothing more has its endpoint at /register, without a double slash', () => {
  expect(registrarWith({})().endpoint).toBe(`${AUTHORIZATION_SERVER}/register`);
  expect(registrarWith({ authorizationServer: `${AUTHORIZATION_SERVER}/` })().endpoint).toBe(
    `${AUTHORIZATION_SERVER}/register`,
  );
});

it.each(['https://as.example/@tenant/register', 'http://localhost:3000/register'])(
  'an endpoint may be %s',
  (endpoint) => {
    expect(registrarWith({ endpoint })().endpoint).toBe(endpoint);
  },
);

it('a class needs a name and a requirement, and has a default for all else', () => {
  const { policy } = registrarWith({ policy: openTo() })();
  expect(policy.classes).toEqual([
    {
      ...OPEN,
      fits: {},
      grantTypes: [
        'authorization_code',
        'refresh_token',
        'client_credentials',
        'urn:ietf:params:oauth:grant-type:device_code',
      ],
      authMethods: [
        'none',
        'client_secret_basic',
        'client_secret_post',
        'private_key_jwt',
        'tls_client_auth',
        'self_signed_tls_client_auth',
        'spiffe_jwt',
        'spiffe_x509',
        'spiffe_wit',
      ],
      metadata: expect.objectContaining({ maxRedirectUris: 50 }),
      boundToStatement: true,
      renewalGraceSeconds: 604_800,
      secretsForCredentials: false,
      secretLifetimeSeconds: 0,
      mayGrow: [],
    },
  ]);
});
