import fc from 'fast-check';
import { expect, it } from 'vitest';
import { differenceOf } from '../../../src/domain/client-metadata/difference.ts';
import type { JsonObject, JsonValue } from '../../../src/domain/json.ts';
import type { ClientClass } from '../../../src/kit/registration/policy.ts';
import { scene } from '../support/scene.ts';
import { storedOf } from './support/clients.ts';

const HOST = 'https://app.example';
const some = (items: readonly string[], minLength = 0) => fc.subarray([...items], { minLength });

/** Members whose values obey the rules together or do not: both kinds are wanted, so long as many are accepted. */
const METADATA: fc.Arbitrary<JsonObject> = fc
  .record(
    {
      redirect_uris: some([`${HOST}/1`, `${HOST}/2`, 'https://other.example/3'], 1),
      grant_types: fc.constantFrom<JsonValue>(
        ['authorization_code'],
        ['authorization_code', 'refresh_token'],
        ['client_credentials'],
        ['authorization_code', 'client_credentials'],
      ),
      response_types: fc.constantFrom<JsonValue>(['code'], ['code', 'none']),
      scope: some(['read', 'write', 'admin'], 1).map((tokens) => tokens.join(' ')),
      token_endpoint_auth_method: fc.constantFrom(
        'none',
        'client_secret_basic',
        'client_secret_post',
        'private_key_jwt',
      ),
      jwks_uri: fc.constantFrom(`${HOST}/jwks`, 'https://other.example/jwks'),
      client_name: fc.constantFrom('Example', 'Bank'),
      'client_name#fr': fc.constantFrom('Exemple', 'Banque'),
      post_logout_redirect_uris: some([`${HOST}/a`, `${HOST}/b`], 1),
      backchannel_logout_uri: fc.constantFrom(`${HOST}/out`, 'https://other.example/out'),
      dpop_bound_access_tokens: fc.boolean(),
      require_auth_time: fc.boolean(),
      contacts: fc.constantFrom<JsonValue>(['a@example.org'], ['b@example.org']),
      software_version: fc.constantFrom('1', '2'),
    },
    { requiredKeys: ['redirect_uris'] },
  )
  .map((members) => JSON.parse(JSON.stringify(members)));

const partly = (metadata: JsonObject, names: readonly string[]): JsonObject =>
  Object.fromEntries(Object.entries(metadata).filter(([name]) => names.includes(name)));

const NAMES = ['redirect_uris', 'scope', 'client_name', 'grant_types', 'jwks_uri', 'backchannel_logout_uri'];

const untagged = (member: string) => member.replace(/#.*/, '');

async function clientWith(
  requires: ClientClass['requires'],
  before: JsonObject,
  attestedNames: readonly string[],
  mayGrow: readonly string[],
) {
  const at = await scene({ policy: { classes: [{ name: 'any', requires, mayGrow }] } });
  const claims = {
    redirect_uris: undefined,
    client_name: undefined,
    ...partly(before, attestedNames),
  };
  const statement = requires === 'nothing' ? {} : { software_statement: await at.issuer.statement(claims) };
  return { at, answer: await at.register({ ...before, ...statement }) };
}

it.each(['nothing', 'software_statement'] as const)(
  'no update of a client that was registered with %s adds authority that neither the statement nor the class grants',
  async (requires) => {
    let accepted = 0;
    let refused = 0;
    await fc.assert(
      fc.asyncProperty(
        METADATA,
        METADATA,
        fc.double({ min: 0, max: 1, noNaN: true }),
        some(NAMES),
        some(NAMES),
        async (before, other, kept, attestedNames, mayGrow) => {
          const { at, answer } = await clientWith(requires, before, attestedNames, mayGrow);
          if (answer.status !== 201) return;
          const { client_id: id, registration_access_token: token } = answer.body;
          const client = { id: String(id) };
          const earlier = await storedOf(at, client);
          // Near the earlier metadata, so that some updates only narrow.
          const names = Object.keys(other).filter((_name, i) => ((i * 7) % 10) / 10 >= kept);
          const after = { ...before, ...partly(other, names) };
          const sent = { token: String(token), body: { ...after, client_id: String(id) } };
          const { status } = await at.call('PUT', `/${String(id)}`, sent);
          const later = await storedOf(at, client);
          if (status !== 200) {
            refused += 1;
            expect(later).toEqual(earlier);
            return;
          }
          accepted += 1;
          const grown = differenceOf(
            { metadata: earlier.metadata, publisherId: '' },
            { metadata: later.metadata, publisherId: '' },
          )
            .filter(({ effect }) => effect === 'expands')
            .map(({ member }) => untagged(member));
          for (const member of grown) expect(mayGrow).toContain(member);
          for (const [name, value] of Object.entries(earlier.governing?.metadata ?? {}))
            expect(later.metadata[name]).toEqual(value);
        },
      ),
      { numRuns: 300 },
    );
    // Enough of both that neither branch is idle; how many there are is chance.
    expect(accepted).toBeGreaterThan(3);
    expect(refused).toBeGreaterThan(3);
  },
);
