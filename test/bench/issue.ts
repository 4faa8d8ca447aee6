import { generateKeyPair, SignJWT } from 'jose';
import type { Bench } from './bench.ts';
import { REAL_SERVER, scriptOf, startChild, type Child } from './child.ts';
import type { Dataset } from './dataset.ts';
import { load } from './load.ts';
import { alternate, median, perSecond, type Measurement } from './measure.ts';

/** Claims of a statement as long as those of the datasets. */
export const CLAIMS = {
  iss: 'https://issuer.example',
  iat: 1_795_204_800,
  exp: 1_802_980_800,
  jti: '01900000-0000-7000-8000-000000000000',
  software_id: '01900000-0000-7000-8000-000000000001',
  software_version: '1.3.0',
  status: {
    status_list: {
      idx: 612_345,
      uri: 'https://issuer.example/status-lists/01900000-0000-7000-8000-000000000002',
    },
  },
  client_name: 'Example Application 17',
  client_uri: 'https://app.example/',
  redirect_uris: ['https://app.example/17/callback', 'https://app.example/17/callback2'],
  grant_types: ['authorization_code', 'refresh_token'],
  response_types: ['code'],
  token_endpoint_auth_method: 'private_key_jwt',
  jwks_uri: 'https://app.example/17/jwks.json',
  scope: 'openid profile email',
};

/** Makes a signature of one statement, as `jose` alone does it. */
export async function createSigner(): Promise<() => Promise<string>> {
  const { privateKey } = await generateKeyPair('ES256');
  return () =>
    new SignJWT(CLAIMS).setProtectedHeader({ alg: 'ES256', kid: 'bench', typ: 'JWT' }).sign(privateKey);
}

/** Issuing over HTTP with 32 connections against signing alone, and against one commit per statement. */
export async function issue(bench: Bench): Promise<readonly Measurement[]> {
  const sign = await createSigner();
  const real = await bench.small();
  const together = await bench.small();
  const oneByOne = await bench.small();
  const composed = await scriptOf('test/bench/server.ts');
  const servers = {
    real: await startChild(await scriptOf(REAL_SERVER), { environment: real.environment }),
    together: await startChild(composed, { environment: together.environment, arguments: ['together'] }),
    oneByOne: await startChild(composed, { environment: oneByOne.environment, arguments: ['one-by-one'] }),
  };
  const microseconds: number[] = [];
  const run = (server: Child, dataset: Dataset, seconds: number) => async () => {
    const seen = await load({
      url: `${server.url}/v1/software/${dataset.softwareIds[0]}/statements`,
      pid: server.pid,
      seconds,
      status: 201,
      method: 'POST',
      headers: {
        authorization: `Bearer ${dataset.developerToken}`,
        'content-type': 'application/json',
      },
      body: '{}',
    });
    if (server === servers.real) microseconds.push(seen.processorMicroseconds);
    return seen.perSecond;
  };
  await run(servers.real, real, 1)();
  await run(servers.together, together, 1)();
  await run(servers.oneByOne, oneByOne, 1)();
  const seen = await alternate(bench.rounds, {
    real: run(servers.real, real, bench.seconds),
    signing: () => signingRate(sign, bench.seconds * 500),
    together: run(servers.together, together, bench.seconds),
    oneByOne: run(servers.oneByOne, oneByOne, bench.seconds),
  });
  await Promise.all(Object.values(servers).map((server) => server.stop()));
  return [
    {
      work: 'issue over HTTP, 32 connections',
      ours: perSecond(seen.real),
      baseline: `${perSecond(seen.signing)} jose signing alone, 32 in flight`,
      ratio: seen.real / seen.signing,
      bar: 0.15,
      wanted: 'at least',
      note: `processor time a statement: ${median(microseconds).toFixed(0)} µs`,
    },
    {
      work: 'issue with group commit',
      ours: perSecond(seen.together),
      baseline: `${perSecond(seen.oneByOne)} one commit per statement`,
      ratio: seen.together / seen.oneByOne,
      bar: 1.5,
      wanted: 'at least',
      note: 'both without a log',
    },
  ];
}

async function signingRate(sign: () => Promise<string>, milliseconds: number): Promise<number> {
  const started = performance.now();
  let signed = 0;
  const worker = async () => {
    while (performance.now() - started < milliseconds) {
      await sign();
      signed += 1;
    }
  };
  await Promise.all(Array.from({ length: 32 }, worker));
  return (signed * 1000) / (performance.now() - started);
}
