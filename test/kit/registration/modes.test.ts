import { expect, it } from 'vitest';
import type { JsonObject } from '../../../src/domain/json.ts';
import type { Requirement } from '../../../src/kit/registration/policy.ts';
import { createMemoryStore } from '../../../src/kit/registration/memory-store.ts';
import { createRegistrationEndpoint } from '../../../src/kit/registration/endpoint.ts';
import { AUTHORIZATION_SERVER, clientOf, scene } from '../support/scene.ts';
import { CALLBACK, changingNothing, openClient, openTo } from '../management/support/clients.ts';
import { reasonTold, refused } from './support/refused.ts';
import { mint } from './support/tokens.ts';

type Brings = 'nothing' | 'a token' | 'a statement' | 'a token and a statement';

const OUTCOMES: readonly (readonly [Requirement, Brings, number, string | undefined])[] = [
  ['nothing', 'nothing', 201, undefined],
  ['nothing', 'a token', 201, undefined],
  ['nothing', 'a statement', 201, undefined],
  ['nothing', 'a token and a statement', 201, undefined],
  ['initial_access_token', 'nothing', 401, 'initial_access_token.missing'],
  ['initial_access_token', 'a token', 201, undefined],
  ['initial_access_token', 'a statement', 401, 'initial_access_token.missing'],
  ['initial_access_token', 'a token and a statement', 201, undefined],
  ['software_statement', 'nothing', 400, 'statement.missing'],
  ['software_statement', 'a token', 400, 'statement.missing'],
  ['software_statement', 'a statement', 201, undefined],
  ['software_statement', 'a token and a statement', 201, undefined],
  ['both', 'nothing', 401, 'initial_access_token.missing'],
  ['both', 'a token', 400, 'statement.missing'],
  ['both', 'a statement', 401, 'initial_access_token.missing'],
  ['both', 'a token and a statement', 201, undefined],
];

it.each(OUTCOMES)(
  'a class that requires %s answers a client that brings %s with %i',
  async (requires, brings, status, reason) => {
    const at = await scene({ policy: openTo({ requires }) });
    const token = brings.includes('token') ? (await mint(at)).token : undefined;
    const software_statement = brings.includes('statement') ? await at.issuer.statement() : null;
    const ask = () => at.register({ redirect_uris: [CALLBACK], software_statement }, token);
    const answer = status === 201 ? await ask() : await changingNothing(at, ask);
    expect(answer.status).toBe(status);
    expect(reasonTold(at)).toBe(reason);
  },
);

it('a client without the initial access token it needs is challenged for one, without an error code', async () => {
  const at = await scene({ policy: openTo({ requires: 'initial_access_token' }) });
  const { headers, body } = await at.register({ redirect_uris: [CALLBACK] });
  expect(headers.get('www-authenticate')).toBe('Bearer realm="client registration"');
  expect(headers.get('cache-control')).toBe('no-store');
  expect(body['error_description']).toMatch(/needs an initial access token/);
});

it('a client without the statement it needs hears invalid_software_statement', async () => {
  const at = await scene({ policy: openTo({ requires: 'software_statement' }) });
  const { body } = await refused(at, { redirect_uris: [CALLBACK] });
  expect(body['error']).toBe('invalid_software_statement');
});

it('a server that is told no policy registers with statements and not without', async () => {
  const at = await scene();
  await refused(at, { redirect_uris: [CALLBACK] });
  expect((await at.registered()).information).toMatchObject({ client_name: 'Example' });
});

it('a server without a verifier approves of no statement, whatever its classes require', async () => {
  const { issuer } = await scene();
  const { app } = createRegistrationEndpoint({
    authorizationServer: AUTHORIZATION_SERVER,
    store: createMemoryStore(),
    policy: openTo(),
  });
  const response = await app.request('/', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ redirect_uris: [CALLBACK], software_statement: await issuer.statement() }),
  });
  expect(response.status).toBe(400);
  expect(await response.json()).toMatchObject({ error: 'unapproved_software_statement' });
});

it('where nothing is required, a statement that is brought still has to hold', async () => {
  const at = await scene({ policy: openTo() });
  const software_statement = await at.issuer.statement({ iss: 'https://evil.example' });
  await refused(at, { redirect_uris: [CALLBACK], software_statement });
});

it('each class has a requirement of its own', async () => {
  const at = await scene({
    policy: {
      classes: [
        { name: 'native', requires: 'software_statement', fits: { application_type: 'native' } },
        { name: 'web', requires: 'nothing' },
      ],
    },
  });
  const native: JsonObject = { application_type: 'native', redirect_uris: ['http://127.0.0.1/callback'] };
  await refused(at, native);
  await openClient(at);
  const software_statement = await at.issuer.statement({ ...native });
  clientOf(at.call, await at.register({ software_statement }));
});
