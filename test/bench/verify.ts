import { jwtVerify } from 'jose';
import { fakeIssuer } from '../kit/support/fake-issuer.ts';
import type { Bench } from './bench.ts';
import { alternate, perSecond, type Measurement } from './measure.ts';

const STATEMENTS = 1_000;
const IN_FLIGHT = 32;

/** Verifying statements in the kit, keys and status list in memory, against `jose.jwtVerify` with the key at hand. */
export async function verify(bench: Bench): Promise<readonly Measurement[]> {
  const issuer = await fakeIssuer();
  const verifier = issuer.verifier();
  const statements = await Promise.all(
    Array.from({ length: STATEMENTS }, (_, i) =>
      issuer.statement({
        jti: `01900000-0000-7000-8000-${String(i).padStart(12, '0')}`,
        client_name: 'Example Application',
        'client_name#de': 'Beispielanwendung',
        client_uri: 'https://app.example/',
        policy_uri: 'https://app.example/privacy',
        redirect_uris: ['https://app.example/callback', 'example.app:/callback'],
        grant_types: ['authorization_code', 'refresh_token'],
        response_types: ['code'],
        token_endpoint_auth_method: 'private_key_jwt',
        jwks_uri: 'https://app.example/jwks',
        scope: 'openid profile',
      }),
    ),
  );
  const { publicJwk, privateKey } = issuer.key();
  const key = await crypto.subtle.importKey('jwk', publicJwk, { name: 'ECDSA', namedCurve: 'P-256' }, false, [
    'verify',
  ]);
  const currentDate = new Date(issuer.clock.now() * 1000);
  const options = { issuer: 'https://issuer.example/tenant', algorithms: ['ES256'], typ: 'JWT', currentDate };
  if (privateKey.algorithm.name !== 'ECDSA') throw new Error('the baseline is for ES256');

  const works = {
    ours: async (statement: string) => {
      const verified = await verifier.verify(statement);
      if (!verified.ok) throw new Error(verified.error.detail);
    },
    jose: async (statement: string) => {
      await jwtVerify(statement, key, options);
    },
  };
  const run = (name: keyof typeof works) => () => throughput(statements, works[name], bench.seconds);
  await throughput(statements, works.ours, 0.3);
  await throughput(statements, works.jose, 0.3);
  const seen = await alternate(bench.rounds, { ours: run('ours'), jose: run('jose') });
  return [
    {
      work: 'verify a statement in the kit, caches warm',
      ours: perSecond(seen.ours),
      baseline: `${perSecond(seen.jose)} jose.jwtVerify alone, ES256`,
      ratio: seen.ours / seen.jose,
      bar: 0.85,
      wanted: 'at least',
      note: `${STATEMENTS} statements in turn, ${IN_FLIGHT} in flight; status looked up in each`,
    },
  ];
}

/** How many a second, with so many in flight. */
async function throughput(
  statements: readonly string[],
  work: (statement: string) => Promise<void>,
  seconds: number,
): Promise<number> {
  const until = performance.now() + seconds * 1000;
  const started = performance.now();
  let done = 0;
  await Promise.all(
    Array.from({ length: IN_FLIGHT }, async () => {
      while (performance.now() < until) {
        await work(statements[done % statements.length] ?? '');
        done += 1;
      }
    }),
  );
  return done / ((performance.now() - started) / 1000);
}
