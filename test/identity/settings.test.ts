import { expect, it } from 'vitest';
import { readIdentityProvider } from '../../src/identity/settings.ts';
import { readEnvironment } from '../../src/node/environment.ts';

const ISSUER = { IMPRIMATUR_OIDC_ISSUER: 'https://login.example/tenant' };
const CLIENT = { IMPRIMATUR_OIDC_CLIENT_ID: 'imprimatur' };

it('reads no identity provider, a public client, and a client with a secret', () => {
  expect(readIdentityProvider({ IMPRIMATUR_OIDC_ISSUER: '' })).toEqual({ ok: true, value: undefined });
  expect(readIdentityProvider({ ...ISSUER, ...CLIENT })).toEqual({
    ok: true,
    value: {
      issuer: 'https://login.example/tenant',
      clientId: 'imprimatur',
      clientSecret: undefined,
      name: undefined,
    },
  });
  const whole = { IMPRIMATUR_OIDC_CLIENT_SECRET: 'secret', IMPRIMATUR_OIDC_NAME: 'Example Login' };
  expect(readIdentityProvider({ ...ISSUER, ...CLIENT, ...whole })).toMatchObject({
    value: { clientSecret: 'secret', name: 'Example Login' },
  });
});

it('says which variable is missing or wrong', () => {
  const wrong = [
    [{ ...CLIENT, IMPRIMATUR_OIDC_NAME: 'X' }, ['IMPRIMATUR_OIDC_CLIENT_ID', 'IMPRIMATUR_OIDC_NAME']],
    [ISSUER, ['IMPRIMATUR_OIDC_CLIENT_ID']],
    [{ ...CLIENT, IMPRIMATUR_OIDC_ISSUER: 'http://login.example' }, ['IMPRIMATUR_OIDC_ISSUER']],
    [{ ...CLIENT, IMPRIMATUR_OIDC_ISSUER: 'login.example' }, ['IMPRIMATUR_OIDC_ISSUER']],
  ] as const;
  for (const [variables, names] of wrong) {
    const read = readIdentityProvider(variables);
    expect(read.ok ? [] : read.error.map(({ variable }) => variable)).toEqual(names);
  }
});

it('is part of the environment of the server', () => {
  expect(readEnvironment({ ...ISSUER, ...CLIENT })).toMatchObject({
    value: { identityProvider: { clientId: 'imprimatur' } },
  });
  expect(readEnvironment(ISSUER)).toMatchObject({
    error: [{ variable: 'IMPRIMATUR_OIDC_CLIENT_ID' }],
  });
});
