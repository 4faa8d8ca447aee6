import { isJsonObject, textMember, type JsonObject } from '../json.ts';
import { effectiveList, effectiveValue, usesRedirects } from './effective.ts';
import { redirectPlaces, type RedirectPlace } from './hosts.ts';
import { authenticationInWords, grantsInWords, scopesInWords, type InWords } from './in-words.ts';

/** One thing that metadata lets a client do, for a person who has to answer for letting it. */
export type AuthorityPart = {
  readonly topic: Topic;
  /** A whole sentence. */
  readonly sentence: string;
  /** What the sentence speaks of, each with its meaning. */
  readonly items: readonly InWords[];
  /** What deserves a second look, a sentence; null when nothing does. */
  readonly concern: string | null;
};

/** `acts`: how it obtains access; `reaches`: where codes go; `asks`: for what; `proves`: that it is itself; `shows`: to people. */
export type Topic = 'acts' | 'reaches' | 'asks' | 'proves' | 'shows' | 'protects' | 'also';

/**
 * What a client with this metadata will be able to do, in plain words. Defaults count as if they were written out
 * (RFC 7591 §2).
 *
 * @param metadata that breaks no rule (`ClientMetadata`)
 * @param verifiedDomains lower-case domains of its publisher
 */
export function describeAuthority(
  metadata: JsonObject,
  verifiedDomains: readonly string[],
): readonly AuthorityPart[] {
  return [
    acts(metadata),
    ...reaches(metadata, verifiedDomains),
    asks(metadata),
    ...details(metadata),
    proves(metadata),
    shows(metadata),
    protects(metadata),
    ...also(metadata),
  ];
}

function acts(metadata: JsonObject): AuthorityPart {
  const grants = effectiveList(metadata, 'grant_types');
  const alone = grants.includes('client_credentials');
  const withPeople = grants.some((grant) => grant !== 'client_credentials' && grant !== 'refresh_token');
  const keeps = grants.includes('refresh_token') ? ', and keeps access after they have left' : '';
  const sentence = withPeople
    ? `It acts for people who let it${keeps}${alone ? '; it also acts in its own name, without a person' : ''}.`
    : 'It acts in its own name; no person is asked.';
  const advised = grants.filter((grant) => grant === 'password' || grant === 'implicit');
  const concern =
    advised.length === 0 ? null : `Current practice advises against ${advised.join(' and ')} (RFC 9700 §2).`;
  return { topic: 'acts', sentence, items: grantsInWords(metadata), concern };
}

function reaches(metadata: JsonObject, verifiedDomains: readonly string[]): readonly AuthorityPart[] {
  const places = redirectPlaces(metadata, verifiedDomains);
  if (places.length === 0)
    return usesRedirects(metadata)
      ? []
      : [
          {
            topic: 'reaches',
            sentence: 'It never sends people or codes anywhere.',
            items: [],
            concern: null,
          },
        ];
  return [
    {
      topic: 'reaches',
      sentence: `People and their codes are sent to ${
        places.length === 1 ? 'one place' : `${places.length} places`
      }.`,
      items: places.map((place) => ({ value: place.place, meaning: placeInWords(place) })),
      concern: unverifiedConcern(places),
    },
  ];
}

function unverifiedConcern(places: readonly RedirectPlace[]): string | null {
  const foreign = places.filter(({ kind, isVerified }) => kind === 'web' && !isVerified);
  if (foreign.length === 0) return null;
  const which =
    foreign.length > 1 && foreign.length === places.length
      ? 'None of them is'
      : `${foreign.map(({ place }) => place).join(', ')} ${foreign.length === 1 ? 'is' : 'are'} not`;
  return `${which} below a domain that the publisher has shown to be its own.`;
}

function placeInWords({ kind, isVerified, count }: RedirectPlace): string {
  const where = {
    web: isVerified ? 'below a verified domain of the publisher' : 'not verified',
    loopback: 'a program on the person’s own machine (RFC 8252 §7.3)',
    'private-use': 'whichever app on the device takes this scheme (RFC 8252 §7.1)',
  }[kind];
  return count === 1 ? where : `${where}, ${count} redirect URIs`;
}

function asks(metadata: JsonObject): AuthorityPart {
  const items = scopesInWords(metadata);
  return items.length === 0
    ? {
        topic: 'asks',
        sentence: 'It names no scopes: each authorization server decides what it may ask for.',
        items,
        concern: 'Nothing here bounds what it asks for.',
      }
    : {
        topic: 'asks',
        sentence: `It may ask for ${items.length === 1 ? 'this scope' : `these ${items.length} scopes`} and no other.`,
        items,
        concern: null,
      };
}

function details(metadata: JsonObject): readonly AuthorityPart[] {
  const types = effectiveList(metadata, 'authorization_details_types');
  if (types.length === 0) return [];
  const items = types.map((value) => ({ value, meaning: 'what the authorization server takes it to mean' }));
  const sentence = 'It may ask for authorizations with details of these types (RFC 9396).';
  return [{ topic: 'asks', sentence, items, concern: null }];
}

function proves(metadata: JsonObject): AuthorityPart {
  const method = authenticationInWords(metadata);
  const isPublic = method.value === 'none';
  return {
    topic: 'proves',
    sentence: isPublic
      ? 'Nothing proves that it is itself.'
      : method.value.startsWith('client_secret')
        ? 'It proves that it is itself with a secret that the server knows too.'
        : 'It proves that it is itself with a key that only it holds.',
    items: [method, ...keySources(metadata)],
    concern: isPublic
      ? 'Its redirect URIs are all that keeps others from acting as it.'
      : method.value === 'client_secret_basic' || method.value === 'client_secret_post'
        ? 'Whoever reads the secret, at the client or at a server, can act as it.'
        : null,
  };
}

function keySources(metadata: JsonObject): readonly InWords[] {
  const uri = textMember(metadata, 'jwks_uri');
  if (uri !== '') return [{ value: uri, meaning: 'its keys are read here, and can change without a review' }];
  const { jwks } = metadata;
  const keys = isJsonObject(jwks) && Array.isArray(jwks['keys']) ? jwks['keys'].length : 0;
  if (keys === 0) return [];
  return [
    { value: 'jwks', meaning: `${keys === 1 ? 'one key is' : `${keys} keys are`} part of this submission` },
  ];
}

const SHOWN = [
  ['logo_uri', 'its picture'],
  ['client_uri', 'a page about it'],
  ['policy_uri', 'what it does with data'],
  ['tos_uri', 'its terms'],
] as const;

function shows(metadata: JsonObject): AuthorityPart {
  const name = textMember(metadata, 'client_name');
  return {
    topic: 'shows',
    sentence:
      name === '' ? 'People are shown no name of it.' : `People who are asked see the name “${name}”.`,
    items: SHOWN.flatMap(([member, meaning]) => {
      const value = textMember(metadata, member);
      return value === '' ? [] : [{ value, meaning }];
    }),
    concern: name === '' ? 'They see whatever the authorization server makes up, often the client id.' : null,
  };
}

const PROTECTIONS = [
  ['dpop_bound_access_tokens', 'its access tokens are of use to it alone (DPoP, RFC 9449)'],
  [
    'tls_client_certificate_bound_access_tokens',
    'its access tokens are of use to it alone (mutual TLS, RFC 8705)',
  ],
  ['require_pushed_authorization_requests', 'what it asks for travels to the server first (RFC 9126)'],
  ['require_signed_request_object', 'what it asks for is signed (RFC 9101)'],
  ['require_auth_time', 'it learns when the person signed in'],
] as const;

function protects(metadata: JsonObject): AuthorityPart {
  const items = PROTECTIONS.flatMap(([value, meaning]) =>
    effectiveValue(metadata, value) === true ? [{ value, meaning }] : [],
  );
  const sentence =
    items.length === 0
      ? 'It binds itself to nothing beyond what a server demands: a stolen access token can be used by the thief.'
      : 'It binds itself to more than a server may demand.';
  return { topic: 'protects', sentence, items, concern: null };
}

const ALSO = [
  ['initiate_login_uri', 'others can begin a sign-in at it from here'],
  ['backchannel_logout_uri', 'servers tell it here that somebody signed out'],
  ['frontchannel_logout_uri', 'browsers load this page when somebody signs out'],
  ['sector_identifier_uri', 'it knows people by the same name as the others listed here'],
  ['backchannel_client_notification_endpoint', 'servers tell it here that somebody consented'],
] as const;

function also(metadata: JsonObject): readonly AuthorityPart[] {
  const items = [
    ...ALSO.flatMap(([member, meaning]) => {
      const value = textMember(metadata, member);
      return value === '' ? [] : [{ value, meaning }];
    }),
    ...effectiveList(metadata, 'post_logout_redirect_uris').map((value) => ({
      value,
      meaning: 'people may be sent here after signing out',
    })),
    ...effectiveList(metadata, 'request_uris').map((value) => ({
      value,
      meaning: 'servers may fetch what it asks for from here',
    })),
  ];
  return items.length === 0
    ? []
    : [{ topic: 'also', sentence: 'These places take part as well.', items, concern: null }];
}
