import { Hono } from 'hono';
import type { Issuer } from '../services/issuer.ts';
import { describeError } from './describe-error.ts';
import type { Gauge, Metrics } from './metrics.ts';

/** Seconds an unsealed entry may wait before the ledger counts as behind. */
const SEAL_LATE_SECONDS = 60;

/** What operators' machines ask: is it alive, is it ready, what does it count. */
export function operations(issuer: Issuer, metrics: Metrics): Hono {
  const router = new Hono();
  router.get('/healthz', (context) => context.json({ status: 'ok' }, 200, { 'cache-control': 'no-store' }));
  router.get('/readyz', async (context) => {
    const checks = await readiness(issuer);
    const ready = Object.values(checks).every((check) => check === 'ok');
    return context.json({ status: ready ? 'ok' : 'not ready', checks }, ready ? 200 : 503, {
      'cache-control': 'no-store',
    });
  });
  router.get('/metrics', async (context) =>
    context.text(metrics.text(await gauges(issuer)), 200, {
      'content-type': 'text/plain; version=0.0.4; charset=utf-8',
    }),
  );
  return router;
}

async function readiness(issuer: Issuer): Promise<Readonly<Record<string, string>>> {
  try {
    await issuer.store.ping();
    const [keys, checkpoint] = await Promise.all([
      issuer.store.signingKeys(),
      issuer.store.latestCheckpoint(),
    ]);
    const [oldestUnsealed] = await issuer.store.entriesAfter(checkpoint?.size ?? 0, 1);
    const waiting = oldestUnsealed === undefined ? 0 : issuer.clock.now() - timeOf(oldestUnsealed.text);
    return {
      database: 'ok',
      signing_key: keys.some((key) => key.state === 'active') ? 'ok' : 'no key is active',
      ledger: waiting < SEAL_LATE_SECONDS ? 'ok' : 'sealing is behind',
    };
  } catch (error) {
    issuer.log('error', 'http.not_ready', describeError(error));
    return { database: 'does not answer' };
  }
}

// The age of the entry counts, not that of the checkpoint: nothing is sealed while nothing changes.
function timeOf(entryText: string): number {
  const entry: unknown = JSON.parse(entryText);
  return typeof entry === 'object' && entry !== null && 'at' in entry && typeof entry.at === 'number'
    ? entry.at
    : 0;
}

async function gauges(issuer: Issuer): Promise<readonly Gauge[]> {
  const now = issuer.clock.now();
  const [entries, checkpoint, keys, lists] = await Promise.all([
    issuer.store.entryCount(),
    issuer.store.latestCheckpoint(),
    issuer.store.signingKeys(),
    issuer.store.statusLists(),
  ]);
  return [
    { name: 'imprimatur_ledger_entries', help: 'Entries in the ledger.', value: entries },
    {
      name: 'imprimatur_ledger_sealed_entries',
      help: 'Entries a checkpoint covers.',
      value: checkpoint?.size ?? 0,
    },
    {
      name: 'imprimatur_statements_issued_total',
      help: 'Statements issued since the issuer was founded.',
      type: 'counter',
      // Every statement takes one place, and no place is given back.
      value: lists.reduce((sum, list) => sum + list.allocated, 0),
    },
    ...lists.map((list) => ({
      name: 'imprimatur_status_list_allocated',
      help: 'Places of a status list that are taken.',
      labels: `list="${list.id}",state="${list.state}"`,
      value: list.allocated,
    })),
    ...keys
      .filter((key) => key.endedAt === null)
      .map((key) => ({
        name: 'imprimatur_signing_key_age_seconds',
        help: 'Age of a signing key.',
        labels: `kid="${key.kid}",alg="${key.alg}",state="${key.state}"`,
        value: now - key.createdAt,
      })),
  ];
}
