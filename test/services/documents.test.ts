import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { decodeBase64url } from '../../src/domain/base64url.ts';
import type { DocumentWatch } from '../../src/domain/client-identifier.ts';
import type { JsonObject } from '../../src/domain/json.ts';
import { parseCompact } from '../../src/domain/statement/judge.ts';
import { isOpen, type Submission } from '../../src/domain/submission.ts';
import { decide } from '../../src/services/decide.ts';
import { watchDueDocuments } from '../../src/services/documents/watch.ts';
import { issueStatement } from '../../src/services/issue.ts';
import { submit, type SubmitCommand } from '../../src/services/submit.ts';
import { withdraw } from '../../src/services/withdraw.ts';
import { approveDocument, documentOctets, DOCUMENT_URL, serve } from '../support/documents.ts';
import { testInternet, type TestInternet } from '../support/internet.ts';
import {
  approve,
  expectOk,
  expectRefusal,
  METADATA,
  testIssuer,
  testScene,
  type Scene,
  type TestIssuer,
} from '../support/issuer.ts';

const HOUR = 3_600;

let internet: TestInternet;
let test: TestIssuer;
let scene: Scene;

beforeEach(async () => {
  internet = testInternet();
  test = await testIssuer(internet);
  scene = await testScene(test);
});
afterEach(() => test.close());

const send = (command: SubmitCommand = { clientId: DOCUMENT_URL }, of = scene) =>
  submit(test.issuer, of.developer.actor, of.softwareId, command);
const judge = (id: string, verdict: 'approve' | 'reject' = 'approve') =>
  decide(test.issuer, scene.reviewer.actor, id, { verdict, reason: 'looked at' });
const issue = () => issueStatement(test.issuer, scene.developer.actor, scene.softwareId, { profile: 'cimd' });

async function watched(): Promise<DocumentWatch> {
  const watch = await test.store.documentWatch(DOCUMENT_URL);
  if (watch === undefined) throw new Error('nobody watches the document');
  return watch;
}
/** Lets time pass, and has the issuer look at what is due then. */
async function look(seconds = HOUR): Promise<DocumentWatch> {
  test.clock.advance(seconds);
  await watchDueDocuments(test.issuer);
  return watched();
}
async function openSubmission(): Promise<Submission | undefined> {
  return test.store.openSubmission(scene.softwareId);
}
async function told(kind: 'document.drifted' | 'document.settled'): Promise<readonly JsonObject[]> {
  const entries = await test.store.entries({ kind }, undefined, 100);
  return entries.map(({ text }): JsonObject => JSON.parse(text)['data']).toReversed();
}
function claimsOf(jwt: string) {
  return expectOk(parseCompact(jwt, 8_192));
}

describe('a document', () => {
  it.each([
    ['as it is', documentOctets()],
    ['with a byte order mark', documentOctets({}, { before: '\uFEFF' })],
    ['without a newline at its end', documentOctets({}, { after: '' })],
    ['with spaces and blank lines', documentOctets({}, { before: ' \n\n', after: '\r\n\r\n' })],
  ])('%s is kept octet by octet, and its digest is signed', async (_, octets) => {
    const digest = serve(internet, octets);
    const submission = expectOk(await send());
    expect(submission.document).toEqual({ url: DOCUMENT_URL, digest });
    expect(submission.metadata).toEqual(METADATA);
    const kept = await test.store.metadataDocument(DOCUMENT_URL, digest);
    expect(expectOk(decodeBase64url(kept?.octets ?? ''))).toEqual(octets);
    expectOk(await judge(submission.id));
    const { statement } = expectOk(await issue());
    const { header, claims } = claimsOf(statement.jwt);
    expect(header).toMatchObject({ typ: 'software-statement+jwt', kid: statement.kid, alg: 'ES256' });
    expect(claims).toMatchObject({ sub: DOCUMENT_URL, cimd_digest: digest });
    expect(Object.keys(claims).toSorted()).toEqual(
      ['cimd_digest', 'exp', 'iat', 'iss', 'jti', 'status', 'sub'].toSorted(),
    );
  });

  it.each([
    ['of a URL that can be none', 'https://app.example/', undefined],
    ['that nobody serves', DOCUMENT_URL, undefined],
    [
      'with a member twice',
      DOCUMENT_URL,
      new TextEncoder().encode(`{"client_id":"${DOCUMENT_URL}","a":1,"\\u0061":2}`),
    ],
    ['about another URL', DOCUMENT_URL, documentOctets({}, { url: 'https://app.example/other.json' })],
    ['that is no UTF-8', DOCUMENT_URL, Uint8Array.of(0x7b, 0xff, 0x7d)],
    ['that is too long to be read', DOCUMENT_URL, documentOctets({}, { after: ' '.repeat(65_536) })],
  ])('%s is refused at client_id', async (_, clientId, octets) => {
    if (octets !== undefined) serve(internet, octets);
    expect(expectRefusal(await send({ clientId }))).toMatchObject({
      code: 'invalid_input',
      problems: [{ pointer: '/client_id' }],
    });
    expect(await openSubmission()).toBeUndefined();
  });

  it('is judged by the rules for documents besides those for metadata', async () => {
    serve(internet, documentOctets({ token_endpoint_auth_method: 'client_secret_basic' }));
    expect(expectRefusal(await send())).toMatchObject({
      code: 'invalid_client_metadata',
      findings: [{ rule: 'document-shared-secret' }, {}],
    });
    serve(internet, documentOctets({}, { before: '\uFEFF', after: ' '.repeat(6_000) }));
    const { findings } = expectOk(await send());
    expect(findings.map(({ rule }) => rule)).toEqual(['document-too-large', 'document-byte-order-mark']);
  });

  it('may hold a statement and an end of its own, which nobody reviews', async () => {
    serve(
      internet,
      documentOctets({ software_statement: 'eyJ', client_id_expires_at: 1, software_id: 'ours' }),
    );
    expect(expectOk(await send()).metadata).toEqual(METADATA);
  });

  it('without a version is called by its digest, and by a count where that is taken', async () => {
    const digest = serve(internet, documentOctets());
    expect(expectOk(await send()).softwareVersion).toBe(`document-${digest.slice(0, 12)}`);
    expect(expectOk(await send()).softwareVersion).toBe(`document-${digest.slice(0, 12)}.2`);
    expect(expectOk(await send({ clientId: DOCUMENT_URL, softwareVersion: '7' })).softwareVersion).toBe('7');
  });

  it('speaks for one software, since its first document was approved', async () => {
    serve(internet, documentOctets());
    const other = await testScene(test);
    const theirs = expectOk(await send({ clientId: DOCUMENT_URL }, other));
    await approveDocument(test, scene);
    expect(expectRefusal(await judge(theirs.id))).toEqual({ code: 'client_id_taken', url: DOCUMENT_URL });
    expect(expectRefusal(await send({ clientId: DOCUMENT_URL }, other)).code).toBe('client_id_taken');
  });

  it('approved for two at once is bound to one of them alone', async () => {
    serve(internet, documentOctets());
    const other = await testScene(test);
    const [ours, theirs] = [expectOk(await send()), expectOk(await send({ clientId: DOCUMENT_URL }, other))];
    const outcomes = await Promise.all([judge(ours.id), judge(theirs.id)]);
    expect(outcomes.map((outcome) => (outcome.ok ? 'approved' : outcome.error.code)).toSorted()).toEqual([
      'approved',
      'client_id_taken',
    ]);
    const bound = await test.store.clientIdentifier(DOCUMENT_URL);
    expect(bound?.softwareId).toBe(outcomes[0].ok ? scene.softwareId : other.softwareId);
  });

  it('that was posted as metadata has no digest to sign', async () => {
    await approve(test, scene);
    expect(expectRefusal(await issue())).toMatchObject({ code: 'profile_not_available', profile: 'cimd' });
  });
});

describe('statements over a document', () => {
  it('have an iat of their own each, whoever asks at once, or are refused for coming too soon', async () => {
    serve(internet, documentOctets());
    await approveDocument(test, scene);
    const outcomes = await Promise.all(Array.from({ length: 9 }, issue));
    const issued = outcomes.flatMap((outcome) => (outcome.ok ? [outcome.value.statement] : []));
    const refused = outcomes.flatMap((outcome) => (outcome.ok ? [] : [outcome.error.code]));
    expect(issued.length).toBeGreaterThan(0);
    expect(new Set(issued.map(({ issuedAt }) => issuedAt)).size).toBe(issued.length);
    expect(issued.map(({ jwt }) => claimsOf(jwt).claims['iat'])).toEqual(
      issued.map(({ issuedAt }) => issuedAt),
    );
    for (const code of refused) expect(['too_soon', 'contention']).toContain(code);
    expect((await test.store.clientIdentifier(DOCUMENT_URL))?.lastIssuedAt).toBe(
      Math.max(...issued.map(({ issuedAt }) => issuedAt)),
    );
    test.clock.advance(10);
    expect(expectOk(await issue()).statement.issuedAt).toBe(test.clock.now());
  });

  it('never go back, when the clock does', async () => {
    serve(internet, documentOctets());
    await approveDocument(test, scene);
    const before = expectOk(await issue()).statement.issuedAt;
    test.clock.advance(-3);
    expect(expectOk(await issue()).statement.issuedAt).toBe(before + 1);
    test.clock.advance(-60);
    expect(expectRefusal(await issue()).code).toBe('too_soon');
  });

  it('are about what was reviewed, whatever is served when they are signed', async () => {
    const digest = serve(internet, documentOctets());
    await approveDocument(test, scene);
    serve(internet, documentOctets({ client_name: 'Something Else' }));
    const { statement } = expectOk(await issue());
    expect(claimsOf(statement.jwt).claims['cimd_digest']).toBe(digest);
    expect(await look()).toMatchObject({ driftedSince: test.clock.now() });
    expect(claimsOf(expectOk(await issue()).statement.jwt).claims['cimd_digest']).toBe(digest);
  });
});

describe('the watch', () => {
  let approvedDigest: string;
  let approvedId: string;
  beforeEach(async () => {
    approvedDigest = serve(internet, documentOctets());
    approvedId = await approveDocument(test, scene);
  });
  const change = (name = 'Renamed Application') => serve(internet, documentOctets({ client_name: name }));

  it('looks every hour, and finds nothing', async () => {
    expect(await look(HOUR - 1)).toMatchObject({ checkedAt: null });
    expect(await look(1)).toMatchObject({ checkedAt: test.clock.now(), driftedSince: null });
    expect(internet.asked.filter((url) => url === DOCUMENT_URL)).toHaveLength(2);
    expect(await told('document.drifted')).toEqual([]);
  });

  it('puts a change before reviewers itself, and says so in the same commit', async () => {
    const digest = change();
    expect(await look()).toMatchObject({ seenDigest: digest, driftedSince: test.clock.now(), problem: null });
    const filed = await openSubmission();
    expect(filed).toMatchObject({
      submittedBy: 'issuer',
      document: { url: DOCUMENT_URL, digest },
      comparedWith: approvedId,
      softwareVersion: `document-${digest.slice(0, 12)}`,
      changes: [{ member: 'client_name', kind: 'changed' }],
    });
    expect(filed?.note).toContain('has changed since it was approved');
    expect(await told('document.drifted')).toEqual([
      { before: approvedDigest, after: digest, submission_id: filed?.id },
    ]);
  });

  it('files a digest once, and the next one in its place', async () => {
    change();
    await look();
    const first = await openSubmission();
    await look();
    expect((await openSubmission())?.id).toBe(first?.id);
    change('Renamed Again');
    const { driftedSince } = await look();
    const second = await openSubmission();
    expect(second?.id).not.toBe(first?.id);
    expect((await test.store.submission(first?.id ?? ''))?.state).toBe('superseded');
    expect(driftedSince).toBe(first?.submittedAt);
    expect(await told('document.drifted')).toHaveLength(2);
  });

  it('does not file again what was rejected or withdrawn since', async () => {
    change();
    await look();
    expectOk(await judge((await openSubmission())?.id ?? '', 'reject'));
    expect(await look()).toMatchObject({ driftedSince: expect.any(Number) });
    expect(await openSubmission()).toBeUndefined();
    change('Third');
    await look();
    expectOk(
      await withdraw(test.issuer, scene.developer.actor, (await openSubmission())?.id ?? '', 'not meant'),
    );
    await look();
    expect(await openSubmission()).toBeUndefined();
  });

  it('files nothing that a developer submitted already', async () => {
    change();
    test.clock.advance(1);
    const own = expectOk(await send());
    await look();
    expect(await openSubmission()).toEqual(own);
    expect(await told('document.drifted')).toHaveLength(1);
  });

  it('leaves a submission about something else alone, and files the change after it', async () => {
    const posted = expectOk(await send({ softwareVersion: '9', metadata: METADATA }));
    change();
    expect((await look()).problem).toContain(posted.id);
    expect((await openSubmission())?.id).toBe(posted.id);
    expectOk(await judge(posted.id, 'reject'));
    expect((await look()).problem).toBeNull();
    expect(await openSubmission()).toMatchObject({ submittedBy: 'issuer' });
    expect(await told('document.drifted')).toHaveLength(1);
  });

  it('settles when what was approved is served again', async () => {
    change();
    const { driftedSince } = await look();
    serve(internet, documentOctets());
    expect(await look()).toMatchObject({ driftedSince: null, seenDigest: approvedDigest, problem: null });
    expect(await told('document.settled')).toEqual([
      { because: 'served_again', drifted_since: driftedSince, cimd_digest: approvedDigest },
    ]);
  });

  it('ends the drift with the approval of what is served', async () => {
    const digest = change();
    await look();
    test.clock.advance(60);
    expectOk(await judge((await openSubmission())?.id ?? ''));
    expect(await watched()).toMatchObject({ driftedSince: null, seenDigest: digest });
    expect(await told('document.settled')).toMatchObject([{ because: 'approved', cimd_digest: digest }]);
    expect(await look(0)).toMatchObject({ driftedSince: null, checkedAt: test.clock.now() });
    serve(internet, documentOctets());
    await look();
    expect(await openSubmission()).toMatchObject({ document: { digest: approvedDigest } });
  });

  it('does not take a drift for settled when the document changed again before the approval', async () => {
    change();
    await look();
    const filed = await openSubmission();
    // A developer sends the same octets, so that the watch has nothing to file for them, and changes the document meanwhile.
    const again = change('Changed While People Read');
    await look();
    expect((await test.store.submission(filed?.id ?? ''))?.state).toBe('superseded');
    test.clock.advance(1);
    change();
    const resent = expectOk(await send());
    change('Changed While People Read');
    const { driftedSince } = await look();
    expect(await openSubmission()).toMatchObject({ id: resent.id });
    expectOk(await judge(resent.id));
    expect(await watched()).toMatchObject({ driftedSince, seenDigest: again });
    expect(await told('document.settled')).toEqual([]);
    expect(await look(0)).toMatchObject({ driftedSince });
  });

  it('takes what a submission was made of for served, when nobody looked later', async () => {
    test.clock.advance(60);
    const digest = change();
    const own = expectOk(await send());
    expectOk(await judge(own.id));
    expect(await watched()).toMatchObject({ driftedSince: null, seenDigest: digest });
  });

  it('says what is wrong where no submission can be made', async () => {
    serve(
      internet,
      documentOctets({ token_endpoint_auth_method: 'client_secret_basic', logo_uri: 'nowhere' }),
    );
    expect(await look()).toMatchObject({ driftedSince: test.clock.now() });
    expect((await watched()).problem).toContain('/token_endpoint_auth_method: ');
    expect(await openSubmission()).toBeUndefined();
    serve(internet, new TextEncoder().encode('gone'));
    expect((await look()).problem).toContain('not JSON');
    expect(await told('document.drifted')).toMatchObject([{ problem: expect.any(String) }, {}]);
  });

  it('asks ever more seldom where nobody answers, and changes nothing', async () => {
    internet.sites.set(DOCUMENT_URL, 'unreachable');
    const first = await look();
    expect(first).toMatchObject({
      failure: 'It cannot be reached.',
      failingSince: test.clock.now(),
      driftedSince: null,
      seenDigest: approvedDigest,
    });
    let pause = first.nextCheckAt - test.clock.now();
    expect(pause).toBe(300);
    for (let i = 0; i < 12; i += 1) {
      const after = await look(pause);
      const next = after.nextCheckAt - test.clock.now();
      expect(next).toBeGreaterThanOrEqual(pause);
      pause = next;
    }
    expect(pause).toBe(24 * HOUR);
    serve(internet, documentOctets());
    expect(await look(pause)).toMatchObject({ failure: null, failingSince: null });
  });

  it('does not ask for a document that no approval is about any more', async () => {
    change();
    await look();
    expectOk(await judge((await openSubmission())?.id ?? '', 'reject'));
    await approve(test, scene, METADATA, 'posted');
    const asked = internet.asked.length;
    expect(await look()).toMatchObject({ driftedSince: null });
    expect(internet.asked).toHaveLength(asked);
    expect(await told('document.settled')).toMatchObject([{ because: 'no_longer_in_force' }]);
  });

  it('throws away what was fetched before an approval that came in between', async () => {
    const digest = change();
    const own = expectOk(await send());
    serve(internet, documentOctets());
    test.clock.advance(HOUR);
    const { fetcher } = test.issuer;
    const between = {
      ...test.issuer,
      fetcher: async (...asked: Parameters<typeof fetcher>) => {
        const fetched = await fetcher(...asked);
        expectOk(await judge(own.id));
        return fetched;
      },
    };
    await watchDueDocuments(between);
    expect(await watched()).toMatchObject({ seenDigest: digest, driftedSince: null });
    expect((await openSubmission())?.submittedBy).toBeUndefined();
  });

  it('is done once where two look at the same time', async () => {
    change();
    test.clock.advance(HOUR);
    await Promise.all([watchDueDocuments(test.issuer), watchDueDocuments(test.issuer)]);
    const sent = await test.store.submissions({ softwareId: scene.softwareId }, { limit: 10 }, 'newest');
    expect(sent.filter(({ state }) => isOpen(state))).toHaveLength(1);
    expect(await told('document.drifted')).toHaveLength(1);
  });
});
