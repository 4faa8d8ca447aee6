import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { decodeBase64url } from '../../src/domain/base64url.ts';
import { verifyConsistency, verifyInclusion } from '../../src/domain/ledger/proof.ts';
import {
  entryLeafHash,
  listEntries,
  proveConsistency,
  proveEntry,
  readHead,
} from '../../src/services/ledger.ts';
import { ledgerOrigin } from '../../src/services/issuer.ts';
import { sealLedger } from '../../src/services/seal-ledger.ts';
import { verifyLedger } from '../../src/domain/ledger/verify-ledger.ts';
import type { Checkpoint, StoredEntry } from '../../src/domain/ledger/entry.ts';
import { createPublisher } from '../../src/services/publishers.ts';
import { expectOk, expectRefusal, testIssuer, testScene, type TestIssuer } from '../support/issuer.ts';

let test: TestIssuer;

beforeEach(async () => {
  test = await testIssuer();
});
afterEach(() => test.close());

const octets = (text: string) => expectOk(decodeBase64url(text));

async function grow(entries: number): Promise<void> {
  const draft = { name: 'Publisher', verifiedDomains: [], allowedScopes: null };
  await Promise.all(
    Array.from({ length: entries }, () => createPublisher(test.issuer, test.operator, draft)),
  );
}

async function* each<T>(items: readonly T[]): AsyncGenerator<T> {
  yield* items;
}

async function verify(
  entries: readonly StoredEntry[],
  checkpoints: readonly Checkpoint[],
  publicKey?: Uint8Array,
) {
  return verifyLedger({
    entries: each(entries),
    checkpoints: each(checkpoints),
    publicKey: publicKey ?? (await test.custody.checkpointPublicKey()),
    origin: ledgerOrigin(test.issuer.identifier, 0),
  });
}

async function sealedLedger() {
  await sealLedger(test.issuer);
  await testScene(test);
  await sealLedger(test.issuer);
  await grow(300);
  await sealLedger(test.issuer);
  return {
    entries: await test.store.entriesAfter(0, 10_000),
    checkpoints: await test.store.checkpointsAfter(0, 1_000),
  };
}

describe('sealing', () => {
  it('covers every entry, in order, and twice is as good as once', async () => {
    const { entries, checkpoints } = await sealedLedger();
    expect(checkpoints.at(-1)?.size).toBe(entries.length);
    expect(await sealLedger(test.issuer)).toEqual(checkpoints.at(-1));
    expect(expectOk(await verify(entries, checkpoints))).toMatchObject({
      entries: entries.length,
      checkpoints: 3,
      unsealed: 0,
    });
  });

  it('by two sealers at once makes one chain', async () => {
    await grow(20);
    await Promise.all([sealLedger(test.issuer), sealLedger(test.issuer), sealLedger(test.issuer)]);
    const entries = await test.store.entriesAfter(0, 1_000);
    expectOk(await verify(entries, await test.store.checkpointsAfter(0, 100)));
  });

  it('does not go back in time with the clock', async () => {
    await sealLedger(test.issuer);
    test.clock.advance(-3600);
    await grow(1);
    await sealLedger(test.issuer);
    const [first, second] = await test.store.checkpointsAfter(0, 10);
    expect(second?.signedAt).toBe(first?.signedAt);
  });
});

describe('verification names the first thing that does not hold', () => {
  it('a changed entry', async () => {
    const { entries, checkpoints } = await sealedLedger();
    const changed = entries.map((entry, i) =>
      i === 40 ? { ...entry, text: entry.text.replace('"v":1', '"v":2') } : entry,
    );
    expect(expectRefusal(await verify(changed, checkpoints))).toMatchObject({
      what: 'checkpoint',
      size: checkpoints[2]?.size,
    });
  });

  it('a dropped entry', async () => {
    const { entries, checkpoints } = await sealedLedger();
    const fault = expectRefusal(
      await verify(
        entries.filter((entry) => entry.seq !== 5),
        checkpoints,
      ),
    );
    expect(fault).toMatchObject({ what: 'entry', seq: 5 });
  });

  it('entries cut off at the end', async () => {
    const { entries, checkpoints } = await sealedLedger();
    const fault = expectRefusal(await verify(entries.slice(0, -1), checkpoints));
    expect(fault).toMatchObject({ what: 'checkpoint', size: entries.length });
  });

  it('two entries exchanged', async () => {
    const { entries, checkpoints } = await sealedLedger();
    const [a, b] = [entries[1], entries[2]];
    const swapped = entries.map((entry) =>
      entry.seq === 2
        ? { seq: 2, text: b?.text ?? '' }
        : entry.seq === 3
          ? { seq: 3, text: a?.text ?? '' }
          : entry,
    );
    expect(expectRefusal(await verify(swapped, checkpoints))).toMatchObject({
      what: 'checkpoint',
      size: checkpoints[0]?.size,
    });
  });

  it('a rewritten ledger under another key', async () => {
    const { entries, checkpoints } = await sealedLedger();
    const other = new Uint8Array(32).fill(7);
    expect(expectRefusal(await verify(entries, checkpoints, other))).toMatchObject({
      what: 'checkpoint',
      size: checkpoints[0]?.size,
    });
  });

  it('a checkpoint left out', async () => {
    const { entries, checkpoints } = await sealedLedger();
    const fault = expectRefusal(
      await verify(
        entries,
        checkpoints.filter((_, i) => i !== 1),
      ),
    );
    expect(fault).toMatchObject({ what: 'checkpoint', size: checkpoints[2]?.size });
  });

  it('a checkpoint with another time', async () => {
    const { entries, checkpoints } = await sealedLedger();
    const later = checkpoints.map((checkpoint) => ({ ...checkpoint, signedAt: checkpoint.signedAt + 1 }));
    expect(expectRefusal(await verify(entries, later))).toMatchObject({
      what: 'checkpoint',
      size: checkpoints[0]?.size,
    });
  });
});

describe('proofs', () => {
  it('of every entry verify against the latest root', async () => {
    const { entries } = await sealedLedger();
    for (const entry of entries.filter(({ seq }) => seq % 7 === 1 || seq > entries.length - 3)) {
      const { checkpoint, leafIndex, proof } = expectOk(
        await proveEntry(test.issuer, test.operator, entry.seq),
      );
      const root = octets(checkpoint.rootHash);
      const leaf = octets(entryLeafHash(entry));
      expect(verifyInclusion(leafIndex, checkpoint.size, leaf, proof.map(octets), root)).toBe(true);
      expect(verifyInclusion(leafIndex + 1, checkpoint.size, leaf, proof.map(octets), root)).toBe(false);
    }
  });

  it('of consistency verify between all checkpoints', async () => {
    const { checkpoints } = await sealedLedger();
    for (const from of checkpoints)
      for (const to of checkpoints.filter(({ size }) => size >= from.size)) {
        const { proof } = expectOk(await proveConsistency(test.issuer, test.operator, from.size, to.size));
        const [root1, root2] = [octets(from.rootHash), octets(to.rootHash)];
        expect(verifyConsistency(from.size, root1, to.size, root2, proof.map(octets))).toBe(true);
      }
  });

  it('are refused for entries no checkpoint covers yet', async () => {
    await sealLedger(test.issuer);
    await grow(1);
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
