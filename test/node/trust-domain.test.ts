import { expect, it } from 'vitest';
import { readEnvironment } from '../../src/node/environment.ts';

const read = (IMPRIMATUR_SPIFFE_TRUST_DOMAIN: string) => readEnvironment({ IMPRIMATUR_SPIFFE_TRUST_DOMAIN });

it('names the trust domain that the issuer runs, or none', () => {
  expect(read('prod.issuer.example')).toMatchObject({ value: { trustDomain: 'prod.issuer.example' } });
  expect(read('')).toMatchObject({ value: { trustDomain: undefined } });
});

it.each(['spiffe://issuer.example', 'Issuer.Example', 'issuer.example/a', 'issuer.example:8443', 'a b'])(
  '%s is no trust domain',
  (name) => {
    expect(read(name)).toMatchObject({ ok: false, error: [{ variable: 'IMPRIMATUR_SPIFFE_TRUST_DOMAIN' }] });
  },
);
