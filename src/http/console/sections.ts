import { denialOf, ANY_PUBLISHER, type Action, type Actor } from '../../domain/access.ts';

type Entry = { readonly href: string; readonly label: string; readonly who: Action | 'anyone' };

/** The ways on from every page, in order; each reader sees those that lead somewhere for them. */
const ENTRIES: readonly Entry[] = [
  { href: '/console/software', label: 'Software', who: 'software:write' },
  { href: '/console/queue', label: 'Review', who: 'decisions:write' },
  { href: '/console/overview', label: 'Overview', who: 'ledger:read' },
  { href: '/console/publishers', label: 'Publishers', who: 'people:read' },
  { href: '/console/people', label: 'People', who: 'people:read' },
  { href: '/console/keys', label: 'Keys', who: 'keys:read' },
  { href: '/console/status-lists', label: 'Status lists', who: 'ledger:read' },
  { href: '/console/ledger', label: 'Ledger', who: 'ledger:read' },
  { href: '/console/policy', label: 'Policy', who: 'people:read' },
  { href: '/catalogue', label: 'Catalogue', who: 'anyone' },
  { href: '/check', label: 'Check', who: 'anyone' },
];

export type SectionLink = { readonly href: string; readonly label: string; readonly current: boolean };

/**
 * The navigation of a page.
 *
 * @param path of the page, below the issuer
 */
export function sectionsFor(actor: Actor | undefined, path: string): readonly SectionLink[] {
  return ENTRIES.filter(({ who }) => who === 'anyone' || (actor !== undefined && mayOpen(actor, who))).map(
    ({ href, label }) => ({ href, label, current: path === href || path.startsWith(`${href}/`) }),
  );
}

/** Whether somebody may do an action for some publisher or for all, a passkey shown or not. */
export function mayOpen(actor: Actor, action: Action): boolean {
  const denial = denialOf(actor, action, ANY_PUBLISHER);
  return denial === undefined || denial.code === 'step_up_needed';
}
