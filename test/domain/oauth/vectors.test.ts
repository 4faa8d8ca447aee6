import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { judgeDpopProof } from '../../../src/domain/oauth/dpop.ts';
import { isCodeChallenge, isVerifierOf } from '../../../src/domain/oauth/pkce.ts';
import { thumbprintOf } from '../../../src/domain/oauth/thumbprint.ts';
import { descriptionText } from '../../../src/domain/oauth/token-refusal.ts';

describe('PKCE', () => {
  // RFC 7636 appendix B; the issuance draft's examples use the same pair.
  const verifier = 'dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk';
  const challenge = 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM';

  it('takes the pair of the specification', () => {
    expect(isCodeChallenge(challenge)).toBe(true);
    expect(isVerifierOf(verifier, challenge)).toBe(true);
  });

  it.each([
    ['another verifier', `${verifier.slice(0, -1)}l`],
    ['the challenge itself', challenge],
    ['a short one', verifier.slice(0, 42)],
    ['a long one', 'a'.repeat(129)],
    ['characters that no verifier has', `${verifier} `],
  ])('refuses %s', (_, given) => {
    expect(isVerifierOf(given, challenge)).toBe(false);
  });
});

it('takes the thumbprint of RFC 7638 §3.1, whatever else the key holds', () => {
  const key = {
    kty: 'RSA',
    n:
      '0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc_BJECPebWKRXjBZCiFV4n3okn' +
      'jhMstn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_FDW2QvzqY368QQMicAtaSqzs8KJZgnYb9c7d0zgdAZHzu6qM' +
      'QvRL5hajrn1n91CbOpbISD08qNLyrdkt-bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csFCur-kEgU8awapJ' +
      'zKnqDKgw',
    e: 'AQAB',
    alg: 'RS256',
    kid: '2011-04-29',
  };
  expect(thumbprintOf(key)).toBe('NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs');
  expect(thumbprintOf({ ...key, n: undefined })).toBeUndefined();
  expect(
    thumbprintOf({
      kty: 'oct',
      k: 'AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T-1qS0gZH75aKtMN3Yj0iPS4hcgUuTwjAzZr1Z9CAow',
    }),
  ).toBeUndefined();
});

describe('DPoP', () => {
  // RFC 9449 §4.1, Figure 2: the proof of a token request.
  const proof =
    'eyJ0eXAiOiJkcG9wK2p3dCIsImFsZyI6IkVTMjU2IiwiandrIjp7Imt0eSI6IkVDIiwieCI6Imw4dEZyaHgtMzR0VjNoUklDUkRZOXpDa0RscEJoRjQyVVFVZldWQVdCRnMiLCJ5IjoiOVZFNGpmX09rX282NHpiVFRsY3VOSmFqSG10NnY5VERWclUwQ2R2R1JEQSIsImNydiI6IlAtMjU2In19' +
    '.eyJqdGkiOiItQndDM0VTYzZhY2MybFRjIiwiaHRtIjoiUE9TVCIsImh0dSI6Imh0dHBzOi8vc2VydmVyLmV4YW1wbGUuY29tL3Rva2VuIiwiaWF0IjoxNTYyMjYyNjE2fQ' +
    '.2-GxA6T8lP4vfrg8v-FdWP0A0zdrj8igiMLvqRMUvwnQg4PtFLbdLXiOSsX0x7NVY-FNyJK70nfbV37xRZT3Lg';
  const expected = { method: 'POST', url: 'https://server.example.com/token' };
  const issuedAt = 1_562_262_616;

  it('takes the proof of the specification at its time', async () => {
    const judged = await judgeDpopProof(proof, expected, issuedAt);
    // RFC 9449 §6.1 gives the thumbprint of this key.
    expect(judged).toMatchObject({ ok: true, value: { jkt: '0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I' } });
  });

  it('refuses it at another time, for another request, and with another signature', async () => {
    expect((await judgeDpopProof(proof, expected, issuedAt + 61)).ok).toBe(false);
    expect((await judgeDpopProof(proof, { ...expected, method: 'GET' }, issuedAt)).ok).toBe(false);
    expect(
      (await judgeDpopProof(proof, { ...expected, url: 'https://server.example.com/revoke' }, issuedAt)).ok,
    ).toBe(false);
    expect((await judgeDpopProof(`${proof.slice(0, -2)}Lw`, expected, issuedAt)).ok).toBe(false);
  });
});

it('describes errors in the characters of RFC 6749 §5.2 alone', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      expect(descriptionText(text)).toMatch(/^[\x20\x21\x23-\x5b\x5d-\x7e]*$/);
    }),
  );
});
