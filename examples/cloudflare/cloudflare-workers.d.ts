/** What this example uses of the runtime, whose types are a package of their own. */
declare module 'cloudflare:workers' {
  /** Keeps the request alive until the promise is settled, wherever it is called. */
  export function waitUntil(promise: Promise<unknown>): void;
}
