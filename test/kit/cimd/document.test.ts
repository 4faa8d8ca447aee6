import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { RequestListener } from 'node:http';
import { createNodeFetcher } from '../../../src/fetcher/node-fetcher.ts';
import { EC_KEY } from '../../domain/client-metadata/examples.ts';
import { NOW, type Claims } from '../support/fake-issuer.ts';
import { type Scene } from '../support/scene.ts';
import { changingNothing } from '../management/support/clients.ts';
import { reasonTold, refused } from '../registration/support/refused.ts';
import {
  cimdScene,
  cimdStatement,
  documentOf,
  publish,
  registerWith,
  type Published,
} from './support/published.ts';

let published: Published;
let at: Scene;
beforeEach(async () => {
  published = await publish();
  at = await cimdScene(published.origin);
});
afterEach(() => published.close());

it('a document that was changed after review is not registered, and no part of it', async () => {
  const software_statement = await cimdStatement(at.issuer, published);
  published.body = documentOf(published.url, { redirect_uris: ['https://app.example/other'] });
  const { body } = await refused(at, { software_statement });
  expect(body['error']).toBe('invalid_software_statement');
  expect(reasonTold(at)).toBe('document.digest');
});

it('what was digested is what is read: a server that answers anew each time gains nothing', async () => {
  const reviewed = published.body;
  let answers = 0;
  published.instead = (_request, response) => {
    answers += 1;
    response.setHeader('content-type', 'application/json');
    response.end(answers === 1 ? reviewed : documentOf(published.url, { client_name: 'Evil' }));
  };
  const { status, body } = await registerWith(at, published);
  expect([status, body['client_name'], answers]).toEqual([201, 'Reviewed', 1]);
});

describe('a retrieval that does not complete is answered with 503, and the same request works afterwards', () => {
  it.each<readonly [string, RequestListener]>([
    ['a redirect', (_request, response) => response.writeHead(302, { location: published.url }).end()],
    [
      'a permanent redirect',
      (_request, response) => response.writeHead(308, { location: published.url }).end(),
    ],
    ['no such page', (_request, response) => response.writeHead(404).end()],
    ['a server that fails', (_request, response) => response.writeHead(500).end()],
    ['a page', (_request, response) => response.setHeader('content-type', 'text/html').end('<p>')],
    ['a broken connection', (request) => request.socket.destroy()],
    [
      'a document of too many octets',
      (_request, response) =>
        response
          .setHeader('content-type', 'application/json')
          .end(`${String(published.body)}${' '.repeat(65_536)}`),
    ],
    [
      'a compressed document',
      (_request, response) =>
        response
          .setHeader('content-type', 'application/json')
          .setHeader('content-encoding', 'gzip')
          .end(published.body),
    ],
  ])('%s', async (_what, instead) => {
    const software_statement = await cimdStatement(at.issuer, published);
    published.instead = instead;
    const answer = await changingNothing(at, () => at.register({ software_statement }));
    expect([answer.status, answer.body['error'], answer.headers.get('retry-after')]).toEqual([
      503,
      'temporarily_unavailable',
      '30',
    ]);
    published.instead = undefined;
    expect((await at.register({ software_statement })).status).toBe(201);
  });

  it('a document beyond the bound is never digested, even when the digest would fit what was read', async () => {
    const long = `${String(published.body)}${' '.repeat(70_000)}`;
    published.body = long;
    const software_statement = await cimdStatement(at.issuer, {
      url: published.url,
      body: long.slice(0, 65_536),
    });
    expect((await at.register({ software_statement })).status).toBe(503);
  });

  it('an address that is not public', async () => {
    const guarded = await cimdScene(published.origin, { fetcher: createNodeFetcher() });
    expect((await registerWith(guarded, published)).status).toBe(503);
    expect(published.asked).toEqual([]);
  });

  it('keys behind the jwks_uri of a document', async () => {
    published.body = documentOf(published.url, {
      token_endpoint_auth_method: 'private_key_jwt',
      jwks_uri: 'https://keys.nowhere.invalid/jwks',
    });
    const answer = await registerWith(at, published);
    expect([answer.status, answer.body['error']]).toEqual([503, 'temporarily_unavailable']);
  });
});

describe('a reviewed document whose content this server refuses is invalid_client_metadata', () => {
  it.each<readonly [string, string | (() => string | Uint8Array)]>([
    ['a member twice', () => `{"client_id":${JSON.stringify(published.url)},"scope":"a","sc\\u006fpe":"b"}`],
    ['the client_id of another', () => documentOf('https://app.example/client.json')],
    [
      'the client_id with another case',
      () => documentOf(published.url.replace('client.json', 'Client.json')),
    ],
    ['no client_id', '{"client_name":"x"}'],
    ['a list', '[]'],
    ['no JSON', 'client_id'],
    ['no UTF-8', () => Buffer.from(documentOf(published.url, { client_name: 'é' }), 'latin1')],
  ])('%s', async (_what, body) => {
    published.body = typeof body === 'string' ? body : body();
    const answer = await registerWith(at, published);
    expect([answer.status, answer.body['error']]).toEqual([400, 'invalid_client_metadata']);
  });

  it.each<readonly [string, Claims]>([
    ['a client secret', { client_secret: 'x' }],
    ['when a client secret expires', { client_secret_expires_at: 0 }],
    [
      'a private key',
      { token_endpoint_auth_method: 'private_key_jwt', jwks: { keys: [{ ...EC_KEY, d: 'AAAA' }] } },
    ],
    ['a private key in a member nobody knows', { old: { keys: [{ ...EC_KEY, d: 'AAAA' }] } }],
    ['a method that shares a secret', { token_endpoint_auth_method: 'client_secret_post' }],
    ['no method, which shares a secret', { token_endpoint_auth_method: undefined }],
    ['a grant type nobody grants', { grant_types: ['password'] }],
    ['an empty member', { client_name: '' }],
    ['a null', { client_name: null }],
    ['jwks and jwks_uri', { jwks: { keys: [EC_KEY] }, jwks_uri: 'https://app.example/jwks' }],
  ])('%s', async (_what, changes) => {
    published.body = documentOf(published.url, changes);
    const answer = await registerWith(at, published);
    expect([answer.status, answer.body['error']]).toEqual([400, 'invalid_client_metadata']);
  });

  it('redirect URIs are invalid_redirect_uri, as everywhere', async () => {
    published.body = documentOf(published.url, { redirect_uris: ['http://app.example/callback'] });
    expect((await registerWith(at, published)).body['error']).toBe('invalid_redirect_uri');
  });

  it('redirects to hosts that the issuer may not speak for are not approved', async () => {
    const narrow = await cimdScene(published.origin, {
      trust: {
        mayVouchFor: { clientIdentifiers: [`${published.origin}/`], redirectHosts: ['other.example'] },
      },
    });
    expect((await registerWith(narrow, published)).body['error']).toBe('unapproved_software_statement');
  });

  it('a document that says it has ended', async () => {
    published.body = documentOf(published.url, { client_id_expires_at: NOW - 1 });
    expect((await registerWith(at, published)).body['error']).toBe('invalid_software_statement');
  });
});

it.each(['invalid signature', 'expired', 'revoked'])('%s: the document is not asked for', async (what) => {
  if (what === 'revoked') at.issuer.setStatus(5, 1);
  const statement = await cimdStatement(at.issuer, published, what === 'expired' ? { exp: NOW - 61 } : {});
  const software_statement = what === 'invalid signature' ? `${statement.slice(0, -8)}AAAAAAAA` : statement;
  const { body } = await refused(at, { software_statement });
  expect(body['error']).toBe('invalid_software_statement');
  expect(published.asked).toEqual([]);
});
