import { randomBytes } from 'node:crypto';
import type { Miniflare } from 'miniflare';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createSealedKey } from '../../src/custody/create-sealed-key.ts';
import { apiClient, expectStatus, type Send } from './api-client.ts';
import { startWorker } from '../support/workerd.ts';
import { journey } from './journey.ts';

const ISSUER = 'https://issuer.example';
const TOKEN = 'set-up-token-of-the-worker';
let worker: Miniflare;
let send: Send;

beforeAll(async () => {
  const keyEncryptionKey = randomBytes(32);
  const keys = [
    await createSealedKey('ES256', 'statement', keyEncryptionKey),
    await createSealedKey('ES256', 'statement', keyEncryptionKey),
    await createSealedKey('EdDSA', 'checkpoint', keyEncryptionKey),
  ];
  worker = await startWorker({
    IMPRIMATUR_ISSUER: ISSUER,
    IMPRIMATUR_SETUP_TOKEN: TOKEN,
    IMPRIMATUR_SIGNING_KEYS: JSON.stringify(keys.map(({ jwe }) => jwe)),
    IMPRIMATUR_KEY_ENCRYPTION_KEY: keyEncryptionKey.toString('base64url'),
    IMPRIMATUR_SPIFFE_TRUST_DOMAIN: 'issuer.example',
  });
  send = async (path, init) => {
    const request = new Request(new URL(path, ISSUER), init);
    const response = await worker.dispatchFetch(new URL(path, ISSUER), {
      method: request.method,
      headers: Object.fromEntries(request.headers),
      ...(request.body === null ? {} : { body: await request.text() }),
    });
    return new Response(response.status === 304 ? null : await response.arrayBuffer(), {
      status: response.status,
      headers: Object.fromEntries(response.headers),
    });
  };
});
afterAll(() => worker.dispose());

it('the journey on workerd with D1', async () => {
  await journey(send, ISSUER, TOKEN);
});

it('is a did:web and a SPIFFE trust domain too', async () => {
  const did: { id: string; assertionMethod: string[] } = await (await send('/.well-known/did.json')).json();
  expect(did.id).toBe('did:web:issuer.example');
  expect(did.assertionMethod.length).toBeGreaterThan(0);
  const bundle: { keys: { use: string }[]; spiffe_sequence: number } = await (
    await send('/spiffe/bundle')
  ).json();
  expect(bundle.spiffe_sequence).toBeGreaterThan(0);
  expect(new Set(bundle.keys.map(({ use }) => use))).toEqual(new Set(['jwt-svid']));
});

it('seals the ledger after a request', async () => {
  const operator = apiClient(send, TOKEN);
  await expectStatus(operator('POST', '/v1/publishers', { name: 'Sealed' }), 201);
  await expect
    .poll(async () => {
      const head = await expectStatus(operator('GET', '/v1/ledger/checkpoints/latest'), 200);
      return head.checkpoint?.size === head.entries;
    })
    .toBe(true);
});

it('says what to run where keys cannot be made', async () => {
  const problem = await expectStatus(apiClient(send, TOKEN)('POST', '/v1/keys', {}), 409);
  expect(problem.type).toBe(`${ISSUER}/problems/custody_read_only`);
  expect(problem.detail).toContain('imprimatur keys create');
});
