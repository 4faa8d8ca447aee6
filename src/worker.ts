import { openSecretKeys } from './custody/secret-keys.ts';
import { isTrustDomain } from './domain/spiffe/spiffe-id.ts';
import { createWebFetcher } from './fetcher/web-fetcher.ts';
import { createWebResolveText } from './fetcher/web-resolve-text.ts';
import { createApp } from './http/app.ts';
import { readIdentityProvider } from './identity/settings.ts';
import { createSignInMethods } from './identity/sign-in-methods.ts';
import type { Clock, Log } from './ports.ts';
import { checkPendingEvidence } from './services/evidence/check.ts';
import { found } from './services/found.ts';
import type { Issuer } from './services/issuer.ts';
import { housekeep } from './services/housekeeping.ts';
import { createPublications } from './services/publications.ts';
import { sealLedger } from './services/seal-ledger.ts';
import { checkBeforeServing } from './services/start-up.ts';
import type { D1Database } from './store/d1-executor.ts';
import { openD1Store } from './store/open-d1-store.ts';

/**
 * Composition root for Cloudflare Workers: D1, secrets, and the same application as on Node. An isolate opens the issuer once
 * and keeps it; several isolates may serve at once, so cached publications are checked against D1 every few seconds.
 */

type Bindings = {
  readonly DB: D1Database;
  readonly IMPRIMATUR_ISSUER: string;
  readonly IMPRIMATUR_SIGNING_KEYS: string;
  readonly IMPRIMATUR_KEY_ENCRYPTION_KEY: string;
  readonly IMPRIMATUR_SETUP_TOKEN?: string;
  readonly IMPRIMATUR_POLICY_URI?: string;
  readonly IMPRIMATUR_TOS_URI?: string;
  readonly IMPRIMATUR_SPIFFE_TRUST_DOMAIN?: string;
  readonly IMPRIMATUR_OIDC_ISSUER?: string;
  readonly IMPRIMATUR_OIDC_CLIENT_ID?: string;
  readonly IMPRIMATUR_OIDC_CLIENT_SECRET?: string;
  readonly IMPRIMATUR_OIDC_NAME?: string;
};

type ExecutionContext = { waitUntil(promise: Promise<unknown>): void };

const RECHECK_SECONDS = 5;

const clock: Clock = { now: () => Math.floor(Date.now() / 1000), nowMilliseconds: () => Date.now() };

const log: Log = (level, event, fields) => {
  console.log(JSON.stringify({ time: new Date().toISOString(), level, event, ...fields }));
};

type Opened = { readonly issuer: Issuer; readonly app: ReturnType<typeof createApp>; committed: boolean };

let opening: Promise<Opened> | undefined;

async function open(bindings: Bindings): Promise<Opened> {
  const custody = await openSecretKeys({
    signingKeys: bindings.IMPRIMATUR_SIGNING_KEYS,
    keyEncryptionKey: bindings.IMPRIMATUR_KEY_ENCRYPTION_KEY,
  });
  if (!custody.ok) throw new Error(custody.error.detail);
  const identityProvider = readIdentityProvider(bindings);
  if (!identityProvider.ok)
    throw new Error(identityProvider.error.map(({ variable, detail }) => `${variable} ${detail}`).join('; '));
  const trustDomain = bindings.IMPRIMATUR_SPIFFE_TRUST_DOMAIN || undefined;
  if (trustDomain !== undefined && !isTrustDomain(trustDomain))
    throw new Error('IMPRIMATUR_SPIFFE_TRUST_DOMAIN must be the name of a SPIFFE trust domain');
  const store = openD1Store(bindings.DB);
  const issuer: Issuer = {
    identifier: bindings.IMPRIMATUR_ISSUER,
    store: {
      ...store,
      commit: async (entries, changes) => {
        const outcome = await store.commit(entries, changes);
        if (outcome.ok) opened.committed = true;
        return outcome;
      },
    },
    custody: custody.value,
    clock,
    random: (octets) => crypto.getRandomValues(new Uint8Array(octets)),
    log,
    fetcher: createWebFetcher(),
    trustDomain,
    resolveText: createWebResolveText(),
    changed: (what) => publications.invalidate(what),
  };
  const publications = createPublications(issuer, {
    recheckSeconds: RECHECK_SECONDS,
    policyUri: bindings.IMPRIMATUR_POLICY_URI,
    termsUri: bindings.IMPRIMATUR_TOS_URI,
  });
  const checked = await checkBeforeServing(issuer);
  if (!checked.ok) throw new Error(checked.error.detail);
  const opened: Opened = {
    issuer,
    app: createApp({
      issuer,
      publications,
      signIn: createSignInMethods(issuer.identifier, identityProvider.value),
      // The platform sets this header and strips what a client sends.
      clientAddress: ({ req }) => req.header('cf-connecting-ip'),
    }),
    committed: false,
  };
  const founding = await found(issuer, { alg: 'ES256', chosenToken: bindings.IMPRIMATUR_SETUP_TOKEN });
  if (!founding.ok)
    throw new Error('the issuer could not be founded: put sealed keys into IMPRIMATUR_SIGNING_KEYS');
  if (founding.value.founded && founding.value.setupToken !== undefined)
    log('warn', 'issuer.founded_without_token', {
      detail:
        'set the secret IMPRIMATUR_SETUP_TOKEN before the first request; a token made here would end up in logs',
    });
  return opened;
}

function openOnce(bindings: Bindings): Promise<Opened> {
  opening ??= open(bindings).catch((error: unknown) => {
    opening = undefined;
    throw error;
  });
  return opening;
}

/** What follows a commit once it has been answered. Evidence that is found is sealed as well. */
async function afterCommit(opened: Opened): Promise<void> {
  await sealLedger(opened.issuer);
  await checkPendingEvidence(opened.issuer);
  if (opened.committed) await sealLedger(opened.issuer);
  opened.committed = false;
}

export default {
  async fetch(request: Request, bindings: Bindings, context: ExecutionContext): Promise<Response> {
    const issuer = await openOnce(bindings);
    const response = await issuer.app.fetch(request);
    if (issuer.committed) {
      issuer.committed = false;
      context.waitUntil(afterCommit(issuer));
    }
    return response;
  },

  async scheduled(_event: unknown, bindings: Bindings): Promise<void> {
    const { issuer } = await openOnce(bindings);
    await housekeep(issuer);
    await sealLedger(issuer);
  },
};
