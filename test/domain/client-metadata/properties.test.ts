import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { OAuthClientMetadataSchema } from '@modelcontextprotocol/sdk/shared/auth.js';
import {
  differenceOf,
  riskOf,
  summaryOfEffects,
  type DifferenceSubject,
} from '../../../src/domain/client-metadata/difference.ts';
import { MEMBERS } from '../../../src/domain/client-metadata/members.ts';
import {
  parseClientMetadata,
  type ClientMetadata,
} from '../../../src/domain/client-metadata/parse-client-metadata.ts';
import { DEFAULT_METADATA_POLICY } from '../../../src/domain/client-metadata/policy.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../../../src/domain/json.ts';
import { BASE, OPENID_EXAMPLE, PUBLIC_NATIVE, RFC_7591_EXAMPLE } from './examples.ts';

const RUNS = Number(process.env['IMPRIMATUR_PROPERTY_RUNS'] ?? '2000');
const OPTIONS = {
  policy: DEFAULT_METADATA_POLICY,
  verifiedDomains: ['app.example', 'client.example.org', 'example.net'],
};
const parse = (input: JsonValue) => parseClientMetadata(input, OPTIONS);

function accepted(input: JsonValue): ClientMetadata {
  const { metadata, findings } = parse(input);
  if (metadata === undefined) throw new Error(JSON.stringify(findings));
  return metadata;
}
const subject = (input: JsonValue): DifferenceSubject => ({ metadata: accepted(input), publisherId: 'p' });

/** Any JSON, and valid metadata with members replaced, added and dropped. */
const json = fc.jsonValue({ maxDepth: 5 }).map((value): JsonValue => JSON.parse(JSON.stringify(value)));
const memberName = fc.oneof(
  fc.constantFrom(
    ...Object.keys(MEMBERS),
    'client_id',
    'iss',
    '__proto__',
    'constructor',
    'client_name#ja',
    'jwks#x',
    '',
  ),
  fc.string(),
);
const uri = fc.oneof(
  fc.webUrl({ withFragments: true, withQueryParameters: true }),
  fc.string().map((text) => `https://${text}`),
  fc.constantFrom(
    'javascript:1',
    'http://127.0.0.1',
    'com.example:/cb',
    'urn:x',
    'https://',
    '//x',
    'https://[::1',
    'http://0x7f.1/',
  ),
);
const mutated = fc
  .tuple(
    fc.constantFrom(BASE, PUBLIC_NATIVE, OPENID_EXAMPLE, RFC_7591_EXAMPLE),
    fc.array(fc.tuple(memberName, fc.oneof(json, uri, fc.array(uri), fc.string({ unit: 'binary' })))),
    fc.subarray(Object.keys(BASE)),
  )
  .map(([base, added, dropped]): JsonObject =>
    JSON.parse(
      JSON.stringify(
        Object.fromEntries([...Object.entries(base).filter(([name]) => !dropped.includes(name)), ...added]),
      ),
    ),
  );

/** Whether a pointer names something in the metadata, or a missing member of something in it. */
function resolves(input: JsonValue, pointer: string): boolean {
  const steps = pointer
    .split('/')
    .slice(1)
    .map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'));
  let here: JsonValue | undefined = input;
  for (const [i, step] of steps.entries()) {
    if (Array.isArray(here)) here = here[Number(step)];
    else if (isJsonObject(here)) {
      if (!Object.hasOwn(here, step)) return i === steps.length - 1;
      here = here[step];
    } else return false;
  }
  return here !== undefined;
}

describe('parsing', () => {
  it('never throws, says the same twice, points into the input, and gives metadata exactly when nothing is an error', () => {
    fc.assert(
      fc.property(fc.oneof(json, mutated), (input) => {
        const { findings, metadata } = parse(input);
        expect(parse(input).findings).toEqual(findings);
        expect(metadata === undefined).toBe(findings.some(({ severity }) => severity === 'error'));
        for (const { pointer, detail, spec } of findings) {
          expect(pointer === '' || resolves(input, pointer)).toBe(true);
          expect(detail.length > 0 && spec.length > 0).toBe(true);
        }
      }),
      { numRuns: RUNS },
    );
  });

  it('keeps what it lets through exactly as it came', () => {
    fc.assert(
      fc.property(mutated, (input) => {
        const { metadata } = parse(input);
        if (metadata !== undefined) expect(JSON.stringify(metadata)).toBe(JSON.stringify(input));
      }),
      { numRuns: RUNS },
    );
  });

  it.each([
    ['a', 200_000],
    ['https://a.example/?u=', 2_000],
    ['a.', 60_000],
    ['\u0430a ', 60_000],
  ])('of %j repeated %i times takes no time', (piece, times) => {
    const text = piece.repeat(times);
    const started = performance.now();
    parse({
      client_name: text,
      scope: text,
      contacts: [text],
      redirect_uris: [text],
      client_uri: text,
      [`client_name#${text}`]: 'x',
    });
    expect(performance.now() - started).toBeLessThan(2_000);
  });
});

describe('published examples', () => {
  it.each([
    ['RFC 7591 §3.1', RFC_7591_EXAMPLE, ['auth-method-shared-secret']],
    [
      'OpenID Connect Registration 1.0 §3.1',
      OPENID_EXAMPLE,
      ['auth-method-shared-secret', 'host-unverified'],
    ],
  ])('%s passes with warnings alone', (_name, example, expected) => {
    const options = { policy: DEFAULT_METADATA_POLICY, verifiedDomains: ['client.example.org'] };
    const { findings, metadata } = parseClientMetadata(example, options);
    expect(metadata).toEqual(example);
    expect(findings.map(({ rule }) => rule).toSorted()).toEqual(expected.toSorted());
  });

  it('a client of the MCP SDK passes without a warning', () => {
    const client = OAuthClientMetadataSchema.parse({
      client_name: 'MCP Inspector',
      redirect_uris: ['http://127.0.0.1:6274/oauth/callback'],
      grant_types: ['authorization_code', 'refresh_token'],
      response_types: ['code'],
      token_endpoint_auth_method: 'none',
      scope: 'mcp:tools',
    });
    const sent: JsonObject = JSON.parse(JSON.stringify(client));
    expect(parse(sent).findings.map(({ rule, severity }) => [rule, severity])).toEqual([
      ['auth-method-web-public', 'info'],
    ]);
  });
});

describe('the difference', () => {
  const redirects = fc.uniqueArray(
    fc.constantFrom('a', 'b', 'c', 'd', 'e').map((path) => `https://app.example/${path}`),
    { minLength: 1 },
  );
  const scopes = fc.uniqueArray(fc.constantFrom('openid', 'profile', 'email', 'phone'), { minLength: 1 });
  const snapshot = fc
    .record({
      redirects,
      scopes,
      name: fc.constantFrom('A', 'B'),
      method: fc.constantFrom('private_key_jwt', 'client_secret_basic', 'client_secret_post'),
      dpop: fc.boolean(),
    })
    .map(({ redirects: redirect_uris, scopes: list, name, method, dpop }): JsonObject => ({
      ...BASE,
      redirect_uris,
      scope: list.join(' '),
      client_name: name,
      token_endpoint_auth_method: method,
      dpop_bound_access_tokens: dpop,
    }));

  it('of a snapshot with itself is empty, also in another order of its lists', () => {
    fc.assert(
      fc.property(snapshot, (one) => {
        const list = one['redirect_uris'];
        const turned = {
          ...one,
          redirect_uris: Array.isArray(list) ? list.toReversed() : [],
          scope: String(one['scope']).split(' ').toReversed().join(' '),
        };
        expect(differenceOf(subject(one), subject(turned))).toEqual([]);
      }),
    );
  });

  it('turned round swaps added with removed, and expands with narrows for lists and switches', () => {
    fc.assert(
      fc.property(snapshot, snapshot, (one, two) => {
        const there = differenceOf(subject(one), subject(two));
        const back = differenceOf(subject(two), subject(one));
        expect(back).toHaveLength(there.length);
        const count = (changes: typeof there, kind: string) =>
          changes.filter((change) => change.kind === kind).length;
        expect(count(back, 'added')).toBe(count(there, 'removed'));
        const swappable = (changes: typeof there) => changes.filter(({ member }) => member !== 'client_name');
        expect(summaryOfEffects(swappable(back)).expands).toBe(summaryOfEffects(swappable(there)).narrows);
      }),
    );
  });

  it('of a superset only expands, of a subset only narrows', () => {
    fc.assert(
      fc.property(redirects, redirects, (some, more) => {
        const small = { ...BASE, redirect_uris: some };
        const large = { ...BASE, redirect_uris: [...new Set([...some, ...more])] };
        expect(differenceOf(subject(small), subject(large)).every(({ effect }) => effect === 'expands')).toBe(
          true,
        );
        expect(differenceOf(subject(large), subject(small)).every(({ effect }) => effect === 'narrows')).toBe(
          true,
        );
      }),
    );
  });

  it.each([
    ['defaults written out', { ...PUBLIC_NATIVE, require_auth_time: false }, PUBLIC_NATIVE, []],
    ['grant types written out', without(PUBLIC_NATIVE, 'grant_types'), PUBLIC_NATIVE, []],
    ['response types dropped', PUBLIC_NATIVE, without(PUBLIC_NATIVE, 'response_types'), []],
    [
      'a weaker method',
      BASE,
      { ...BASE, token_endpoint_auth_method: 'client_secret_basic' },
      ['token_endpoint_auth_method expands'],
    ],
    [
      'a stronger method',
      { ...BASE, token_endpoint_auth_method: 'client_secret_basic' },
      BASE,
      ['token_endpoint_auth_method narrows'],
    ],
    [
      'another key location',
      BASE,
      { ...BASE, jwks_uri: 'https://app.example/other.json' },
      ['jwks_uri expands'],
    ],
    ['another name', BASE, { ...BASE, client_name: 'Other' }, ['client_name expands']],
    ['a name in another language', BASE, { ...BASE, 'client_name#ja': '例' }, ['client_name#ja expands']],
    ['a scope less', BASE, { ...BASE, scope: 'openid' }, ['scope narrows']],
    [
      'a protection on',
      BASE,
      { ...BASE, dpop_bound_access_tokens: true },
      ['dpop_bound_access_tokens narrows'],
    ],
    ['a logo', BASE, { ...BASE, logo_uri: 'https://app.example/logo.png' }, ['logo_uri neutral']],
  ])('%s', (_name, before, after, expected) => {
    expect(
      differenceOf(subject(before), subject(after)).map(({ member, effect }) => `${member} ${effect}`),
    ).toEqual(expected);
  });

  it('names another publisher first', () => {
    const [first] = differenceOf(subject(BASE), { ...subject(BASE), publisherId: 'other' });
    expect(first).toMatchObject({ member: 'publisher', effect: 'expands', before: 'p', after: 'other' });
  });

  it('makes the risk grow with every addition', () => {
    const few = differenceOf(
      subject(BASE),
      subject({ ...BASE, redirect_uris: ['https://app.example/callback', 'https://app.example/2'] }),
    );
    const all = differenceOf(undefined, subject(BASE));
    expect(riskOf([], []).level).toBe('low');
    expect(riskOf(few, []).score).toBeGreaterThan(0);
    expect(riskOf(all, []).score).toBeGreaterThan(riskOf(few, []).score);
  });
});

function without(metadata: JsonObject, member: string): JsonObject {
  return Object.fromEntries(Object.entries(metadata).filter(([name]) => name !== member));
}
