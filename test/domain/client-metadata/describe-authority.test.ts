import { describe, expect, it } from 'vitest';
import { describeAuthority, type Topic } from '../../../src/domain/client-metadata/describe-authority.ts';
import type { JsonObject } from '../../../src/domain/json.ts';

const WEB: JsonObject = {
  client_name: 'Example Application',
  redirect_uris: ['https://app.example/callback'],
  token_endpoint_auth_method: 'private_key_jwt',
  jwks_uri: 'https://app.example/jwks.json',
  scope: 'openid',
};
const MACHINE: JsonObject = {
  grant_types: ['client_credentials'],
  token_endpoint_auth_method: 'client_secret_basic',
  scope: 'accounts payments',
};

const part = (metadata: JsonObject, topic: Topic) => {
  const found = describeAuthority(metadata, ['app.example']).find((one) => one.topic === topic);
  if (found === undefined) throw new Error(`nothing is said of ${topic}`);
  return found;
};
const values = (metadata: JsonObject, topic: Topic) => part(metadata, topic).items.map(({ value }) => value);

describe('what a client will be able to do', () => {
  it.each<[Topic, JsonObject, RegExp]>([
    ['acts', WEB, /^It acts for people who let it\.$/],
    [
      'acts',
      { ...WEB, grant_types: ['authorization_code', 'refresh_token'] },
      /keeps access after they have left/,
    ],
    ['acts', MACHINE, /^It acts in its own name; no person is asked\.$/],
    [
      'acts',
      { ...WEB, grant_types: ['authorization_code', 'client_credentials'] },
      /for people who let it; it also acts in its own name/,
    ],
    ['reaches', WEB, /^People and their codes are sent to one place\.$/],
    [
      'reaches',
      { ...WEB, redirect_uris: ['https://app.example/a', 'com.example.app:/cb'] },
      /to 2 places\.$/,
    ],
    ['reaches', MACHINE, /never sends people or codes anywhere/],
    ['asks', WEB, /^It may ask for this scope and no other\.$/],
    ['asks', MACHINE, /^It may ask for these 2 scopes and no other\.$/],
    ['asks', { ...WEB, scope: '' }, /^It names no scopes/],
    ['proves', WEB, /with a key that only it holds/],
    ['proves', MACHINE, /with a secret that the server knows too/],
    ['proves', {}, /with a secret that the server knows too/],
    ['proves', { token_endpoint_auth_method: 'client_secret_jwt' }, /secret that the server knows too/],
    ['proves', { token_endpoint_auth_method: 'none' }, /^Nothing proves that it is itself\.$/],
    ['proves', { token_endpoint_auth_method: 'tls_client_auth' }, /with a key that only it holds/],
    ['shows', WEB, /the name “Example Application”/],
    ['shows', MACHINE, /shown no name/],
    ['protects', WEB, /a stolen access token can be used by the thief/],
    ['protects', { ...WEB, dpop_bound_access_tokens: true }, /binds itself to more/],
    ['also', { ...WEB, initiate_login_uri: 'https://app.example/login' }, /take part as well/],
  ])('%s: %j', (topic, metadata, sentence) => {
    expect(part(metadata, topic).sentence).toMatch(sentence);
  });

  it.each<[Topic, JsonObject, string | null]>([
    ['acts', WEB, null],
    [
      'acts',
      { ...WEB, grant_types: ['password'] },
      'Current practice advises against password (RFC 9700 §2).',
    ],
    ['reaches', WEB, null],
    [
      'reaches',
      { ...WEB, redirect_uris: ['https://app.example/a', 'https://evil.example/b'] },
      'evil.example is not below a domain that the publisher has shown to be its own.',
    ],
    [
      'reaches',
      { ...WEB, redirect_uris: ['https://a.test/', 'https://b.test/'] },
      'None of them is below a domain that the publisher has shown to be its own.',
    ],
    ['reaches', { ...WEB, redirect_uris: ['http://127.0.0.1/cb', 'com.example.app:/cb'] }, null],
    ['asks', { ...WEB, scope: '' }, 'Nothing here bounds what it asks for.'],
    ['proves', WEB, null],
    ['proves', MACHINE, 'Whoever reads the secret, at the client or at a server, can act as it.'],
    [
      'proves',
      { token_endpoint_auth_method: 'none' },
      'Its redirect URIs are all that keeps others from acting as it.',
    ],
    ['shows', MACHINE, 'They see whatever the authorization server makes up, often the client id.'],
  ])('%s of %j deserves a second look: %j', (topic, metadata, concern) => {
    expect(part(metadata, topic).concern).toBe(concern);
  });

  it('lists what it speaks of, each with its meaning', () => {
    const metadata = {
      ...WEB,
      redirect_uris: ['https://app.example/a', 'https://app.example/b', 'http://127.0.0.1/cb'],
      logo_uri: 'https://app.example/logo.png',
      tos_uri: 'https://app.example/tos',
      backchannel_logout_uri: 'https://app.example/logout',
      post_logout_redirect_uris: ['https://app.example/bye'],
      request_uris: ['https://app.example/request'],
      require_pushed_authorization_requests: true,
    };
    expect(part(metadata, 'reaches').items).toEqual([
      { value: 'app.example', meaning: 'below a verified domain of the publisher, 2 redirect URIs' },
      { value: '127.0.0.1', meaning: expect.stringContaining('own machine') },
    ]);
    expect(values(metadata, 'acts')).toEqual(['authorization_code']);
    expect(values(metadata, 'proves')).toEqual(['private_key_jwt', 'https://app.example/jwks.json']);
    expect(values(metadata, 'shows')).toEqual(['https://app.example/logo.png', 'https://app.example/tos']);
    expect(values(metadata, 'protects')).toEqual(['require_pushed_authorization_requests']);
    expect(values(metadata, 'also')).toEqual([
      'https://app.example/logout',
      'https://app.example/bye',
      'https://app.example/request',
    ]);
  });

  it('names keys that are part of it by their number', () => {
    const { jwks_uri: _, ...rest } = WEB;
    const keys = (count: number) => ({ ...rest, jwks: { keys: Array.from({ length: count }, () => ({})) } });
    expect(part(keys(1), 'proves').items[1]).toEqual({
      value: 'jwks',
      meaning: 'one key is part of this submission',
    });
    expect(part(keys(3), 'proves').items[1]?.meaning).toBe('3 keys are part of this submission');
  });

  it('speaks of types of authorization details beside the scopes', () => {
    const parts = describeAuthority({ ...WEB, authorization_details_types: ['payment_initiation'] }, []);
    expect(parts.filter(({ topic }) => topic === 'asks').map(({ items }) => items[0]?.value)).toEqual([
      'openid',
      'payment_initiation',
    ]);
  });

  it('says one thing of each topic, most important first, of the least there is', () => {
    expect(describeAuthority({}, []).map(({ topic }) => topic)).toEqual([
      'acts',
      'asks',
      'proves',
      'shows',
      'protects',
    ]);
  });
});
