import { err, ok } from '../../../domain/result.ts';
import { assetOf } from '../assets/assets.ts';
import { openPage, type Page } from '../page.ts';

/** Styles, scripts and the mark. A name changes with its content, so it may be kept for ever. */
export const assetPages: readonly Page[] = [
  openPage({
    method: 'GET',
    path: '/assets/{name}',
    handle: async ({ params, target }) => {
      const asset = assetOf(params['name'] ?? '');
      return asset === undefined
        ? err({ code: 'no_such_resource', path: target.slice(0, 200) })
        : ok({
            kind: 'file',
            contentType: asset.contentType,
            body: asset.text,
            headers: { 'cache-control': 'public, max-age=31536000, immutable' },
          });
    },
  }),
];
