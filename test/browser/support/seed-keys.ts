import { activateKey, retireKey, revokeKey } from '../../../src/services/key-life.ts';
import { generateKey } from '../../../src/services/keys.ts';
import { expectOk } from '../../support/issuer.ts';
import type { Stage } from './stage.ts';

/** `kid`s. */
export type SeededKeys = { readonly active: string; readonly retiring: string; readonly pending: string };

/** Keys in every state: the first retires, one was found on a laptop, one signs, one waits. */
export async function seedKeys({ issuer, operator, daysBefore }: Stage): Promise<SeededKeys> {
  daysBefore(25);
  const [first] = await issuer.store.signingKeys();
  const unneeded = expectOk(await generateKey(issuer, operator, { alg: 'ES384' }));
  const [standby] = (await issuer.store.signingKeys()).filter(({ state }) => state === 'pending');
  if (first === undefined || standby === undefined) throw new Error('founded without a standby');
  expectOk(await activateKey(issuer, operator, standby.kid, {}));
  daysBefore(18);
  expectOk(await retireKey(issuer, operator, unneeded.kid));
  const leaked = expectOk(await generateKey(issuer, operator, { alg: 'RS256' }));
  expectOk(await revokeKey(issuer, operator, leaked.kid, 'found on a laptop'));
  daysBefore(7);
  const pending = expectOk(await generateKey(issuer, operator, { alg: 'EdDSA' }));
  return { active: standby.kid, retiring: first.kid, pending: pending.kid };
}
