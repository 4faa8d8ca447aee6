import { redirectPlaces, type RedirectPlace } from '../../domain/client-metadata/hosts.ts';
import { textMember } from '../../domain/json.ts';
import type { CatalogueRow } from '../../ports/catalogue.ts';
import type { Issuer } from '../issuer.ts';

/** Whether what was approved counts now: a suspension can be lifted, `withdrawn` is the end of this approval. */
export type CatalogueStatus = 'active' | 'suspended' | 'withdrawn';

/** A software with an approval that stands, as anybody may see it. */
export type CatalogueItem = CatalogueRow & {
  /** What people are shown: client_name, or the software's own name. */
  readonly name: string;
  readonly status: Exclude<CatalogueStatus, 'withdrawn'>;
  readonly redirectPlaces: readonly RedirectPlace[];
};

/** What is looked for, as somebody typed it. */
export type CatalogueQuery = {
  readonly search?: string | undefined;
  readonly publisherId?: string | undefined;
  /** A host name, or an address with one in it. */
  readonly domain?: string | undefined;
  readonly status?: 'active' | 'suspended' | undefined;
};

/** Characters; nothing longer is looked for. */
export const MAX_SEARCH = 100;

/**
 * Vouched software, the latest submission that was approved first. Anybody may read it, so it says nothing of who did what and why.
 *
 * @returns a page and where the next begins
 */
export async function listCatalogue(
  issuer: Issuer,
  query: CatalogueQuery,
  page: { readonly after?: string | undefined; readonly limit: number },
): Promise<{ readonly items: readonly CatalogueItem[]; readonly next: string | undefined }> {
  const rows = await issuer.store.catalogue(
    {
      search: given(query.search?.normalize('NFC').slice(0, MAX_SEARCH)),
      publisherId: given(query.publisherId),
      domain: given(hostOf(query.domain ?? '')),
      standing: query.status,
    },
    { after: given(page.after), limit: page.limit + 1 },
  );
  const items = rows.slice(0, page.limit).map(itemOf);
  return { items, next: rows.length > page.limit ? items.at(-1)?.approvalId : undefined };
}

function itemOf(row: CatalogueRow): CatalogueItem {
  return {
    ...row,
    name: nameOf(row.metadata, row.softwareName),
    status: row.softwareState === 'active' && row.publisherState === 'active' ? 'active' : 'suspended',
    redirectPlaces: redirectPlaces(row.metadata, row.verifiedDomains),
  };
}

/** The name that people are shown for client metadata. */
export function nameOf(metadata: CatalogueRow['metadata'], softwareName: string): string {
  return given(textMember(metadata, 'client_name')) ?? softwareName;
}

function given(text: string | undefined): string | undefined {
  const trimmed = text?.trim() ?? '';
  return trimmed === '' ? undefined : trimmed;
}

/** People paste addresses where a domain is asked for. International names become the letters of the DNS (RFC 5890). */
function hostOf(text: string): string {
  const trimmed = text.trim();
  const url = /^[a-z][a-z\d+.-]*:\/\//i.test(trimmed) ? trimmed : `https://${trimmed}`;
  return trimmed !== '' && URL.canParse(url) ? new URL(url).hostname.replace(/\.$/, '') : trimmed;
}
