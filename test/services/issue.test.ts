import { createPublicKey, verify } from 'node:crypto';
import { decodeProtectedHeader, decodeJwt } from 'jose';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { JsonObject } from '../../src/domain/json.ts';
import { issueStatement, renewStatement } from '../../src/services/issue.ts';
import type { RequestedTerms } from '../../src/domain/statement/terms.ts';
import { changeStatement } from '../../src/services/statement-standing.ts';
import { currentPolicy } from '../../src/services/issuer.ts';
import { changePolicy } from '../../src/services/policies.ts';
import {
  reinstatePublisher,
  revokePublisher,
  suspendPublisher,
} from '../../src/services/publisher-standing.ts';
import { readSoftware } from '../../src/services/software.ts';
import { reinstateSoftware, revokeSoftware, suspendSoftware } from '../../src/services/software-standing.ts';
import { inflateBits } from '../../src/domain/status-list/compress.ts';
import { getStatus, statusBitsOf } from '../../src/domain/status-list/bits.ts';
import {
  approve,
  expectOk,
  expectRefusal,
  METADATA,
  START,
  testIssuer,
  testScene,
  type Scene,
  type TestIssuer,
} from '../support/issuer.ts';
import { decodeBase64url } from '../../src/domain/base64url.ts';

let test: TestIssuer;
let scene: Scene;

beforeEach(async () => {
  test = await testIssuer();
  scene = await testScene(test);
});
afterEach(() => test.close());

const issue = (command: RequestedTerms = {}) =>
  issueStatement(test.issuer, scene.developer.actor, scene.softwareId, command);

/** What the published list says of a statement, read as a relying party would. */
async function publishedStatus(statement: {
  readonly listId: string;
  readonly idx: number;
}): Promise<number> {
  const published = await test.publications.statusList(statement.listId);
  const claims = decodeJwt<{ status_list: { bits: 2; lst: string } }>(published?.body ?? '');
  const octets = expectOk(decodeBase64url(claims.status_list.lst));
  const inflated = expectOk(await inflateBits(octets, 2 ** 20));
  return expectOk(getStatus(statusBitsOf(claims.status_list.bits, inflated), statement.idx));
}

describe('a statement', () => {
  it('carries the issuer claims and the approved snapshot, and nothing else', async () => {
    await approve(test, scene);
    const { statement } = expectOk(await issue());
    const { header, claims } = {
      header: decodeProtectedHeader(statement.jwt),
      claims: decodeJwt(statement.jwt),
    };
    expect(header).toEqual({ alg: 'ES256', kid: statement.kid, typ: 'JWT' });
    expect(claims).toEqual({
      iss: 'https://issuer.example',
      iat: START,
      exp: START + 90 * 86_400,
      jti: statement.jti,
      software_id: scene.softwareId,
      software_version: '1.0.0',
      status: {
        status_list: { idx: statement.idx, uri: `https://issuer.example/status-lists/${statement.listId}` },
      },
      ...METADATA,
    });
  });

  it('verifies with the published key, by an implementation of our own choosing', async () => {
    await approve(test, scene);
    const { statement } = expectOk(await issue());
    const { body } = await test.publications.jwks();
    const { keys }: { keys: JsonObject[] } = JSON.parse(body);
    const jwk = keys.find((candidate) => candidate['kid'] === statement.kid);
    expect(Object.keys(jwk ?? {}).toSorted()).toEqual(['alg', 'crv', 'kid', 'kty', 'use', 'x', 'y']);
    const key = createPublicKey({ key: { ...jwk }, format: 'jwk' });
    const [header, payload, signature] = statement.jwt.split('.');
    const octets = Buffer.from(signature ?? '', 'base64url');
    expect(octets).toHaveLength(64);
    expect(
      verify('sha256', Buffer.from(`${header}.${payload}`), { key, dsaEncoding: 'ieee-p1363' }, octets),
    ).toBe(true);
  });

  it('follows the approval, not what was submitted since', async () => {
    await approve(test, scene);
    const { statement } = expectOk(await issue({ audience: ['https://as.example'], lifetimeSeconds: 3600 }));
    expect(decodeJwt(statement.jwt)).toMatchObject({ aud: ['https://as.example'], exp: START + 3600 });
  });

  it('is never issued twice with one jti or one place, however many are asked for at once', async () => {
    await approve(test, scene);
    const issued = (await Promise.all(Array.from({ length: 200 }, () => issue()))).map((outcome) =>
      expectOk(outcome),
    );
    expect(new Set(issued.map(({ statement }) => statement.jti)).size).toBe(200);
    expect(new Set(issued.map(({ statement }) => `${statement.listId} ${statement.idx}`)).size).toBe(200);
  });

  it('is logged and told to the ledger by its digest alone', async () => {
    await approve(test, scene);
    const { statement } = expectOk(await issue());
    const told = JSON.stringify(await test.store.entriesAfter(0, 1_000)) + test.logged.join('\n');
    expect(told).toContain(statement.sha256);
    expect(told).not.toContain(statement.jwt.split('.')[2]);
  });
});

describe('issuing is refused', () => {
  it('without an approval', async () => {
    expect(expectRefusal(await issue())).toEqual({ code: 'no_approval', softwareId: scene.softwareId });
  });

  it.each([
    [{ lifetimeSeconds: 401 * 86_400 }, { code: 'lifetime_not_allowed', maxSeconds: 400 * 86_400 }],
    [{ lifetimeSeconds: 0 }, { code: 'lifetime_not_allowed', requestedSeconds: 0 }],
    [{ audience: ['not a url'] }, { code: 'audience_not_allowed', audience: ['not a url'] }],
    [{ audience: ['http://as.example'] }, { code: 'audience_not_allowed', audience: ['http://as.example'] }],
    [{ audience: ['https://as.example?x=1'] }, { code: 'audience_not_allowed' }],
  ])('for %j', async (command, refusal) => {
    await approve(test, scene);
    expect(expectRefusal(await issue(command))).toMatchObject(refusal);
  });

  it('for an audience outside the policy', async () => {
    const policy = await currentPolicy(test.issuer);
    const statement = { ...policy.statement, audiences: ['https://bank.example'] };
    const change = { policy: { ...policy, statement }, expectedVersion: policy.version };
    expectOk(await changePolicy(test.issuer, test.operator, change));
    await approve(test, scene);
    expect(expectRefusal(await issue({ audience: ['https://other.example'] }))).toEqual({
      code: 'audience_not_allowed',
      audience: ['https://other.example'],
      setBy: 'policy',
      allowed: ['https://bank.example'],
    });
    expectOk(await issue({ audience: ['https://bank.example'] }));
  });

  it('while the publisher or the software is suspended', async () => {
    await approve(test, scene);
    expectOk(await suspendPublisher(test.issuer, test.operator, scene.publisherId, 'under inquiry'));
    expect(expectRefusal(await issue())).toMatchObject({ code: 'publisher_state', reason: 'under inquiry' });
    expectOk(await reinstatePublisher(test.issuer, test.operator, scene.publisherId, 'cleared'));
    expectOk(await suspendSoftware(test.issuer, test.operator, scene.softwareId, 'incident'));
    expect(expectRefusal(await issue())).toMatchObject({ code: 'software_state', reason: 'incident' });
  });

  it('to the operator, who vouches for nothing', async () => {
    await approve(test, scene);
    const asked = await issueStatement(test.issuer, test.operator, scene.softwareId, {});
    expect(expectRefusal(asked)).toEqual({
      code: 'role_needed',
      action: 'statements:issue',
      anyOf: ['developer'],
    });
  });
});

describe('status', () => {
  it('is published within the statement list, correct to the bit, from valid over suspended to revoked', async () => {
    await approve(test, scene);
    const one = expectOk(await issue()).statement;
    const two = expectOk(await issue()).statement;
    expect(await publishedStatus(one)).toBe(0);
    expectOk(await changeStatement(test.issuer, test.operator, one.jti, 'suspend', 'checking'));
    expect([await publishedStatus(one), await publishedStatus(two)]).toEqual([2, 0]);
    expectOk(await changeStatement(test.issuer, test.operator, one.jti, 'reinstate', 'fine'));
    expect(await publishedStatus(one)).toBe(0);
    expectOk(await changeStatement(test.issuer, scene.developer.actor, one.jti, 'revoke', 'leaked'));
    expect([await publishedStatus(one), await publishedStatus(two)]).toEqual([1, 0]);
    const back = await changeStatement(test.issuer, test.operator, one.jti, 'reinstate', 'please');
    expect(expectRefusal(back)).toMatchObject({ code: 'statement_state', state: 'revoked' });
  });

  it('of everything of a suspended publisher is SUSPENDED, and comes back as it was', async () => {
    await approve(test, scene);
    const one = expectOk(await issue()).statement;
    const own = expectOk(await issue()).statement;
    expectOk(await changeStatement(test.issuer, test.operator, own.jti, 'suspend', 'its own reason'));
    const suspended = expectOk(
      await suspendPublisher(test.issuer, test.operator, scene.publisherId, 'inquiry'),
    );
    expect(suspended.liveStatements).toBe(2);
    expect([await publishedStatus(one), await publishedStatus(own)]).toEqual([2, 2]);
    expectOk(await reinstatePublisher(test.issuer, test.operator, scene.publisherId, 'cleared'));
    expect([await publishedStatus(one), await publishedStatus(own)]).toEqual([0, 2]);
  });

  it('of everything of a revoked publisher is INVALID for good', async () => {
    await approve(test, scene);
    const { statement } = expectOk(await issue());
    expectOk(await revokePublisher(test.issuer, test.operator, scene.publisherId, 'fraud'));
    expect(await publishedStatus(statement)).toBe(1);
    const back = await reinstatePublisher(test.issuer, test.operator, scene.publisherId, 'please');
    expect(expectRefusal(back)).toMatchObject({ code: 'publisher_state', state: 'revoked' });
  });

  it('of a suspended software is SUSPENDED until it is reinstated', async () => {
    await approve(test, scene);
    const { statement } = expectOk(await issue());
    expectOk(await suspendSoftware(test.issuer, test.operator, scene.softwareId, 'incident'));
    expect(await publishedStatus(statement)).toBe(2);
    expectOk(await reinstateSoftware(test.issuer, test.operator, scene.softwareId, 'fixed'));
    expect(await publishedStatus(statement)).toBe(0);
  });
});

it('revoking a software revokes its statements and withdraws its approval', async () => {
  await approve(test, scene);
  const { statement } = expectOk(await issue());
  const revoked = expectOk(
    await revokeSoftware(test.issuer, scene.developer.actor, scene.softwareId, 'replaced'),
  );
  expect(revoked.liveStatements).toBe(1);
  expect(await publishedStatus(statement)).toBe(1);
  expect(expectRefusal(await issue())).toMatchObject({ code: 'no_approval' });
  const standing = expectOk(await readSoftware(test.issuer, scene.developer.actor, scene.softwareId));
  expect(standing.approved).toBeUndefined();
});

describe('renewal', () => {
  it('gives a successor over the approval that stands now, and leaves the old one alone', async () => {
    await approve(test, scene);
    const old = expectOk(await issue({ audience: ['https://as.example'] })).statement;
    await approve(test, scene, { ...METADATA, scope: 'openid' }, '1.1.0');
    test.clock.advance(60);
    const renewed = expectOk(await renewStatement(test.issuer, scene.developer.actor, old.jti, {})).statement;
    expect(renewed).toMatchObject({ renewedFrom: old.jti, softwareVersion: '1.1.0', issuedAt: START + 60 });
    expect(decodeJwt(renewed.jwt)).toMatchObject({ scope: 'openid', aud: ['https://as.example'] });
    expect(renewed.idx).not.toBe(old.idx);
    expect(await publishedStatus(old)).toBe(0);
  });

  it('is refused for a revoked statement', async () => {
    await approve(test, scene);
    const { statement } = expectOk(await issue());
    expectOk(await changeStatement(test.issuer, test.operator, statement.jti, 'revoke', 'leaked'));
    const renewed = await renewStatement(test.issuer, scene.developer.actor, statement.jti, {});
    expect(expectRefusal(renewed)).toMatchObject({
      code: 'statement_state',
      state: 'revoked',
      wanted: 'valid',
    });
  });
});
