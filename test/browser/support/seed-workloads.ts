import { createInitialAccessToken } from '../../../src/services/exchange/initial-access-tokens.ts';
import { bindWorkload, endWorkload } from '../../../src/services/workloads/bindings.ts';
import { expectOk, type TestPerson } from '../../support/issuer.ts';
import { GITHUB_RULES, GITLAB_RULES } from '../../support/platform-claims.ts';
import type { SeededPeople, SeededSoftware, Stage } from './stage.ts';

type Bound = { readonly workloadId: string; readonly initialAccessTokenId: string };
export type SeededWorkloads = { readonly ordinary: Bound; readonly hostile: Bound };

/** Jobs that get statements by themselves: bound, let go, with names people send. */
export async function seedWorkloads(
  { issuer, later, texts }: Stage,
  { developer, hostileDeveloper }: SeededPeople,
  { main, hostile }: SeededSoftware,
): Promise<SeededWorkloads> {
  const bind = async (by: TestPerson, softwareId: string, label: string): Promise<Bound> => {
    const command = { label: label.slice(0, 100), rules: GITHUB_RULES, mayFile: true };
    const workload = later(expectOk(await bindWorkload(issuer, by.actor, softwareId, command)));
    const token = later(
      expectOk(
        await createInitialAccessToken(issuer, by.actor, softwareId, {
          label: label.slice(0, 100),
          clientId: `https://app.example/${'a'.repeat(200)}.json`,
          lifetimeSeconds: 30 * 86_400,
        }),
      ),
    );
    return { workloadId: workload.id, initialAccessTokenId: token.token.id };
  };
  const gone = expectOk(
    await bindWorkload(issuer, developer.actor, main, {
      label: 'Pipeline of the old project',
      rules: GITLAB_RULES,
      mayFile: false,
    }),
  );
  expectOk(await endWorkload(issuer, developer.actor, main, gone.id));
  return {
    ordinary: await bind(developer, main, 'Release workflow'),
    hostile: await bind(hostileDeveloper, hostile, texts.name),
  };
}
