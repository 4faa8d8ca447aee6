import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { expectOk } from '../../support/issuer.ts';
import { makeKey, NOW, signWith, type Claims } from '../support/fake-issuer.ts';
import { clientOf, scene, type Scene } from '../support/scene.ts';
import { reasonTold, refused } from '../registration/support/refused.ts';
import { credentialIssuer, type CredentialIssuer } from './support/credential-issuer.ts';

let issuer: CredentialIssuer;
let at: Scene;
beforeEach(async () => {
  issuer = await credentialIssuer();
  at = await scene({ verifier: issuer.verifier() });
});
afterEach(() => issuer.close());

const instant = (seconds: number) => new Date(seconds * 1000).toISOString();
const whyRefused = async (software_statement: string, on = at) => {
  const { body } = await refused(on, { software_statement });
  expect(body['error']).toMatch(/^(?:invalid|unapproved)_software_statement$/);
  return reasonTold(on);
};

describe('step 3, status, refuses', () => {
  it('what is revoked, and ends what was registered', async () => {
    const client = clientOf(at.call, await at.register({ software_statement: await issuer.credential() }));
    expect((await at.registrar.standing(client.id)).outcome).toBe('live');
    const fresh = await scene({ verifier: issuer.verifier(), store: at.store });
    setBit(issuer.lists['revocation'], 94_567);
    expect(await fresh.registrar.standing(client.id)).toMatchObject({
      outcome: 'lapsed',
      because: 'revoked',
    });
    expect(await whyRefused(await issuer.credential({ subject: { software_id: '2' } }), fresh)).toBe(
      'statement.revoked',
    );
  });
  it('what is suspended, unless that is accepted, and in any order of the entries', async () => {
    setBit(issuer.lists['suspension'], 3);
    const both = [issuer.status('revocation', '3'), issuer.status('suspension', '3')];
    for (const credentialStatus of [both, both.toReversed()])
      expect(await whyRefused(await issuer.credential({ claims: { credentialStatus } }))).toBe(
        'statement.suspended',
      );
    const lenient = issuer.verifier({ status: { suspended: 'accept' } });
    const statement = await issuer.credential({ claims: { credentialStatus: both } });
    expect(expectOk(await lenient.verify(statement)).provenance.status).toMatchObject({
      outcome: 'suspended',
    });
    setBit(issuer.lists['revocation'], 3);
    expect((await issuer.verifier({ status: { suspended: 'accept' } }).verify(statement)).ok).toBe(false);
  });
  it('the bit order of the other kind of list is not taken', async () => {
    setBit(issuer.lists['revocation'], 0);
    const on = (index: string) =>
      issuer.credential({ claims: { credentialStatus: issuer.status('revocation', index) } });
    expect((await issuer.verifier().verify(await on('7'))).ok).toBe(true);
    expect((await issuer.verifier().verify(await on('0'))).ok).toBe(false);
    expect(issuer.lists['revocation']?.[0]).toBe(0x80);
  });
  it.each<readonly [string, (own: CredentialIssuer) => unknown]>([
    ['no status', () => undefined],
    [
      'a type that is not understood',
      (own) => ({ ...own.status('revocation', '1'), type: 'StatusList2021Entry' }),
    ],
    [
      'a type that is not understood beside one that is',
      (own) => [own.status('revocation', '1'), { type: 'X' }],
    ],
    [
      'a purpose that is not understood',
      (own) => ({ ...own.status('revocation', '1'), statusPurpose: 'message' }),
    ],
    ['a place that is a number', (own) => ({ ...own.status('revocation', '1'), statusListIndex: 1 })],
    ['a place that is no whole number', (own) => own.status('revocation', '1e3')],
    ['a place beyond the end', (own) => own.status('revocation', '131072')],
    [
      'a list for another purpose',
      (own) => ({ ...own.status('revocation', '1'), statusPurpose: 'suspension' }),
    ],
    ['several bits', (own) => ({ ...own.status('revocation', '1'), statusSize: 2 })],
    [
      'an entry with the id of the list',
      (own) => ({ ...own.status('revocation', '1'), id: `${own.url}/lists/revocation` }),
    ],
    [
      'the list of another',
      (own) => ({ ...own.status('revocation', '1'), statusListCredential: 'https://x.example/l' }),
    ],
    ['no entry', () => []],
  ])('%s', async (_what, change) => {
    await whyRefused(await issuer.credential({ claims: { credentialStatus: change(issuer) } }));
    expect(issuer.asked.filter((path) => path.startsWith('/lists/')).length).toBeLessThan(2);
  });
  it.each<readonly [string, Claims, Claims]>([
    ['of another issuer', { issuer: 'https://other.example' }, {}],
    ['with the id of another', { id: 'https://other.example/list' }, {}],
    ['of another type', { type: ['VerifiableCredential'] }, {}],
    ['that has expired', { validUntil: instant(NOW - 61) }, {}],
    ['of the other data model', { '@context': ['https://www.w3.org/2018/credentials/v1'] }, {}],
    [
      'with too few entries',
      {},
      { encodedList: `u${gzipSync(new Uint8Array(16_383)).toString('base64url')}` },
    ],
    ['in another base', {}, { encodedList: gzipSync(new Uint8Array(16_384)).toString('base64url') }],
    ['that is no GZIP stream', {}, { encodedList: 'uAAAA' }],
    [
      'that grows without end',
      {},
      { encodedList: `u${gzipSync(new Uint8Array(2 ** 24 + 1)).toString('base64url')}` },
    ],
    ['whose subject is something else', {}, { type: 'Person' }],
  ])('a list %s', async (_what, claims, subject) => {
    issuer.listClaims = claims;
    issuer.listSubject = subject;
    const { status, body } = await at.register({ software_statement: await issuer.credential() });
    expect([status, body['client_id']]).toEqual([503, undefined]);
  });
  it('a list signed by somebody else', async () => {
    const key = await makeKey('key-1');
    issuer.instead.set('/lists/revocation', async (_request, response) =>
      response.end(
        await signWith(key, { alg: 'ES256', typ: 'vc+jwt', kid: 'key-1' }, { issuer: issuer.url }),
      ),
    );
    expect((await at.register({ software_statement: await issuer.credential() })).status).toBe(503);
  });
});

function setBit(octets: Uint8Array | undefined, index: number): void {
  if (octets === undefined) throw new Error('no list');
  const at8 = Math.floor(index / 8);
  octets[at8] = (octets[at8] ?? 0) | (0x80 >> (index % 8));
}
