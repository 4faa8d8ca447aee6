import { expect, test } from 'vitest';
import { publicUrl } from '../../../src/domain/network/public-url.ts';

test.each([
  'https://app.example/jwks.json',
  'https://app.example:8443/jwks',
  'https://app.example./jwks',
  'https://xn--bcher-kva.example/jwks',
  'https://bücher.example/jwks',
  'https://8.8.8.8/jwks',
  'https://[2600::1]/jwks',
  'https://localhost.example.org/',
])('%s may be asked', (text) => {
  expect(publicUrl(text)).toMatchObject({ ok: true });
});

test.each([
  ['http://app.example/jwks', 'not_https'],
  ['ftp://app.example/jwks', 'not_https'],
  ['file:///etc/passwd', 'not_https'],
  ['data:application/json,{}', 'not_https'],
  ['javascript:alert(1)', 'not_https'],
  ['not a url', 'bad_url'],
  ['', 'bad_url'],
  ['https://', 'bad_url'],
  ['https://user@app.example/', 'bad_url'],
  ['https://user:secret@app.example/', 'bad_url'],
  ['https://app.example/#keys', 'bad_url'],
  [`https://app.example/${'x'.repeat(2_048)}`, 'bad_url'],
  ['https://localhost/', 'not_public'],
  ['https://LOCALHOST./', 'not_public'],
  ['https://a.localhost/', 'not_public'],
  ['https://printer.local/', 'not_public'],
  ['https://metadata.google.internal/', 'not_public'],
  ['https://router.home.arpa/', 'not_public'],
  ['https://x.onion/', 'not_public'],
  ['https://a.test/', 'not_public'],
  ['https://intranet/', 'not_public'],
  ['https://127.0.0.1/', 'not_public'],
  ['https://2130706433/', 'not_public'],
  ['https://0x7f000001/', 'not_public'],
  ['https://0177.0.0.1/', 'not_public'],
  ['https://127.1/', 'not_public'],
  ['https://１２７.0.0.1/', 'not_public'],
  ['https://169.254.169.254/latest/meta-data', 'not_public'],
  ['https://10.0.0.1/', 'not_public'],
  ['https://[::1]/', 'not_public'],
  ['https://[::ffff:127.0.0.1]/', 'not_public'],
  ['https://[fe80::1]/', 'not_public'],
  ['https://[fd00::1]/', 'not_public'],
])('%s is refused: %s', (text, code) => {
  expect(publicUrl(text)).toMatchObject({ ok: false, error: { code } });
});

test('for development, loopback and http may be asked, and nothing else changes', () => {
  const options = { allowPrivate: true };
  expect(publicUrl('http://localhost:8080/jwks', options).ok).toBe(true);
  expect(publicUrl('https://10.0.0.1/jwks', options).ok).toBe(true);
  for (const link of ['http://169.254.169.254/latest/', 'http://[fe80::1]/', 'http://[::ffff:a9fe:a9fe]/'])
    expect(publicUrl(link, options)).toMatchObject({ error: { code: 'not_public' } });
  expect(publicUrl('ftp://localhost/', options)).toMatchObject({ error: { code: 'not_https' } });
  expect(publicUrl('http://a:b@localhost/', options)).toMatchObject({ error: { code: 'bad_url' } });
});
