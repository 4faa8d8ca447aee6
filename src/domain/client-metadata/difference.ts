import { canonicalText, isJsonObject, type JsonObject, type JsonValue } from '../json.ts';
import { effectiveValue } from './effective.ts';
import { pointerTo, type Finding } from './finding.ts';
import { splitLanguageTag } from './language-tag.ts';

export type Effect = 'expands' | 'narrows' | 'neutral';

/** One change between two snapshots, and what it does to the authority of the client. */
export type MetadataChange = {
  /** JSON Pointer into the later snapshot, or into the earlier one for what was removed. */
  readonly pointer: string;
  readonly member: string;
  readonly kind: 'added' | 'removed' | 'changed';
  readonly effect: Effect;
  readonly before?: JsonValue;
  readonly after?: JsonValue;
  readonly reason: string;
};

/** A snapshot and who answers for it; metadata that breaks no rule (`ClientMetadata`). */
export type DifferenceSubject = { readonly metadata: JsonObject; readonly publisherId: string };

/** Lists whose items each grant something: added expands, removed narrows. */
const GRANTING: Readonly<Record<string, string>> = {
  redirect_uris: 'where authorization responses may be sent',
  post_logout_redirect_uris: 'where people may be sent after logout',
  grant_types: 'how tokens may be obtained',
  response_types: 'what the authorization endpoint may return',
  request_uris: 'where request objects may be fetched from',
  authorization_details_types: 'what may be asked for',
};

/** From the strongest to the weakest: what it takes to pretend to be the client. */
const METHOD_STRENGTH: readonly (readonly string[])[] = [
  ['tls_client_auth', 'self_signed_tls_client_auth', 'private_key_jwt'],
  ['client_secret_jwt'],
  ['client_secret_basic'],
  ['client_secret_post'],
  ['none'],
];

/** Switches that demand more of the client when on. */
const PROTECTIONS: ReadonlySet<string> = new Set([
  'tls_client_certificate_bound_access_tokens',
  'require_signed_request_object',
  'require_pushed_authorization_requests',
  'dpop_bound_access_tokens',
  'require_auth_time',
]);

/** Where a key, a message or a person is looked for: another place is another authority. */
const LOCATIONS: ReadonlySet<string> = new Set([
  'jwks_uri',
  'sector_identifier_uri',
  'initiate_login_uri',
  'backchannel_logout_uri',
  'frontchannel_logout_uri',
  'backchannel_client_notification_endpoint',
  'tls_client_auth_subject_dn',
  'tls_client_auth_san_dns',
  'tls_client_auth_san_uri',
  'tls_client_auth_san_ip',
  'tls_client_auth_san_email',
]);

/**
 * What a snapshot changes against what was approved before, `expands` first. Defaults count as if they were written
 * out, and the order of a list says nothing.
 *
 * @param before undefined for a first submission: then everything is added
 */
export function differenceOf(
  before: DifferenceSubject | undefined,
  after: DifferenceSubject,
): readonly MetadataChange[] {
  const earlier: JsonObject = before?.metadata ?? {};
  const names = [...new Set([...Object.keys(earlier), ...Object.keys(after.metadata)])];
  const changes = names.flatMap((name) => memberChanges(name, earlier, after.metadata, before === undefined));
  if (before !== undefined && before.publisherId !== after.publisherId)
    changes.unshift({
      pointer: '',
      member: 'publisher',
      kind: 'changed',
      effect: 'expands',
      before: before.publisherId,
      after: after.publisherId,
      reason: 'Another publisher answers for it.',
    });
  return changes.toSorted((a, b) => ORDER[a.effect] - ORDER[b.effect]);
}

const ORDER = { expands: 0, narrows: 1, neutral: 2 } as const;

/** How many changes there are of each effect. */
export function summaryOfEffects(changes: readonly MetadataChange[]): Readonly<Record<Effect, number>> {
  const count = (effect: Effect) => changes.filter((change) => change.effect === effect).length;
  return { expands: count('expands'), narrows: count('narrows'), neutral: count('neutral') };
}

export type Risk = {
  readonly level: 'low' | 'medium' | 'high';
  readonly score: number;
  readonly reasons: readonly string[];
};

/** How much a reviewer's attention is needed: authority that is added, and warnings, weighed. */
export function riskOf(changes: readonly MetadataChange[], findings: readonly Finding[]): Risk {
  const added = changes.filter((change) => change.effect === 'expands');
  const heavy = added.filter((change) => HEAVY.has(change.member));
  const warnings = findings.filter((finding) => finding.severity === 'warning');
  const score = heavy.length * 3 + (added.length - heavy.length) + warnings.length * 2;
  const reasons = [
    ...(heavy.length > 0
      ? [`${heavy.length} of where codes go, how tokens are obtained, or who the client is`]
      : []),
    ...(added.length > heavy.length ? [`${added.length - heavy.length} other additions of authority`] : []),
    ...(warnings.length > 0 ? [`${warnings.length} warnings`] : []),
  ];
  return { level: score >= 15 ? 'high' : score >= 5 ? 'medium' : 'low', score, reasons };
}

const HEAVY: ReadonlySet<string> = new Set([
  'redirect_uris',
  'grant_types',
  'token_endpoint_auth_method',
  'jwks_uri',
  'jwks',
  'publisher',
  'client_name',
]);

function memberChanges(
  name: string,
  before: JsonObject,
  after: JsonObject,
  isFirst: boolean,
): readonly MetadataChange[] {
  const { member } = splitLanguageTag(name);
  // A first submission grants what it says; against an approval, an absent member means its default.
  const old = isFirst ? undefined : effectiveValue(before, name);
  const now = effectiveValue(after, name);
  if (isSame(old, now, member)) return [];
  if (member === 'scope') return setChanges(name, tokens(old), tokens(now), 'what may be asked for', false);
  const granting = GRANTING[member];
  if (granting !== undefined) return setChanges(name, texts(old), texts(now), granting, true);
  if (member === 'jwks') return keyChanges(name, old, now);
  return [valueChange(name, member, old, now)];
}

function setChanges(
  name: string,
  before: readonly string[],
  after: readonly string[],
  what: string,
  indexed: boolean,
): readonly MetadataChange[] {
  const pointer = (list: readonly string[], item: string) =>
    indexed ? pointerTo(name, list.indexOf(item)) : pointerTo(name);
  return [
    ...after
      .filter((item) => !before.includes(item))
      .map((item) => ({
        pointer: pointer(after, item),
        member: name,
        kind: 'added' as const,
        effect: 'expands' as const,
        after: item,
        reason: `Adds to ${what}.`,
      })),
    ...before
      .filter((item) => !after.includes(item))
      .map((item) => ({
        pointer: pointer(before, item),
        member: name,
        kind: 'removed' as const,
        effect: 'narrows' as const,
        before: item,
        reason: `Takes from ${what}.`,
      })),
  ];
}

function keyChanges(
  name: string,
  before: JsonValue | undefined,
  after: JsonValue | undefined,
): readonly MetadataChange[] {
  const [old, now] = [keysOf(before), keysOf(after)];
  const change = (key: string, i: number, kind: 'added' | 'removed') => {
    const value: JsonValue = JSON.parse(key);
    return {
      pointer: pointerTo(name, 'keys', i),
      member: name,
      kind,
      effect: kind === 'added' ? ('expands' as const) : ('narrows' as const),
      ...(kind === 'added' ? { after: value } : { before: value }),
      reason:
        kind === 'added'
          ? 'Whoever holds this key can be the client.'
          : 'This key can be the client no longer.',
    };
  };
  return [
    ...now.flatMap((key, i) => (old.includes(key) ? [] : [change(key, i, 'added')])),
    ...old.flatMap((key, i) => (now.includes(key) ? [] : [change(key, i, 'removed')])),
  ];
}

function valueChange(
  name: string,
  member: string,
  before: JsonValue | undefined,
  after: JsonValue | undefined,
): MetadataChange {
  const { effect, reason } = effectOf(member, before, after);
  return {
    pointer: pointerTo(name),
    member: name,
    kind: before === undefined ? 'added' : after === undefined ? 'removed' : 'changed',
    effect,
    ...(before === undefined ? {} : { before }),
    ...(after === undefined ? {} : { after }),
    reason,
  };
}

function effectOf(
  member: string,
  before: JsonValue | undefined,
  after: JsonValue | undefined,
): { readonly effect: Effect; readonly reason: string } {
  if (before === undefined && FIRST[member] !== undefined)
    return { effect: 'expands', reason: FIRST[member] };
  if (member === 'token_endpoint_auth_method') {
    const [old, now] = [strengthOf(before), strengthOf(after)];
    if (now > old) return { effect: 'expands', reason: 'It takes less to pretend to be the client.' };
    if (now < old) return { effect: 'narrows', reason: 'It takes more to pretend to be the client.' };
    return { effect: 'expands', reason: 'The client authenticates in another way.' };
  }
  if (PROTECTIONS.has(member))
    return after === true
      ? { effect: 'narrows', reason: 'Demands more of the client.' }
      : { effect: 'expands', reason: 'Demands less of the client.' };
  if (LOCATIONS.has(member))
    return after === undefined
      ? { effect: 'narrows', reason: 'This place is no longer trusted.' }
      : { effect: 'expands', reason: 'Another place is trusted.' };
  if (member === 'client_name')
    return after === undefined
      ? { effect: 'narrows', reason: 'People are no longer shown this name.' }
      : { effect: 'expands', reason: 'People are shown another name.' };
  return { effect: 'neutral', reason: 'Changes no authority.' };
}

/** What a member says when nothing stood in its place before. */
const FIRST: Readonly<Record<string, string>> = {
  token_endpoint_auth_method: 'The client authenticates this way.',
  client_name: 'People are shown this name.',
  jwks_uri: 'Keys found here can be the client.',
};

function strengthOf(method: JsonValue | undefined): number {
  return METHOD_STRENGTH.findIndex((methods) => methods.some((known) => known === method));
}

function isSame(a: JsonValue | undefined, b: JsonValue | undefined, member: string): boolean {
  if (Array.isArray(a) && Array.isArray(b))
    return same([...a].map(canonicalText).toSorted(), [...b].map(canonicalText).toSorted());
  if (member === 'scope') return same([...new Set(tokens(a))].toSorted(), [...new Set(tokens(b))].toSorted());
  return canonicalText(a) === canonicalText(b);
}

function same(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((item, i) => item === b[i]);
}

function keysOf(jwks: JsonValue | undefined): readonly string[] {
  const keys = isJsonObject(jwks) ? jwks['keys'] : undefined;
  return Array.isArray(keys) ? keys.map(canonicalText) : [];
}

function tokens(scope: JsonValue | undefined): readonly string[] {
  return typeof scope === 'string' ? scope.split(' ').filter((token) => token !== '') : [];
}

function texts(value: JsonValue | undefined): readonly string[] {
  return Array.isArray(value) ? [...new Set(value.filter((item) => typeof item === 'string'))] : [];
}
