/** Where the network is away, a page of this console says so instead of the browser's own. It keeps nothing else. */

const CACHE = 'offline-1';
const OFFLINE = new URL('offline', location.href).href;

type Extendable = Event & { readonly waitUntil: (work: Promise<unknown>) => void };
type Fetching = Extendable & {
  readonly request: Request;
  readonly respondWith: (response: Promise<Response>) => void;
};

addEventListener('install', (event) => {
  if (isExtendable(event)) event.waitUntil(keepOfflinePage());
});

addEventListener('fetch', (event) => {
  if (!isFetching(event) || event.request.method !== 'GET') return;
  const { request } = event;
  if (request.mode === 'navigate')
    event.respondWith(fetch(request).catch(async () => (await kept(OFFLINE)) ?? Response.error()));
  else if (/\/assets\/[^/]+\.(?:css|svg)$/.test(new URL(request.url).pathname))
    event.respondWith(fetch(request).catch(async () => (await kept(request.url)) ?? Response.error()));
});

async function keepOfflinePage(): Promise<void> {
  const page = await fetch(OFFLINE, { credentials: 'omit' });
  const text = await page.clone().text();
  const files = [...text.matchAll(/href="([^"]*\/assets\/[^"]+\.(?:css|svg))"/g)].map(
    ([, href = '']) => href,
  );
  const cache = await caches.open(CACHE);
  await Promise.all([cache.put(OFFLINE, page), cache.addAll(files)]);
}

async function kept(url: string): Promise<Response | undefined> {
  return (await caches.open(CACHE)).match(url);
}

function isExtendable(event: Event): event is Extendable {
  return 'waitUntil' in event;
}

function isFetching(event: Event): event is Fetching {
  return 'respondWith' in event && 'request' in event;
}
