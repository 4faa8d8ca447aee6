import { judgeKeySet, KEY_SET_WANTED, kindOfKey } from '../client-metadata/judge-key-set.ts';
import { splitLanguageTag } from '../client-metadata/language-tag.ts';
import { textMember, type JsonObject } from '../json.ts';
import type { FetchedDocument, FetchRefusal, FetchWanted } from '../network/fetcher.ts';
import type { Result } from '../result.ts';
import { imageHeader, looksLikeSvg } from './image-header.ts';

/** The members whose documents are looked at when metadata is submitted. */
export const EVIDENCE_MEMBERS = ['jwks_uri', 'logo_uri', 'policy_uri', 'tos_uri', 'client_uri'] as const;
type PlainMember = (typeof EVIDENCE_MEMBERS)[number];
/** A member, or its form for a language (RFC 7591 §2.2), such as `tos_uri#ja`. */
export type EvidenceMember = PlainMember | `${Exclude<PlainMember, 'jwks_uri'>}#${string}`;

/** Documents for a language that are looked at, of one submission. */
const MAX_TAGGED = 10;

export const EVIDENCE_OUTCOMES = ['pending', 'holds', 'fails'] as const;
export type EvidenceOutcome = (typeof EVIDENCE_OUTCOMES)[number];

/** What was found behind a URL of a submission. */
export type Evidence = {
  readonly id: string;
  readonly submissionId: string;
  readonly member: EvidenceMember;
  readonly url: string;
  readonly outcome: EvidenceOutcome;
  /** What was found, a sentence: keys and their kinds, an image and its size, or what went wrong. */
  readonly detail: string;
  /** NumericDate, seconds, of the last look; null before the first. What is pending with a date could not be looked at then. */
  readonly checkedAt: number | null;
  readonly version: number;
};

/** What a look at a document came to. */
export type EvidenceFound = { readonly outcome: 'holds' | 'fails'; readonly detail: string };

const MAX_LOGO_OCTETS = 512 * 1024;
const MIN_LOGO_PIXELS = 16;
const MAX_LOGO_PIXELS = 2_048;
const MAX_PAGE_OCTETS = 2 * 1024 * 1024;

/** Seconds before the second, third and fourth try of a document that could not be had. */
const PAUSES = [60, 600, 3_600] as const;
/** What may be otherwise a moment later. */
const PASSING: readonly FetchRefusal['code'][] = ['timeout', 'unreachable', 'status'];

type NamedDocument = { readonly member: EvidenceMember; readonly url: string };

/**
 * The documents that metadata names: one a member, then those for a language, of which the first ten count and each URL once. A value that is
 * no text is left to the rules of metadata.
 */
export function documentsOf(metadata: JsonObject): readonly NamedDocument[] {
  const named = (member: EvidenceMember): NamedDocument => ({ member, url: textMember(metadata, member) });
  const plain = EVIDENCE_MEMBERS.map(named).filter(({ url }) => url !== '');
  const tagged = Object.keys(metadata)
    .filter(isTagged)
    .map(named)
    .filter(({ url }) => url !== '');
  const once = tagged.filter(
    (document, at) => ![...plain, ...tagged.slice(0, at)].some((earlier) => isSame(earlier, document)),
  );
  return [...plain, ...once.slice(0, MAX_TAGGED)];
}

function isTagged(name: string): name is `${Exclude<PlainMember, 'jwks_uri'>}#${string}` {
  const { member, tag } = splitLanguageTag(name);
  return tag !== undefined && member !== 'jwks_uri' && EVIDENCE_MEMBERS.some((known) => known === member);
}

/** Whether two name the same thing to look at: a page may serve as terms and as policy, and is no logo. */
function isSame(one: NamedDocument, other: NamedDocument): boolean {
  return one.url === other.url && kindOf(one.member) === kindOf(other.member);
}

function kindOf(member: EvidenceMember): 'keys' | 'logo' | 'page' {
  if (member === 'jwks_uri') return 'keys';
  return splitLanguageTag(member).member === 'logo_uri' ? 'logo' : 'page';
}

/** How a document is asked for. */
export function evidenceWanted(member: EvidenceMember): FetchWanted {
  const kind = kindOf(member);
  if (kind === 'keys') return KEY_SET_WANTED;
  return kind === 'logo'
    ? {
        accept: ['image/png', 'image/jpeg', 'image/gif', 'image/webp', 'image/svg+xml'],
        maxOctets: MAX_LOGO_OCTETS,
        timeoutMilliseconds: 5_000,
      }
    : {
        accept: ['text/html', 'application/xhtml+xml'],
        maxOctets: MAX_PAGE_OCTETS,
        timeoutMilliseconds: 5_000,
      };
}

/** Whether evidence that has been tried in vain is due again. Its version counts the tries. */
export function isDueAgain({ checkedAt, version }: Evidence, now: number): boolean {
  return checkedAt === null || checkedAt + pauseAfter(version - 1) <= now;
}

/** Seconds until the next try after so many tries in vain; the shortest of them for none. */
function pauseAfter(tries: number): number {
  return PAUSES[Math.max(0, tries - 1)] ?? 0;
}

/** The shortest pause between two tries, in seconds. */
export const SHORTEST_PAUSE = PAUSES[0];

/**
 * Judges the document behind a member: `jwks_uri` gives usable public keys, a logo is an image of sane size, pages are HTML.
 *
 * @returns undefined when it could not be had and is to be tried again
 */
export function judgeEvidence(
  { member, version }: Evidence,
  fetched: Result<FetchedDocument, FetchRefusal>,
): EvidenceFound | undefined {
  if (fetched.ok) return judgeDocument(member, fetched.value);
  const { code } = fetched.error;
  return PASSING.includes(code) && version <= PAUSES.length
    ? undefined
    : { outcome: 'fails', detail: adviceOn(member, fetched.error) };
}

/** What is said while a document that could not be had is to be tried again. */
export function tryAgainLater({ member }: Evidence, refusal: FetchRefusal): string {
  return `${adviceOn(member, refusal)} It will be tried again.`;
}

/** What was found in place of a document, and what its owner can do about it. */
function adviceOn(member: EvidenceMember, { code, detail }: FetchRefusal): string {
  return [detail, ADVICE[code].replace('{it}', NOUNS[kindOf(member)])]
    .filter((part) => part !== '')
    .join(' ');
}

const REACHABLE = 'Check that its name, its certificate and its server work from anywhere on the internet.';
/** What to do, where the refusal itself does not say so. */
const ADVICE: Readonly<Record<FetchRefusal['code'], string>> = {
  not_https: 'Serve it over https, and name that URL.',
  not_public: 'Put it where everybody can reach it.',
  bad_url: 'Name one that opens in a browser.',
  redirect: '',
  status: 'Put {it} there, or name the URL where it is.',
  content_type: '',
  too_large: 'Make it smaller.',
  timeout: REACHABLE,
  unreachable: REACHABLE,
};
const NOUNS = { keys: 'the JWK Set', logo: 'the image', page: 'the page' } as const;

function judgeDocument(member: EvidenceMember, { octets }: FetchedDocument): EvidenceFound {
  const kind = kindOf(member);
  if (kind === 'keys') return judgeKeys(octets);
  if (kind === 'logo') return judgeLogo(octets);
  return octets.length === 0
    ? {
        outcome: 'fails',
        detail: 'It answers with an empty page. Put the text there that people are to read.',
      }
    : { outcome: 'holds', detail: 'It answers with a page.' };
}

function judgeKeys(octets: Uint8Array): EvidenceFound {
  const judged = judgeKeySet(octets);
  if (!judged.ok) return { outcome: 'fails', detail: judged.error.slice(0, 1_000) };
  const kinds = [...new Set(judged.value.map(kindOfKey))].join(', ');
  const count = judged.value.length;
  return {
    outcome: 'holds',
    detail: `${count === 1 ? 'One public key' : `${count} public keys`}: ${kinds}.`,
  };
}

function judgeLogo(octets: Uint8Array): EvidenceFound {
  const header = imageHeader(octets);
  if (header === undefined)
    return {
      outcome: 'fails',
      detail: looksLikeSvg(octets)
        ? 'It is SVG, which can hold programs; many servers refuse to show it. Use PNG or WebP.'
        : 'It is no PNG, JPEG, GIF or WebP image, whatever its Content-Type says. Use one of these.',
    };
  const { type, width, height } = header;
  const size = `${type}, ${width} × ${height} pixels, ${Math.ceil(octets.length / 1024)} KiB`;
  const isSane = [width, height].every((side) => side >= MIN_LOGO_PIXELS && side <= MAX_LOGO_PIXELS);
  return isSane
    ? { outcome: 'holds', detail: `${size}.` }
    : {
        outcome: 'fails',
        detail: `${size}. Make each side ${MIN_LOGO_PIXELS} to ${MAX_LOGO_PIXELS} pixels.`,
      };
}
