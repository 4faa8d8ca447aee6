import { describe, expect, it } from 'vitest';
import { isNamespace, isWithin } from '../../../src/kit/verifier/client-identifiers.ts';
import { fakeIssuer } from '../support/fake-issuer.ts';

describe('a namespace', () => {
  it.each([
    'https://app.example/client.json',
    'https://app.example/',
    'https://app.example:8443/apps/',
    'https://*.example.org/',
    'https://*.example.org/apps/client.json',
    'http://127.0.0.1:8080/',
    'http://localhost/clients/',
  ])('%s is one', (text) => {
    expect(isNamespace(text)).toBe(true);
  });
  it.each([
    '',
    '*',
    'any',
    'https://*',
    'https://*/',
    'https://app.*/',
    'https://a.*.example/',
    'https://app.example',
    'https://app.example/*',
    'https://app.example/x?',
    'https://app.example/x#',
    'https://user@app.example/',
    'https://APP.example/',
    'https://app.example/a/../',
    'http://app.example/',
    'ftp://app.example/',
    'app.example/',
  ])('%s is none, and no verifier starts with it', async (text) => {
    expect(isNamespace(text)).toBe(false);
    const fake = await fakeIssuer();
    const trust = { profiles: ['cimd'] as const, mayVouchFor: { clientIdentifiers: [text] } };
    expect(() => fake.verifier(trust)).toThrow(TypeError);
  });
});

describe('a client identifier', () => {
  it.each([
    ['https://app.example/client.json', 'https://app.example/client.json'],
    ['https://app.example/client.json', 'https://app.example/'],
    ['https://app.example/apps/1.json?v=2', 'https://app.example/apps/'],
    ['https://a.example.org/x', 'https://*.example.org/'],
    ['https://b.a.example.org/x', 'https://*.example.org/'],
    ['https://b.example.org:8443/x/y', 'https://*.example.org:8443/x/'],
    ['https://anything.example/x', 'any'],
  ])('%s is within %s', (url, namespace) => {
    expect(isWithin(url, namespace === 'any' ? 'any' : [namespace])).toBe(true);
  });
  it.each([
    ['https://app.example/client.json2', 'https://app.example/client.json'],
    ['https://app.example/client.json?x', 'https://app.example/client.json'],
    ['https://app.example/application/1', 'https://app.example/apps/'],
    ['https://app.example/apps', 'https://app.example/apps/'],
    ['https://app.example:8443/x', 'https://app.example/'],
    ['http://app.example/x', 'https://app.example/'],
    ['https://app.example.evil.example/x', 'https://app.example/'],
    ['https://evilexample.org/x', 'https://*.example.org/'],
    ['https://example.org/x', 'https://*.example.org/'],
    ['https://evil.example/?.example.org/x', 'https://*.example.org/'],
    ['https://evil.example?.example.org/x', 'https://*.example.org/'],
    ['https://evil.example#.example.org/x', 'https://*.example.org/'],
    ['https://evil.example@a.example.org/x', 'https://*.example.org/'],
    [String.raw`https://evil.example\.example.org/x`, 'https://*.example.org/'],
    ['http://anything.example/x', 'any'],
    ['https://app.example/x', 'https://other.example/'],
  ])('%s is not within %s', (url, namespace) => {
    expect(isWithin(url, namespace === 'any' ? 'any' : [namespace])).toBe(false);
  });
});

describe('a configuration that cannot be meant does not start', () => {
  it.each([
    ['no namespaces', { profiles: ['cimd'] as const }, /clientIdentifiers/],
    ['no profile', { profiles: [] }, /profiles/],
    ['the type of another profile', { types: ['JWT', 'software-statement+jwt'] }, /must not name/],
    ['and with its prefix', { types: ['application/Software-Statement+JWT'] }, /must not name/],
  ])('%s', async (_what, trust, message) => {
    const fake = await fakeIssuer();
    expect(() => fake.verifier(trust)).toThrow(message);
  });
});
