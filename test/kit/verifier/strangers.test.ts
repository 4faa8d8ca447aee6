import { describe, expect, test } from 'vitest';
import { createRegistrationEndpoint } from '../../../src/kit/registration/endpoint.ts';
import { createMemoryStore } from '../../../src/kit/registration/memory-store.ts';
import { expectRefusal } from '../../support/issuer.ts';
import { fakeIssuer } from '../support/fake-issuer.ts';
import { AUDIENCE, CASES, SECRETS, TRUST } from './support/refusal-cases.ts';

/** The endpoint asks its verifier about a statement only where there is one. */
const ASKED = CASES.filter(({ what }) => what !== 'the empty text');

describe.each(ASKED)('over HTTP, $reason: $what', ({ error, reason, make }) => {
  test('the answer is the code and its sentence; the operator’s log has the reason', async () => {
    const fake = await fakeIssuer();
    const issuers = [TRUST, { issuer: 'https://other-issuer.example' }];
    const verifier = fake.verifier({}, { issuers, audience: AUDIENCE });
    const told: Readonly<Record<string, unknown>>[] = [];
    const { app } = createRegistrationEndpoint({
      authorizationServer: 'https://as.example',
      verifier,
      store: createMemoryStore(),
      // Whatever is refused here is refused before any document is asked for.
      fetcher: async (url) => Promise.reject(new Error(`${url} was asked`)),
      limits: { address: false, token: false, statement: false },
      nowMilliseconds: () => fake.clock.now() * 1000,
      log: (_level, _event, fields) => told.push(fields),
    });
    const statement = await make(fake);
    const response = await app.request('/', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ software_statement: statement }),
    });
    const refusal = expectRefusal(await verifier.verify(statement));
    const unavailable = reason === 'keys_unavailable' || reason === 'status_unavailable';
    expect(response.status).toBe(unavailable ? 503 : 400);
    expect(response.headers.get('retry-after')).toBe(unavailable ? '30' : null);
    const text = await response.text();
    for (const secret of SECRETS) expect(text + JSON.stringify([...response.headers])).not.toContain(secret);
    expect(JSON.parse(text)).toEqual({
      error: `${error}_software_statement`,
      error_description: refusal.description,
    });
    expect(told).toContainEqual(
      expect.objectContaining({ reason: `statement.${reason}`, detail: refusal.detail }),
    );
  });
});
