import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { encodeBase64url, encodeBase64urlText } from '../../src/domain/base64url.ts';
import type { JsonObject } from '../../src/domain/json.ts';
import { checkStatement, type CheckedStatement } from '../../src/services/check-statement.ts';
import { issueStatement, renewStatement } from '../../src/services/issue.ts';
import { activateKey, revokeKey } from '../../src/services/key-life.ts';
import { revokePublisher, suspendPublisher } from '../../src/services/publisher-standing.ts';
import { reinstateSoftware, revokeSoftware, suspendSoftware } from '../../src/services/software-standing.ts';
import { changeStatement } from '../../src/services/statement-standing.ts';
import {
  approve,
  expectOk,
  METADATA,
  testIssuer,
  testScene,
  type Scene,
  type TestIssuer,
} from '../support/issuer.ts';

let test: TestIssuer;
let scene: Scene;

beforeEach(async () => {
  test = await testIssuer();
  scene = await testScene(test);
  await approve(test, scene);
});
afterEach(() => test.close());

async function issue() {
  const issued = await issueStatement(test.issuer, scene.developer.actor, scene.softwareId, {});
  return expectOk(issued).statement;
}

const check = (text: string) => checkStatement(test.issuer, text);

/** A JWS over anything, signed with the issuer's active key. */
async function signed(claims: JsonObject, header: JsonObject = {}): Promise<string> {
  const key = (await test.store.signingKeys()).find(({ state }) => state === 'active');
  if (key === undefined) throw new Error('no active key');
  const protectedHeader = { alg: key.alg, kid: key.kid, typ: 'JWT', ...header };
  const input = [protectedHeader, claims].map((part) => encodeBase64urlText(JSON.stringify(part))).join('.');
  const signature = expectOk(await test.custody.sign(key.kid, new TextEncoder().encode(input)));
  return `${input}.${encodeBase64url(signature)}`;
}

function failing({ checks }: CheckedStatement): readonly string[] {
  return checks.filter(({ outcome }) => outcome === 'fails').map((failed) => failed.check);
}

describe('a statement of this issuer', () => {
  it('is valid, and says what it attests', async () => {
    const checked = await check((await issue()).jwt);
    expect(checked).toMatchObject({
      outcome: 'valid',
      claims: { ...METADATA, software_id: scene.softwareId, software_version: '1.0.0' },
      softwareName: 'Example',
      publisherName: 'Example Ltd',
    });
    expect(checked.checks.map(({ outcome }) => outcome)).toEqual(checked.checks.map(() => 'holds'));
  });

  it('may be wrapped, in quotes, or inside a registration request', async () => {
    const { jwt } = await issue();
    for (const text of [
      ` ${jwt.slice(0, 70)}\n${jwt.slice(70)}\r\n`,
      `"${jwt}"`,
      JSON.stringify({ software_statement: jwt, client_name: 'x' }, null, 2),
    ])
      expect((await check(text)).outcome).toBe('valid');
  });

  it('expires, and is not valid before its time', async () => {
    const { jwt, issuedAt, expiresAt } = await issue();
    test.clock.advance(-10);
    expect(await check(jwt)).toMatchObject({ outcome: 'not_yet', at: issuedAt });
    test.clock.advance(expiresAt - issuedAt + 10);
    expect(await check(jwt)).toMatchObject({ outcome: 'expired', at: expiresAt });
  });

  it('is superseded by a newer approval and by a renewal, and still verifies', async () => {
    const { jwt, jti } = await issue();
    await approve(test, scene, { ...METADATA, client_name: 'Another Name' }, '2.0.0');
    const byApproval = { by: 'approval', softwareVersion: '2.0.0' };
    expect(await check(jwt)).toMatchObject({ outcome: 'superseded', succession: [byApproval] });
    test.clock.advance(60);
    expectOk(await renewStatement(test.issuer, scene.developer.actor, jti, {}));
    const checked = await check(jwt);
    const byRenewal = { by: 'renewal', at: test.clock.now() };
    expect(checked).toMatchObject({ outcome: 'superseded', succession: [byApproval, byRenewal] });
    expect(failing(checked)).toEqual([]);
  });

  it('is revoked: when, and what was revoked, without the reason', async () => {
    const { jwt, jti } = await issue();
    test.clock.advance(60);
    expectOk(await changeStatement(test.issuer, test.operator, jti, 'revoke', 'secret reason'));
    const checked = await check(jwt);
    expect(checked).toMatchObject({ outcome: 'revoked', at: test.clock.now(), category: 'statement' });
    expect(JSON.stringify(checked)).not.toContain('secret reason');
    expect(failing(checked)).toEqual(['status']);
  });

  it('is revoked with its software, and with its publisher', async () => {
    const { jwt } = await issue();
    expectOk(await revokeSoftware(test.issuer, test.operator, scene.softwareId, 'malware'));
    expect(await check(jwt)).toMatchObject({ outcome: 'revoked', category: 'software' });
    expectOk(await revokePublisher(test.issuer, test.operator, scene.publisherId, 'fraud'));
    expect(await check(jwt)).toMatchObject({ outcome: 'revoked', category: 'publisher' });
  });

  it('is suspended by itself, with its software, or with its publisher', async () => {
    const { jwt, jti } = await issue();
    expectOk(await suspendPublisher(test.issuer, test.operator, scene.publisherId, 'unpaid'));
    expect(await check(jwt)).toMatchObject({ outcome: 'suspended', by: 'publisher' });
    expectOk(await suspendSoftware(test.issuer, test.operator, scene.softwareId, 'odd'));
    expect(await check(jwt)).toMatchObject({ outcome: 'suspended', by: 'software' });
    expectOk(await changeStatement(test.issuer, test.operator, jti, 'suspend', 'lost'));
    expectOk(await reinstateSoftware(test.issuer, test.operator, scene.softwareId, 'fine'));
    expect(await check(jwt)).toMatchObject({ outcome: 'suspended', by: 'statement' });
  });

  it('counts for nothing once its key is revoked, in the records or not', async () => {
    const { jwt, kid } = await issue();
    const forgotten = await signed({
      iss: test.issuer.identifier,
      iat: 1,
      exp: 2,
      jti: 'x',
      software_id: 'y',
    });
    const standby = (await test.store.signingKeys()).find(({ state }) => state === 'pending');
    expectOk(await activateKey(test.issuer, test.operator, standby?.kid ?? '', { emergencyReason: 'drill' }));
    expectOk(await revokeKey(test.issuer, test.operator, kid, 'stolen'));
    for (const text of [jwt, forgotten])
      expect(await check(text)).toMatchObject({ outcome: 'key_revoked', at: test.clock.now() });
  });

  it('that is not in the records is told apart: after a restore, or under the name of another', async () => {
    const { jti } = await issue();
    const claims = { iss: test.issuer.identifier, iat: 1, exp: 2 ** 33, software_id: scene.softwareId };
    const forgotten = await check(await signed({ ...claims, jti: 'forgotten' }));
    expect(forgotten).toMatchObject({
      outcome: 'unknown_here',
      because: 'no_record',
      softwareName: undefined,
    });
    expect(forgotten.checks.at(-1)?.outcome).toBe('unknown');
    const another = await check(await signed({ ...claims, jti }));
    expect(another).toMatchObject({ outcome: 'unknown_here', because: 'another_record' });
  });

  it('is known by what was signed, not by the octets of the signature', async () => {
    const { jwt, kid } = await issue();
    const input = jwt.slice(0, jwt.lastIndexOf('.'));
    const again = expectOk(await test.custody.sign(kid, new TextEncoder().encode(input)));
    const other = `${input}.${encodeBase64url(again)}`;
    expect(other).not.toBe(jwt);
    expect((await check(other)).outcome).toBe('valid');
  });
});

describe('anything else', () => {
  it.each([
    '',
    'not a statement',
    'a.b.c',
    '<script>alert(1)</script>',
    'e30.e30.',
    '.'.repeat(40),
    'x'.repeat(40_000),
  ])('is malformed or nobody’s: %.20s', async (text) => {
    expect(['malformed', 'foreign']).toContain((await check(text)).outcome);
  });

  it('names whose it claims to be', async () => {
    const claims = { iss: 'https://elsewhere.example', jti: 'x' };
    expect(await check(await signed(claims))).toMatchObject({
      outcome: 'foreign',
      claimedIssuer: 'https://elsewhere.example',
    });
    expect(await check(await signed({ jti: 'x' }))).toMatchObject({
      outcome: 'foreign',
      claimedIssuer: undefined,
    });
  });

  it('was changed, or never signed by us', async () => {
    const { jwt } = await issue();
    const [header = '', , signature = ''] = jwt.split('.');
    const claims = { iss: test.issuer.identifier, jti: 'x', software_id: 'y', iat: 1, exp: 2 };
    const changed = `${header}.${encodeBase64urlText(JSON.stringify(claims))}.${signature}`;
    expect(await check(changed)).toMatchObject({ outcome: 'not_signed_by_us' });
    expect(failing(await check(changed))).toEqual(['signature']);
    for (const wrong of [
      { kid: 'elsewhere' },
      { alg: 'ES384' },
      { alg: 'none' },
      { typ: 'statuslist+jwt' },
      { crit: ['b64'] },
    ])
      expect(await check(await signed(claims, wrong))).toMatchObject({ outcome: 'not_signed_by_us' });
    expect((await check(`${jwt.slice(0, -4)}AAAA`)).outcome).toBe('not_signed_by_us');
  });
});
