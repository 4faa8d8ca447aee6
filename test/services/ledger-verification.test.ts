import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { decodeBase64url } from '../../src/domain/base64url.ts';
import { verifyConsistency, verifyInclusion } from '../../src/domain/ledger/proof.ts';
import type { Checkpoint, StoredEntry } from '../../src/domain/ledger/entry.ts';
import { entryLeafHash, proveConsistency, proveEntry } from '../../src/services/ledger.ts';
import { expectOk, expectRefusal, testIssuer, type TestIssuer } from '../support/issuer.ts';
import { sealedLedger, verify } from '../support/ledger.ts';

let test: TestIssuer;
let entries: readonly StoredEntry[];
let checkpoints: readonly Checkpoint[];

beforeAll(async () => {
  test = await testIssuer();
  ({ entries, checkpoints } = await sealedLedger(test));
});
afterAll(() => test.close());

const octets = (text: string) => expectOk(decodeBase64url(text));

describe('verification names the first thing that does not hold', () => {
  it('a changed entry', async () => {
    const changed = entries.map((entry, i) =>
      i === 40 ? { ...entry, text: entry.text.replace('"v":1', '"v":2') } : entry,
    );
    expect(expectRefusal(await verify(test, changed, checkpoints))).toMatchObject({
      what: 'checkpoint',
      size: checkpoints[2]?.size,
    });
  });

  it('a dropped entry', async () => {
    const fault = expectRefusal(
      await verify(
        test,
        entries.filter((entry) => entry.seq !== 5),
        checkpoints,
      ),
    );
    expect(fault).toMatchObject({ what: 'entry', seq: 5 });
  });

  it('entries cut off at the end', async () => {
    const fault = expectRefusal(await verify(test, entries.slice(0, -1), checkpoints));
    expect(fault).toMatchObject({ what: 'checkpoint', size: entries.length });
  });

  it('two entries exchanged', async () => {
    const [a, b] = [entries[1], entries[2]];
    const swapped = entries.map((entry) =>
      entry.seq === 2
        ? { seq: 2, text: b?.text ?? '' }
        : entry.seq === 3
          ? { seq: 3, text: a?.text ?? '' }
          : entry,
    );
    expect(expectRefusal(await verify(test, swapped, checkpoints))).toMatchObject({
      what: 'checkpoint',
      size: checkpoints[0]?.size,
    });
  });

  it('a rewritten ledger under another key', async () => {
    const other = new Uint8Array(32).fill(7);
    expect(expectRefusal(await verify(test, entries, checkpoints, other))).toMatchObject({
      what: 'checkpoint',
      size: checkpoints[0]?.size,
    });
  });

  it('a checkpoint left out', async () => {
    const fault = expectRefusal(
      await verify(
        test,
        entries,
        checkpoints.filter((_, i) => i !== 1),
      ),
    );
    expect(fault).toMatchObject({ what: 'checkpoint', size: checkpoints[2]?.size });
  });

  it('a checkpoint with another time', async () => {
    const later = checkpoints.map((checkpoint) => ({ ...checkpoint, signedAt: checkpoint.signedAt + 1 }));
    expect(expectRefusal(await verify(test, entries, later))).toMatchObject({
      what: 'checkpoint',
      size: checkpoints[0]?.size,
    });
  });
});

describe('proofs', () => {
  it('of every entry verify against the latest root', async () => {
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
    for (const from of checkpoints)
      for (const to of checkpoints.filter(({ size }) => size >= from.size)) {
        const { proof } = expectOk(await proveConsistency(test.issuer, test.operator, from.size, to.size));
        const [root1, root2] = [octets(from.rootHash), octets(to.rootHash)];
        expect(verifyConsistency(from.size, root1, to.size, root2, proof.map(octets))).toBe(true);
      }
  });
});
