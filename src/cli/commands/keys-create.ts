import { decodeBase64url } from '../../domain/base64url.ts';
import { SIGNING_ALGORITHMS } from '../../domain/signing-key.ts';
import { JSON_FLAG, type CommandDefinition } from '../command.ts';
import { EXIT } from '../exit-code.ts';
import { choice, flag } from '../inputs.ts';
import { printer } from '../print.ts';
import { reportFailure } from '../report.ts';

const ALG = choice('--alg <alg>', 'algorithm of a statement key (default ES256)', SIGNING_ALGORITHMS);
const CHECKPOINT = flag('--checkpoint', 'make the key that signs the ledger instead (Ed25519)');
const KEY_ENCRYPTION_KEY_OCTETS = 32;

/** For Workers, where a running server cannot make keys: the private half exists nowhere but in the JWE. */
export const createKey: CommandDefinition = {
  path: 'keys create',
  summary: 'Make a sealed key for the Workers secret IMPRIMATUR_SIGNING_KEYS; talks to no server',
  description:
    'Sealed with IMPRIMATUR_KEY_ENCRYPTION_KEY (32 octets, base64url). Put what it prints into the JSON array of the secret.',
  inputs: [ALG, CHECKPOINT],
  examples: ['keys create --alg ES256', 'keys create --checkpoint'],
  remote: false,
  run: async (get, deps) => {
    const encoded = deps.environment['IMPRIMATUR_KEY_ENCRYPTION_KEY'] ?? '';
    const key = decodeBase64url(encoded);
    if (!key.ok || key.value.length !== KEY_ENCRYPTION_KEY_OCTETS) {
      const detail =
        'set IMPRIMATUR_KEY_ENCRYPTION_KEY to 32 octets in base64url, and give the server the same. Make one with ' +
        "`openssl rand -base64 32 | tr '+/' '-_' | tr -d '='`.";
      return reportFailure(deps, { kind: 'usage', detail }, get(JSON_FLAG));
    }
    const local = await deps.local();
    const purpose = get(CHECKPOINT) ? 'checkpoint' : 'statement';
    const { publicJwk, jwe } = await local.createSealedKey(get(ALG) ?? 'ES256', purpose, key.value);
    if (get(JSON_FLAG))
      deps.stdout.write(`${JSON.stringify({ kid: publicJwk.kid, alg: publicJwk.alg, purpose, jwe })}\n`);
    else {
      deps.stdout.write(`${jwe}\n`);
      printer(deps.stderr, deps.environment).paragraph(
        `${publicJwk.alg} ${purpose} key ${publicJwk.kid}. It is kept nowhere: put it into the secret now.`,
        'faint',
      );
    }
    return EXIT.OK;
  },
};
