import { err, ok, type Result } from '../domain/result.ts';
import { encodeBase64url } from '../domain/base64url.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../domain/json.ts';
import { isPublished } from '../domain/signing-key.ts';
import type { Issuer } from './issuer.ts';

/** Why this issuer must not serve: what it finds contradicts itself, and going on would make it worse. */
export type Contradiction = {
  readonly code:
    'other_issuer' | 'ledger_shrank' | 'active_key_missing' | 'active_key_differs' | 'checkpoint_key_differs';
  readonly detail: string;
};

/**
 * The checks before serving: the database belongs to this issuer identifier, the ledger is not shorter than a
 * checkpoint that was signed, and the active private key makes signatures its published half verifies.
 */
export async function checkBeforeServing(issuer: Issuer): Promise<Result<void, Contradiction>> {
  const founded = await founding(issuer);
  const identifier = founded?.['issuer'];
  if (typeof identifier === 'string' && identifier !== issuer.identifier)
    return err({
      code: 'other_issuer',
      detail:
        `this database was founded as ${identifier}, and statements in the world say so, but IMPRIMATUR_ISSUER is ` +
        `${issuer.identifier}. Set IMPRIMATUR_ISSUER=${identifier}, or use another IMPRIMATUR_DATA for a new issuer.`,
    });

  const checkpointKey = encodeBase64url(await issuer.custody.checkpointPublicKey());
  if (founded !== undefined && founded['checkpoint_key'] !== checkpointKey)
    return err({
      code: 'checkpoint_key_differs',
      detail:
        'the key that signs the ledger is not the one this issuer was founded with: its file checkpoint-….jwe is missing or ' +
        'another one. Put it back into IMPRIMATUR_KEYS; monitors would refuse what another key signs.',
    });

  const [checkpoint, entries] = await Promise.all([
    issuer.store.latestCheckpoint(),
    issuer.store.entryCount(),
  ]);
  if (checkpoint !== undefined && entries < checkpoint.size)
    return err({
      code: 'ledger_shrank',
      detail:
        `a signed checkpoint covers ${checkpoint.size} entries but the database holds ${entries}. It was restored or ` +
        'cut short: run `imprimatur restore`, which makes it safe to go on.',
    });
  return checkActiveKey(issuer);
}

/** What the first entry of the ledger says of the issuer; undefined before it was founded. */
async function founding(issuer: Issuer): Promise<JsonObject | undefined> {
  const first = await issuer.store.entry(1);
  if (first === undefined) return undefined;
  const entry: JsonValue = JSON.parse(first.text);
  const data = isJsonObject(entry) ? entry['data'] : undefined;
  return isJsonObject(data) ? data : undefined;
}

const PROBE = new TextEncoder().encode('imprimatur start-up probe');

async function checkActiveKey(issuer: Issuer): Promise<Result<void, Contradiction>> {
  const active = (await issuer.store.signingKeys()).find((key) => key.state === 'active');
  if (active === undefined) return ok(undefined);
  const signature = await issuer.custody.sign(active.kid, PROBE);
  if (!signature.ok)
    return err({
      code: 'active_key_missing',
      detail:
        `the active signing key ${active.kid} is not in custody. Put its file back into IMPRIMATUR_KEYS, or start with ` +
        'the directory that holds it.',
    });
  const held = (await issuer.custody.publicKeys()).find((jwk) => jwk.kid === active.kid);
  return JSON.stringify(held) === JSON.stringify(active.publicJwk)
    ? ok(undefined)
    : err({
        code: 'active_key_differs',
        detail: `the key in custody under ${active.kid} is not the one that is published under that name.`,
      });
}

/**
 * Destroys private keys whose public halves have ended: a process that died between the commit and the destruction
 * left them behind.
 */
export async function destroyEndedKeys(issuer: Issuer): Promise<void> {
  const [ring, held] = await Promise.all([issuer.store.signingKeys(), issuer.custody.publicKeys()]);
  for (const { kid, state } of ring)
    if (!isPublished(state) && held.some((jwk) => jwk.kid === kid)) await issuer.custody.destroy(kid);
}
