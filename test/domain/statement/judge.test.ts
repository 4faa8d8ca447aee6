import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { encodeBase64urlText } from '../../../src/domain/base64url.ts';
import {
  chooseKey,
  conclude,
  fails,
  holds,
  issuerOf,
  judgeHeader,
  judgeStatement,
  judgeStatus,
  metadataUrl,
  parseCompact,
  statusReferenceOf,
  unknown,
} from '../../../src/domain/statement/judge.ts';

const NOW = 1_795_204_800;
const CLAIMS = { iat: NOW, exp: NOW + 1, jti: 'j', software_id: 's' };

function judged(changes: object, audience?: string) {
  const checks = judgeStatement({
    claims: { ...CLAIMS, ...changes },
    now: NOW,
    clockToleranceSeconds: 60,
    audience,
  });
  return checks.find(({ outcome }) => outcome !== 'holds')?.code;
}

describe('compact serialization', () => {
  it('gives back header and claims of any JSON objects', () => {
    const objects = fc.dictionary(fc.string({ unit: 'grapheme-ascii' }), fc.integer());
    fc.assert(
      fc.property(objects, objects, (header, claims) => {
        fc.pre(
          !(
            '__proto__' in { ...header, ...claims } &&
            (Object.hasOwn(header, '__proto__') || Object.hasOwn(claims, '__proto__'))
          ),
        );
        const text = `${encodeBase64urlText(JSON.stringify(header))}.${encodeBase64urlText(JSON.stringify(claims))}.AA`;
        expect(parseCompact(text, 100_000)).toEqual({ ok: true, value: { text, header, claims } });
      }),
    );
  });

  it('never throws, whatever it is given', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.array(fc.base64String(), { maxLength: 4 }).map((parts) => parts.join('.')),
        ),
        (text) => {
          expect(typeof parseCompact(text, 1_000).ok).toBe('boolean');
        },
      ),
    );
  });

  it.each([
    ['W10.e30.AA', 'its header is not a JSON object'],
    ['e30.bnVsbA.AA', 'its payload is not a JSON object'],
    ['_w.e30.AA', 'its header is not UTF-8'],
    ['e31.e30.AA', 'its header is not base64url'],
    ['e30.e30', 'it is not three parts with points between'],
    ['e30.e30.A', 'its signature is not base64url'],
    ['77u_e30.e30.AA', 'its header cannot be read: the text is not JSON (RFC 8259)'],
  ])('%s is refused: %s', (text, error) => {
    expect(parseCompact(text, 100)).toEqual({ ok: false, error });
  });

  it('a text that is too long is not looked at', () => {
    expect(parseCompact('e30.e30.AA', 9)).toEqual({ ok: false, error: 'it is longer than 9 characters' });
  });
});

describe('header', () => {
  it.each([
    [{ alg: 'ES256', typ: 'JWT' }, 'ok'],
    [{ alg: 'EdDSA', typ: 'jwt' }, 'ok'],
    [{ alg: 'none', typ: 'JWT' }, 'alg'],
    [{ alg: 'None', typ: 'JWT' }, 'alg'],
    [{ alg: 'HS256', typ: 'JWT' }, 'alg'],
    [{ alg: 'toString', typ: 'JWT' }, 'alg'],
    [{ alg: ['ES256'], typ: 'JWT' }, 'alg'],
    [{ typ: 'JWT' }, 'alg'],
    [{ alg: 'ES256', typ: 'JWT', crit: [] }, 'crit'],
    [{ alg: 'ES256', typ: 'JWT', b64: false }, 'crit'],
    [{ alg: 'ES256', typ: 'at+jwt' }, 'typ'],
    [{ alg: 'ES256' }, 'typ'],
  ])('%j: %s', (header, code) => {
    expect(judgeHeader(header, { types: ['JWT'] }).code).toBe(code);
  });

  it('says that a key it brings along is ignored', () => {
    const check = judgeHeader({ alg: 'ES256', typ: 'JWT', jwk: {}, x5c: [] }, { types: ['JWT'] });
    expect(check).toMatchObject({ outcome: 'holds', code: 'ok' });
    expect(check.detail).toContain('jwk, x5c is ignored');
  });
});

describe('issuer', () => {
  it.each([
    ['https://issuer.example', true],
    ['http://127.0.0.1:8787/a', true],
    ['https://user@issuer.example', false],
    ['https://issuer.example/#a', false],
    ['https://issuer.example\\@evil.example', false],
    ['javascript:alert(1)', false],
    ['file:///etc/passwd', false],
    [['https://issuer.example'], false],
    [undefined, false],
  ])('%j: %s', (iss, isOne) => {
    expect(issuerOf({ iss }).ok).toBe(isOne);
  });

  it.each([
    ['https://issuer.example', 'https://issuer.example/.well-known/oauth-authorization-server'],
    ['https://issuer.example/', 'https://issuer.example/.well-known/oauth-authorization-server'],
    ['https://issuer.example/a/b', 'https://issuer.example/.well-known/oauth-authorization-server/a/b'],
    ['https://issuer.example/a/', 'https://issuer.example/.well-known/oauth-authorization-server/a'],
  ])('the metadata of %s is at %s (RFC 8414 §3.1)', (issuer, url) => {
    expect(metadataUrl(issuer)).toBe(url);
  });
});

describe('key', () => {
  const P256 = { kty: 'EC', crv: 'P-256', kid: 'k' };
  it.each([
    [{ alg: 'ES256', kid: 'k' }, [P256], undefined],
    [{ alg: 'ES256', kid: 'k' }, [P256, { ...P256, kid: 'l' }], undefined],
    [{ alg: 'ES384', kid: 'k' }, [P256], 'key_alg'],
    [{ alg: 'ES256', kid: 'k' }, [{ ...P256, alg: 'ES384' }], 'key_alg'],
    [{ alg: 'PS256', kid: 'k' }, [{ kty: 'RSA', kid: 'k', alg: 'RS256' }], 'key_alg'],
    [{ alg: 'ES256', kid: 'k' }, [P256, P256], 'kid'],
    [{ alg: 'ES256', kid: 'k' }, [], 'kid'],
    [{ alg: 'ES256', kid: 'k' }, [null, 'k'], 'kid'],
    [{ alg: 'ES256' }, [P256], 'kid'],
    [{ alg: 'ES256', kid: 'k' }, [{ ...P256, use: 'enc' }], 'key_use'],
  ])('%j among %j: %s', (header, keys, code) => {
    const chosen = chooseKey({ keys }, header);
    expect(chosen.ok ? undefined : chosen.error.code).toBe(code);
  });
});

describe('claims', () => {
  it.each([
    [{}, undefined],
    [{ iat: NOW + 60, exp: NOW + 61 }, undefined],
    [{ iat: NOW + 61, exp: NOW + 62 }, 'iat'],
    [{ iat: NOW - 90, exp: NOW - 59 }, undefined],
    [{ iat: NOW - 90, exp: NOW - 60 }, 'exp'],
    [{ exp: String(NOW + 1) }, 'exp'],
    [{ iat: null }, 'iat'],
    [{ nbf: 'soon' }, 'nbf'],
    [{ jti: 7 }, 'jti'],
    [{ software_id: '' }, 'software_id'],
    [{ aud: [] }, 'aud'],
    [{ aud: 7 }, 'aud'],
  ])('%j: %s', (changes, code) => {
    expect(judged(changes)).toBe(code);
  });

  it.each([
    ['https://as.example', undefined],
    [['https://x.example', 'https://as.example'], undefined],
    [undefined, undefined],
    ['https://as.example/', 'aud'],
    [['https://x.example'], 'aud'],
  ])('aud %j for https://as.example: %s', (aud, code) => {
    expect(judged({ aud }, 'https://as.example')).toBe(code);
  });
});

describe('status', () => {
  it.each([
    ['https://i.example/t/lists/1', 'ok'],
    ['https://i.example/t/lists/1?x=y', 'ok'],
    ['https://i.example/tt/lists/1', 'status_uri'],
    ['https://i.example/t/../lists/1', 'status_uri'],
    ['https://i.example/t/%2e%2e/lists/1', 'status_uri'],
    ['https://u@i.example/t/lists/1', 'status_uri'],
    ['https://i.example:444/t/lists/1', 'status_uri'],
    ['http://i.example/t/lists/1', 'status_uri'],
    ['https://i.example.evil.example/t/lists/1', 'status_uri'],
    ['lists/1', 'status'],
  ])('list %s of https://i.example/t: %s', (uri, code) => {
    const reference = statusReferenceOf({ status: { status_list: { idx: 0, uri } } }, 'https://i.example/t');
    expect(reference.ok ? 'ok' : reference.error.code).toBe(code);
  });

  it.each([
    [0, 'holds', 'ok'],
    [1, 'fails', 'revoked'],
    [2, 'fails', 'suspended'],
    [3, 'fails', 'status'],
  ])('value %d %s: %s', (value, outcome, code) => {
    expect(judgeStatus(value)).toMatchObject({ outcome, code });
  });
});

describe('verdict', () => {
  const good = holds('form', '', '');
  const bad = fails('times', 'exp', '', '');
  const open = unknown('issuer', 'unreachable', '', '');
  it.each([
    [[good, good], 'stands', undefined],
    [[good, open], 'could_not_tell', open],
    [[open, good, bad], 'does_not_stand', bad],
  ])('%#', (checks, verdict, because) => {
    expect(conclude(checks)).toEqual({ verdict, because });
  });
});
