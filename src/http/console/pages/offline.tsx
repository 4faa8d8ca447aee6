import { ok } from '../../../domain/result.ts';
import { SCRIPTS } from '../assets/scripts.ts';
import { openPage, show, type Page } from '../page.ts';

/** What a browser shows while the network is away, and the worker that keeps it at hand. */
export const offlinePages: readonly Page[] = [
  openPage({
    method: 'GET',
    path: '/offline',
    handle: async () =>
      show({
        title: 'You are offline',
        body: (
          <div class="error-page">
            <h1>You are offline</h1>
            <p class="lead">This page could not be loaded, because the network or the issuer is away.</p>
            <p>
              Nothing was lost here: a form that was not answered was not taken. Try again when you are back.
            </p>
          </div>
        ),
      }),
  }),
  openPage({
    method: 'GET',
    // Beside the pages and not among the assets: a worker answers for what lies below it (Service Workers §3.2).
    path: '/service-worker.js',
    handle: async () =>
      ok({
        kind: 'file',
        contentType: 'text/javascript; charset=utf-8',
        body: SCRIPTS['service-worker'],
        headers: { 'cache-control': 'no-cache' },
      }),
  }),
];
