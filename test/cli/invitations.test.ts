import { afterEach, beforeEach, expect, it } from 'vitest';
import { readInvitation } from '../../src/services/sign-in/open-invitation.ts';
import { expectOk, testIssuer, type TestIssuer } from '../support/issuer.ts';
import { accept, secretOf } from '../support/sign-in.ts';
import { appFetch, commandLine, type CommandLine } from './command-line.ts';

let test: TestIssuer;
let operator: CommandLine;
beforeEach(async () => {
  test = await testIssuer();
  operator = commandLine({
    fetch: appFetch(test),
    now: () => test.clock.now(),
    token: test.operatorToken,
    environment: { IMPRIMATUR_URL: test.issuer.identifier },
  });
});
afterEach(() => test.close());

const linkIn = (out: string) => /^https:\S+\/invitations\/\S+$/m.exec(out)?.[0] ?? '';

it('invites somebody, lists, and takes back', async () => {
  const made = await operator.run('invitation', 'create', 'Rhea', '--role', 'reviewer', '--lifetime', '1d');
  expect(made).toMatchObject({ code: 0, error: '' });
  const { invitation } = expectOk(await readInvitation(test.issuer, secretOf(linkIn(made.out))));
  expect(invitation).toMatchObject({ name: 'Rhea', roles: ['reviewer'] });
  expect(invitation.expiresAt - invitation.createdAt).toBe(86_400);

  const listed = await operator.run('invitation', 'list');
  expect(listed.out).toMatch(/Rhea\s+invite\s+reviewer\s+open/);
  expect(listed.out).not.toContain(secretOf(linkIn(made.out)));
  expect(await operator.run('invitation', 'revoke', invitation.id)).toMatchObject({ code: 0 });
  expect((await operator.run('invitation', 'list')).out).toMatch(/Rhea\s+invite\s+reviewer\s+revoked/);
});

it('lets an operator who works with tokens into the console', async () => {
  const made = await operator.run('invitation', 'recover', test.operator.personId);
  expectOk(await accept(test, linkIn(made.out)));
  expect(await test.store.passkeys(test.operator.personId)).toHaveLength(1);
});

it('says what an invitation needs', async () => {
  const made = await operator.run('invitation', 'create', 'Nobody');
  expect(made).toMatchObject({ code: 1, out: '' });
  expect(made.error).toContain('name a role or a publisher');
});
