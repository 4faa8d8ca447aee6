import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import { z } from 'zod';
import type { JsonObject } from '../../src/domain/json.ts';
import { changePolicy, readPolicy } from '../../src/services/policies.ts';
import { authenticate } from '../../src/services/authenticate.ts';
import { bindWorkload } from '../../src/services/workloads/bindings.ts';
import { accept } from './accept.ts';
import type { Bench } from './bench.ts';
import { scriptOf, startChild, type Child } from './child.ts';
import { openDataset, type Dataset } from './dataset.ts';
import { load } from './load.ts';
import { alternate, perSecond, type Measurement } from './measure.ts';

const TYPES = 'urn:ietf:params:oauth:token-type';
const ISSUER = 'https://issuer.example';
const WORKLOAD = 'spiffe://bench.example/ci/release';
const CONNECTIONS = 32;

/** Exchange at the token endpoint against issuing over the API: by an API token, and by JWT-SVIDs that are good once each. */
export async function exchange(bench: Bench): Promise<readonly Measurement[]> {
  const dataset = await bench.small();
  const [softwareId = ''] = dataset.softwareIds;
  const sign = await trustWorkload(dataset, softwareId);
  // Without a bound on requests by address: one address asks all the time here.
  const server = await startChild(await scriptOf('test/bench/server.ts'), {
    environment: dataset.environment,
    arguments: ['together'],
  });
  const form = (type: string, token: string) =>
    new URLSearchParams({
      grant_type: 'urn:ietf:params:oauth:grant-type:token-exchange',
      requested_token_type: `${TYPES}:software-statement`,
      subject_token_type: `${TYPES}:${type}`,
      subject_token: token,
      software_id: softwareId,
    }).toString();
  const api = {
    path: `/v1/software/${softwareId}/statements`,
    status: 201,
    headers: apiHeaders(dataset),
    body: '{}',
  };
  const byToken = {
    path: '/token',
    status: 200,
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: form('access_token', dataset.developerToken),
  };
  const cannon =
    ({ path, ...request }: Asked, seconds: number) =>
    async () =>
      (await load({ ...request, url: server.url + path, pid: server.pid, seconds, method: 'POST' }))
        .perSecond;
  await cannon(api, 1)();
  await cannon(byToken, 1)();
  const seen = await alternate(bench.rounds, {
    api: cannon(api, bench.seconds),
    byToken: cannon(byToken, bench.seconds),
  });
  // Each token is good once, so they are made before, and both works are asked by the same client.
  const count = bench.quick ? 500 : 2_000;
  const once = await alternate(bench.rounds, {
    api: () =>
      rateOf(
        server,
        api.path,
        201,
        Array.from({ length: count }, () => api),
      ),
    byWorkload: async () => {
      const tokens = await Promise.all(Array.from({ length: count }, (_, i) => sign(i)));
      return rateOf(
        server,
        '/token',
        200,
        tokens.map((token) => ({ headers: byToken.headers, body: form('jwt', token) })),
      );
    },
  });
  await server.stop();
  return [
    {
      work: 'exchange of an API token, 32 connections',
      ours: perSecond(seen.byToken),
      baseline: `${perSecond(seen.api)} issue over the API`,
      ratio: seen.byToken / seen.api,
      bar: 0.8,
      wanted: 'at least',
    },
    {
      work: 'exchange of JWT-SVIDs, each once, 32 in flight',
      ours: perSecond(once.byWorkload),
      baseline: `${perSecond(once.api)} issue over the API, same client`,
      ratio: once.byWorkload / once.api,
      bar: 0.8,
      wanted: 'at least',
    },
  ];
}

function apiHeaders({ developerToken }: Dataset) {
  return { authorization: `Bearer ${developerToken}`, 'content-type': 'application/json' };
}

type Asked = Sent & { readonly path: string; readonly status: number };

type Sent = { readonly headers: Readonly<Record<string, string>>; readonly body: string };

async function rateOf(
  server: Child,
  path: string,
  status: number,
  requests: readonly Sent[],
): Promise<number> {
  const started = performance.now();
  let next = 0;
  const worker = async () => {
    for (let request = requests[next++]; request !== undefined; request = requests[next++]) {
      const response = await fetch(server.url + path, { method: 'POST', ...request });
      const text = await response.text();
      if (response.status !== status) throw new Error(`${path}: ${response.status} ${text}`);
    }
  };
  await Promise.all(Array.from({ length: CONNECTIONS }, worker));
  return (requests.length * 1_000) / (performance.now() - started);
}

const jwkSchema = z.record(z.string(), z.string());

/** Trusts a trust domain whose bundle is in the policy, and binds a workload of it. Gives what signs its SVIDs. */
async function trustWorkload(dataset: Dataset, softwareId: string): Promise<(i: number) => Promise<string>> {
  const { publicKey, privateKey } = await generateKeyPair('ES256');
  const jwk: JsonObject = { ...jwkSchema.parse(await exportJWK(publicKey)), use: 'jwt-svid', kid: 'bench' };
  const opened = await openDataset(dataset.environment);
  const { issuer } = opened;
  const [operator, developer] = await Promise.all([
    authenticate(issuer, dataset.operatorToken),
    authenticate(issuer, dataset.developerToken),
  ]);
  if (operator === undefined || developer === undefined) throw new Error('nobody');
  const { version, ...policy } = accept(await readPolicy(issuer, operator));
  const trustDomains = [
    { trustDomain: 'bench.example', bundleUrl: null, bundle: { keys: [jwk] }, expectedIss: null },
  ];
  accept(
    await changePolicy(issuer, operator, {
      policy: { ...policy, exchange: { ...policy.exchange, trustDomains } },
      expectedVersion: version,
    }),
  );
  accept(
    await bindWorkload(issuer, developer, softwareId, {
      label: 'bench',
      rules: { kind: 'spiffe', trust_domain: 'bench.example', spiffe_id: WORKLOAD },
      mayFile: false,
    }),
  );
  await opened.close();
  return (i) => {
    const now = Math.floor(Date.now() / 1_000);
    return new SignJWT({
      sub: WORKLOAD,
      aud: [ISSUER],
      iat: now,
      exp: now + 300,
      nonce: `${i}-${performance.now()}`,
    })
      .setProtectedHeader({ alg: 'ES256', kid: 'bench', typ: 'JWT' })
      .sign(privateKey);
  };
}
