import type { TestInternet } from '../../support/internet.ts';

const KEYS = JSON.stringify({
  keys: [
    {
      kty: 'EC',
      crv: 'P-256',
      kid: 'app-2026',
      use: 'sig',
      alg: 'ES256',
      x: 'f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU',
      y: 'x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0',
    },
  ],
});

/** What the hosts of the seeded software answer. */
export function seedInternet({ sites, records }: TestInternet): void {
  const page = { contentType: 'text/html', body: '<!doctype html><title>A page</title>' };
  for (const path of ['', 'privacy', 'terms']) sites.set(`https://app.example/${path}`, page);
  sites.set('https://app.example/jwks.json', { contentType: 'application/json', body: KEYS });
  sites.set('https://app.example/logo.png', { contentType: 'image/png', body: logo(256, 256) });
  sites.set('https://app.example/huge.png', { contentType: 'image/png', body: logo(9_000, 2) });
  sites.set('https://app.example/client.json', {
    contentType: 'application/json',
    body: JSON.stringify({
      client_id: 'https://app.example/client.json',
      client_name: 'Northwind Calendar',
      redirect_uris: ['https://app.example/calendar/callback'],
      grant_types: ['authorization_code'],
      response_types: ['code'],
      token_endpoint_auth_method: 'none',
      scope: 'openid',
    }),
  });
  records.set('_imprimatur.lost.example', []);
}

/** The beginning of a PNG, which is all that is looked at. */
function logo(width: number, height: number): Uint8Array {
  const octets = Buffer.alloc(64);
  octets.set([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
  octets.writeUInt32BE(13, 8);
  octets.write('IHDR', 12, 'latin1');
  octets.writeUInt32BE(width, 16);
  octets.writeUInt32BE(height, 20);
  octets.set([8, 6], 24);
  return Uint8Array.from(octets);
}
