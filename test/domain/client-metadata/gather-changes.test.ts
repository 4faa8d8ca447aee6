import { expect, it } from 'vitest';
import { differenceOf } from '../../../src/domain/client-metadata/difference.ts';
import { gatherChanges } from '../../../src/domain/client-metadata/gather-changes.ts';
import type { JsonObject } from '../../../src/domain/json.ts';

const subject = (metadata: JsonObject) => ({ metadata, publisherId: 'publisher' });

it('items that come to a list or leave it are one change each way', () => {
  const before = { redirect_uris: ['https://a.example/1', 'https://a.example/2'], scope: 'openid' };
  const after = {
    redirect_uris: ['https://b.example/1', 'https://b.example/2', 'https://b.example/3'],
    scope: 'openid email phone',
    client_uri: 'https://b.example/',
  };
  const gathered = gatherChanges(differenceOf(subject(before), subject(after)));
  expect(gathered.map(({ pointer, effect, before: old, after: now }) => [pointer, effect, old, now])).toEqual(
    [
      ['/redirect_uris', 'expands', undefined, after.redirect_uris],
      ['/scope', 'expands', undefined, ['email', 'phone']],
      ['/redirect_uris', 'narrows', before.redirect_uris, undefined],
      ['/client_uri', 'neutral', undefined, 'https://b.example/'],
    ],
  );
});

it('what stands alone stays as it is', () => {
  const changes = differenceOf(
    subject({ redirect_uris: ['https://a.example/'], token_endpoint_auth_method: 'private_key_jwt' }),
    subject({ redirect_uris: ['https://b.example/'], token_endpoint_auth_method: 'none' }),
  );
  expect(gatherChanges(changes)).toEqual(changes);
});

it('loses no value of a first submission', () => {
  const metadata = {
    redirect_uris: Array.from({ length: 40 }, (_, i) => `https://a.example/${i}`),
    jwks: { keys: [{ kid: '1' }, { kid: '2' }] },
    grant_types: ['authorization_code', 'refresh_token'],
    default_acr_values: ['x', 'y'],
  };
  const gathered = gatherChanges(differenceOf(undefined, subject(metadata)));
  expect(gathered.map(({ pointer }) => pointer).toSorted()).toEqual([
    '/default_acr_values',
    '/grant_types',
    '/jwks',
    '/redirect_uris',
  ]);
  expect(gathered.find(({ member }) => member === 'jwks')?.after).toEqual(metadata.jwks.keys);
});
