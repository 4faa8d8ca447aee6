import { describe, expect, it } from 'vitest';
import { scene, type Client, type Scene } from '../support/scene.ts';
import { changingNothing, openClient, openTo } from './support/clients.ts';

const METHODS = ['GET', 'PUT', 'DELETE'] as const;
const POLICY = openTo();

async function twoClients(): Promise<{ at: Scene; mine: Client; other: Client }> {
  const at = await scene({ policy: POLICY });
  return { at, mine: await openClient(at), other: await openClient(at, { client_name: 'Other' }) };
}

async function ask(at: Scene, method: string, id: string, token?: string) {
  const body = { client_id: id, redirect_uris: ['https://client.example.org/callback'] };
  return at.call(method, `/${id}`, {
    ...(method === 'PUT' ? { body } : {}),
    ...(token === undefined ? {} : { token }),
  });
}

describe.each(METHODS)('%s', (method) => {
  it('answers an unknown client, a deleted one, a wrong token and the token of another client with the same 401', async () => {
    const { at, mine, other } = await twoClients();
    const gone = await openClient(at);
    await gone.remove();
    const answers = [
      await changingNothing(at, () => ask(at, method, 'unknown', mine.token)),
      await changingNothing(at, () => ask(at, method, gone.id, gone.token)),
      await changingNothing(at, () => ask(at, method, mine.id, `imp_rat_${'A'.repeat(43)}`)),
      await changingNothing(at, () => ask(at, method, mine.id, other.token)),
    ].map(({ status, headers, body }) => ({ status, headers: Object.fromEntries(headers), body }));
    expect(answers[0]?.status).toBe(401);
    expect(answers[0]?.body['error']).toBe('invalid_token');
    for (const answer of answers) expect(answer).toEqual(answers[0]);
  });

  it('says nothing of the token in a challenge when none was sent', async () => {
    const { at, mine } = await twoClients();
    const { status, headers } = await changingNothing(at, () => ask(at, method, mine.id));
    expect(status).toBe(401);
    expect(headers.get('www-authenticate')).toBe('Bearer realm="client registration"');
  });

  it('does not take the client secret for the registration access token', async () => {
    const { at, mine } = await twoClients();
    const secret = String(mine.information['client_secret']);
    expect((await changingNothing(at, () => ask(at, method, mine.id, secret))).status).toBe(401);
  });

  it('answers the same for a client that an operator ended', async () => {
    const { at, mine } = await twoClients();
    await at.registrar.end(mine.id, 'reported as phishing');
    const answer = await changingNothing(at, () => ask(at, method, mine.id, mine.token));
    const unknown = await ask(at, method, 'unknown', mine.token);
    expect({ status: answer.status, body: answer.body }).toEqual({
      status: unknown.status,
      body: unknown.body,
    });
  });
});

it('the other client stays as it was when one is deleted', async () => {
  const { mine, other } = await twoClients();
  await mine.remove();
  expect((await other.read()).body).toMatchObject({ client_id: other.id, client_name: 'Other' });
});
