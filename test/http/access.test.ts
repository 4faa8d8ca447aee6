import type { Hono } from 'hono';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ACTIONS, type IssuerRole } from '../../src/domain/access.ts';
import type { Endpoint } from '../../src/http/api/endpoint.ts';
import { ENDPOINTS } from '../../src/http/api/table.ts';
import { createApp } from '../../src/http/app.ts';
import { PAGES } from '../../src/http/console/table.ts';
import { PROTOCOL_ENDPOINTS } from '../../src/http/oauth/table.ts';
import { PUBLIC_ENDPOINTS, publicPath } from '../../src/http/public-table.ts';
import { claimDomain } from '../../src/services/domains/claim.ts';
import { createInitialAccessToken } from '../../src/services/exchange/initial-access-tokens.ts';
import { issueStatement } from '../../src/services/issue.ts';
import { addMember } from '../../src/services/members.ts';
import { inviteToRecover } from '../../src/services/sign-in/invite.ts';
import { createToken, revokeToken } from '../../src/services/tokens.ts';
import { sealLedger } from '../../src/services/seal-ledger.ts';
import { submit } from '../../src/services/submit.ts';
import { bindWorkload } from '../../src/services/workloads/bindings.ts';
import {
  approve,
  expectOk,
  METADATA,
  testIssuer,
  testPerson,
  testScene,
  type Scene,
  type TestIssuer,
} from '../support/issuer.ts';
import { GITHUB_RULES } from '../support/platform-claims.ts';

const ROLES = ['developer', 'developer of another publisher', 'reviewer', 'operator', 'auditor'] as const;
const NOBODY = ['nobody', 'garbage', 'revoked token', 'expired token', 'disabled person'] as const;

let test: TestIssuer;
let scene: Scene;
let app: Hono;
const tokens = new Map<string, string>();
const ids = new Map<string, string>();

beforeAll(async () => {
  test = await testIssuer({ trustDomain: 'issuer.example' });
  app = createApp({ issuer: test.issuer, publications: test.publications, signIn: test.signIn });
  scene = await testScene(test);
  await approve(test, scene);
  const { issuer, operator } = test;
  const { statement } = expectOk(await issueStatement(issuer, scene.developer.actor, scene.softwareId, {}));
  const open = expectOk(
    await submit(issuer, scene.developer.actor, scene.softwareId, {
      softwareVersion: '2',
      metadata: METADATA,
    }),
  );
  const bystander = await testPerson(test, ['reviewer']);
  expectOk(await addMember(issuer, operator, scene.publisherId, bystander.id));
  const domain = expectOk(await claimDomain(issuer, operator, scene.publisherId, 'shop.example'));
  const { invitation } = expectOk(await inviteToRecover(issuer, operator, bystander.id));
  const workload = expectOk(
    await bindWorkload(issuer, scene.developer.actor, scene.softwareId, {
      label: 'Release',
      rules: GITHUB_RULES,
      mayFile: false,
    }),
  );
  const initial = expectOk(
    await createInitialAccessToken(issuer, scene.developer.actor, scene.softwareId, { label: 'first' }),
  );
  await sealLedger(issuer);
  const key = (await test.store.signingKeys())[0];
  for (const [name, id] of [
    ['publisher_id', scene.publisherId],
    ['person_id', bystander.id],
    ['token_id', bystander.actor.credential.id],
    ['software_id', scene.softwareId],
    ['submission_id', open.id],
    ['jti', statement.jti],
    ['kid', key?.kid ?? ''],
    ['seq', '1'],
    ['domain_id', domain.id],
    ['invitation_id', invitation.id],
    ['workload_id', workload.id],
    ['initial_access_token_id', initial.token.id],
  ] as const)
    ids.set(name, id);

  const person = async (roles: readonly IssuerRole[], publisherId?: string) =>
    (await testPerson(test, roles, publisherId)).token;
  tokens.set('developer', scene.developer.token);
  tokens.set('developer of another publisher', (await testScene(test)).developer.token);
  tokens.set('reviewer', await person(['reviewer']));
  tokens.set('auditor', await person(['auditor']));
  tokens.set('operator', await person(['operator']));
  tokens.set('garbage', 'imp_garbage');
  const revoked = await testPerson(test, ['operator']);
  expectOk(await revokeToken(issuer, operator, revoked.actor.credential.id));
  tokens.set('revoked token', revoked.token);
  const brief = expectOk(await createToken(issuer, operator, { label: 'brief', lifetimeSeconds: 60 }));
  tokens.set('expired token', brief.secret ?? '');
  const disabled = await testPerson(test, ['operator']);
  const stored = await test.store.person(disabled.id);
  if (stored === undefined) throw new Error('no such person');
  tokens.set('disabled person', disabled.token);
  const send = await request(operatorEndpoint('PATCH', '/v1/people/{person_id}'), test.operatorToken, {
    person_id: disabled.id,
    body: { state: 'disabled' },
  });
  expect(send.status).toBe(200);
  test.clock.advance(61);
});
afterAll(() => test.close());

function operatorEndpoint(method: string, path: string): Endpoint {
  const found = ENDPOINTS.find((endpoint) => endpoint.method === method && endpoint.path === path);
  if (found === undefined) throw new Error(`no endpoint ${method} ${path}`);
  return found;
}

async function request(
  endpoint: Endpoint,
  token: string | undefined,
  given: { readonly person_id?: string; readonly body?: unknown } = {},
): Promise<{ readonly status: number; readonly type: string; readonly headers: Headers }> {
  const path = endpoint.path.replaceAll(/\{(\w+)\}/g, (_, name: string) =>
    name === 'person_id' && given.person_id !== undefined ? given.person_id : (ids.get(name) ?? name),
  );
  const example =
    endpoint.path === '/v1/software'
      ? { publisher_id: scene.publisherId, name: 'Another' }
      : endpoint.example?.body;
  const response = await app.request(
    endpoint.path === '/v1/ledger/consistency' ? `${path}?from=1&to=1` : path,
    {
      method: endpoint.method,
      headers: {
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
        ...(endpoint.method === 'GET' ? {} : { 'content-type': 'application/json' }),
      },
      ...(endpoint.method === 'GET' ? {} : { body: JSON.stringify(given.body ?? example ?? {}) }),
    },
  );
  const text = await response.text();
  const problem: { type?: string } =
    response.headers.get('content-type') === 'application/problem+json' ? JSON.parse(text) : {};
  return { status: response.status, type: problem.type?.split('/').at(-1) ?? '', headers: response.headers };
}

/** Things that belong to one publisher: a developer of another one is no developer here. */
function isOwned({ method, path }: Endpoint): boolean {
  return (
    /\{(publisher_id|software_id|submission_id|jti)\}/.test(path) ||
    (method === 'POST' && path === '/v1/software')
  );
}

function mayDo(endpoint: Endpoint, role: (typeof ROLES)[number]): boolean {
  const { roles, developer } = ACTIONS[endpoint.action];
  if (role === 'developer') return developer;
  if (role === 'developer of another publisher') return developer && !isOwned(endpoint);
  return roles.some((allowed) => allowed === role);
}

// What ends things comes last, so that it does not decide what others are answered.
const inOrder = ENDPOINTS.toSorted((a, b) => Number(ends(a)) - Number(ends(b)));
function ends({ method, path }: Endpoint): boolean {
  return method === 'DELETE' || /revocation|suspension|withdrawal|retirement/.test(path);
}

describe.each(inOrder.map((endpoint) => ({ endpoint, name: `${endpoint.method} ${endpoint.path}` })))(
  '$name',
  ({ endpoint }) => {
    it.each(NOBODY)('is 401 to %s, and says how to authenticate', async (who) => {
      const answer = await request(endpoint, tokens.get(who));
      expect(answer).toMatchObject({ status: 401, type: 'invalid_token' });
      expect(answer.headers.get('www-authenticate')).toMatch(
        who === 'nobody' ? /^Bearer realm="[^"]+"$/ : /^Bearer realm="[^"]+", error="invalid_token"$/,
      );
    });

    it.each(ROLES)('to a %s: as the access table says', async (role) => {
      const answer = await request(endpoint, tokens.get(role));
      if (mayDo(endpoint, role)) {
        expect([401, 403]).not.toContain(answer.status);
        expect(answer.status).toBeLessThan(500);
      } else expect(answer).toMatchObject({ status: 403, type: 'role_needed' });
    });
  },
);

it('every route is in one of the four tables, and the other way round', () => {
  const served = app.routes
    .filter(({ method }) => method !== 'ALL')
    // Where a name ends in `.json`, its parameter says so with a pattern.
    .map(({ method, path }) => ({ method, path: path.replace(String.raw`{[^/]+\.json}`, '.json') }))
    .map(({ method, path }) => `${method} ${path.replaceAll(/:(\w+)/g, '{$1}')}`);
  expect([...new Set(served)].toSorted()).toEqual(
    [
      ...ENDPOINTS.map(({ method, path }) => `${method} ${path}`),
      ...PUBLIC_ENDPOINTS.flatMap((endpoint) => {
        const path = publicPath(endpoint, '');
        return endpoint.crossOrigin ? [`GET ${path}`, `OPTIONS ${path}`] : [`GET ${path}`];
      }),
      ...PAGES.map(({ method, path }) => `${method} ${path}`),
      // The authorization endpoint is a page as well, and is counted there.
      ...PROTOCOL_ENDPOINTS.filter(({ method }) => method === 'POST').flatMap(({ method, path }) => [
        `${method} ${path}`,
        `OPTIONS ${path}`,
      ]),
    ].toSorted(),
  );
});

it.each(PUBLIC_ENDPOINTS.map((endpoint) => ({ path: publicPath(endpoint, '') })))(
  '$path is read without a token',
  async ({ path }) => {
    const [list = ''] = await test.publications.statusListUris();
    const concrete = path
      .replace('{alg}', 'ES256')
      .replace('{id}', list.split('/').at(-1) ?? '')
      .replace('{purpose}', 'revocation')
      .replace('{code}', 'not_found')
      .replace('{software_id}', scene.softwareId);
    const response = await app.request(concrete);
    expect([200, 503]).toContain(response.status);
    expect(response.headers.get('access-control-allow-origin')).toBe(
      PUBLIC_ENDPOINTS.find((endpoint) => publicPath(endpoint, '') === path)?.crossOrigin === true
        ? '*'
        : null,
    );
  },
);

it.each(
  ENDPOINTS.filter(({ method }) => method === 'GET').map((endpoint) => ({ endpoint, path: endpoint.path })),
)('HEAD $path is GET without its body', async ({ endpoint }) => {
  const path = endpoint.path.replaceAll(/\{(\w+)\}/g, (_, name: string) => ids.get(name) ?? name);
  const ask = (method: string) =>
    app.request(endpoint.path === '/v1/ledger/consistency' ? `${path}?from=1&to=1` : path, {
      method,
      headers: { authorization: `Bearer ${test.operatorToken}` },
    });
  const [get, head] = [await ask('GET'), await ask('HEAD')];
  expect([head.status, head.headers.get('content-type')]).toEqual([
    get.status,
    get.headers.get('content-type'),
  ]);
  expect([await head.text(), (await get.text()).length > 0]).toEqual(['', true]);
});

it('a token without the scope is told which one is missing', async () => {
  const { secret } = expectOk(
    await createToken(test.issuer, test.operator, { label: 'narrow', scopes: ['keys:read'] }),
  );
  const answer = await request(operatorEndpoint('POST', '/v1/keys'), secret);
  expect(answer).toMatchObject({ status: 403, type: 'insufficient_scope' });
  expect(answer.headers.get('www-authenticate')).toContain('scope="keys:write"');
});
