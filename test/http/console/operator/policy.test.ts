import type { Hono } from 'hono';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { DEFAULT_POLICY } from '../../../../src/domain/policy.ts';
import { readDuration, writeDuration } from '../../../../src/http/console/pages/operator/duration-text.ts';
import { changePolicy } from '../../../../src/services/policies.ts';
import { expectOk, testIssuer, testPerson, type TestIssuer } from '../../../support/issuer.ts';
import { appOf, visit, type Seen, type Visitor } from '../browser.ts';

let test: TestIssuer;
let app: Hono;
let operator: Visitor;

beforeEach(async () => {
  test = await testIssuer();
  app = appOf(test);
  operator = await visit(test, app, test.operator.personId);
});
afterEach(() => test.close());

/** What a browser would send of the form on a page. */
function fieldsOf({ html }: Seen): Record<string, string> {
  const form = html.slice(html.lastIndexOf('<form action="/console/policy"'));
  const fields: Record<string, string> = {};
  for (const [input] of form.matchAll(/<input [^>]*>/g)) {
    const name = /name="([^"]*)"/.exec(input)?.[1] ?? '';
    const isUnchosen = input.includes('type="radio"') && !input.includes('checked');
    if (!isUnchosen) fields[name] = textOf(/value="([^"]*)"/.exec(input)?.[1] ?? '');
  }
  for (const [, name = '', value = ''] of form.matchAll(
    /<textarea[^>]*name="([^"]*)"[^>]*>\n?([\s\S]*?)<\/textarea>/g,
  ))
    fields[name] = textOf(value);
  return fields;
}

function textOf(html: string): string {
  return html
    .replaceAll('&quot;', '"')
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&amp;', '&');
}

const form = async () => fieldsOf(await operator.get('/console/policy/edit'));

describe('the policy', () => {
  it('is read by everybody, with what each setting does; changed by operators alone', async () => {
    for (const roles of [['reviewer'], ['auditor']] as const) {
      const visitor = await visit(test, app, (await testPerson(test, roles)).id);
      const { status, html } = await visitor.get('/console/policy');
      expect(status).toBe(200);
      expect(html).toContain('2 days');
      expect(html).toContain('How many different reviewers must approve');
      expect(html).not.toContain('/console/policy/edit');
      expect((await visitor.post('/console/policy', {})).status).toBe(403);
    }
  });

  it('sent back as it is shown changes nothing', async () => {
    const seen = await operator.post('/console/policy', await form());
    expect(seen.status).toBe(422);
    expect(seen.html).toContain('Nothing differs from the policy in force.');
  });

  it('shows what changes before it is saved, and saves every kind of setting', async () => {
    const fields = {
      ...(await form()),
      required_approvals: '2',
      'statement.default_lifetime_seconds': '30 days',
      'statement.audiences.choice': 'some',
      'statement.audiences': 'https://a.example\r\nhttps://b.example\r\n',
      'metadata.max_redirect_uris': '10',
      'metadata.extra_members': 'logo_dark_uri',
      'sign_in.groups.roles': 'Security Team = reviewer, auditor',
      'sign_in.session.idle_seconds': '90 minutes',
    };
    const asked = await operator.post('/console/policy', fields);
    expect(asked.status).toBe(200);
    expect(asked.html).toContain('Nothing is saved yet.');
    expect(asked.html).toContain('Usual lifetime');
    expect((await test.store.policy())?.version).toBe(DEFAULT_POLICY.version);
    const done = await operator.post('/console/policy', { ...fieldsOf(asked), confirmed: 'yes' });
    expect(done.location).toBe('/console/policy?notice=policy_changed');
    const policy = await test.store.policy();
    expect(policy).toMatchObject({
      version: DEFAULT_POLICY.version + 1,
      requiredApprovals: 2,
      statement: {
        defaultLifetimeSeconds: 30 * 86_400,
        audiences: ['https://a.example', 'https://b.example'],
      },
      metadata: { maxRedirectUris: 10, extraMembers: ['logo_dark_uri'] },
      signIn: {
        groups: { roles: { 'Security Team': ['reviewer', 'auditor'] } },
        session: { idleSeconds: 5_400 },
      },
    });
    const [entry] = await test.store.entries({ kind: 'policy.changed' }, undefined, 1);
    expect(entry?.text).toContain('"Security Team":["reviewer","auditor"]');
  });

  it('takes trust domains one a line, by URL or with the bundle itself, and shows them so again', async () => {
    const bundle = '{"keys":[{"kty":"EC","crv":"P-256","use":"jwt-svid","kid":"a","x":"AA","y":"AA"}]}';
    const written = [
      'example.org https://spire.example.org/bundle',
      `prod.example ${bundle} https://oidc.prod.example`,
    ].join('\n');
    const fields = {
      ...(await form()),
      'exchange.workload_issuers': 'https://ci.example\nhttps://gitlab.com',
      'exchange.trust_domains': written,
      'exchange.poll_interval_seconds': '10 seconds',
    };
    const done = await operator.post('/console/policy', { ...fields, confirmed: 'yes' });
    expect(done.location).toBe('/console/policy?notice=policy_changed');
    expect((await test.store.policy())?.exchange).toMatchObject({
      workloadIssuers: ['https://ci.example', 'https://gitlab.com'],
      trustDomains: [
        {
          trustDomain: 'example.org',
          bundleUrl: 'https://spire.example.org/bundle',
          bundle: null,
          expectedIss: null,
        },
        {
          trustDomain: 'prod.example',
          bundleUrl: null,
          bundle: JSON.parse(bundle),
          expectedIss: 'https://oidc.prod.example',
        },
      ],
      pollIntervalSeconds: 10,
    });
    expect((await form())['exchange.trust_domains']).toBe(written);
    const [entry] = await test.store.entries({ kind: 'policy.changed' }, undefined, 1);
    expect(entry?.text).toContain('"trust_domain":"prod.example"');
  });

  it.each([
    ['example.org', 'names no bundle'],
    ['example.org http://spire.example.org/bundle', 'then the https URL of its bundle'],
    ['example.org {"keys":', 'no JSON object'],
    ['example.org https://a.example/b https://i.example more', 'more on the line'],
    ['example.org {"keys":[]} https://i.example more', 'more on the line'],
    ['example.org https://a.example/b\nexample.org https://b.example/b', 'stands here twice'],
    ['Example.org https://a.example/b', 'must be a SPIFFE trust domain name'],
    ['example.org {"keys":1}', 'The bundle has no keys.'],
    [
      'example.org {"keys":[{"kty":"EC","crv":"P-256","use":"jwt-svid","kid":"a","d":"AA"}]}',
      'The bundle holds a private key.',
    ],
  ])('says what is wrong with the trust domain %s', async (written, problem) => {
    const seen = await operator.post('/console/policy', {
      ...(await form()),
      'exchange.trust_domains': written,
      confirmed: 'yes',
    });
    expect(seen.status).toBe(422);
    expect(seen.html).toContain(problem);
    expect((await test.store.policy())?.exchange.trustDomains).toEqual([]);
  });

  it('says at each field what is wrong, and keeps what was typed', async () => {
    const seen = await operator.post('/console/policy', {
      ...(await form()),
      'statement.max_lifetime_seconds': 'for ever',
      'metadata.extra_members': 'good\niss',
      'sign_in.groups.roles': 'admins',
    });
    expect(seen.status).toBe(422);
    expect(seen.html).toContain('Write a number and a unit');
    expect(seen.html).toContain('names no group');
    expect(seen.html).toContain('value="for ever"');
    const reserved = await operator.post('/console/policy', {
      ...(await form()),
      'metadata.extra_members': 'good\niss',
      'sign_in.groups.roles': 'admins = king',
    });
    expect(reserved.html).toContain('Line 2: is a claim only the issuer or a server may set');
    const longer = await operator.post('/console/policy', {
      ...(await form()),
      'statement.default_lifetime_seconds': '900 days',
      confirmed: 'yes',
    });
    expect(longer.status).toBe(422);
    expect(longer.html).toContain('the default lifetime is longer than the longest one allowed');
  });

  it('changed by somebody else meanwhile: shows what they changed, saves nothing, lets one go on', async () => {
    const mine = { ...(await form()), required_approvals: '2' };
    const { version, ...others } = DEFAULT_POLICY;
    expectOk(
      await changePolicy(test.issuer, test.operator, {
        policy: { ...others, statement: { ...others.statement, maxAudiences: 3 } },
        expectedVersion: version,
      }),
    );
    const late = await operator.post('/console/policy', { ...mine, confirmed: 'yes' });
    expect(late.status).toBe(412);
    expect(late.html).toContain('Most servers in one statement');
    expect(late.html).toContain('Operator');
    expect(late.html).not.toContain('Approvals needed');
    const asked = await operator.post('/console/policy', fieldsOf(late));
    expect(asked.html).toContain('Approvals needed');
    // What the other wrote would be taken back, and that is shown.
    expect(asked.html).toContain('Most servers in one statement');
    const back = await operator.post('/console/policy', { ...fieldsOf(asked), back: 'yes' });
    expect(fieldsOf(back)['required_approvals']).toBe('2');
    expect((await operator.post('/console/policy', { ...fieldsOf(asked), confirmed: 'yes' })).status).toBe(
      303,
    );
    expect(await test.store.policy()).toMatchObject({ requiredApprovals: 2, version: version + 2 });
  });

  it('does not lock its operator out', async () => {
    const seen = await operator.post('/console/policy', {
      ...(await form()),
      'sign_in.passkeys': 'off',
      'sign_in.open_id_connect': 'off',
      confirmed: 'yes',
    });
    expect(seen.status).toBe(422);
    expect(seen.html).toContain('nobody could sign in');
  });
});

describe('durations', () => {
  it.each([
    ['90 days', 7_776_000],
    ['1 day', 86_400],
    ['48 hours', 172_800],
    ['5min', 300],
    ['5 m', 300],
    ['30 s', 30],
    ['12 sec', 12],
    ['300', 300],
    ['2d', 172_800],
    [' 8 h ', 28_800],
  ])('%s', (text, seconds) => {
    expect(readDuration(text)).toBe(seconds);
  });

  it.each(['', 'days', '1.5 days', '-3 days', '3 fortnights', '3 days 2 hours', '99999999999'])(
    '%s is none',
    (text) => {
      expect(readDuration(text)).toBeUndefined();
    },
  );

  it.each([0, 1, 59, 60, 300, 301, 3_600, 5_400, 86_400, 90_000, 7_776_000])(
    '%i seconds come back as they were written',
    (seconds) => {
      expect(readDuration(writeDuration(seconds))).toBe(seconds);
    },
  );
});
