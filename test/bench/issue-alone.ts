import { join } from 'node:path';
import Database from 'better-sqlite3';
import type { Bench } from './bench.ts';
import { REAL_SERVER, scriptOf, startChild } from './child.ts';
import { createClient } from './client.ts';
import { createSigner } from './issue.ts';
import { alternate, milliseconds, percentile, timed, type Measurement } from './measure.ts';

/** One statement at a time over HTTP against one durable SQLite commit and one signature. */
export async function issueAlone(bench: Bench): Promise<readonly Measurement[]> {
  const dataset = await bench.small();
  const server = await startChild(await scriptOf(REAL_SERVER), { environment: dataset.environment });
  const client = createClient(server.url);
  const path = `/v1/software/${dataset.softwareIds[0]}/statements`;
  const issueOne = () => client.call('POST', path, dataset.developerToken, 201, {});

  const sign = await createSigner();
  const database = new Database(join(dataset.directory, 'baseline.sqlite'));
  database.pragma('journal_mode = WAL');
  database.pragma('synchronous = FULL');
  database.exec('CREATE TABLE statements (id INTEGER PRIMARY KEY, jwt TEXT NOT NULL)');
  const insert = database.prepare('INSERT INTO statements (jwt) VALUES (?)');
  const commitOne = async () => {
    insert.run(await sign());
  };

  const count = bench.quick ? 100 : 600;
  const p99Of = (work: () => Promise<unknown>) => async () => {
    const times: number[] = [];
    for (let i = 0; i < count; i += 1) times.push(await timed(work));
    return percentile(times, 0.99);
  };
  await p99Of(issueOne)();
  await p99Of(commitOne)();
  const seen = await alternate(bench.rounds + 2, { ours: p99Of(issueOne), baseline: p99Of(commitOne) });
  client.close();
  database.close();
  await server.stop();
  return [
    {
      work: 'issue one at a time over HTTP, p99',
      ours: milliseconds(seen.ours),
      baseline: `${milliseconds(seen.baseline)} one durable commit and one signature, p99`,
      ratio: seen.ours / seen.baseline,
      bar: 5,
      wanted: 'at most',
    },
  ];
}
