import { go, page, type Page } from '../page.ts';
import { sectionsFor } from '../sections.ts';

/** Where somebody lands who has just signed in: the first place where there is something to do for them. */
export const startPages: readonly Page[] = [
  page({
    method: 'GET',
    path: '/console',
    who: 'signed_in',
    handle: async ({ visitor }) => {
      const [first] = sectionsFor(visitor.actor, '/console').filter(({ href }) =>
        href.startsWith('/console/'),
      );
      return go(first?.href ?? '/console/account');
    },
  }),
];
