import { beforeEach, describe, expect, test, vi } from 'vitest';
import type { TrustedIssuer } from '../../../src/kit/verifier/trusted-issuer.ts';
import type { StatementVerifier } from '../../../src/kit/verifier/statement-verifier.ts';
import { expectOk, expectRefusal } from '../../support/issuer.ts';
import { fakeIssuer, LIST_URI, NOW, type FakeIssuer } from '../support/fake-issuer.ts';

let fake: FakeIssuer;
let statement: string;

beforeEach(async () => {
  fake = await fakeIssuer();
  fake.world.lifetime = 10 * 86_400;
  statement = await fake.statement();
});

async function verifierInOutage(trust: Partial<TrustedIssuer>): Promise<StatementVerifier> {
  const verifier = fake.verifier(trust);
  expectOk(await verifier.verify(statement));
  fake.world.down = true;
  return verifier;
}

describe('keys', () => {
  const trust = { maxStaleKeysSeconds: 1_000, status: { resolve: 'never' } } as const;

  test('serve until the bound, then statements are refused with a time to come back, then it recovers', async () => {
    const verifier = await verifierInOutage(trust);
    fake.clock.advance(300 + 1_000);
    expectOk(await verifier.verify(statement));
    fake.clock.advance(6);
    const refusal = expectRefusal(await verifier.verify(statement));
    expect(refusal).toMatchObject({
      error: 'unapproved_software_statement',
      reason: 'keys_unavailable',
      retryAfterSeconds: 30,
    });
    expect(refusal.detail).toContain('nothing listens there');
    fake.world.down = false;
    fake.clock.advance(5);
    expectOk(await verifier.verify(statement));
  });

  test('a bound of zero: no longer than they are fresh', async () => {
    const verifier = await verifierInOutage({ ...trust, maxStaleKeysSeconds: 0 });
    fake.clock.advance(299);
    expectOk(await verifier.verify(statement));
    fake.clock.advance(2);
    expect(expectRefusal(await verifier.verify(statement)).reason).toBe('keys_unavailable');
  });

  test('a day where nothing is configured', async () => {
    const verifier = await verifierInOutage({ status: { resolve: 'never' } });
    fake.clock.advance(300 + 86_400);
    expectOk(await verifier.verify(statement));
    fake.clock.advance(6);
    expect(expectRefusal(await verifier.verify(statement)).reason).toBe('keys_unavailable');
  });

  test('a key that came during the outage is not called unknown once the keys held are old', async () => {
    const verifier = await verifierInOutage(trust);
    await fake.rotate();
    const early = expectRefusal(await verifier.verify(await fake.statement()));
    expect(early).toMatchObject({ error: 'invalid_software_statement', reason: 'unknown_key' });
    fake.clock.advance(400);
    const refusal = expectRefusal(await verifier.verify(await fake.statement()));
    expect(refusal).toMatchObject({
      error: 'unapproved_software_statement',
      reason: 'keys_unavailable',
      retryAfterSeconds: 30,
    });
    expect(refusal.detail).toContain('100 seconds beyond their time and hold no "key-2"');
    expect(refusal.description).not.toContain('key-2');
    expectOk(await verifier.verify(statement));
    fake.world.down = false;
    fake.clock.advance(30);
    expectOk(await verifier.verify(await fake.statement()));
  });

  test('metadata that is gone does not stop keys that are there', async () => {
    const verifier = fake.verifier(trust);
    expectOk(await verifier.verify(statement));
    fake.world.instead.metadata = () => new Response('', { status: 500 });
    fake.clock.advance(3_601);
    expectOk(await verifier.verify(statement));
    expect(fake.asked('jwks')).toBe(2);
  });
});

describe('status', () => {
  const trust = { status: { maxStaleSeconds: 1_000 } };

  test('serves until the bound and says how old it is, then is refused, then recovers', async () => {
    const verifier = await verifierInOutage(trust);
    fake.clock.advance(300 + 1_000);
    expect(expectOk(await verifier.verify(statement)).provenance.status).toEqual({
      outcome: 'valid',
      checkedAt: NOW,
      staleSeconds: 1_000,
    });
    fake.clock.advance(6);
    const refusal = expectRefusal(await verifier.verify(statement));
    expect(refusal).toMatchObject({
      error: 'unapproved_software_statement',
      reason: 'status_unavailable',
      retryAfterSeconds: 30,
    });
    fake.world.down = false;
    fake.setStatus(5, 1);
    fake.clock.advance(5);
    expect(expectRefusal(await verifier.verify(statement)).reason).toBe('revoked');
  });

  test('an hour where nothing is configured', async () => {
    const verifier = await verifierInOutage({});
    fake.clock.advance(300 + 3_600);
    expectOk(await verifier.verify(statement));
    fake.clock.advance(6);
    expect(expectRefusal(await verifier.verify(statement)).reason).toBe('status_unavailable');
  });

  test('what was revoked stays revoked', async () => {
    fake.setStatus(5, 1);
    const verifier = fake.verifier(trust);
    expect(expectRefusal(await verifier.verify(statement)).reason).toBe('revoked');
    fake.world.down = true;
    fake.clock.advance(600);
    expect(expectRefusal(await verifier.verify(statement)).reason).toBe('revoked');
  });

  test('after an outage the first statements may still be stale, but not for long', async () => {
    const verifier = await verifierInOutage(trust);
    fake.clock.advance(301);
    expectOk(await verifier.verify(statement));
    fake.world.down = false;
    fake.setStatus(5, 1);
    fake.clock.advance(5);
    await vi.waitFor(async () =>
      expect(expectRefusal(await verifier.verify(statement)).reason).toBe('revoked'),
    );
  });

  test('nobody asked for long: the first statement waits for the list of today', async () => {
    const verifier = await verifierInOutage(trust);
    fake.clock.advance(301);
    expectOk(await verifier.verify(statement));
    fake.world.down = false;
    fake.setStatus(5, 1);
    fake.clock.advance(300);
    expect(expectRefusal(await verifier.verify(statement)).reason).toBe('revoked');
  });
});

describe('a failing issuer is asked at most every 5 seconds', () => {
  test('with nothing in memory', async () => {
    fake.world.down = true;
    const verifier = fake.verifier();
    for (let second = 0; second < 60; second += 1) {
      const all = await Promise.all(Array.from({ length: 50 }, () => verifier.verify(statement)));
      expect(all.every(({ ok }) => !ok)).toBe(true);
      fake.clock.advance(1);
    }
    expect(fake.addresses).toHaveLength(12);
    expect(fake.asked('metadata')).toBe(12);
  });

  test('with an old list in memory', async () => {
    const verifier = await verifierInOutage({});
    fake.clock.advance(301);
    const before = fake.asked('list');
    for (let second = 0; second < 60; second += 1) {
      await Promise.all(Array.from({ length: 50 }, () => verifier.verify(statement)));
      await new Promise(setImmediate);
      fake.clock.advance(1);
    }
    expect(fake.asked('list') - before).toBe(12);
  });
});

describe('an issuer that takes requests and never answers', () => {
  test('delays one statement by the timeout, and no later one while what is held may serve', async () => {
    const timeout = vi.spyOn(AbortSignal, 'timeout').mockImplementation(() => {
      const abort = new AbortController();
      setTimeout(() => abort.abort(new DOMException('late', 'TimeoutError')), 50);
      return abort.signal;
    });
    try {
      const verifier = fake.verifier({ maxStaleKeysSeconds: 86_400 });
      expectOk(await verifier.verify(statement));
      fake.world.instead.list = () => new Promise<never>(() => undefined);
      fake.clock.advance(301);
      expectOk(await verifier.verify(statement));
      for (let i = 0; i < 3; i += 1) {
        fake.clock.advance(6);
        const started = performance.now();
        expect(expectOk(await verifier.verify(statement)).provenance.status).toMatchObject({
          outcome: 'valid',
          checkedAt: NOW,
        });
        expect(performance.now() - started).toBeLessThan(40);
        await new Promise((resolve) => void setTimeout(resolve, 60));
      }
      expect(fake.asked('list')).toBe(1 + 1 + 3);
    } finally {
      timeout.mockRestore();
    }
  });

  test('with nothing in memory the refusal comes after 5 seconds', async () => {
    const given: number[] = [];
    const timeout = vi.spyOn(AbortSignal, 'timeout').mockImplementation((milliseconds) => {
      given.push(milliseconds);
      return AbortSignal.abort(new DOMException('late', 'TimeoutError'));
    });
    try {
      const refusal = expectRefusal(
        await fake
          .verifier(
            {},
            {
              fetch: (_input, init) => {
                init?.signal?.throwIfAborted();
                return fake.fetch(LIST_URI);
              },
            },
          )
          .verify(statement),
      );
      expect(refusal.reason).toBe('keys_unavailable');
      expect(refusal.detail).toContain('no answer in time');
      expect(given).toEqual([5_000]);
    } finally {
      timeout.mockRestore();
    }
  });
});
