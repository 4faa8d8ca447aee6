import { expect, it } from 'vitest';
import { namedHosts } from '../../../src/domain/client-metadata/named-hosts.ts';

it('names every web host once, with what it is named for, unverified ones first', () => {
  const metadata = {
    client_uri: 'https://www.app.example/',
    'client_uri#de': 'https://app.example.de/',
    logo_uri: 'https://cdn.test/logo.png',
    redirect_uris: [
      'https://www.app.example/a',
      'https://www.app.example/b',
      'http://127.0.0.1/cb',
      'com.example.app:/cb',
    ],
    post_logout_redirect_uris: ['https://cdn.test/bye'],
  };
  expect(namedHosts(metadata, ['app.example'])).toEqual([
    { host: 'app.example.de', isVerified: false, members: ['client_uri#de'] },
    { host: 'cdn.test', isVerified: false, members: ['logo_uri', 'post_logout_redirect_uris'] },
    { host: 'www.app.example', isVerified: true, members: ['client_uri', 'redirect_uris'] },
  ]);
  expect(namedHosts({}, [])).toEqual([]);
});
