import type { MintedToken } from '../../../../src/kit/registration/initial-access-tokens.ts';
import type { Registrar } from '../../../../src/kit/registration/registrar.ts';
import { expectOk } from '../../../support/issuer.ts';
import type { Scene } from '../../support/scene.ts';

export type Wanted = Parameters<Registrar['mintInitialAccessToken']>[0];

/** A token that is good for one registration in the class `open`, within an hour. */
export const ONE_USE: Wanted = {
  clientClass: 'open',
  subject: 'A partner',
  lifetimeSeconds: 3600,
  maxUses: 1,
};

/** Makes an initial access token; fails the test when that does not work. */
export async function mint(
  { registrar }: Pick<Scene, 'registrar'>,
  changes: Partial<Wanted> = {},
): Promise<MintedToken> {
  return expectOk(await registrar.mintInitialAccessToken({ ...ONE_USE, ...changes }));
}
