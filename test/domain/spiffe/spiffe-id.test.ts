import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  isTrustDomain,
  matchesSpiffeIdPattern,
  MAX_SPIFFE_ID_OCTETS,
  parseSpiffeId,
  parseSpiffeIdPattern,
} from '../../../src/domain/spiffe/spiffe-id.ts';
import { expectOk } from '../../support/issuer.ts';

describe('SPIFFE IDs (SPIFFE-ID §2)', () => {
  it.each([
    ['spiffe://example.org/ci', 'example.org', '/ci'],
    ['spiffe://example.org/ci/Release.v1_2-x', 'example.org', '/ci/Release.v1_2-x'],
    ['spiffe://10.0.0.1/a', '10.0.0.1', '/a'],
    ['spiffe://a_b-c/...', 'a_b-c', '/...'],
    [`spiffe://${'a'.repeat(255)}/x`, 'a'.repeat(255), '/x'],
  ])('%s', (text, trustDomain, path) => {
    expect(expectOk(parseSpiffeId(text))).toEqual({ text, trustDomain, path });
  });

  it.each([
    '',
    'example.org/ci',
    'https://example.org/ci',
    'SPIFFE://example.org/ci',
    'spiffe:example.org/ci',
    'spiffe:///ci',
    'spiffe://example.org',
    'spiffe://example.org/',
    'spiffe://example.org/ci/',
    'spiffe://example.org//ci',
    'spiffe://example.org/a//b',
    'spiffe://example.org/./ci',
    'spiffe://example.org/../ci',
    'spiffe://example.org/ci/..',
    'spiffe://EXAMPLE.org/ci',
    'spiffe://ex%61mple.org/ci',
    'spiffe://example.org/c%69',
    'spiffe://example.org/ci?x=1',
    'spiffe://example.org/ci#x',
    'spiffe://user@example.org/ci',
    'spiffe://example.org:443/ci',
    'spiffe://[::1]/ci',
    'spiffe://exämple.org/ci',
    'spiffe://example.org/cï',
    'spiffe://example.org/ci\n',
    ' spiffe://example.org/ci',
    'spiffe://example.org/c i',
    `spiffe://${'a'.repeat(256)}/x`,
    `spiffe://example.org/${'a'.repeat(MAX_SPIFFE_ID_OCTETS - 20)}`,
  ])('refuses %j', (text) => {
    expect(parseSpiffeId(text).ok).toBe(false);
  });

  it('takes 2048 octets and not one more', () => {
    const longest = `spiffe://example.org/${'a'.repeat(MAX_SPIFFE_ID_OCTETS - 21)}`;
    expect(longest).toHaveLength(2_048);
    expect(parseSpiffeId(longest).ok).toBe(true);
    expect(parseSpiffeId(`${longest}a`).ok).toBe(false);
  });

  it('whatever is taken says exactly itself, and URL parsers agree on it', () => {
    const piece = fc.stringMatching(/^[A-Za-z0-9._%/:@?#~-]{0,12}$/);
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 4 }), (pieces) => {
        const text = `spiffe://example.org/${pieces.join('/')}`;
        const parsed = parseSpiffeId(text);
        if (!parsed.ok) return;
        expect(`spiffe://${parsed.value.trustDomain}${parsed.value.path}`).toBe(text);
        expect(new URL(text).href).toBe(text);
      }),
      { numRuns: 500 },
    );
  });

  it('every ID of the grammar is taken', () => {
    const segment = fc
      .stringMatching(/^[A-Za-z0-9._-]{1,20}$/)
      .filter((each) => each !== '.' && each !== '..');
    const domain = fc.stringMatching(/^[a-z0-9._-]{1,40}$/);
    fc.assert(
      fc.property(domain, fc.array(segment, { minLength: 1, maxLength: 6 }), (trustDomain, segments) => {
        expect(parseSpiffeId(`spiffe://${trustDomain}/${segments.join('/')}`).ok).toBe(true);
        expect(isTrustDomain(trustDomain)).toBe(true);
      }),
    );
  });
});

describe('patterns of SPIFFE IDs (draft-ietf-oauth-spiffe-client-auth §5.1)', () => {
  it.each([
    ['spiffe://example.org/client/*', 'spiffe://example.org/client/123', true],
    ['spiffe://example.org/client/*', 'spiffe://example.org/client/a/b', true],
    ['spiffe://example.org/client/*', 'spiffe://example.org/client123', false],
    ['spiffe://example.org/client/*', 'spiffe://example.org/client', false],
    ['spiffe://example.org/client/*', 'spiffe://example.org.evil/client/123', false],
    ['spiffe://example.org/*', 'spiffe://example.org/any', true],
    ['spiffe://example.org/*', 'spiffe://example.com/any', false],
    ['spiffe://example.org/ci', 'spiffe://example.org/ci', true],
    ['spiffe://example.org/ci', 'spiffe://example.org/ci/more', false],
    ['spiffe://example.org/ci', 'spiffe://example.org/CI', false],
  ])('%s for %s: %s', (pattern, id, fits) => {
    expect(matchesSpiffeIdPattern(expectOk(parseSpiffeIdPattern(pattern)), expectOk(parseSpiffeId(id)))).toBe(
      fits,
    );
  });

  it.each([
    'spiffe://example.org/client*',
    'spiffe://example.org/*/client',
    'spiffe://example.org/a/*/*',
    'spiffe://*/client',
    'spiffe:///*',
    'spiffe://EXAMPLE.org/*',
    'spiffe://example.org/../*',
    'spiffe://example.org//*',
    'spiffe://td*',
    '*',
    '/*',
  ])('refuses %s', (text) => {
    expect(parseSpiffeIdPattern(text).ok).toBe(false);
  });

  it('take whole segments: exactly what is below the path before the star', () => {
    const segment = fc
      .stringMatching(/^[A-Za-z0-9._-]{1,3}$/)
      .filter((each) => each !== '.' && each !== '..');
    const path = fc.array(segment, { minLength: 1, maxLength: 4 });
    fc.assert(
      fc.property(path, path, fc.nat(4), (some, other, shared) => {
        const all = [...some.slice(0, shared), ...other];
        const pattern = expectOk(parseSpiffeIdPattern(`spiffe://example.org/${some.join('/')}/*`));
        const id = expectOk(parseSpiffeId(`spiffe://example.org/${all.join('/')}`));
        const isBelow = all.length > some.length && some.every((each, i) => each === all[i]);
        expect(matchesSpiffeIdPattern(pattern, id)).toBe(isBelow);
      }),
    );
  });

  it('give an answer to any text, and match only IDs of their own trust domain', () => {
    const text = fc.stringMatching(/^[a-z0-9./*:%?#-]{0,30}$/).map((rest) => `spiffe://example.org${rest}`);
    const other = expectOk(parseSpiffeId('spiffe://example.com/ci'));
    fc.assert(
      fc.property(fc.oneof(text, fc.string()), (given) => {
        const pattern = parseSpiffeIdPattern(given);
        if (!pattern.ok) expect(pattern.error).toMatch(/[.*]$/);
        else expect(matchesSpiffeIdPattern(pattern.value, other)).toBe(false);
      }),
    );
  });
});
