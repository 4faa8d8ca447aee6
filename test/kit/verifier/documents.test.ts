import { beforeEach, describe, expect, test, vi } from 'vitest';
import { createStatementVerifier } from '../../../src/kit/verifier/statement-verifier.ts';
import { expectOk, expectRefusal } from '../../support/issuer.ts';
import { fakeIssuer, ISSUER, makeKey, type FakeIssuer } from '../support/fake-issuer.ts';

let fake: FakeIssuer;

beforeEach(async () => {
  fake = await fakeIssuer();
});

/** The operator's sentence for a statement that stands, at a verifier that has nothing in memory. */
async function detail(): Promise<string> {
  const refusal = expectRefusal(await fake.verifier().verify(await fake.statement()));
  expect(refusal).toMatchObject({ reason: 'keys_unavailable', retryAfterSeconds: 30 });
  return refusal.detail;
}

describe('metadata', () => {
  test('is asked for between host and path, once, and nothing else before it', async () => {
    await fake.verifier().verify(await fake.statement());
    expect(fake.addresses.slice(0, 2)).toEqual([
      'https://issuer.example/.well-known/oauth-authorization-server/tenant',
      `${ISSUER}/jwks`,
    ]);
  });

  test.each([
    ['of another issuer (mix-up)', { issuer: 'https://other.example' }],
    ['of the issuer and a slash', { issuer: `${ISSUER}/` }],
    ['of the issuer in capitals', { issuer: ISSUER.toUpperCase() }],
    ['of nobody', { issuer: undefined }],
  ])('%s', async (_name, change) => {
    fake.world.metadata = { ...fake.world.metadata, ...change };
    expect(await detail()).toContain(`The metadata found for ${ISSUER} is that of`);
    expect(fake.asked('jwks')).toBe(0);
  });

  test('of another issuer does not lend its keys to this one', async () => {
    const attacker = await makeKey('theirs');
    const theirs = { issuer: 'https://attacker.example', jwks_uri: 'https://attacker.example/jwks' };
    fake.world.metadata = theirs;
    fake.world.jwks = { keys: [attacker.publicJwk] };
    const result = await fake.verifier().verify(await fake.statement({}, {}, attacker));
    expect(expectRefusal(result).reason).toBe('keys_unavailable');
    expect(fake.addresses).toHaveLength(1);
  });

  test.each([
    ['none', undefined],
    ['no text', 7],
    ['no URI', 'jwks'],
  ])('whose jwks_uri is %s', async (_name, jwks_uri) => {
    fake.world.metadata = { issuer: ISSUER, jwks_uri };
    expect(await detail()).toContain('names no jwks_uri');
  });

  test.each([
    ['plain http', 'http://issuer.example/jwks', 'plain http'],
    ['this machine', 'http://127.0.0.1:1/jwks', 'on this machine'],
    ['a file', 'file:///etc/passwd', 'neither https nor http'],
    ['data', 'data:application/json,{}', 'neither https nor http'],
    ['a user name', 'https://a:b@issuer.example/jwks', 'user name'],
  ])('whose jwks_uri is %s is not followed', async (_name, jwks_uri, words) => {
    fake.world.metadata = { issuer: ISSUER, jwks_uri };
    expect(await detail()).toContain(words);
    expect(fake.addresses).toHaveLength(1);
  });

  test('may name keys on another host', async () => {
    const elsewhere = 'https://keys.example/set';
    const verifier = createStatementVerifier({
      issuers: [{ issuer: ISSUER }],
      now: fake.clock.now,
      fetch: (input, init) => fake.fetch(input === elsewhere ? `${ISSUER}/jwks` : input, init),
    });
    fake.world.metadata = { issuer: ISSUER, jwks_uri: elsewhere };
    expectOk(await verifier.verify(await fake.statement()));
  });

  test.each([
    ['a web page', () => new Response('<!doctype html>'), 'no usable JSON'],
    ['a list', () => Response.json([]), 'not a JSON object'],
    ['two issuers', () => new Response(`{"issuer":"${ISSUER}","issuer":"${ISSUER}"}`), 'occurs twice'],
    ['very deep', () => new Response(`${'['.repeat(40)}${']'.repeat(40)}`), '32 levels'],
    ['empty', () => new Response(null), 'no usable JSON'],
    ['no UTF-8', () => new Response(Uint8Array.of(0x22, 0xff, 0x22)), 'no UTF-8'],
    ['gone', () => new Response('', { status: 410 }), 'answered 410'],
    ['an empty success', () => new Response(null, { status: 204 }), 'answered 204'],
  ])('that is %s', async (_name, answer, words) => {
    fake.world.instead.metadata = answer;
    expect(await detail()).toContain(words);
  });
});

describe('redirects are not followed', () => {
  test.each(['metadata', 'jwks', 'list'] as const)('by %s', async (document) => {
    const init: RequestInit[] = [];
    fake.world.instead[document] = () =>
      new Response(null, { status: 302, headers: { location: 'https://attacker.example/' } });
    const verifier = fake.verifier(
      {},
      {
        fetch: (input, given) => {
          init.push(given ?? {});
          return fake.fetch(input, given);
        },
      },
    );
    const refusal = expectRefusal(await verifier.verify(await fake.statement()));
    expect(refusal.reason).toBe(document === 'list' ? 'status_unavailable' : 'keys_unavailable');
    expect(refusal.detail).toContain('redirects elsewhere');
    expect(init.map(({ redirect }) => redirect)).toEqual(init.map(() => 'manual'));
    expect(fake.addresses.every((url) => url.startsWith('https://issuer.example/'))).toBe(true);
  });
});

describe('documents without end', () => {
  function endless() {
    let given = 0;
    let cancelled = false;
    const body = new ReadableStream<Uint8Array>({
      pull: (controller) => {
        given += 65_536;
        controller.enqueue(new Uint8Array(65_536).fill(0x20));
      },
      cancel: () => {
        cancelled = true;
      },
    });
    return { response: () => new Response(body), given: () => given, cancelled: () => cancelled };
  }

  test.each(['metadata', 'jwks'] as const)('%s are cut off at 256 KiB', async (document) => {
    const { response, given, cancelled } = endless();
    fake.world.instead[document] = response;
    expect(await detail()).toContain('more than 262144 octets');
    expect(given()).toBeLessThan(512 * 1024);
    expect(cancelled()).toBe(true);
  });

  test('a list is cut off at 16 MiB', async () => {
    const { response, given, cancelled } = endless();
    fake.world.instead.list = response;
    const refusal = expectRefusal(await fake.verifier().verify(await fake.statement()));
    expect(refusal.detail).toContain('more than 16777216 octets');
    expect(given()).toBeLessThan(17 * 2 ** 20);
    expect(cancelled()).toBe(true);
  });

  test('a list that inflates without end', async () => {
    fake.world.octets = new Uint8Array(2 ** 24 + 1);
    const refusal = expectRefusal(await fake.verifier().verify(await fake.statement()));
    expect(refusal).toMatchObject({ reason: 'status_unavailable' });
    expect(refusal.detail).toContain('ZLIB');
  });
});

describe('what goes wrong on the network is said in words', () => {
  const failing = (code: string) => () =>
    Promise.reject(new TypeError('fetch failed', { cause: Object.assign(new Error(), { code }) }));
  test.each([
    ['ECONNREFUSED', 'nothing listens there'],
    ['ENOTFOUND', 'there is no such host'],
    ['CERT_HAS_EXPIRED', 'its certificate has expired'],
    ['SOMETHING_ELSE', 'the request failed (SOMETHING_ELSE)'],
  ])('%s', async (code, words) => {
    fake.world.instead.metadata = failing(code);
    expect(await detail()).toBe(
      `The keys of ${ISSUER} could not be had: ${fake.addresses[0]} cannot be reached: ${words}.`,
    );
  });

  test('a body that breaks off', async () => {
    fake.world.instead.jwks = () =>
      new Response(
        new ReadableStream({ start: (controller) => controller.error(new TypeError('terminated')) }),
      );
    expect(await detail()).toContain('cannot be reached: the request failed');
  });

  test('a fetch that throws at once', async () => {
    const verifier = fake.verifier(
      {},
      {
        fetch: () => {
          throw new TypeError('not here');
        },
      },
    );
    expect(expectRefusal(await verifier.verify(await fake.statement())).reason).toBe('keys_unavailable');
  });
});

test('a server that hangs is given up', async () => {
  const timeout = vi.spyOn(AbortSignal, 'timeout').mockImplementation(() => {
    const abort = new AbortController();
    setTimeout(() => abort.abort(new DOMException('late', 'TimeoutError')), 20);
    return abort.signal;
  });
  try {
    fake.world.instead.metadata = () => new Promise<never>(() => undefined);
    expect(await detail()).toContain('no answer in time');
    expect(timeout).toHaveBeenCalledWith(5_000);
  } finally {
    timeout.mockRestore();
  }
});
