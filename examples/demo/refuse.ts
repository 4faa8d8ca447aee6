import { setTimeout as sleep } from 'node:timers/promises';
import { decodeJwt } from 'jose';
import { z } from 'zod';
import { refusal, register } from './authorization-server.ts';
import {
  approve,
  introducePeople,
  issue,
  read,
  submit,
  type Issued,
  type People,
  type RunningIssuer,
} from './issuer.ts';
import { expectThat, type Fact, type Narrator } from './narrator.ts';
import type { Served } from './processes.ts';
import { readMetadata, type Vouched } from './vouch.ts';

/** The authorization server keeps a status list for a second (`examples/oidc-provider/serve.ts`). */
const STATUS_LIST_MILLISECONDS = 1_200;

/** Statements that do not count: changed on the way, out of date, or signed by somebody else. */
export async function refuseWhatDoesNotCount(
  { chapter, step }: Narrator,
  people: People,
  server: Served,
  vouched: Vouched,
  stranger: Promise<RunningIssuer>,
): Promise<void> {
  chapter('What the authorization server refuses');
  const { software_statement: statement } = vouched.issued;
  const [header = '', , signature = ''] = statement.split('.');

  await step('A statement with one claim changed', 'The signature covers every claim.', async (fact) => {
    const claims = { ...decodeJwt(statement), client_name: 'Your Bank' };
    const changed = Buffer.from(JSON.stringify(claims)).toString('base64url');
    const request = withStatement(vouched.issued, `${header}.${changed}.${signature}`);
    await expectRefusal(server, request, 'invalid_software_statement', fact);
  });

  await step(
    'A statement past its exp',
    'Approval is not for ever; software that is still approved gets a new one.',
    async (fact) => {
      const brief = await issue(people, vouched.softwareId, 1);
      await sleep(Math.max(0, (brief.exp + 1) * 1000 - Date.now()));
      await expectRefusal(server, brief.registration_request, 'invalid_software_statement', fact);
    },
  );

  await step(
    'A statement of another issuer, just as real',
    'This server was never told to trust that one, so its statements do not count here.',
    async (fact) => {
      const other = await stranger;
      const strangers = await introducePeople(other);
      const submission = await submit(strangers, readMetadata(vouched.name));
      read(await approve(strangers.reviewer, submission.id), z.unknown());
      const foreign = await issue(strangers, submission.softwareId);
      fact(`iss ${other.url}`);
      await expectRefusal(server, foreign.registration_request, 'unapproved_software_statement', fact);
    },
  );

  await step(
    'No statement at all',
    'Otherwise leaving it out would be the way around the review.',
    async (fact) => {
      const { software_statement: _, ...plain } = vouched.issued.registration_request;
      await expectRefusal(server, plain, 'invalid_software_statement', fact);
    },
  );
}

/** Revocation reaches the server through the status list, and the software may come back with a new statement. */
export async function revokeAndReturn(
  { chapter, step }: Narrator,
  people: People,
  server: Served,
  { name, softwareId, issued }: Vouched,
): Promise<Vouched> {
  chapter('When a statement no longer stands');

  await step(
    'The developer revokes the statement',
    'One place in the signed status list changes; nobody has to be told.',
    async (fact) => {
      const path = `/v1/statements/${issued.jti}/revocation`;
      const answer = await people.developer('POST', path, { reason: 'It was posted in a public issue.' });
      const revoked = read(answer, z.looseObject({ state: z.string(), status: z.unknown() }));
      expectThat(revoked.state === 'revoked', `it is ${revoked.state}`);
      fact(`jti ${issued.jti}, ${JSON.stringify(revoked.status)}`);
    },
  );

  await step(
    'The registration that worked before is refused',
    'The server looks at the status list again, here after a second at most.',
    async (fact) => {
      await sleep(STATUS_LIST_MILLISECONDS);
      await expectRefusal(server, issued.registration_request, 'invalid_software_statement', fact);
    },
  );

  return step(
    'A new statement registers again',
    'Only the statement was revoked; the approval still stands.',
    async (fact) => {
      const successor = await issue(people, softwareId);
      const client = await register(server, successor.registration_request);
      fact(`jti ${successor.jti}, client_id ${client.clientMetadata().client_id}`);
      return { name, softwareId, issued: successor, client };
    },
  );
}

function withStatement(issued: Issued, statement: string): Issued['registration_request'] {
  return { ...issued.registration_request, software_statement: statement };
}

async function expectRefusal(
  server: Served,
  request: Issued['registration_request'],
  code: string,
  fact: Fact,
): Promise<void> {
  const { error, description } = await refusal(server, request);
  expectThat(error === code, `the answer is ${error} instead of ${code}`);
  fact(`400 ${error}: ${description}`);
}
