import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { z } from 'zod';
import { encodeBase64url } from '../../src/domain/base64url.ts';
import { ledgerOrigin } from '../../src/services/issuer.ts';
import type { Bench } from './bench.ts';
import { scriptOf } from './child.ts';
import { openDataset } from './dataset.ts';
import { alternate, megabytes, milliseconds, type Measurement } from './measure.ts';

const report = z.object({ milliseconds: z.number(), peakOctets: z.number() });

/** Checking the whole ledger from the database file against SHA-256 over the same octets in memory. */
export async function ledger(bench: Bench): Promise<readonly Measurement[]> {
  const dataset = await bench.large();
  const { issuer, close } = await openDataset(dataset.environment);
  const publicKey = encodeBase64url(await issuer.custody.checkpointPublicKey());
  const [entries, checkpoints] = await Promise.all([
    issuer.store.entryCount(),
    issuer.store.checkpointsAfter(0, 10_000),
  ]);
  await close();
  const script = await scriptOf('test/bench/ledger-work.ts');
  let peak = 0;
  const run = (name: 'verify' | 'hash') => async () => {
    const argv = [script, name, dataset.database, publicKey, ledgerOrigin('https://issuer.example', 0)];
    const { stdout } = await promisify(execFile)(process.execPath, argv);
    const seen = report.parse(JSON.parse(stdout));
    if (name === 'verify') peak = Math.max(peak, seen.peakOctets);
    return seen.milliseconds;
  };
  const seen = await alternate(bench.rounds, { ours: run('verify'), baseline: run('hash') });
  return [
    {
      work: `ledger check, ${entries.toLocaleString('en')} entries from the file`,
      ours: milliseconds(seen.ours),
      baseline: `${milliseconds(seen.baseline)} SHA-256 of each entry, in memory`,
      ratio: seen.ours / seen.baseline,
      bar: 3,
      wanted: 'at most',
      note: `peak memory ${megabytes(peak)}; ${checkpoints.length} checkpoints, each with two signatures`,
    },
  ];
}
