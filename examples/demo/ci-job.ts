import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { decodeJwt, exportJWK, generateKeyPair, SignJWT } from 'jose';
import { z } from 'zod';
import { callerOf, read, type People, type RunningIssuer } from './issuer.ts';
import { expectThat, type Narrator } from './narrator.ts';
import type { Vouched } from './vouch.ts';

const COMMAND = fileURLToPath(new URL('../../bin/imprimatur.js', import.meta.url));
const RUNNER_TOKEN = 'of-this-runner-alone';
const WORKFLOW = '.github/workflows/release.yml';

/** A CI platform on the loopback interface: it vouches for the jobs it runs as GitHub Actions does, and gives the runner their tokens. */
async function startPlatform() {
  const { publicKey, privateKey } = await generateKeyPair('RS256');
  const jwk = { ...(await exportJWK(publicKey)), kid: 'platform-1', use: 'sig', alg: 'RS256' };
  const job = (event: string) => ({
    repository: 'example/desktop',
    repository_id: '1296269',
    repository_owner_id: '6811672',
    workflow_ref: `example/desktop/${WORKFLOW}@refs/heads/main`,
    job_workflow_ref: `example/desktop/${WORKFLOW}@refs/heads/main`,
    ref: 'refs/heads/main',
    event_name: event,
  });
  const server = createServer(
    (request, response) =>
      void answer(request.url ?? '').then((body) =>
        response.setHeader('content-type', 'application/json').end(JSON.stringify(body)),
      ),
  );
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the platform does not listen');
  const url = `http://127.0.0.1:${address.port}`;
  const answer = async (path: string): Promise<object> => {
    const { pathname, searchParams } = new URL(path, url);
    if (pathname === '/.well-known/openid-configuration') return { issuer: url, jwks_uri: `${url}/jwks` };
    if (pathname === '/jwks') return { keys: [jwk] };
    const token = await new SignJWT(job(searchParams.get('event') ?? ''))
      .setProtectedHeader({ alg: 'RS256', kid: jwk.kid, typ: 'JWT' })
      .setIssuer(url)
      .setAudience(searchParams.get('audience') ?? '')
      .setIssuedAt()
      .setExpirationTime('5m')
      .setJti(randomUUID())
      .sign(privateKey);
    return { value: token };
  };
  return { url, stop: () => server.close() };
}

/** A job that holds no secret renews the statement of software that was approved; one that a pull request started does not. */
export async function renewFromCi(
  { chapter, step }: Narrator,
  issuer: RunningIssuer,
  people: People,
  { softwareId, issued }: Vouched,
): Promise<void> {
  chapter('A CI job renews the statement, and holds no secret');
  const platform = await startPlatform();
  try {
    await step(
      'The operator trusts a CI platform, the developer binds one workflow of one repository',
      'By ids that are never given to another, and the whole path of the workflow.',
      async (fact) => {
        const operator = callerOf(issuer.url, issuer.operatorToken);
        const exchange = z.looseObject({});
        const policy = read(await operator('GET', '/v1/policy'), z.looseObject({ exchange }));
        const trusting = { ...policy, exchange: { ...policy.exchange, workload_issuers: [platform.url] } };
        read(await operator('PUT', '/v1/policy', trusting), z.unknown());
        const rules = {
          kind: 'github',
          issuer: platform.url,
          repository: 'example/desktop',
          repository_id: '1296269',
          repository_owner_id: '6811672',
          workflow: WORKFLOW,
        };
        const bound = await people.developer('POST', `/v1/software/${softwareId}/workloads`, {
          label: 'Release',
          rules,
        });
        fact(`workload ${read(bound, z.looseObject({ id: z.string() })).id}: example/desktop, ${WORKFLOW}`);
      },
    );

    await step(
      'The job asks for a statement with the token of its platform',
      'imprimatur exchange, as it runs in a workflow: no API token, nothing stored.',
      async (fact) => {
        const { stdout } = await exchangeIn(issuer, platform.url, softwareId, 'push');
        const claims = decodeJwt(stdout.trim());
        expectThat(claims['software_id'] === softwareId, `it is about ${String(claims['software_id'])}`);
        expectThat(claims.jti !== issued.jti, 'it is the earlier statement');
        fact(`statement ${String(claims.jti)}, of software ${softwareId}`);
      },
    );

    await step(
      'A job that somebody’s pull request started asks as well',
      'It runs with what a stranger wrote, so it gets nothing.',
      async (fact) => {
        const refused = await exchangeIn(issuer, platform.url, softwareId, 'pull_request_target').catch(
          (error: unknown) => error,
        );
        expectThat(refused instanceof Error && 'stderr' in refused, 'it got a statement');
        fact(String(refused.stderr).trim());
      },
    );
  } finally {
    platform.stop();
  }
}

function exchangeIn(issuer: RunningIssuer, platform: string, softwareId: string, event: string) {
  const { PATH, HOME } = process.env;
  return promisify(execFile)(
    process.execPath,
    [COMMAND, 'exchange', '--url', issuer.url, '--software', softwareId],
    {
      env: {
        PATH,
        HOME,
        NODE_NO_WARNINGS: '1',
        ACTIONS_ID_TOKEN_REQUEST_URL: `${platform}/token?event=${event}`,
        ACTIONS_ID_TOKEN_REQUEST_TOKEN: RUNNER_TOKEN,
      },
    },
  );
}
