import { expect } from 'vitest';
import type { JsonObject } from '../../../../src/domain/json.ts';
import type { ClientClass } from '../../../../src/kit/registration/policy.ts';
import type { Registration } from '../../../../src/kit/registration/ports.ts';
import { clientOf, type Answer, type Client, type Scene } from '../../support/scene.ts';

export const CALLBACK = 'https://client.example.org/callback';

/** A class that anybody may register in, with changes. */
export function openTo(changes: Partial<ClientClass> = {}): { readonly classes: readonly ClientClass[] } {
  return { classes: [{ name: 'open', requires: 'nothing', ...changes }] };
}

/** The class that takes statements, with changes. */
export function attested(changes: Partial<ClientClass> = {}): { readonly classes: readonly ClientClass[] } {
  return { classes: [{ name: 'attested', requires: 'software_statement', ...changes }] };
}

/** Registers without a statement; fails the test when that does not work. */
export async function openClient({ call, register }: Scene, metadata: JsonObject = {}): Promise<Client> {
  return clientOf(call, await register({ redirect_uris: [CALLBACK], ...metadata }));
}

/** The row of a client; fails the test when there is none. */
export async function storedOf(
  { store }: Pick<Scene, 'store'>,
  { id }: Pick<Client, 'id'>,
): Promise<Registration> {
  const row = await store.registration(id);
  if (row === undefined) throw new Error(`no registration ${id}`);
  return row;
}

/** Does something that is to be refused, and fails the test when anything stored changed. */
export async function changingNothing(
  scene: Pick<Scene, 'contents'>,
  act: () => Promise<Answer>,
): Promise<Answer> {
  const before = await scene.contents();
  const answer = await act();
  expect(answer.status).toBeGreaterThanOrEqual(400);
  expect(await scene.contents()).toEqual(before);
  return answer;
}

/** The registration access token of an answer; fails the test when it has none. */
export function tokenOf({ status, body }: Answer): string {
  const { registration_access_token: token } = body;
  if (typeof token !== 'string') throw new Error(`no token: ${status} ${JSON.stringify(body)}`);
  return token;
}

/** The client secret of an answer; fails the test when it has none. */
export function secretOf({ body }: Pick<Answer, 'body'>): string {
  const { client_secret: secret } = body;
  if (typeof secret !== 'string') throw new Error(`no secret: ${JSON.stringify(body)}`);
  return secret;
}

/** Every audit record, parsed, in order. */
export async function records({ store }: Pick<Scene, 'store'>): Promise<readonly JsonObject[]> {
  return (await store.entriesAfter(0, 10_000)).map(({ text }) => {
    const record: JsonObject = JSON.parse(text);
    return record;
  });
}
