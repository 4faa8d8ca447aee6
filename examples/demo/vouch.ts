import { readFileSync } from 'node:fs';
import { decodeJwt, decodeProtectedHeader } from 'jose';
import type { Configuration } from 'openid-client';
import { z } from 'zod';
import { register } from './authorization-server.ts';
import { approve, issue, nameOf, read, submit, type Issued, type Metadata, type People } from './issuer.ts';
import { expectThat, type Fact, type Narrator } from './narrator.ts';
import type { Served } from './processes.ts';

const problem = z.looseObject({ detail: z.string() });

/** One client that went the whole way. */
export type Vouched = {
  readonly name: string;
  readonly softwareId: string;
  readonly issued: Issued;
  readonly client: Configuration;
};

/** Reads `examples/metadata/<name>.json`. */
export function readMetadata(name: string): Metadata {
  const path = new URL(`../metadata/${name}.json`, import.meta.url);
  return z.record(z.string(), z.json()).parse(JSON.parse(readFileSync(path, 'utf8')));
}

/** Takes one client from its metadata to a registration: submit, review, issue, register. */
export async function vouch(
  { chapter, step }: Narrator,
  people: People,
  server: Served,
  name: string,
): Promise<Vouched> {
  const metadata = readMetadata(name);
  chapter(`${nameOf(metadata)}: examples/metadata/${name}.json`);

  const submission = await step(
    'The developer submits it',
    'Every rule is read at once; a reviewer sees the findings beside the metadata.',
    async (fact) => {
      const made = await submit(people, metadata);
      const errors = made.findings.filter(({ severity }) => severity === 'error');
      expectThat(errors.length === 0, `there are errors: ${JSON.stringify(errors)}`);
      fact(`software_id ${made.softwareId}, findings: ${made.findings.length}, errors: 0`);
      for (const { severity, rule, pointer, detail } of made.findings)
        fact(`${severity} ${pointer} ${rule}: ${detail}`);
      return made;
    },
  );

  await step(
    'Its own people cannot approve it',
    'Four eyes: nobody decides about software of their own publisher, a reviewer neither.',
    async (fact) => {
      for (const [who, call] of [
        ['developer', people.developer],
        ['reviewer among them', people.insider],
      ] as const) {
        const { status, body } = await approve(call, submission.id);
        expectThat(status === 403, `the ${who} was answered ${status} instead of 403`);
        fact(`${who}: 403 ${problem.parse(body).detail}`);
      }
    },
  );

  await step(
    'A reviewer approves it',
    'From here on this snapshot can be signed, and nothing else.',
    async (fact) => {
      const decided = z.looseObject({
        decided_by: z.string(),
        submission: z.looseObject({ state: z.string() }),
      });
      const decision = read(await approve(people.reviewer, submission.id), decided);
      expectThat(decision.submission.state === 'approved', `it is ${decision.submission.state}`);
      fact(`approved by ${decision.decided_by}`);
    },
  );

  const issued = await step(
    'The issuer signs what was approved',
    'A software statement, RFC 7591 §2.3: whoever has the issuer’s keys can check it.',
    async (fact) => {
      const made = await issue(people, submission.softwareId);
      const header = decodeProtectedHeader(made.software_statement);
      const claims = decodeJwt(made.software_statement);
      for (const [member, value] of Object.entries(metadata))
        expectThat(
          JSON.stringify(claims[member]) === JSON.stringify(value),
          `${member} was not signed as approved`,
        );
      fact(`header ${JSON.stringify(header)}`);
      for (const [claim, value] of Object.entries(claims)) fact(`${claim}: ${JSON.stringify(value)}`);
      return made;
    },
  );

  const client = await step(
    'It registers, asks for more than was reviewed, and does not get it',
    'What the statement says takes precedence over what the request says.',
    (fact) => registerWidened(server, metadata, issued, fact),
  );
  return { name, softwareId: submission.softwareId, issued, client };
}

/** The request claims another name and another redirect URI; the statement takes precedence (RFC 7591 §2.3). */
async function registerWidened(
  server: Served,
  metadata: Metadata,
  issued: Issued,
  fact: Fact,
): Promise<Configuration> {
  const asked = { client_name: 'Your Bank', redirect_uris: ['https://attacker.example/callback'] };
  const client = await register(server, { ...issued.registration_request, ...asked });
  const registered = client.clientMetadata();
  for (const member of ['client_name', 'redirect_uris', 'grant_types', 'token_endpoint_auth_method', 'scope'])
    expectThat(
      JSON.stringify(registered[member]) === JSON.stringify(metadata[member]),
      `${member} was registered as ${JSON.stringify(registered[member])}`,
    );
  expectThat(
    registered['software_statement'] === issued.software_statement,
    'the response does not carry the statement unmodified',
  );
  fact(`asked for   ${JSON.stringify(asked)}`);
  const { client_name, redirect_uris } = registered;
  fact(`registered  ${JSON.stringify({ client_name, redirect_uris })}`);
  fact(`client_id ${registered.client_id}; the response carries the statement unmodified`);
  return client;
}
