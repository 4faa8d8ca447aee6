import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { openKeyFiles } from '../custody/key-files.ts';
import { unlockFrom } from '../custody/unlock.ts';
import { sha256Base64url } from '../domain/sha256.ts';
import type { Custody, Store } from '../ports.ts';
import { ledgerOrigin } from '../services/issuer.ts';
import { verifyLedger } from '../domain/ledger/verify-ledger.ts';
import { openSqliteStore } from '../store/open-sqlite-store.ts';
import type { Environment } from './environment.ts';
import { everyCheckpoint, everyEntry } from './every.ts';
import { DATABASE_FILE } from './open-issuer.ts';

/** One thing the doctor looked at. `warning` is not damage, but an operator should know. */
export type Finding = {
  readonly check: string;
  readonly state: 'ok' | 'warning' | 'damaged';
  readonly detail: string;
};

/**
 * Looks at everything this machine holds of the issuer and changes nothing: database file, ledger, statements
 * against the ledger, keys. May run while a server serves.
 */
export async function doctor(
  environment: Environment,
  progress?: (text: string) => void,
): Promise<readonly Finding[]> {
  const path = join(environment.dataDirectory, DATABASE_FILE);
  if (!existsSync(path))
    return [
      { check: 'database', state: 'damaged', detail: `there is no database in ${environment.dataDirectory}` },
    ];
  const opened = openSqliteStore(path);
  if (!opened.ok) return [{ check: 'database', state: 'damaged', detail: opened.error.detail }];
  try {
    const { store } = opened.value;
    progress?.('reading the database file');
    const damage = opened.value.findDamage();
    const findings: Finding[] = [
      damage.length === 0
        ? { check: 'database', state: 'ok', detail: 'the file is whole and every reference holds' }
        : { check: 'database', state: 'damaged', detail: damage.join('; ') },
    ];
    const custody = await openCustody(environment);
    if ('detail' in custody) return [...findings, custody];
    findings.push(...(await keyFindings(store, custody)));
    progress?.('recomputing the ledger');
    findings.push(await ledgerFinding(store, custody, environment.issuer, progress));
    progress?.('comparing statements with the ledger');
    findings.push(await statementFinding(store));
    return findings;
  } finally {
    opened.value.close();
  }
}

async function openCustody(environment: Environment): Promise<Custody | Finding> {
  const unlock = unlockFrom(environment);
  if (!unlock.ok) return { check: 'keys', state: 'damaged', detail: unlock.error.detail };
  const custody = await openKeyFiles({ directory: environment.keysDirectory, unlock: unlock.value.unlock });
  return custody.ok ? custody.value : { check: 'keys', state: 'damaged', detail: custody.error.detail };
}

async function keyFindings(store: Store, custody: Custody): Promise<readonly Finding[]> {
  const [ring, held] = [await store.signingKeys(), await custody.publicKeys()];
  const needed = ring.filter((key) => key.state === 'active' || key.state === 'pending');
  const missing = needed.filter((key) => !held.some((jwk) => jwk.kid === key.kid));
  const unknown = held.filter((jwk) => !ring.some((key) => key.kid === jwk.kid));
  const active = ring.find((key) => key.state === 'active');
  return [
    missing.length === 0 && active !== undefined
      ? {
          check: 'keys',
          state: 'ok',
          detail: `the active key ${active.kid} and every standby are in custody`,
        }
      : {
          check: 'keys',
          state: 'damaged',
          detail:
            active === undefined
              ? 'no key is active'
              : `not in custody: ${missing.map((key) => key.kid).join(', ')}`,
        },
    ...(ring.some((key) => key.state === 'pending')
      ? []
      : [
          {
            check: 'standby',
            state: 'warning',
            detail:
              'no standby key is published; run `imprimatur keys generate`, so that an emergency does not have to wait for caches',
          } as const,
        ]),
    ...(unknown.length === 0
      ? []
      : [
          {
            check: 'keys',
            state: 'warning',
            detail: `key files the database does not know: ${unknown.map((jwk) => jwk.kid).join(', ')}`,
          } as const,
        ]),
  ];
}

async function ledgerFinding(
  store: Store,
  custody: Custody,
  issuer: string,
  progress?: (text: string) => void,
): Promise<Finding> {
  const verified = await verifyLedger(
    {
      entries: everyEntry(store),
      checkpoints: everyCheckpoint(store),
      publicKey: await custody.checkpointPublicKey(),
      origin: ledgerOrigin(issuer, 0),
    },
    (entries) => progress?.(`recomputing the ledger: ${entries} entries`),
  );
  if (!verified.ok) {
    const where =
      verified.error.what === 'entry' ? `entry ${verified.error.seq}` : `checkpoint ${verified.error.size}`;
    return { check: 'ledger', state: 'damaged', detail: `${where}: ${verified.error.detail}` };
  }
  const { entries, checkpoints, unsealed } = verified.value;
  return {
    check: 'ledger',
    state: 'ok',
    detail: `${entries} entries and ${checkpoints} checkpoints hold${unsealed === 0 ? '' : `; ${unsealed} entries are not sealed yet`}`,
  };
}

async function statementFinding(store: Store): Promise<Finding> {
  let after: string | undefined;
  let count = 0;
  for (;;) {
    const page = await store.statements({}, { after, limit: 200 });
    for (const { statement } of page) {
      count += 1;
      const [entry] = await store.entries({ kind: 'statement.issued', subject: statement.jti }, undefined, 1);
      if (
        sha256Base64url(statement.jwt) !== statement.sha256 ||
        entry?.text.includes(statement.sha256) !== true
      )
        return {
          check: 'statements',
          state: 'damaged',
          detail: `statement ${statement.jti} is not the one the ledger says was issued`,
        };
    }
    after = page.at(-1)?.statement.jti;
    if (after === undefined) break;
  }
  return {
    check: 'statements',
    state: 'ok',
    detail: `${count} statements are what the ledger says was issued`,
  };
}
