import type { Context } from 'hono';

/** The TCP peer under `@hono/node-server`; undefined elsewhere. Behind a proxy this is the proxy: read what that says instead. */
export function nodeAddress(context: Context): string | undefined {
  const incoming = memberOf(context.env, 'incoming');
  const address = memberOf(memberOf(incoming, 'socket'), 'remoteAddress');
  return typeof address === 'string' ? address : undefined;
}

/** The client on Cloudflare Workers, where the platform sets this header and strips what a client sends. */
export function cloudflareAddress(context: Context): string | undefined {
  return context.req.header('cf-connecting-ip');
}

function memberOf(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined;
}
