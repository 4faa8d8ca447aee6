import { err, ok, type Result } from '../domain/result.ts';
import { isIssuerIdentifier } from '../domain/statement/audience.ts';
import type { IdentityProviderSettings } from '../identity/open-id-connect.ts';
import { IDENTITY_PROVIDER_VARIABLES, readIdentityProvider } from '../identity/settings.ts';
import { SIGNING_ALGORITHMS, type SigningAlgorithm } from '../domain/signing-key.ts';
import { isTrustDomain } from '../domain/spiffe/spiffe-id.ts';
import { isSetupSecret } from '../services/token-text.ts';

/** What the operator sets, parsed once. Only this file and `identity/settings.ts` read variable names. */
export type Environment = {
  /** Issuer identifier without a trailing slash (RFC 8414 §2). */
  readonly issuer: string;
  readonly port: number;
  /** Address to listen on; loopback unless set, since a proxy with TLS belongs in front. */
  readonly host: string;
  /** Header in which a proxy in front names the client's address; its last entry counts. */
  readonly addressHeader: string | undefined;
  readonly dataDirectory: string;
  readonly keysDirectory: string;
  readonly passphrase: string | undefined;
  readonly keyEncryptionKey: string | undefined;
  readonly setupToken: string | undefined;
  /** Algorithm of the first key; later ones are chosen when they are generated. */
  readonly firstKeyAlg: SigningAlgorithm;
  readonly policyUri: string | undefined;
  readonly termsUri: string | undefined;
  /** The SPIFFE trust domain in which it issues JWT-SVIDs; undefined for none. */
  readonly trustDomain: string | undefined;
  /** Where people may sign in besides with passkeys. */
  readonly identityProvider: IdentityProviderSettings | undefined;
};

/** One variable that cannot be used, and what it should hold. */
export type EnvironmentProblem = { readonly variable: string; readonly detail: string };

/** Every variable that is read, with its default and meaning; the CLI prints this table in its help. */
export const VARIABLES = {
  IMPRIMATUR_ISSUER: 'public issuer URL, https, no trailing slash (default http://localhost:<port>)',
  IMPRIMATUR_PORT: 'port to listen on (default 8787; 0 takes a free one)',
  IMPRIMATUR_HOST: 'address to listen on (default 127.0.0.1)',
  IMPRIMATUR_ADDRESS_HEADER:
    'header in which the proxy in front names the client, e.g. X-Forwarded-For (default none: the TCP peer)',
  IMPRIMATUR_DATA: 'directory of the database (default ./data)',
  IMPRIMATUR_KEYS: 'directory of the encrypted private keys (default ./keys)',
  IMPRIMATUR_KEY_PASSPHRASE: 'passphrase of the private keys, at least 12 characters',
  IMPRIMATUR_KEY_ENCRYPTION_KEY: 'instead of a passphrase: 32 octets, base64url',
  IMPRIMATUR_SETUP_TOKEN:
    "the operator's first token, used on the first start only (8 to 255 visible ASCII characters)",
  IMPRIMATUR_KEY_ALG: `algorithm of the first key: ${SIGNING_ALGORITHMS.join(', ')} (default ES256)`,
  IMPRIMATUR_POLICY_URI: 'page with your policy, published as op_policy_uri',
  IMPRIMATUR_TOS_URI: 'page with your terms, published as op_tos_uri',
  IMPRIMATUR_SPIFFE_TRUST_DOMAIN:
    'SPIFFE trust domain this issuer runs, e.g. issuer.example; statements can then be JWT-SVIDs (default none)',
  ...IDENTITY_PROVIDER_VARIABLES,
} as const;

type Variables = { readonly [name: string]: string | undefined };

/**
 * Reads the environment; every problem at once.
 *
 * @param variables for example `process.env`; empty values count as absent
 */
export function readEnvironment(variables: Variables): Result<Environment, readonly EnvironmentProblem[]> {
  const problems: EnvironmentProblem[] = [];
  const read = (name: keyof typeof VARIABLES) => variables[name] || undefined;

  for (const name of Object.keys(variables))
    if (name.startsWith('IMPRIMATUR_') && !Object.hasOwn(VARIABLES, name) && !CLIENT_VARIABLES.includes(name))
      problems.push({ variable: name, detail: 'is not a variable this program knows; check its spelling' });

  const port = Number(read('IMPRIMATUR_PORT') ?? '8787');
  if (!Number.isInteger(port) || port < 0 || port > 65_535)
    problems.push({ variable: 'IMPRIMATUR_PORT', detail: 'must be a port number from 0 to 65535' });

  const issuer = read('IMPRIMATUR_ISSUER') ?? `http://localhost:${port}`;
  if (!isIssuerIdentifier(issuer) || issuer.endsWith('/'))
    problems.push({
      variable: 'IMPRIMATUR_ISSUER',
      detail: 'must be an https URL without query, fragment or trailing slash (http only for localhost)',
    });

  const addressHeader = read('IMPRIMATUR_ADDRESS_HEADER');
  if (addressHeader !== undefined && !/^[\w!#$%&'*+.^`|~-]+$/.test(addressHeader))
    problems.push({ variable: 'IMPRIMATUR_ADDRESS_HEADER', detail: 'must be the name of a header' });

  const alg = read('IMPRIMATUR_KEY_ALG') ?? 'ES256';
  const firstKeyAlg = SIGNING_ALGORITHMS.find((known) => known === alg);
  if (firstKeyAlg === undefined)
    problems.push({
      variable: 'IMPRIMATUR_KEY_ALG',
      detail: `must be one of ${SIGNING_ALGORITHMS.join(', ')}`,
    });

  const setupToken = read('IMPRIMATUR_SETUP_TOKEN');
  if (setupToken !== undefined && !isSetupSecret(setupToken))
    problems.push({
      variable: 'IMPRIMATUR_SETUP_TOKEN',
      detail:
        'must be 8 to 255 visible ASCII characters without spaces; `openssl rand -base64 32` makes a good one',
    });

  for (const name of ['IMPRIMATUR_POLICY_URI', 'IMPRIMATUR_TOS_URI'] as const)
    if (read(name) !== undefined && !URL.canParse(read(name) ?? ''))
      problems.push({ variable: name, detail: 'must be a URL' });

  const trustDomain = read('IMPRIMATUR_SPIFFE_TRUST_DOMAIN');
  if (trustDomain !== undefined && !isTrustDomain(trustDomain))
    problems.push({
      variable: 'IMPRIMATUR_SPIFFE_TRUST_DOMAIN',
      detail: 'must be the name of a SPIFFE trust domain, in lower case and without spiffe://',
    });

  const identityProvider = readIdentityProvider(variables);
  if (!identityProvider.ok) problems.push(...identityProvider.error);

  if (problems.length > 0 || firstKeyAlg === undefined || !identityProvider.ok) return err(problems);
  return ok({
    issuer,
    port,
    host: read('IMPRIMATUR_HOST') ?? '127.0.0.1',
    addressHeader,
    dataDirectory: read('IMPRIMATUR_DATA') ?? './data',
    keysDirectory: read('IMPRIMATUR_KEYS') ?? './keys',
    passphrase: read('IMPRIMATUR_KEY_PASSPHRASE'),
    keyEncryptionKey: read('IMPRIMATUR_KEY_ENCRYPTION_KEY'),
    setupToken,
    firstKeyAlg,
    policyUri: read('IMPRIMATUR_POLICY_URI'),
    termsUri: read('IMPRIMATUR_TOS_URI'),
    trustDomain,
    identityProvider: identityProvider.value,
  });
}

/** Variables of the command-line client, which may stand in the same environment. */
const CLIENT_VARIABLES: readonly string[] = ['IMPRIMATUR_URL', 'IMPRIMATUR_TOKEN', 'IMPRIMATUR_TOKEN_FILE'];
