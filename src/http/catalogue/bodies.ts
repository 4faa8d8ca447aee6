import type { z } from 'zod';
import type { RedirectPlace } from '../../domain/client-metadata/hosts.ts';
import type { CatalogueEntry } from '../../services/catalogue/entry.ts';
import type { CatalogueItem } from '../../services/catalogue/list.ts';
import type { catalogueEntry, catalogueItem } from './shapes.ts';

export function itemBody(item: CatalogueItem): z.output<typeof catalogueItem> {
  return {
    software_id: item.softwareId,
    name: item.name,
    software_name: item.softwareName,
    publisher: {
      id: item.publisherId,
      name: item.publisherName,
      state: item.publisherState,
      verified_domains: [...item.verifiedDomains],
    },
    status: item.status,
    software_version: item.softwareVersion,
    approved_at: item.approvedAt,
    redirect_places: item.redirectPlaces.map(placeBody),
  };
}

export function entryBody(entry: CatalogueEntry): z.output<typeof catalogueEntry> {
  const { vouched, publisher, statements } = entry;
  return {
    software_id: entry.softwareId,
    name: entry.name,
    software_name: entry.softwareName,
    publisher: {
      id: publisher.id,
      name: publisher.name,
      state: publisher.state,
      verified_domains: [...publisher.verifiedDomains],
    },
    status: entry.status,
    suspended: entry.suspended,
    vouched: vouched && {
      software_version: vouched.softwareVersion,
      approved_at: vouched.approvedAt,
      document: vouched.document && {
        client_id: vouched.document.url,
        cimd_digest: vouched.document.digest,
        changed_since: vouched.document.changedSince,
      },
      redirect_places: vouched.redirectPlaces.map(placeBody),
      grant_types: vouched.grants.map(({ value }) => value),
      scope: vouched.scopes.map(({ value }) => value).join(' '),
      token_endpoint_auth_method: vouched.authentication.value,
      client_uri: vouched.pages.client ?? null,
      policy_uri: vouched.pages.policy ?? null,
      tos_uri: vouched.pages.terms ?? null,
    },
    statements: {
      live: statements.live,
      suspended: statements.suspended,
      revoked: statements.revoked,
      expired: statements.expired,
      complete: statements.isComplete,
    },
    history: entry.history.map(({ at, kind, softwareVersion }) => ({
      at,
      event: kind,
      software_version: softwareVersion,
    })),
  };
}

function placeBody({ place, kind, isVerified, count }: RedirectPlace) {
  return { place, kind, verified: isVerified, count };
}
