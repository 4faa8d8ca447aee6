import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { OpenRegistrar } from '../../cli/local-registrar.ts';
import type { LocalRefusal } from '../../cli/local.ts';
import { openKeyFiles } from '../../custody/key-files.ts';
import { unlockFrom } from '../../custody/unlock.ts';
import { createSealer } from '../../domain/ledger/sealer.ts';
import { verifyLedger } from '../../domain/ledger/verify-ledger.ts';
import { err, ok, type Result } from '../../domain/result.ts';
import { createNodeFetcher } from '../../fetcher/node-fetcher.ts';
import type { RegistrationLog } from '../../kit/registration/context.ts';
import { createRegistrar, type Registrar } from '../../kit/registration/registrar.ts';
import type { RegistrationStore } from '../../kit/registration/ports.ts';
import { createStatementVerifier } from '../../kit/verifier/statement-verifier.ts';
import { openSqliteRegistrationStore } from '../../registration-store/open-sqlite-store.ts';
import { afterMilliseconds } from '../adapters.ts';
import { everyCheckpoint, everyEntry } from '../every.ts';
import { makeDirectory } from '../make-directory.ts';
import type { RegistrarConfig } from './read-config.ts';
import { serveRegistrar } from './serve-registrar.ts';

export const DATABASE_FILE = 'registrar.sqlite';
/** An authorization server on this machine is for trying things out; its clients are here too. */
const LOOPBACK = /^https?:\/\/(?:localhost|127\.0\.0\.1|\[::1\])(?::|\/|$)/;

/** Opens database and keys of a stand-alone registration server. Several processes may: its operator's commands run beside it. */
export async function openRegistrar(
  config: RegistrarConfig,
  variables: { readonly [name: string]: string | undefined },
  log: RegistrationLog,
): Promise<Result<OpenRegistrar, LocalRefusal>> {
  const { authorizationServer } = config;
  if (!URL.canParse(authorizationServer))
    return err({ code: 'config', detail: `authorizationServer ${authorizationServer} is not a URL` });
  const unlock = unlockFrom({
    issuer: authorizationServer,
    passphrase: variables['IMPRIMATUR_KEY_PASSPHRASE'] || undefined,
    keyEncryptionKey: variables['IMPRIMATUR_KEY_ENCRYPTION_KEY'] || undefined,
  });
  if (!unlock.ok) return unlock;
  for (const path of [config.data, config.keys]) {
    const directory = makeDirectory(path);
    if (!directory.ok) return directory;
  }
  const custody = await openKeyFiles({ directory: config.keys, unlock: unlock.value.unlock });
  if (!custody.ok) return custody;
  const path = join(config.data, DATABASE_FILE);
  const isNew = !existsSync(path);
  const opened = openSqliteRegistrationStore(path);
  if (!opened.ok) return opened;
  const { store } = opened.value;

  const sealer = createSealer({
    seal: async () => (registrar.ok ? registrar.value.seal() : undefined),
    failed: (error) => log('error', 'audit.seal_failed', { error: String(error) }),
    schedule: afterMilliseconds,
  });
  const origin = `${(config.endpoint ?? `${authorizationServer}/register`).replace(/^https?:\/\//, '')}/audit`;
  const publicKey = await custody.value.checkpointPublicKey();
  const sealing = {
    origin,
    publicKey,
    sign: (message: Uint8Array) => custody.value.signCheckpoint(message),
  };
  const registrar = configured(config, store, sealing, sealer.nudge, log);
  if (!registrar.ok) {
    opened.value.close();
    return registrar;
  }
  // A process that was killed may have left entries that no checkpoint covers.
  if (!isNew) sealer.nudge();
  return ok({
    registrar: registrar.value,
    warnings: unlock.value.warning === undefined ? [] : [unlock.value.warning],
    serve: () =>
      serveRegistrar(config, { registrar: registrar.value, store, publicKey, origin, variables, log }),
    entries: () => everyEntry(store),
    verify: (progress) =>
      verifyLedger(
        { entries: everyEntry(store), checkpoints: everyCheckpoint(store), publicKey, origin },
        progress,
      ),
    backup: async (target) => {
      if (existsSync(target))
        return err({ code: 'exists', detail: `${target} exists; nothing is overwritten` });
      await opened.value.backup(target);
      return ok(undefined);
    },
    close: async () => {
      await sealer.stop();
      opened.value.close();
    },
  });
}

/** The kit says what of a configuration cannot be meant by a TypeError. */
function configured(
  config: RegistrarConfig,
  store: RegistrationStore,
  sealing: NonNullable<Parameters<typeof createRegistrar>[0]['sealing']>,
  committed: () => void,
  log: RegistrationLog,
): Result<Registrar, LocalRefusal> {
  const { authorizationServer, policy, issuers, tenant } = config;
  const fetcher = createNodeFetcher({ allowPrivate: LOOPBACK.test(authorizationServer) });
  const endpoint = config.endpoint ?? `${authorizationServer.replace(/\/$/, '')}/register`;
  const trustDomains = config.trustDomains.map((trusted) => ({ audience: endpoint, ...trusted }));
  try {
    const registrar = createRegistrar({
      authorizationServer,
      endpoint,
      ...(policy === undefined ? {} : { policy }),
      ...(issuers.length === 0 && trustDomains.length === 0
        ? {}
        : {
            verifier: createStatementVerifier({
              issuers,
              trustDomains,
              fetcher,
              audience: config.audience ?? [authorizationServer],
              ...(tenant === undefined ? {} : { tenant }),
            }),
          }),
      store,
      fetcher,
      sealing,
      committed,
      log,
    });
    return ok(registrar);
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    return err({ code: 'config', detail: `the configuration cannot be used: ${error.message}` });
  }
}
