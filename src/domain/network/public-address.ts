/** Blocks of IPv4 that nobody on the internet is reached under (IANA IPv4 Special-Purpose Address Registry, RFC 6890). */
const NOT_PUBLIC_IPV4: readonly (readonly [string, number])[] = [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.88.99.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 4],
  ['240.0.0.0', 4],
];

/** Only what lies below 2000::/3 is given to networks (RFC 4291 §2.4), and these of it are not (IANA IPv6 registry). */
const UNICAST = ['2000::', 3] as const;
const NOT_PUBLIC_IPV6: readonly (readonly [string, number])[] = [
  ['2001::', 23],
  ['2001:db8::', 32],
  ['2002::', 16],
  ['3fff::', 20],
];
/** IPv4 behind NAT64 (RFC 6052 §2.1): as public as the IPv4 address in its last 32 bits. */
const NAT64 = ['64:ff9b::', 96] as const;

/**
 * Whether an address is one that anybody on the internet is reached under: no loopback, no private network, no link, no metadata service of a
 * cloud, no multicast, no tunnel that could end in one of these.
 *
 * @param address IPv4 in dotted decimal, or IPv6 (RFC 4291 §2.2) without zone and brackets; anything else is not public
 */
export function isPublicAddress(address: string): boolean {
  const octets = octetsOf(address);
  if (octets === undefined) return false;
  if (octets.length === 4) return !isWithinAny(octets, NOT_PUBLIC_IPV4);
  if (isWithin(octets, NAT64)) return !isWithinAny(octets.slice(12), NOT_PUBLIC_IPV4);
  return isWithin(octets, UNICAST) && !isWithinAny(octets, NOT_PUBLIC_IPV6);
}

/** Where machines of a cloud read their own credentials, and everything else on the link. */
const LINK_IPV4 = ['169.254.0.0', 16] as const;
const LINK_IPV6 = [
  ['fe80::', 10],
  ['fd00:ec2::', 32],
] as const;
/** IPv4 written as IPv6 (RFC 4291 §2.5.5.2). */
const MAPPED = ['::ffff:0:0', 96] as const;

/**
 * Whether an address is on the link, or a metadata service of a cloud (RFC 3927, RFC 4291 §2.5.6): nothing is asked there for anybody, in
 * development neither.
 */
export function isLinkLocal(address: string): boolean {
  const octets = octetsOf(address);
  if (octets === undefined) return false;
  if (octets.length === 4) return isWithin(octets, LINK_IPV4);
  if (isWithin(octets, MAPPED) || isWithin(octets, NAT64)) return isWithin(octets.slice(12), LINK_IPV4);
  return isWithinAny(octets, LINK_IPV6);
}

/** The 4 or 16 octets of an address; undefined when it is none. */
export function octetsOf(address: string): readonly number[] | undefined {
  return address.includes(':') ? ipv6Octets(address) : ipv4Octets(address);
}

function ipv4Octets(text: string): readonly number[] | undefined {
  const parts = text.split('.');
  if (parts.length !== 4 || !parts.every((part) => /^(?:0|[1-9]\d{0,2})$/.test(part))) return undefined;
  const octets = parts.map(Number);
  return octets.every((octet) => octet <= 255) ? octets : undefined;
}

function ipv6Octets(text: string): readonly number[] | undefined {
  const [head = '', tail, ...more] = text.split('::');
  if (more.length > 0) return undefined;
  const before = groupsOf(head, tail === undefined);
  const after = tail === undefined ? [] : groupsOf(tail, true);
  if (before === undefined || after === undefined) return undefined;
  const missing = 16 - before.length - after.length;
  // "::" stands for one group at least.
  if (tail === undefined ? missing !== 0 : missing < 2) return undefined;
  return [...before, ...Array.from({ length: missing }, () => 0), ...after];
}

/** @param isLast whether an IPv4 address may end it (RFC 4291 §2.2, form 3) */
function groupsOf(text: string, isLast: boolean): readonly number[] | undefined {
  if (text === '') return [];
  const octets: number[] = [];
  const groups = text.split(':');
  for (const [i, group] of groups.entries()) {
    if (isLast && i === groups.length - 1 && group.includes('.')) {
      const embedded = ipv4Octets(group);
      if (embedded === undefined) return undefined;
      octets.push(...embedded);
    } else {
      if (!/^[0-9a-f]{1,4}$/i.test(group)) return undefined;
      const value = Number.parseInt(group, 16);
      octets.push(value >> 8, value & 0xff);
    }
  }
  return octets;
}

function isWithinAny(octets: readonly number[], blocks: readonly (readonly [string, number])[]): boolean {
  return blocks.some((block) => isWithin(octets, block));
}

function isWithin(octets: readonly number[], [network, bits]: readonly [string, number]): boolean {
  const prefix = octetsOf(network) ?? [];
  return octets.every((octet, i) => {
    const relevant = Math.min(8, Math.max(0, bits - 8 * i));
    const mask = (0xff << (8 - relevant)) & 0xff;
    return (octet & mask) === ((prefix[i] ?? 0) & mask);
  });
}
