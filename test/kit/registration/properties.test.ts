import fc from 'fast-check';
import { beforeEach, expect, it } from 'vitest';
import type { JsonValue } from '../../../src/domain/json.ts';
import { scene, type Answer, type Scene } from '../support/scene.ts';
import { CALLBACK, openTo } from '../management/support/clients.ts';
import { hostileMetadata, hostileText } from './support/hostile.ts';
import { mint } from './support/tokens.ts';

const CODES =
  /^(?:invalid_redirect_uri|invalid_client_metadata|invalid_software_statement|unapproved_software_statement|invalid_token|invalid_request)$/;

let at: Scene;
let before: JsonValue;

/** A server at which one token, good for one use, is all there is. */
async function fresh(): Promise<void> {
  at = await scene({ policy: openTo() });
  await mint(at);
  before = await at.contents();
}

beforeEach(fresh);

/** Granted, or refused with a code and in ASCII, with everything as it was before. */
async function expectHandled(answer: Answer): Promise<void> {
  if (answer.status === 201) return fresh();
  expect([400, 401, 413, 415]).toContain(answer.status);
  expect(answer.body['error']).toMatch(CODES);
  expect(answer.body['error_description']).toMatch(/^[\x20-\x7e]+$/);
  expect(await at.contents()).toEqual(before);
}

it('no metadata makes it fail, and what it refuses changes nothing', async () => {
  await fc.assert(
    fc.asyncProperty(hostileMetadata, async (metadata) => expectHandled(await at.register(metadata))),
    { numRuns: 2_000 },
  );
});

it('what it grants is what was asked for or what it means by default, and is read as it was answered', async () => {
  let granted = 0;
  await fc.assert(
    fc.asyncProperty(hostileMetadata, async (metadata) => {
      const { status, body } = await at.register(metadata);
      if (status !== 201) return;
      granted += 1;
      const { client_id, registration_access_token: token, client_secret: _secret, ...shown } = body;
      const read = await at.call('GET', `/${String(client_id)}`, { token: String(token) });
      expect(read.body).toMatchObject(shown);
      // Of scope, less may be granted.
      for (const [name, value] of Object.entries({ ...metadata, scope: null }))
        if (Object.hasOwn(shown, name) && value !== null) expect(shown[name]).toEqual(value);
    }),
    { numRuns: 500 },
  );
  expect(granted).toBeGreaterThan(0);
});

it('no text makes it fail', async () => {
  await fc.assert(
    fc.asyncProperty(hostileText, async (body) => expectHandled(await at.call('POST', '', { body }))),
    { numRuns: 1_200 },
  );
});

it('no statement that its issuer did sign makes it fail, whatever it attests', async () => {
  await fc.assert(
    fc.asyncProperty(hostileMetadata, hostileMetadata, async (attested, asked) => {
      const software_statement = await at.issuer.statement(attested);
      await expectHandled(await at.register({ ...asked, software_statement }));
    }),
    { numRuns: 300 },
  );
});

it('no header makes it fail', async () => {
  const value = fc
    .string({ unit: fc.integer({ min: 0x20, max: 0x7e }).map((code) => String.fromCharCode(code)) })
    .map((text) => text.trim());
  const headers = fc.record(
    {
      authorization: fc.oneof(
        value,
        value.map((text) => `Bearer ${text}`),
      ),
      'content-type': fc.oneof(value, fc.constant('application/json')),
      'content-length': fc.oneof(value, fc.integer().map(String)),
      accept: value,
    },
    { requiredKeys: [], noNullPrototype: true },
  );
  const body = { redirect_uris: [CALLBACK] };
  await fc.assert(
    fc.asyncProperty(headers, async (sent) =>
      expectHandled(await at.call('POST', '', { body, headers: sent })),
    ),
    { numRuns: 500 },
  );
});
