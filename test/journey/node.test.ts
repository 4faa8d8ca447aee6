import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { readEnvironment } from '../../src/node/environment.ts';
import { serve, type Serving } from '../../src/node/serve.ts';
import { expectOk } from '../support/issuer.ts';
import { journey } from './journey.ts';

const TOKEN = 'set-up token chosen by the test'.replaceAll(' ', '-');
let directory: string;
let serving: Serving;

async function start(port = '0', issuer?: string): Promise<Serving> {
  const environment = readEnvironment({
    IMPRIMATUR_PORT: port,
    IMPRIMATUR_DATA: join(directory, 'data'),
    IMPRIMATUR_KEYS: join(directory, 'keys'),
    IMPRIMATUR_SETUP_TOKEN: TOKEN,
    IMPRIMATUR_ISSUER: issuer,
  });
  return expectOk(await serve(expectOk(environment), () => undefined));
}

beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), 'imprimatur-journey-'));
  serving = await start();
});
afterAll(async () => {
  await serving.stop();
  rmSync(directory, { recursive: true, force: true });
});

it('the journey on Node with embedded SQLite', async () => {
  await journey((path, init) => fetch(new URL(path, serving.url), init), serving.issuer, TOKEN);
});

it('starting again founds nothing and keeps everything', async () => {
  const before = await (await fetch(`${serving.url}/jwks`)).text();
  await serving.stop();
  serving = await start('0', serving.issuer);
  expect(serving.founding).toEqual({ founded: false });
  expect(await (await fetch(`${serving.url}/jwks`)).text()).toBe(before);
});
