import { describe, expect, test } from 'vitest';
import type { StatementRefusalReason } from '../../../src/kit/verifier/refusal.ts';
import { expectOk, expectRefusal } from '../../support/issuer.ts';
import { fakeIssuer, NOW, type FakeIssuer } from '../support/fake-issuer.ts';
import { AUDIENCE, CASES, OURS, SECRETS, TRUST } from './support/refusal-cases.ts';

function verifierOf(fake: FakeIssuer) {
  const issuers = [TRUST, { issuer: 'https://other-issuer.example' }];
  return fake.verifier({}, { issuers, audience: AUDIENCE });
}

/** Every reason there is; a new one fails to compile here. */
const REASONS: Readonly<Record<StatementRefusalReason, true>> = {
  malformed: true,
  header: true,
  untrusted_issuer: true,
  unknown_key: true,
  key: true,
  signature: true,
  times: true,
  too_old: true,
  claims: true,
  audience: true,
  tenant: true,
  client_identifier_not_permitted: true,
  software_not_permitted: true,
  publisher_not_permitted: true,
  redirect_host_not_permitted: true,
  status_missing: true,
  status_invalid: true,
  revoked: true,
  suspended: true,
  keys_unavailable: true,
  status_unavailable: true,
};

test('the table has every reason', () => {
  expect(new Set(CASES.map(({ reason }) => reason))).toEqual(new Set(Object.keys(REASONS)));
});

test('what the table changes is accepted unchanged', async () => {
  const fake = await fakeIssuer();
  const verifier = verifierOf(fake);
  expectOk(await verifier.verify(await fake.statement(OURS)));
  const widest = {
    ...OURS,
    aud: ['https://elsewhere.example', 'https://alias.example'],
    software_id: 'permitted-software',
    org_id: 'permitted-org',
    redirect_uris: [
      'https://a.permitted.example/',
      'https://APP.example/',
      'http://127.0.0.1:1/',
      'http://[::1]/',
      'http://localhost/',
      'com.example.app:/callback',
    ],
    iat: NOW - 777_777 - 59,
    nbf: NOW + 60,
  };
  expectOk(await verifier.verify(await fake.statement(widest, { typ: 'application/configured+jwt' })));
  expectOk(await verifier.verify(await fake.statement({ ...OURS, redirect_uris: undefined })));
});

describe.each(CASES)('$reason: $what', ({ error, reason, detail = '', make }) => {
  test('is refused by its code, and a stranger learns nothing', async () => {
    const fake = await fakeIssuer();
    const statement = await make(fake);
    const refusal = expectRefusal(await verifierOf(fake).verify(statement));
    expect(refusal).toMatchObject({ error: `${error}_software_statement`, reason });
    expect(refusal.detail).toContain(detail);
    expect(refusal.detail).toMatch(/[^.]\.$/);
    for (const secret of SECRETS) expect(refusal.description).not.toContain(secret);
    // RFC 7591 §3.2.2: ASCII.
    expect(refusal.description).toMatch(/^[\x20-\x7e]{10,500}$/);
    const unavailable = reason === 'keys_unavailable' || reason === 'status_unavailable';
    expect(refusal.retryAfterSeconds).toBe(unavailable ? 30 : undefined);
  });
});

test('every refusal that is this server’s own decision reads the same', async () => {
  const own = CASES.filter(({ error, reason }) => error === 'unapproved' && !reason.endsWith('unavailable'));
  const read = await Promise.all(
    own.map(async ({ make }) => {
      const fake = await fakeIssuer();
      return expectRefusal(await verifierOf(fake).verify(await make(fake))).description;
    }),
  );
  expect(new Set(read).size).toBe(1);
});
