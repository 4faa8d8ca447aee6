import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { inspect, parseArgs } from 'node:util';
import { z } from 'zod';
import { startAuthorizationServer } from './authorization-server.ts';
import { renewFromCi } from './ci-job.ts';
import { invitation, leaveWorkForAReviewer } from './invite.ts';
import { introducePeople, startIssuer, type People, type RunningIssuer } from './issuer.ts';
import { letInWhatWasApproved } from './mcp.ts';
import { createNarrator, expectThat, StepFailed, type Fact } from './narrator.ts';
import type { Served } from './processes.ts';
import { refuseWhatDoesNotCount, revokeAndReturn } from './refuse.ts';
import { signIn } from './sign-in.ts';
import { vouch, type Vouched } from './vouch.ts';

/**
 * `npm run demo`: the whole main job on real parts. `--exit` stops when the story is told, `--out DIR` writes
 * each statement and registration response. Exit code 0 only if every step held.
 */
const { values: options } = parseArgs({
  options: { exit: { type: 'boolean', default: false }, out: { type: 'string' } },
});
const started = performance.now();
const directory = mkdtempSync(join(tmpdir(), 'imprimatur-demo-'));
const running: Served[] = [];
const narrator = createNarrator((line) => process.stdout.write(`${line}\n`), process.stdout.isTTY);
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void stop());

try {
  await tell();
  if (options.exit) await stop();
} catch (error) {
  process.exitCode = 1;
  process.stderr.write(`\n${error instanceof StepFailed ? error.message : inspect(error)}\n`);
  await stop();
}

async function tell(): Promise<void> {
  const { chapter, step } = narrator;
  chapter('Imprimatur: from client metadata to a client an authorization server accepts');

  const issuer = await step(
    'The issuer starts on an empty database',
    'It makes its signing keys and publishes their public halves: one to sign, one in reserve.',
    async (fact) => {
      const made = keep(await startIssuer(join(directory, 'issuer'), options.exit ? 0 : 8787));
      const keys = z.object({ keys: z.array(z.looseObject({ kid: z.string(), alg: z.string() })) });
      const published = keys.parse(await (await fetch(`${made.url}/jwks`)).json()).keys;
      expectThat(published.length > 0, 'no key is published');
      fact(`${made.url}, ${published.map(({ alg, kid }) => `${alg} ${kid}`).join(', ')}`);
      return made;
    },
  );
  // Another issuer, needed later; it starts while the story goes on.
  const stranger = startIssuer(join(directory, 'stranger'), 0).then(keep);
  stranger.catch(() => undefined);

  const server = await step(
    'An authorization server starts',
    'It is told one thing, the issuer’s URL, and finds keys and status lists from there.',
    async (fact) => {
      const made = keep(await startAuthorizationServer(issuer.url, options.exit ? 0 : 8788));
      fact(`${made.url}, oidc-provider with examples/oidc-provider/authorization-server.ts`);
      return made;
    },
  );

  const people = await step(
    'The operator admits a publisher and people',
    'The reviewer belongs to no publisher, and so may decide about every one.',
    async (fact) => {
      const made = await introducePeople(issuer);
      fact(
        'Example Ltd, verified domain app.example: Dana Developer, and Ina Insider who is a reviewer elsewhere',
      );
      fact('Robin Reviewer, of no publisher');
      return made;
    },
  );

  await step(
    'The developer submits careless metadata',
    'It is refused with everything that is wrong, not with the first thing; nothing is stored.',
    (fact) => refuseBadMetadata(people, fact),
  );

  const desktop = await vouch(narrator, people, server, 'mcp-client');
  await step(
    'A person signs in with it',
    'Authorization code with PKCE, on a loopback port chosen just now: the registration is real.',
    async (fact) => {
      const tokens = await signIn(desktop.client, 'ada');
      expectThat(tokens.refresh_token !== undefined, 'the reviewed refresh_token grant is missing');
      fact(`a ${tokens.token_type} access token for ${tokens.scope}, and a refresh token`);
    },
  );
  const web = await vouch(narrator, people, server, 'web-application');
  const native = await vouch(narrator, people, server, 'native-app');

  await refuseWhatDoesNotCount(narrator, people, server, desktop, stranger);
  await (await stranger).stop();
  const returned = await revokeAndReturn(narrator, people, server, native);
  await renewFromCi(narrator, issuer, people, web);
  const mcpServer = await letInWhatWasApproved(narrator, people, issuer.url, desktop, {
    preferredPort: options.exit ? 0 : 8790,
    keep,
  });

  if (options.out !== undefined) await writeOut(resolve(options.out), issuer, [desktop, web, returned]);
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  chapter(`All ${narrator.steps()} steps held, in ${seconds} seconds.`);
  if (options.exit) return;
  const submission = await leaveWorkForAReviewer(people, web);
  process.stdout.write(`\n${invitation(issuer, people, { server, mcpServer }, submission).join('\n')}\n`);
}

async function refuseBadMetadata(people: People, fact: Fact): Promise<void> {
  const software = { publisher_id: people.publisherId, name: 'Careless' };
  const made = await people.developer('POST', '/v1/software', software);
  const { software_id: softwareId } = z.looseObject({ software_id: z.string() }).parse(made.body);
  const answer = await people.developer('POST', `/v1/software/${softwareId}/submissions`, {
    software_version: '1.0.0',
    client_metadata: {
      client_name: 'Careless',
      redirect_uris: ['https://*.app.example/callback', 'http://app.example/callback'],
      grant_types: ['authorization_code', 'password'],
      client_secret: 'hunter2',
    },
  });
  expectThat(answer.status === 422, `the issuer answered ${answer.status} instead of 422`);
  const finding = z.looseObject({
    pointer: z.string(),
    rule: z.string(),
    detail: z.string(),
    spec: z.string(),
  });
  const { errors } = z.looseObject({ errors: z.array(finding) }).parse(answer.body);
  for (const pointer of ['/redirect_uris/0', '/redirect_uris/1', '/grant_types/1', '/client_secret'])
    expectThat(
      errors.some((error) => error.pointer === pointer),
      `nothing is said of ${pointer}`,
    );
  for (const { pointer, rule, detail, spec } of errors) fact(`${pointer} ${rule}: ${detail} (${spec})`);
}

async function writeOut(out: string, issuer: RunningIssuer, clients: readonly Vouched[]): Promise<void> {
  mkdirSync(out, { recursive: true });
  const write = (name: string, text: string) => writeFileSync(join(out, name), text);
  const json = (value: unknown) => `${JSON.stringify(value, undefined, 2)}\n`;
  for (const { name, issued, client } of clients) {
    write(`${name}.jwt`, issued.software_statement);
    write(`${name}.registration.json`, json(client.clientMetadata()));
  }
  write('jwks.json', await (await fetch(`${issuer.url}/jwks`)).text());
  write('metadata.json', await (await fetch(`${issuer.url}/.well-known/oauth-authorization-server`)).text());
}

function keep<T extends Served>(served: T): T {
  running.push(served);
  return served;
}

async function stop(): Promise<void> {
  await Promise.all(running.splice(0).map(async (served) => served.stop()));
  rmSync(directory, { recursive: true, force: true });
}
