import type {
  AuthenticationResponseJSON,
  PublicKeyCredentialCreationOptionsJSON,
  PublicKeyCredentialRequestOptionsJSON,
  RegistrationResponseJSON,
} from '@simplewebauthn/server';
import { decodeBase64url, encodeBase64url, encodeBase64urlText } from '../domain/base64url.ts';
import { isJsonObject, parseJson, textMember, type JsonObject } from '../domain/json.ts';
import { err, ok, type Result } from '../domain/result.ts';
import type { PasskeyFailure, Passkeys } from '../ports/sign-in.ts';

/** Milliseconds people have for their device; the ceremony in the database lives as long. */
const TIMEOUT_MILLISECONDS = 300_000;
/** COSE algorithm identifiers every runtime verifies: EdDSA, ES256, RS256 (RFC 9053 §2, RFC 8812 §2). */
const ALGORITHMS = [-8, -7, -257];
/** WebAuthn Level 3 §5.8.4 leaves the list open; nobody needs long ones. */
const MAX_TRANSPORTS = 10;

/**
 * Passkeys of the relying party that an issuer identifier names: its host is the RP ID, its origin the only one. Works for http://localhost too,
 * which browsers treat as secure.
 */
export function createPasskeys(issuerIdentifier: string): Passkeys {
  const { hostname: rpID, origin } = new URL(issuerIdentifier);
  return {
    registrationOptions: async ({ challenge, personId, name, existing }) => {
      const { generateRegistrationOptions } = await library();
      const options = await generateRegistrationOptions({
        rpName: `Imprimatur at ${rpID}`,
        rpID,
        userID: Uint8Array.from(new TextEncoder().encode(personId)),
        userName: name,
        userDisplayName: name,
        challenge: octetsOf(challenge),
        timeout: TIMEOUT_MILLISECONDS,
        attestationType: 'none',
        authenticatorSelection: { residentKey: 'required', userVerification: 'preferred' },
        supportedAlgorithmIDs: ALGORITHMS,
        excludeCredentials: existing.map(descriptorOf),
      });
      return jsonOf(options);
    },

    verifyRegistration: async (response, challenge) => {
      const { verifyRegistrationResponse } = await library();
      return verified(async () => {
        const { verified: isGood, registrationInfo } = await verifyRegistrationResponse({
          response: registrationOf(response),
          expectedChallenge: challenge,
          expectedOrigin: origin,
          expectedRPID: rpID,
          requireUserVerification: false,
          supportedAlgorithmIDs: ALGORITHMS,
        });
        if (!isGood) return undefined;
        const { id, publicKey, counter, transports = [] } = registrationInfo.credential;
        return { id, publicKey: encodeBase64url(publicKey), counter, transports };
      });
    },

    authenticationOptions: async ({ challenge, among }) => {
      const { generateAuthenticationOptions } = await library();
      const options = await generateAuthenticationOptions({
        rpID,
        challenge: octetsOf(challenge),
        timeout: TIMEOUT_MILLISECONDS,
        userVerification: 'preferred',
        ...(among === undefined ? {} : { allowCredentials: among.map(descriptorOf) }),
      });
      return jsonOf(options);
    },

    verifyAuthentication: async (response, challenge, passkey) => {
      const { verifyAuthenticationResponse } = await library();
      return verified(async () => {
        const answer = assertionOf(response);
        // §7.2 step 6: whom the authenticator says it speaks for has to be the owner of the key.
        const { userHandle } = answer.response;
        if (userHandle !== undefined && userHandle !== encodeBase64urlText(passkey.personId))
          return undefined;
        const { verified: isGood, authenticationInfo } = await verifyAuthenticationResponse({
          response: answer,
          expectedChallenge: challenge,
          expectedOrigin: origin,
          expectedRPID: rpID,
          requireUserVerification: false,
          // The caller judges the counter, after the signature, and tells operators; 0 accepts every counter here.
          credential: { id: passkey.id, publicKey: octetsOf(passkey.publicKey), counter: 0 },
        });
        return isGood ? { counter: authenticationInfo.newCounter } : undefined;
      });
    },
  };
}

let loading: ReturnType<typeof load> | undefined;

/** Loaded when somebody signs in: it takes a quarter of a second and 20 MB that nothing else needs. */
function library(): ReturnType<typeof load> {
  loading ??= load();
  return loading;
}

async function load() {
  const loaded = await import('@simplewebauthn/server');
  // Attestation is neither asked for nor believed. Without roots no certificate is followed to the revocation list it names (invariant 8).
  for (const identifier of ['android-key', 'android-safetynet', 'apple'] as const)
    loaded.SettingsService.setRootCertificates({ identifier, certificates: [] });
  return loaded;
}

/** The library throws for whatever does not stand, and nothing of that is ours to break on. */
async function verified<T>(verify: () => Promise<T | undefined>): Promise<Result<T, PasskeyFailure>> {
  try {
    const value = await verify();
    return value === undefined ? refuse('it does not verify') : ok(value);
  } catch (error) {
    return refuse(error instanceof Error ? error.message.slice(0, 300) : 'it cannot be read');
  }
}

function refuse(detail: string): Result<never, PasskeyFailure> {
  return err({ code: 'not_verified', detail });
}

function registrationOf(response: JsonObject): RegistrationResponseJSON {
  const inner = memberOf(response, 'response');
  return {
    ...credentialOf(response),
    response: {
      clientDataJSON: textMember(inner, 'clientDataJSON'),
      attestationObject: textMember(inner, 'attestationObject'),
      transports: transportsOf(inner),
    },
  };
}

function assertionOf(response: JsonObject): AuthenticationResponseJSON {
  const inner = memberOf(response, 'response');
  const userHandle = textMember(inner, 'userHandle');
  return {
    ...credentialOf(response),
    response: {
      clientDataJSON: textMember(inner, 'clientDataJSON'),
      authenticatorData: textMember(inner, 'authenticatorData'),
      signature: textMember(inner, 'signature'),
      ...(userHandle === '' ? {} : { userHandle }),
    },
  };
}

function credentialOf(response: JsonObject) {
  if (response['type'] !== 'public-key') throw new Error('it is no public key credential');
  return {
    id: textMember(response, 'id'),
    rawId: textMember(response, 'rawId'),
    type: 'public-key' as const,
    clientExtensionResults: {},
  };
}

function memberOf(object: JsonObject, name: string): JsonObject {
  const value = object[name];
  return isJsonObject(value) ? value : {};
}

function transportsOf(inner: JsonObject): string[] {
  const transports = inner['transports'];
  return Array.isArray(transports)
    ? transports
        .filter((transport) => typeof transport === 'string' && /^[a-z-]{1,32}$/.test(transport))
        .map(String)
        .slice(0, MAX_TRANSPORTS)
    : [];
}

function descriptorOf({ id, transports }: { readonly id: string; readonly transports: readonly string[] }) {
  return { id, transports: [...transports] };
}

/** Octets of base64url that this issuer made or verified itself. */
function octetsOf(text: string): Uint8Array<ArrayBuffer> {
  const octets = decodeBase64url(text);
  return octets.ok ? Uint8Array.from(octets.value) : new Uint8Array();
}

function jsonOf(
  options: PublicKeyCredentialCreationOptionsJSON | PublicKeyCredentialRequestOptionsJSON,
): JsonObject {
  const parsed = parseJson(JSON.stringify(options), { maxDepth: 10 });
  return parsed.ok && isJsonObject(parsed.value) ? parsed.value : {};
}
