import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openRegistrar } from '../../src/node/registrar/open-registrar.ts';
import { readConfig } from '../../src/node/registrar/read-config.ts';
import { bundled, DOMAIN, trustDomain, type TrustDomain } from '../kit/workloads/support/trust-domain.ts';
import { expectOk, expectRefusal } from '../support/issuer.ts';

let directory: string;
let domain: TrustDomain;
beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), 'imprimatur-registrar-trust-'));
  domain = await trustDomain();
});
afterEach(async () => {
  await domain.close();
  rmSync(directory, { recursive: true, force: true });
});

function configure(content: object) {
  const path = join(directory, 'registrar.json');
  const places = { data: join(directory, 'data'), keys: join(directory, 'keys') };
  writeFileSync(path, JSON.stringify({ ...places, ...content }));
  return readConfig(path, []);
}

const open = (content: object) => openRegistrar(expectOk(configure(content)), {}, () => undefined);

describe('a configuration with further forms of statement', () => {
  it.each([
    ['by its endpoint', () => ({ bundleEndpoint: domain.url })],
    ['by value', () => ({ bundle: { keys: [bundled(domain.key)] } })],
  ])('registers workloads of a trust domain whose bundle is given %s', async (_how, bundle) => {
    const spiffeIds = [`spiffe://${DOMAIN}/*`];
    const opened = expectOk(await open({ trustDomains: [{ trustDomain: DOMAIN, spiffeIds, ...bundle() }] }));
    try {
      const now = Math.floor(Date.now() / 1000);
      // The registration endpoint is the audience unless said.
      const times = { aud: 'http://localhost:8789/register', iat: now, exp: now + 300 };
      const software_statement = await domain.svid(times);
      const { information } = expectOk(await opened.registrar.register({ body: { software_statement } }));
      expect(information['token_endpoint_auth_method']).toBe('spiffe_jwt');
    } finally {
      await opened.close();
    }
  });

  it('takes digest-bound statements and credentials, each with what it needs', async () => {
    const issuers = [
      { issuer: 'https://issuer.example', profiles: ['cimd'], mayVouchFor: { clientIdentifiers: 'any' } },
      { issuer: 'did:web:vc.example', profiles: ['vc+jwt'] },
    ];
    await expectOk(await open({ issuers, tenant: 'acme' })).close();
  });

  it.each([
    ['no client identifiers', { issuers: [{ issuer: 'https://issuer.example', profiles: ['cimd'] }] }],
    ['an audience that logs in', { trustDomains: [trusting({ audience: 'http://localhost:8789' })] }],
    ['no bundle', { trustDomains: [trusting({ bundle: undefined })] }],
  ])('does not start with %s', async (_what, content) => {
    expect(expectRefusal(await open(content)).code).toBe('config');
  });

  it.each([
    ['a profile nobody knows', { issuers: [{ issuer: 'https://issuer.example', profiles: ['cmid'] }] }],
    ['a misspelt option', { trustDomains: [trusting({ spiffeId: [] })] }],
  ])('is not read with %s', (_what, content) => {
    expect(expectRefusal(configure(content)).code).toBe('config');
  });
});

function trusting(changes: object) {
  return { trustDomain: DOMAIN, spiffeIds: [`spiffe://${DOMAIN}/*`], bundle: { keys: [] }, ...changes };
}
