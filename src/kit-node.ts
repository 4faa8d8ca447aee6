/** `imprimatur/kit/node`: what the kit needs of Node. */
export {
  openSqliteRegistrationStore,
  type SqliteRegistrationStore,
} from './registration-store/open-sqlite-store.ts';
export { createNodeFetcher, type Lookup } from './fetcher/node-fetcher.ts';
