import { differenceOf, type MetadataChange } from '../../domain/client-metadata/difference.ts';
import { splitLanguageTag } from '../../domain/client-metadata/language-tag.ts';
import type { JsonObject } from '../../domain/json.ts';
import { refuse, type RegistrationRefusal } from './refusal.ts';
import { isAttested } from './request.ts';

/** What an update changes, `expands` first: the issuer's own difference rules. */
export function changesBetween(before: JsonObject, after: JsonObject): readonly MetadataChange[] {
  return differenceOf({ metadata: before, publisherId: '' }, { metadata: after, publisherId: '' });
}

/**
 * No silent growth of authority: an update may add only what the governing statement attests, or what the class lets every client
 * add. Codes `invalid_redirect_uri`, `invalid_client_metadata`.
 *
 * @param attested what the governing statement attests; undefined for a registration without one
 * @param mayGrow members that the class leaves to the client
 * @returns undefined when nothing grows that may not
 */
export function silentGrowth(
  changes: readonly MetadataChange[],
  attested: JsonObject | undefined,
  mayGrow: readonly string[],
): RegistrationRefusal | undefined {
  const added = changes.filter(({ effect, member }) => {
    if (effect !== 'expands') return false;
    const { member: untagged } = splitLanguageTag(member);
    if (mayGrow.includes(untagged)) return false;
    return attested === undefined || !isAttested(member, attested);
  });
  if (added.length === 0) return undefined;
  const members = [...new Set(added.map(({ member }) => member))];
  const way =
    attested === undefined
      ? 'Register a new client for it.'
      : 'Bring a newer software statement that attests it, or register a new client.';
  return refuse(
    members.every((member) => member === 'redirect_uris')
      ? 'invalid_redirect_uri'
      : 'invalid_client_metadata',
    'growth',
    `This update would give the client more authority (${members.join(', ')}) than it was registered with. ${way}`,
    added.map(({ pointer, reason }) => `${pointer}: ${reason}`).join(' '),
  );
}

/** Members in which authority grows although no statement attests it, because the class leaves them to its clients. */
export function grownByClass(
  changes: readonly MetadataChange[],
  attested: JsonObject | undefined,
  mayGrow: readonly string[],
): readonly string[] {
  const grown = changes
    .filter(({ effect, member }) => effect === 'expands' && !isAttested(member, attested ?? {}))
    .map(({ member }) => splitLanguageTag(member).member);
  return mayGrow.filter((member) => grown.includes(member));
}
