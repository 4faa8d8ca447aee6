import { createHash, generateKeyPairSync, randomBytes, sign, type KeyObject } from 'node:crypto';
import { z } from 'zod';
import type { JsonObject } from '../../src/domain/json.ts';

/** What a test may have an authenticator, or the browser in front of it, do otherwise than it should. */
export type Deviation = {
  readonly origin?: string;
  readonly rpId?: string;
  readonly challenge?: string;
  readonly counter?: number;
  readonly userHandle?: string | undefined;
  /** Signs with this key instead of the credential's. */
  readonly key?: KeyObject;
  /** Answers with this credential id instead of its own. */
  readonly id?: string;
  readonly type?: string;
  readonly isUserPresent?: boolean;
};

/** An authenticator in software, with one credential: makes it, and signs challenges with it, as Web Authentication Level 3 §6 says. */
export type Authenticator = {
  readonly id: string;
  readonly privateKey: KeyObject;
  /** Answers `navigator.credentials.create()`. */
  readonly create: (options: JsonObject, deviation?: Deviation) => JsonObject;
  /** Answers `navigator.credentials.get()`; the counter goes up by one each time. */
  readonly get: (options: JsonObject, deviation?: Deviation) => JsonObject;
};

const creation = z.object({
  challenge: z.string(),
  rp: z.object({ id: z.string() }),
  user: z.object({ id: z.string() }),
});
const request = z.object({ challenge: z.string(), rpId: z.string() });

const USER_PRESENT = 0x01;
const USER_VERIFIED = 0x04;
const HAS_CREDENTIAL = 0x40;

/**
 * @param origin of the page that calls it
 * @param hasCounter whether it counts; authenticators that synchronise their keys always give 0
 */
export function softwareAuthenticator(origin: string, hasCounter = true): Authenticator {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const credentialId = randomBytes(32);
  const id = credentialId.toString('base64url');
  let counter = 0;
  let userHandle: string | undefined;

  const clientData = (type: string, challenge: string, deviation: Deviation) =>
    Buffer.from(
      JSON.stringify({
        type: deviation.type ?? type,
        challenge: deviation.challenge ?? challenge,
        origin: deviation.origin ?? origin,
        crossOrigin: false,
      }),
    );
  const authenticatorData = (rpId: string, attested: Buffer | undefined, deviation: Deviation) => {
    counter += hasCounter ? 1 : 0;
    const count = Buffer.alloc(4);
    count.writeUInt32BE(deviation.counter ?? counter);
    const flags =
      (deviation.isUserPresent === false ? 0 : USER_PRESENT) |
      USER_VERIFIED |
      (attested === undefined ? 0 : HAS_CREDENTIAL);
    return Buffer.concat([
      createHash('sha256')
        .update(deviation.rpId ?? rpId)
        .digest(),
      Buffer.from([flags]),
      count,
      attested ?? Buffer.alloc(0),
    ]);
  };

  return {
    id,
    privateKey,
    create: (options, deviation = {}) => {
      const { challenge, rp, user } = creation.parse(options);
      userHandle = user.id;
      const length = Buffer.alloc(2);
      length.writeUInt16BE(credentialId.length);
      const attested = Buffer.concat([Buffer.alloc(16), length, credentialId, coseKey(publicKey)]);
      const data = authenticatorData(rp.id, attested, deviation);
      return answer(deviation.id ?? id, {
        clientDataJSON: clientData('webauthn.create', challenge, deviation).toString('base64url'),
        attestationObject: attestation(data).toString('base64url'),
        transports: ['internal'],
      });
    },
    get: (options, deviation = {}) => {
      const { challenge, rpId } = request.parse(options);
      const data = authenticatorData(rpId, undefined, deviation);
      const client = clientData('webauthn.get', challenge, deviation);
      const hash = createHash('sha256').update(client).digest();
      const handle = 'userHandle' in deviation ? deviation.userHandle : userHandle;
      return answer(deviation.id ?? id, {
        clientDataJSON: client.toString('base64url'),
        authenticatorData: data.toString('base64url'),
        signature: sign('sha256', Buffer.concat([data, hash]), deviation.key ?? privateKey).toString(
          'base64url',
        ),
        ...(handle === undefined ? {} : { userHandle: handle }),
      });
    },
  };
}

function answer(id: string, response: JsonObject): JsonObject {
  return { id, rawId: id, type: 'public-key', clientExtensionResults: {}, response };
}

/** The attestation object of format `none` (§8.7), in CBOR (RFC 8949). */
function attestation(data: Buffer): Buffer {
  return Buffer.concat([
    Buffer.from([0xa3]),
    text('fmt'),
    text('none'),
    text('attStmt'),
    Buffer.from([0xa0]),
    text('authData'),
    octets(data),
  ]);
}

/** A COSE_Key of type EC2 on P-256 for ES256 (RFC 9053 §7.1.1). */
function coseKey(publicKey: KeyObject): Buffer {
  const { x = '', y = '' } = publicKey.export({ format: 'jwk' });
  return Buffer.concat([
    Buffer.from([0xa5, 0x01, 0x02, 0x03, 0x26, 0x20, 0x01, 0x21]),
    octets(Buffer.from(x, 'base64url')),
    Buffer.from([0x22]),
    octets(Buffer.from(y, 'base64url')),
  ]);
}

function text(value: string): Buffer {
  return Buffer.from([0x60 + value.length, ...Buffer.from(value)]);
}

/** A byte string with its length in the shortest form (RFC 8949 §4.2.1). */
function octets(value: Buffer): Buffer {
  const head = value.length < 256 ? [0x58, value.length] : [0x59, value.length >> 8, value.length & 0xff];
  return Buffer.concat([Buffer.from(head), value]);
}
