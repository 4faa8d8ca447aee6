import type { Context } from 'hono';
import { peerAddress } from '../../domain/network/peer-address.ts';

/** The TCP peer under `@hono/node-server`; undefined elsewhere. Behind a proxy this is the proxy: read what that says instead. */
export function nodeAddress(context: Context): string | undefined {
  return peerAddress(context.env);
}

/** The client on Cloudflare Workers, where the platform sets this header and strips what a client sends. */
export function cloudflareAddress(context: Context): string | undefined {
  return context.req.header('cf-connecting-ip');
}
