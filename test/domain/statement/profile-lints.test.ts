import { describe, expect, it } from 'vitest';
import { DEFAULT_METADATA_POLICY } from '../../../src/domain/client-metadata/policy.ts';
import {
  parseClientMetadata,
  type ClientMetadata,
} from '../../../src/domain/client-metadata/parse-client-metadata.ts';
import type { IssuerClaims, StatementHeader } from '../../../src/domain/statement/claims.ts';
import { composeStatement } from '../../../src/domain/statement/profiles/profile.ts';
import { expectRefusal, METADATA, START } from '../../support/issuer.ts';

/** The last look before a key is touched: what no path of this program leads to must not be signed either. */

const { metadata = expect.fail('the metadata breaks a rule') } = parseClientMetadata(METADATA, {
  policy: DEFAULT_METADATA_POLICY,
  verifiedDomains: ['app.example'],
});

const ISSUER: IssuerClaims = {
  iss: 'https://issuer.example',
  iat: START,
  exp: START + 3_600,
  jti: '01900000-0000-7000-8000-000000000001',
  softwareId: '01900000-0000-7000-8000-000000000002',
  softwareVersion: '1.0.0',
  audience: ['https://as.example/register'],
  status: { uri: 'https://issuer.example/status-lists/1', idx: 7 },
};
const KEY: Omit<StatementHeader, 'typ'> = { alg: 'ES256', kid: 'key-1' };

const compose = (
  profile: 'vc+jwt' | 'jwt-svid',
  changes: {
    readonly issuer?: Partial<IssuerClaims>;
    readonly key?: Partial<typeof KEY>;
    readonly metadata?: ClientMetadata;
    readonly trustDomain?: string;
  } = {},
) =>
  composeStatement(
    profile,
    { ...KEY, ...changes.key },
    {
      issuer: { ...ISSUER, ...changes.issuer },
      metadata: changes.metadata ?? metadata,
      document: null,
      trustDomain: changes.trustDomain ?? 'issuer.example',
    },
  );

describe.each(['vc+jwt', 'jwt-svid'] as const)('profile %s', (profile) => {
  it('is composed of a snapshot that holds nothing of the issuer’s', () => {
    expect(compose(profile).ok).toBe(true);
  });

  it.each([
    'software_id',
    'software_version',
    'client_id',
    'client_secret',
    'cnf',
    'nbf',
    'software_statement',
  ])('does not sign a snapshot that holds %s', (name) => {
    expect(expectRefusal(compose(profile, { metadata: { ...metadata, [name]: 'x' } })).code).toMatch(
      /^(?:reserved|subject|not_approved)$/,
    );
  });

  it('does not sign what is empty', () => {
    for (const value of ['', null, [], {}, ['']])
      expect(expectRefusal(compose(profile, { metadata: { ...metadata, client_uri: value } }))).toMatchObject(
        {
          code: 'empty',
        },
      );
  });

  it('does not sign what ends before it begins, or lasts parts of seconds', () => {
    for (const exp of [START, START - 1, START + 0.5])
      expect(compose(profile, { issuer: { exp } }).ok).toBe(false);
  });
});

describe('profile vc+jwt', () => {
  it.each(['id', 'type', '@id', '@type', '@context'])(
    'does not sign a subject that says %s itself',
    (name) => {
      expect(expectRefusal(compose('vc+jwt', { metadata: { ...metadata, [name]: 'urn:x' } })).code).toBe(
        'reserved',
      );
    },
  );

  it('does not sign for an issuer without a DID', () => {
    expect(expectRefusal(compose('vc+jwt', { issuer: { iss: 'http://localhost:8787' } })).code).toBe('did');
  });
});

describe('profile jwt-svid', () => {
  it.each(['sub', 'aud', 'iss', 'exp', 'iat', 'jti', 'status', 'spiffe_id'])(
    'does not sign a snapshot that says %s itself',
    (name) => {
      const changed = { ...metadata, [name]: 'spiffe://issuer.example/admin' };
      expect(compose('jwt-svid', { metadata: changed }).ok).toBe(false);
    },
  );

  it('does not sign with EdDSA, for more than an hour, or for other than one audience', () => {
    for (const changes of [
      { key: { alg: 'EdDSA' as const } },
      { issuer: { exp: START + 3_601 } },
      { issuer: { audience: null } },
      { issuer: { audience: [] } },
      { issuer: { audience: ['https://a.example', 'https://b.example'] } },
      { trustDomain: 'Not.A.Domain' },
    ])
      expect(compose('jwt-svid', changes).ok).toBe(false);
  });
});
