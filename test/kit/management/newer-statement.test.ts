import { expect, it } from 'vitest';
import type { JsonObject } from '../../../src/domain/json.ts';
import { fakeIssuer, LIST_URI, NOW, type Claims } from '../support/fake-issuer.ts';
import { AUTHORIZATION_SERVER, clientOf, scene, type Client, type Scene } from '../support/scene.ts';
import { attested, changingNothing, storedOf } from './support/clients.ts';

const WIDER = {
  iat: NOW - 30,
  exp: NOW + 60 * 86_400,
  jti: 'statement-2',
  redirect_uris: ['https://app.example/callback', 'https://app.example/callback2'],
  scope: 'read write',
  grant_types: ['authorization_code', 'refresh_token'],
};

async function bring(at: Scene, client: Client, claims: Claims, asked: JsonObject = {}) {
  return client.update({ ...asked, software_statement: await at.issuer.statement(claims) });
}

it('a newer statement of the same issuer and software takes effect: what it attests, its time, its text', async () => {
  const at = await scene();
  const client = await at.registered();
  const software_statement = await at.issuer.statement(WIDER);
  const { status, body } = await client.update({ software_statement });
  expect(status).toBe(200);
  expect(body).toMatchObject({
    redirect_uris: WIDER.redirect_uris,
    scope: WIDER.scope,
    grant_types: WIDER.grant_types,
    software_statement,
  });
  const row = await storedOf(at, client);
  expect(row.governing).toMatchObject({ jti: 'statement-2', issuedAt: WIDER.iat, text: software_statement });
  expect(row.expiresAt).toBe(WIDER.exp);
  expect((await at.registrar.software(row.governing?.issuer ?? '', 'software-1'))?.registrations).toBe(1);
});

it('a newer statement allows no more than it attests', async () => {
  const at = await scene();
  const client = await at.registered();
  const { status, body } = await changingNothing(at, async () =>
    bring(at, client, { ...WIDER, scope: undefined }, { scope: 'admin' }),
  );
  expect(status).toBe(400);
  expect(body['error_description']).toContain('(scope)');
});

it('a newer statement that attests less takes away what it no longer names', async () => {
  const at = await scene();
  const client = await at.registered({ scope: 'read write' });
  expect((await bring(at, client, { iat: NOW - 30, scope: 'read' })).body['scope']).toBe('read');
});

it('what a newer statement falls silent about stays where the request keeps it, and cannot grow', async () => {
  const at = await scene();
  const client = await at.registered({ scope: 'read' });
  const newer = { iat: NOW - 30, jti: 'statement-2' };
  await changingNothing(at, () => bring(at, client, newer, { scope: 'read write' }));
  expect((await bring(at, client, newer, { scope: 'read' })).body['scope']).toBe('read');
});

const OTHERS: readonly (readonly [string, Claims, string])[] = [
  ['an older one', { ...WIDER, iat: NOW - 61 }, 'statement.not_newer'],
  ['another of the same second', { ...WIDER, iat: NOW - 60 }, 'statement.not_newer'],
  ['one of other software', { ...WIDER, software_id: 'software-2' }, 'statement.other_software'],
  ['one that has expired', { ...WIDER, exp: NOW - 61 }, 'statement.times'],
  ['one that expires now', { ...WIDER, exp: NOW }, 'statement.expired'],
  [
    'one that was revoked',
    { ...WIDER, status: { status_list: { idx: 7, uri: LIST_URI } } },
    'statement.revoked',
  ],
  [
    'one that is suspended',
    { ...WIDER, status: { status_list: { idx: 8, uri: LIST_URI } } },
    'statement.suspended',
  ],
  ['one for another server', { ...WIDER, aud: 'https://other.example' }, 'statement.audience'],
  ['one of an unknown issuer', { ...WIDER, iss: 'https://evil.example' }, 'statement.untrusted_issuer'],
];

it.each(OTHERS)('%s is refused and changes nothing', async (_what, claims, reason) => {
  const at = await scene();
  at.issuer.setStatus(7, 1);
  at.issuer.setStatus(8, 2);
  const client = await at.registered();
  const { status, body } = await changingNothing(at, () => bring(at, client, claims));
  expect(status).toBe(400);
  expect(body['error']).toMatch(/^(?:invalid|unapproved)_software_statement$/);
  expect(at.told.at(-1)).toMatchObject(['registration.update_refused', { reason }]);
});

it('a newer statement about a software of the same name by another trusted issuer is refused', async () => {
  const issuer = await fakeIssuer();
  const real = issuer.verifier({}, { audience: AUTHORIZATION_SERVER });
  const at = await scene({
    nowMilliseconds: () => issuer.clock.now() * 1000,
    verifier: {
      ...real,
      // The second issuer of this server: what it signs names itself in the version.
      verify: async (text) => {
        const verified = await real.verify(text);
        if (!verified.ok || verified.value.softwareVersion !== 'of another issuer') return verified;
        const provenance = { ...verified.value.provenance, issuer: 'https://second.example' };
        return { ok: true, value: { ...verified.value, provenance } };
      },
    },
  });
  const software_statement = await issuer.statement();
  const client = clientOf(at.call, await at.register({ software_statement }));
  const other = await issuer.statement({ ...WIDER, software_version: 'of another issuer' });
  const { body } = await changingNothing(at, () => client.update({ software_statement: other }));
  expect(body['error']).toBe('unapproved_software_statement');
  expect(at.told.at(-1)?.[1]['reason']).toBe('statement.other_software');
});

it('a newer statement does not count while nobody can say whether it stands', async () => {
  const at = await scene();
  const client = await at.registered();
  at.issuer.world.down = true;
  at.issuer.clock.advance(4_000);
  const { status } = await changingNothing(at, () => bring(at, client, WIDER));
  expect(status).toBe(503);
});

it('a newer statement is held to the bounds of the class', async () => {
  const at = await scene({ policy: attested({ grantTypes: ['authorization_code'], scopes: ['read'] }) });
  const client = await at.registered();
  expect((await changingNothing(at, () => bring(at, client, WIDER))).status).toBe(400);
  const { body } = await bring(at, client, { ...WIDER, grant_types: undefined });
  expect(body['scope']).toBe('read');
});
