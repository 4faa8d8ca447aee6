import { textMember, type JsonObject } from '../../domain/json.ts';
import { err, ok, type Result } from '../../domain/result.ts';
import type { IdentityProvider, IdentityProviderFailure, ProvidedClaims } from '../../ports/sign-in.ts';
import type { Issuer } from '../issuer.ts';
import type { Refusal } from '../refusal.ts';
import { keepCeremony, newChallenge, takeCeremony } from './ceremonies.ts';
import { linkIdentity } from './identities.ts';
import { acceptByIdentity, signInByIdentity } from './identity-sign-in.ts';
import { readInvitation } from './open-invitation.ts';
import { mustBeFresh } from './passkeys.ts';
import type { Browser, StartedSession } from './session-plan.ts';
import type { SignedIn } from './sessions.ts';
import { commitStepUp } from './step-up.ts';
import { providerAllowed } from './usable-method.ts';

/** What somebody goes to the identity provider for. */
export type Errand =
  | { readonly purpose: 'sign_in' }
  /** @param link the secret part of an invitation's link */
  | { readonly purpose: 'accept'; readonly link: string }
  | { readonly purpose: 'step_up'; readonly visitor: SignedIn }
  | { readonly purpose: 'link'; readonly visitor: SignedIn };

/** What came of it, and where the person wanted to go. */
export type Arrival = {
  readonly purpose: Errand['purpose'];
  readonly returnTo: string;
  /** For `sign_in` and `accept`. */
  readonly started: StartedSession | undefined;
};

const KIND = 'open_id_connect';
const PURPOSES = ['sign_in', 'accept', 'step_up', 'link'] as const;
/** Seconds by which the provider's clock may be behind. */
const CLOCK_SKEW_SECONDS = 60;

/**
 * Where to send the browser, and what it has to bring back.
 *
 * @param returnTo a path below the issuer, kept here so that it does not travel
 */
export async function beginOpenIdConnect(
  issuer: Issuer,
  identityProvider: IdentityProvider | undefined,
  errand: Errand,
  returnTo: string,
): Promise<Result<{ readonly ceremony: string; readonly url: string }, Refusal>> {
  const allowed = await providerAllowed(issuer, identityProvider);
  if (!allowed.ok) return allowed;
  const about = await whatItIsAbout(issuer, errand);
  if (!about.ok) return about;
  const [state, nonce, codeVerifier] = [newChallenge(issuer), newChallenge(issuer), newChallenge(issuer)];
  const url = await allowed.value.provider.begin({
    redirectUri: redirectUriOf(issuer),
    state,
    nonce,
    codeVerifier,
    again: errand.purpose === 'step_up',
  });
  if (!url.ok) return failed(issuer, url.error);
  const ceremony = await keepCeremony(issuer, KIND, {
    purpose: errand.purpose,
    state,
    nonce,
    code_verifier: codeVerifier,
    return_to: returnTo,
    begun_at: issuer.clock.now(),
    ...about.value,
  });
  return ceremony.ok ? ok({ ceremony: ceremony.value, url: url.value }) : ceremony;
}

/**
 * Takes the browser back from the provider and does what it went for.
 *
 * @param command.returned the URL it came back to
 */
export async function finishOpenIdConnect(
  issuer: Issuer,
  identityProvider: IdentityProvider | undefined,
  command: Browser & {
    readonly ceremony: string | undefined;
    readonly returned: string;
    readonly visitor: SignedIn | undefined;
  },
): Promise<Result<Arrival, Refusal>> {
  const begun = await takeCeremony(issuer, command.ceremony, KIND, ...PURPOSES);
  if (!begun.ok) return begun;
  const { purpose, data } = begun.value;
  const allowed = await providerAllowed(issuer, identityProvider);
  if (!allowed.ok) return allowed;
  const { provider, signIn } = allowed.value;
  const claims = await provider.finish({
    redirectUri: redirectUriOf(issuer),
    state: textMember(data, 'state'),
    nonce: textMember(data, 'nonce'),
    codeVerifier: textMember(data, 'code_verifier'),
    returned: command.returned,
    groupsClaim: signIn.groups.claim,
  });
  if (!claims.ok) return failed(issuer, claims.error);
  const done = await (async (): Promise<Result<StartedSession | undefined, Refusal>> => {
    switch (purpose) {
      case 'sign_in':
        return signInByIdentity(issuer, signIn, claims.value, command);
      case 'accept':
        return acceptByIdentity(issuer, signIn, claims.value, textMember(data, 'invitation_id'), command);
      case 'step_up':
        return stepUpByIdentity(issuer, command.visitor, claims.value, data);
      case 'link':
        return linkByIdentity(issuer, command.visitor, claims.value, data);
    }
  })();
  return done.ok ? ok({ purpose, returnTo: textMember(data, 'return_to'), started: done.value }) : done;
}

async function whatItIsAbout(issuer: Issuer, errand: Errand): Promise<Result<JsonObject, Refusal>> {
  switch (errand.purpose) {
    case 'sign_in':
      return ok({});
    case 'accept': {
      const open = await readInvitation(issuer, errand.link);
      return open.ok ? ok({ invitation_id: open.value.invitation.id }) : open;
    }
    case 'step_up':
      return ok({ session_id: errand.visitor.session.id });
    case 'link': {
      const fresh = mustBeFresh(errand.visitor);
      return fresh.ok ? ok({ session_id: errand.visitor.session.id }) : fresh;
    }
  }
}

/** The provider asked them again, since we sent them there, and it is who is signed in here. */
async function stepUpByIdentity(
  issuer: Issuer,
  visitor: SignedIn | undefined,
  claims: ProvidedClaims,
  begun: JsonObject,
): Promise<Result<undefined, Refusal>> {
  if (visitor === undefined || visitor.session.id !== begun['session_id'])
    return err({ code: 'sign_in_over' });
  const begunAt = begun['begun_at'];
  const { authenticatedAt } = claims;
  if (
    authenticatedAt === undefined ||
    typeof begunAt !== 'number' ||
    authenticatedAt < begunAt - CLOCK_SKEW_SECONDS
  )
    return err({ code: 'sign_in_refused', because: 'not_asked_again' });
  const stepped = await commitStepUp(issuer, visitor, async () => {
    const identity = await issuer.store.identity(claims.issuer, claims.subject);
    return identity?.personId === visitor.person.id
      ? ok({ changes: [], data: { issuer: claims.issuer, subject: claims.subject } })
      : err({ code: 'sign_in_refused', because: 'identity_of_another' });
  });
  return stepped.ok ? ok(undefined) : stepped;
}

async function linkByIdentity(
  issuer: Issuer,
  visitor: SignedIn | undefined,
  claims: ProvidedClaims,
  begun: JsonObject,
): Promise<Result<undefined, Refusal>> {
  if (visitor === undefined || visitor.session.id !== begun['session_id'])
    return err({ code: 'sign_in_over' });
  const linked = await linkIdentity(issuer, visitor, claims);
  return linked.ok ? ok(undefined) : linked;
}

function redirectUriOf({ identifier }: Issuer): string {
  return `${identifier}/sign-in/open-id-connect/callback`;
}

function failed(
  issuer: Issuer,
  { code, detail }: IdentityProviderFailure,
): { readonly ok: false; readonly error: Refusal } {
  issuer.log('warn', 'identity_provider.failed', { code, detail });
  return err({ code: 'identity_provider_failed', detail });
}
