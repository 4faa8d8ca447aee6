import { afterEach, beforeEach, expect, it } from 'vitest';
import { createApp } from '../../src/http/app.ts';
import { issueStatement } from '../../src/services/issue.ts';
import { changeStatement } from '../../src/services/statement-standing.ts';
import { approve, expectOk, testIssuer, testScene, type Scene, type TestIssuer } from '../support/issuer.ts';
import { commandLine, type CommandLine } from './command-line.ts';

let test: TestIssuer;
let scene: Scene;
let shell: CommandLine;
const asked: string[] = [];

beforeEach(async () => {
  test = await testIssuer({ trustDomain: 'issuer.example' });
  scene = await testScene(test);
  await approve(test, scene);
  const app = createApp({ issuer: test.issuer, publications: test.publications, signIn: test.signIn });
  asked.length = 0;
  shell = commandLine({
    now: () => test.clock.now(),
    fetch: async (input, init) => {
      const url = input instanceof Request ? input.url : String(input);
      asked.push(url);
      return app.request(url, init);
    },
  });
});
afterEach(() => test.close());

async function issued(profile: 'vc+jwt' | 'jwt-svid') {
  const terms = { profile, audience: ['https://as.example'] };
  return expectOk(await issueStatement(test.issuer, scene.developer.actor, scene.softwareId, terms))
    .statement;
}

it('a credential is verified with the document of its DID, and asked for its status', async () => {
  const { jwt, jti, listId } = await issued('vc+jwt');
  const { code, out } = await shell.run('verify', jwt, '--issuer', 'did:web:issuer.example');
  expect([code, out]).toEqual([
    0,
    expect.stringContaining('did:web:issuer.example vouches for Example Application'),
  ]);
  expect(asked).toEqual([
    'https://issuer.example/.well-known/did.json',
    `https://issuer.example/status-lists/${listId}`,
  ]);
  expect((await shell.run('verify', jwt, '--audience', 'https://other.example')).code).not.toBe(0);
  expectOk(await changeStatement(test.issuer, test.operator, jti, 'revoke', 'test'));
  expect((await shell.run('verify', jwt)).out).toContain('does not stand. The issuer revoked it');
});

it('of a JWT-SVID it cannot be told, because a trust domain does not say where its keys are', async () => {
  const { jwt } = await issued('jwt-svid');
  const { code, out } = await shell.run('verify', jwt);
  expect([code, out]).toEqual([2, expect.stringContaining('a trust domain is known by its bundle')]);
  expect(asked).toEqual([]);
});
