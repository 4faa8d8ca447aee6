import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { z } from 'zod';
import { expectThat } from './narrator.ts';
import { freePort, startProgram, type Served } from './processes.ts';

/** An answer of the issuer's API. */
export type Answer = { readonly status: number; readonly body: unknown };
export type Call = (
  method: 'GET' | 'POST' | 'PUT' | 'DELETE',
  path: string,
  body?: object,
) => Promise<Answer>;

/** A running issuer and the operator's set-up token. */
export type RunningIssuer = Served & { readonly operatorToken: string };

/** People of the story, each with a token. */
export type People = {
  readonly publisherId: string;
  readonly developerToken: string;
  readonly reviewerToken: string;
  readonly developer: Call;
  readonly reviewer: Call;
  /** A reviewer who belongs to the publisher. */
  readonly insider: Call;
};

const created = z.looseObject({ id: z.string() });
const token = z.looseObject({ token: z.string() });

/** Starts `imprimatur serve` on an empty database. */
export async function startIssuer(directory: string, preferredPort: number): Promise<RunningIssuer> {
  const port = await freePort(preferredPort);
  const operatorToken = randomBytes(24).toString('base64url');
  const served = await startProgram({
    args: ['bin/imprimatur.js', 'serve'],
    url: `http://localhost:${port}`,
    probe: '/readyz',
    environment: {
      IMPRIMATUR_PORT: String(port),
      IMPRIMATUR_DATA: join(directory, 'data'),
      IMPRIMATUR_KEYS: join(directory, 'keys'),
      IMPRIMATUR_KEY_ENCRYPTION_KEY: randomBytes(32).toString('base64url'),
      IMPRIMATUR_SETUP_TOKEN: operatorToken,
    },
  });
  return { ...served, operatorToken };
}

/** Speaks to the API as the owner of a token. */
export function callerOf(url: string, bearer: string): Call {
  return async (method, path, body) => {
    const response = await fetch(`${url}${path}`, {
      method,
      headers: { authorization: `Bearer ${bearer}`, 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    return { status: response.status, body: await response.json() };
  };
}

/** Reads a successful answer, or says what came instead. */
export function read<T>(answer: Answer, schema: z.ZodType<T>): T {
  expectThat(answer.status < 300, `the issuer answered ${answer.status} ${JSON.stringify(answer.body)}`);
  return schema.parse(answer.body);
}

/** A publisher with its developer and a reviewer of its own, and a reviewer who does not belong to it. */
export async function introducePeople({ url, operatorToken }: RunningIssuer): Promise<People> {
  const operator = callerOf(url, operatorToken);
  const make = async (path: string, body: object) => read(await operator('POST', path, body), created).id;
  const publisherId = await make('/v1/publishers', {
    name: 'Example Ltd',
    verified_domains: ['app.example'],
  });
  const admit = async (personId: string) =>
    read(await operator('PUT', `/v1/publishers/${publisherId}/members/${personId}`), z.unknown());
  const tokenOf = async (personId: string) =>
    read(await operator('POST', '/v1/tokens', { person_id: personId, label: 'demonstration' }), token).token;

  const developerId = await make('/v1/people', { name: 'Dana Developer' });
  const insiderId = await make('/v1/people', { name: 'Ina Insider', roles: ['reviewer'] });
  const reviewerId = await make('/v1/people', { name: 'Robin Reviewer', roles: ['reviewer'] });
  await admit(developerId);
  await admit(insiderId);
  const developerToken = await tokenOf(developerId);
  const reviewerToken = await tokenOf(reviewerId);
  return {
    publisherId,
    developerToken,
    reviewerToken,
    developer: callerOf(url, developerToken),
    reviewer: callerOf(url, reviewerToken),
    insider: callerOf(url, await tokenOf(insiderId)),
  };
}

const software = z.looseObject({ software_id: z.string() });
const issued = z.looseObject({
  jti: z.string(),
  software_id: z.string(),
  exp: z.number(),
  software_statement: z.string(),
  registration_request: z.record(z.string(), z.json()),
});
/** An issued statement and what the issuer says beside it. */
export type Issued = z.infer<typeof issued>;

const submitted = z.looseObject({
  id: z.string(),
  findings: z.array(
    z.looseObject({ rule: z.string(), severity: z.string(), pointer: z.string(), detail: z.string() }),
  ),
});

/** Client metadata as it is read from a file. */
export type Metadata = Readonly<Record<string, z.core.util.JSONType>>;

export function nameOf({ client_name: name }: Metadata): string {
  return typeof name === 'string' ? name : 'unnamed';
}

/** Registers software and submits its metadata for review. */
export async function submit(people: People, metadata: Metadata) {
  const { publisherId, developer } = people;
  const body = { publisher_id: publisherId, name: nameOf(metadata) };
  const { software_id: softwareId } = read(await developer('POST', '/v1/software', body), software);
  const submission = { software_version: '1.0.0', client_metadata: metadata };
  const answer = await developer('POST', `/v1/software/${softwareId}/submissions`, submission);
  return { softwareId, ...read(answer, submitted) };
}

export async function approve(by: Call, submissionId: string): Promise<Answer> {
  const decision = { verdict: 'approve', reason: 'Redirects and pages belong to the verified domain.' };
  return by('POST', `/v1/submissions/${submissionId}/decisions`, decision);
}

/** @param lifetimeSeconds within the issuer's policy; its default if absent */
export async function issue(people: People, softwareId: string, lifetimeSeconds?: number): Promise<Issued> {
  const terms = lifetimeSeconds === undefined ? {} : { lifetime_seconds: lifetimeSeconds };
  return read(await people.developer('POST', `/v1/software/${softwareId}/statements`, terms), issued);
}
