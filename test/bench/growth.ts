import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import type { Bench } from './bench.ts';
import { REAL_SERVER, scriptOf, startChild } from './child.ts';
import { createClient } from './client.ts';
import type { Dataset } from './dataset.ts';
import {
  alternate,
  megabytes,
  memoryOf,
  milliseconds,
  percentile,
  timed,
  type Measurement,
} from './measure.ts';

const created = z.object({ id: z.string() });

const OPERATIONS = ['issue', 'submit', 'decide', 'queue', 'software'] as const;
type Operation = (typeof OPERATIONS)[number];

const NAMES: Readonly<Record<Operation, string>> = {
  issue: 'issue',
  submit: 'submit',
  decide: 'decide',
  queue: 'page of the review queue',
  software: 'page of the software list',
};

/** p99 of what people and machines do, one at a time, on a large database against a small one. */
export async function growth(bench: Bench): Promise<readonly Measurement[]> {
  const large = await bench.large();
  const small = await bench.small();
  const servers = [await serverOn(large), await serverOn(small)] as const;
  const [onLarge, onSmall] = servers;
  const count = bench.quick ? 60 : 200;

  const measurements: Measurement[] = [];
  for (const operation of OPERATIONS) {
    const run = (on: typeof onLarge) => async () => {
      const times: number[] = [];
      while (times.length < count) times.push(await on.sample(operation));
      return percentile(times, 0.99);
    };
    // Lets both compile, and reads what one is likely to find in memory.
    await run(onLarge)();
    await run(onSmall)();
    const seen = await alternate(bench.rounds + 4, { large: run(onLarge), small: run(onSmall) });
    measurements.push({
      work: `${NAMES[operation]}, p99, large database`,
      ours: milliseconds(seen.large),
      baseline: `${milliseconds(seen.small)} small database`,
      ratio: seen.large / seen.small,
      bar: 1.5,
      wanted: 'at most',
      ...(operation === 'issue' ? { note: noteOn(large, onLarge.pid) } : {}),
    });
  }
  for (const server of servers) await server.stop();
  return measurements;
}

function noteOn({ size }: Dataset, pid: number): string {
  const statements = size.statements.toLocaleString('en');
  const submissions = size.submissions.toLocaleString('en');
  return `${statements} statements and ${submissions} submissions against 1,000 of each; memory ${megabytes(memoryOf(pid).peak)}`;
}

async function serverOn(dataset: Dataset) {
  const server = await startChild(await scriptOf(REAL_SERVER), { environment: dataset.environment });
  const client = createClient(server.url);
  const { softwareIds, developerToken, reviewerToken } = dataset;
  const anySoftware = () => softwareIds[Math.floor(Math.random() * softwareIds.length)] ?? '';

  const submitTo = async (softwareId: string) => {
    const body = { software_version: randomUUID(), client_metadata: METADATA };
    const path = `/v1/software/${softwareId}/submissions`;
    const answer = await client.call('POST', path, developerToken, 201, body);
    return created.parse(JSON.parse(answer)).id;
  };
  const decideOn = (submissionId: string) =>
    client.call('POST', `/v1/submissions/${submissionId}/decisions`, reviewerToken, 201, {
      verdict: 'reject',
      reason: 'a benchmark approves of nothing',
    });
  return {
    pid: server.pid,
    /** Does one thing of a kind and gives the milliseconds it took; what it needs is made before. */
    sample: async (operation: Operation): Promise<number> => {
      const softwareId = anySoftware();
      switch (operation) {
        case 'issue':
          return timed(() =>
            client.call('POST', `/v1/software/${softwareId}/statements`, developerToken, 201, {}),
          );
        case 'submit':
          return timed(() => submitTo(softwareId));
        case 'decide': {
          const submissionId = await submitTo(softwareId);
          return timed(() => decideOn(submissionId));
        }
        case 'queue':
          return timed(() =>
            client.call('GET', '/v1/submissions?state=submitted&order=oldest', reviewerToken, 200),
          );
        case 'software':
          return timed(() => client.call('GET', '/v1/software', reviewerToken, 200));
      }
    },
    stop: async () => {
      client.close();
      await server.stop();
    },
  };
}

const METADATA = {
  client_name: 'Example Application',
  client_uri: 'https://app.example/',
  redirect_uris: ['https://app.example/callback', 'https://app.example/callback2'],
  grant_types: ['authorization_code', 'refresh_token'],
  response_types: ['code'],
  token_endpoint_auth_method: 'private_key_jwt',
  jwks_uri: 'https://app.example/jwks.json',
  scope: 'openid profile email',
};
