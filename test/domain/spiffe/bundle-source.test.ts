import { beforeEach, describe, expect, it } from 'vitest';
import type { JsonObject } from '../../../src/domain/json.ts';
import { bundleEndpoint, type BundleSource } from '../../../src/domain/spiffe/bundle-source.ts';
import { verifyJwtSvid } from '../../../src/domain/spiffe/jwt-svid.ts';
import { testInternet, type TestInternet } from '../../support/internet.ts';
import { svidClaims, svidKey, type SvidKey } from '../../support/spire.ts';

const URL_OF_BUNDLE = 'https://spire.example/bundle';
const AUDIENCE = 'https://issuer.example';

let internet: TestInternet;
let now: number;
let source: BundleSource;
let first: SvidKey;
let second: SvidKey;

beforeEach(async () => {
  internet = testInternet();
  now = 1_800_000_000;
  source = bundleEndpoint({ url: URL_OF_BUNDLE, fetcher: internet.fetcher, now: () => now });
  [first, second] = await Promise.all([svidKey('1'), svidKey('2')]);
});

function serve(keys: readonly SvidKey[], more: JsonObject = {}): void {
  const body = JSON.stringify({ keys: keys.map(({ jwk }) => jwk), ...more });
  internet.sites.set(URL_OF_BUNDLE, { contentType: 'application/json', body });
}

/** What comes of an SVID of a key, by its code. */
async function judge(key: SvidKey): Promise<string> {
  const text = await key.sign(svidClaims('spiffe://example.org/ci', AUDIENCE, now));
  const verified = await verifyJwtSvid(
    text,
    () => source,
    { audience: AUDIENCE, isAlone: true, expectedIss: null, toleranceSeconds: 60 },
    now,
  );
  return verified.ok ? 'holds' : verified.error.code;
}

describe('the bundle of an endpoint (SPIFFE Federation §5)', () => {
  it('is kept as long as its refresh hint says, or five minutes', async () => {
    serve([first], { spiffe_refresh_hint: 100 });
    expect([await judge(first), await judge(first)]).toEqual(['holds', 'holds']);
    expect(internet.asked).toHaveLength(1);
    now += 101;
    await judge(first);
    expect(internet.asked).toHaveLength(2);
    serve([first]);
    now += 101;
    await judge(first);
    now += 200;
    await judge(first);
    expect(internet.asked).toHaveLength(3);
    now += 101;
    await judge(first);
    expect(internet.asked).toHaveLength(4);
  });

  it('is asked at most every half minute, whatever the hint', async () => {
    serve([first], { spiffe_refresh_hint: 0 });
    await judge(first);
    now += 20;
    await judge(first);
    expect(internet.asked).toHaveLength(1);
  });

  it('is asked again for a key that was added within the hint, but not by every stranger', async () => {
    serve([first], { spiffe_refresh_hint: 3_600 });
    await judge(first);
    serve([first, second], { spiffe_refresh_hint: 3_600 });
    now += 31;
    expect(await judge(second)).toBe('holds');
    const stranger = await svidKey('3');
    for (let i = 0; i < 5; i += 1) expect(await judge(stranger)).toBe('key');
    expect(internet.asked).toHaveLength(2);
  });

  it('takes a key away with the next bundle, and every key with an empty one', async () => {
    serve([first, second], { spiffe_sequence: 1, spiffe_refresh_hint: 60 });
    expect(await judge(first)).toBe('holds');
    serve([second], { spiffe_sequence: 2, spiffe_refresh_hint: 60 });
    now += 61;
    expect([await judge(first), await judge(second)]).toEqual(['key', 'holds']);
    serve([], { spiffe_sequence: 3, spiffe_refresh_hint: 60 });
    now += 61;
    expect([await judge(first), await judge(second)]).toEqual(['key', 'key']);
  });

  it('never goes back to an earlier sequence, nor to none', async () => {
    serve([second], { spiffe_sequence: 5, spiffe_refresh_hint: 60 });
    expect(await judge(second)).toBe('holds');
    for (const more of [{ spiffe_sequence: 4 }, {}]) {
      serve([first], { ...more, spiffe_refresh_hint: 60 });
      now += 61;
      expect([await judge(first), await judge(second)]).toEqual(['key', 'holds']);
    }
    serve([first], { spiffe_sequence: 6, spiffe_refresh_hint: 60 });
    now += 61;
    expect(await judge(first)).toBe('holds');
  });

  it('serves on while its endpoint is away: an hour or ten refreshes, and then fails closed', async () => {
    serve([first], { spiffe_refresh_hint: 60 });
    await judge(first);
    internet.sites.set(URL_OF_BUNDLE, 'unreachable');
    now += 60 + 3_599;
    expect(await judge(first)).toBe('holds');
    now += 2;
    expect(await judge(first)).toBe('unavailable');
    serve([first]);
    now += 60;
    expect(await judge(first)).toBe('holds');
  });

  it('serves on for ten refreshes where those are longer than an hour', async () => {
    serve([first], { spiffe_refresh_hint: 1_000 });
    await judge(first);
    internet.sites.set(URL_OF_BUNDLE, 'unreachable');
    now += 1_000 + 9_999;
    expect(await judge(first)).toBe('holds');
    now += 2;
    expect(await judge(first)).toBe('unavailable');
  });

  it('is asked once a day at least, whatever the hint', async () => {
    serve([first], { spiffe_refresh_hint: 10_000_000 });
    await judge(first);
    serve([second], { spiffe_refresh_hint: 10_000_000 });
    now += 86_401;
    expect([await judge(first), await judge(second)]).toEqual(['key', 'holds']);
  });

  it('is not asked again for a key when it is empty: that is a clear word until the next refresh', async () => {
    serve([], { spiffe_refresh_hint: 60 });
    expect(await judge(first)).toBe('key');
    serve([first], { spiffe_refresh_hint: 60 });
    now += 31;
    expect([await judge(first), internet.asked.length]).toEqual(['key', 1]);
    now += 30;
    expect(await judge(first)).toBe('holds');
  });

  it.each(['redirect', 'timeout', 'too_large', 'status', 'content_type'] as const)(
    'has nothing to say when the first answer is %s',
    async (site) => {
      internet.sites.set(URL_OF_BUNDLE, site);
      expect(await judge(first)).toBe('unavailable');
    },
  );

  it('has nothing to say when the first answer is no bundle', async () => {
    internet.sites.set(URL_OF_BUNDLE, { contentType: 'application/json', body: '{"keys":{}}' });
    expect(await judge(first)).toBe('unavailable');
  });
});
