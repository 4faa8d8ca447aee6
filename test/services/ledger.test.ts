import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { listEntries, proveEntry, readHead } from '../../src/services/ledger.ts';
import { sealLedger } from '../../src/services/seal-ledger.ts';
import { expectOk, expectRefusal, testIssuer, testScene, type TestIssuer } from '../support/issuer.ts';
import { grow, sealedLedger, verify } from '../support/ledger.ts';

let test: TestIssuer;

beforeEach(async () => {
  test = await testIssuer();
});
afterEach(() => test.close());

describe('sealing', () => {
  it('covers every entry, in order, and twice is as good as once', async () => {
    const { entries, checkpoints } = await sealedLedger(test);
    expect(checkpoints.at(-1)?.size).toBe(entries.length);
    expect(await sealLedger(test.issuer)).toEqual(checkpoints.at(-1));
    expect(expectOk(await verify(test, entries, checkpoints))).toMatchObject({
      entries: entries.length,
      checkpoints: 3,
      unsealed: 0,
    });
  });

  it('by two sealers at once makes one chain', async () => {
    await grow(test, 20);
    await Promise.all([sealLedger(test.issuer), sealLedger(test.issuer), sealLedger(test.issuer)]);
    const entries = await test.store.entriesAfter(0, 1_000);
    expectOk(await verify(test, entries, await test.store.checkpointsAfter(0, 100)));
  });

  it('does not go back in time with the clock', async () => {
    await sealLedger(test.issuer);
    test.clock.advance(-3600);
    await grow(test, 1);
    await sealLedger(test.issuer);
    const [first, second] = await test.store.checkpointsAfter(0, 10);
    expect(second?.signedAt).toBe(first?.signedAt);
  });
});

describe('proofs', () => {
  it('are refused for entries no checkpoint covers yet', async () => {
    await sealLedger(test.issuer);
    await grow(test, 1);
    const count = await test.store.entryCount();
    expect(expectRefusal(await proveEntry(test.issuer, test.operator, count))).toMatchObject({
      code: 'not_found',
      what: 'checkpoint',
    });
  });
});

it('entries can be filtered by kind and subject', async () => {
  const scene = await testScene(test);
  const created = await listEntries(
    test.issuer,
    test.operator,
    { kind: 'software.created', subject: scene.softwareId },
    undefined,
    10,
  );
  expect(expectOk(created)).toHaveLength(1);
});

it('the head names the verifier key under the origin of the checkpoints', async () => {
  await sealLedger(test.issuer);
  const head = expectOk(await readHead(test.issuer, test.operator));
  expect(head.verifierKey.split('+')[0]).toBe('issuer.example/ledger');
  expect(head.checkpoint?.note.startsWith('issuer.example/ledger\n')).toBe(true);
});
