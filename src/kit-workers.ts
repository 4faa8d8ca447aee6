/** `imprimatur/kit/workers`: what the kit needs of Cloudflare Workers. */
export { openD1RegistrationStore } from './registration-store/open-d1-store.ts';
export { createWebFetcher } from './fetcher/web-fetcher.ts';
