/**
 * The TCP peer of a request under `@hono/node-server`; undefined elsewhere. Behind a proxy this is the proxy.
 *
 * @param environment what the server hands to the application beside the request
 */
export function peerAddress(environment: unknown): string | undefined {
  const address = memberOf(memberOf(memberOf(environment, 'incoming'), 'socket'), 'remoteAddress');
  return typeof address === 'string' ? address : undefined;
}

/** What the proxy nearest to us appended to a header (RFC 7239 §5.2 has the same order); undefined where it said nothing. */
export function lastAppended(header: string | null | undefined): string | undefined {
  return header?.split(',').at(-1)?.trim() || undefined;
}

function memberOf(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined;
}
