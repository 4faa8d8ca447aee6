import { err, ok, type Result } from '../domain/result.ts';
import { isJsonObject, type JsonValue } from '../domain/json.ts';
import type { Issuer } from './issuer.ts';

/** Why this issuer must not serve: what it finds contradicts itself, and going on would make it worse. */
export type Contradiction = {
  readonly code: 'other_issuer' | 'ledger_shrank' | 'active_key_missing' | 'active_key_differs';
  readonly detail: string;
};

/**
 * The checks before serving: the database belongs to this issuer identifier, the ledger is not shorter than a
 * checkpoint that was signed, and the active private key makes signatures its published half verifies.
 */
export async function checkBeforeServing(issuer: Issuer): Promise<Result<void, Contradiction>> {
  const founded = await foundedAs(issuer);
  if (founded !== undefined && founded !== issuer.identifier)
    return err({
      code: 'other_issuer',
      detail:
        `this database was founded as ${founded}, and statements in the world say so, but IMPRIMATUR_ISSUER is ` +
        `${issuer.identifier}. Set IMPRIMATUR_ISSUER=${founded}, or use another IMPRIMATUR_DATA for a new issuer.`,
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

async function foundedAs(issuer: Issuer): Promise<string | undefined> {
  const first = await issuer.store.entry(1);
  if (first === undefined) return undefined;
  const entry: JsonValue = JSON.parse(first.text);
  const data = isJsonObject(entry) ? entry['data'] : undefined;
  const identifier = isJsonObject(data) ? data['issuer'] : undefined;
  return typeof identifier === 'string' ? identifier : undefined;
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
