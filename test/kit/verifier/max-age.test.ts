import { expect, test } from 'vitest';
import { fakeIssuer } from '../support/fake-issuer.ts';

test('a server may hear of a revocation sooner than the ttl of the list asks for', async () => {
  const issuer = await fakeIssuer();
  const patient = issuer.verifier();
  const quick = issuer.verifier({ status: { maxAgeSeconds: 2 } });
  const statement = await issuer.statement();
  expect((await patient.verify(statement)).ok).toBe(true);
  expect((await quick.verify(statement)).ok).toBe(true);
  issuer.setStatus(5, 1);
  issuer.clock.advance(1);
  expect((await quick.verify(statement)).ok).toBe(true);
  issuer.clock.advance(2);
  expect(await quick.verify(statement)).toMatchObject({ ok: false, error: { reason: 'revoked' } });
  expect((await patient.verify(statement)).ok).toBe(true);
});

test.each([-1, 0.5, Number.NaN])('%s seconds are refused', async (maxAgeSeconds) => {
  const issuer = await fakeIssuer();
  expect(() => issuer.verifier({ status: { maxAgeSeconds } })).toThrow(/maxAgeSeconds/);
});
