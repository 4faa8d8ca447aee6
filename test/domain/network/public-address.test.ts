import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isPublicAddress, octetsOf } from '../../../src/domain/network/public-address.ts';

/** Each block with its first and last address, and the neighbours that are public. */
const BLOCKS: readonly (readonly [name: string, inside: readonly string[], outside: readonly string[]])[] = [
  ['this network', ['0.0.0.0', '0.255.255.255'], ['1.0.0.0']],
  ['private 10', ['10.0.0.0', '10.255.255.255'], ['9.255.255.255', '11.0.0.0']],
  ['carrier NAT', ['100.64.0.0', '100.127.255.255'], ['100.63.255.255', '100.128.0.0']],
  ['loopback', ['127.0.0.0', '127.0.0.1', '127.255.255.255'], ['126.255.255.255', '128.0.0.0']],
  [
    'link-local and cloud metadata',
    ['169.254.0.0', '169.254.169.254', '169.254.255.255'],
    ['169.253.255.255', '169.255.0.0'],
  ],
  ['private 172', ['172.16.0.0', '172.31.255.255'], ['172.15.255.255', '172.32.0.0']],
  ['protocol assignments', ['192.0.0.0', '192.0.0.255'], ['191.255.255.255', '192.0.1.0']],
  ['documentation 1', ['192.0.2.0', '192.0.2.255'], ['192.0.1.255', '192.0.3.0']],
  ['6to4 relays', ['192.88.99.0', '192.88.99.255'], ['192.88.98.255', '192.88.100.0']],
  ['private 192', ['192.168.0.0', '192.168.255.255'], ['192.167.255.255', '192.169.0.0']],
  ['benchmarking', ['198.18.0.0', '198.19.255.255'], ['198.17.255.255', '198.20.0.0']],
  ['documentation 2', ['198.51.100.0', '198.51.100.255'], ['198.51.99.255', '198.51.101.0']],
  ['documentation 3', ['203.0.113.0', '203.0.113.255'], ['203.0.112.255', '203.0.114.0']],
  ['multicast, reserved and broadcast', ['224.0.0.0', '240.0.0.0', '255.255.255.255'], ['223.255.255.255']],
  ['IPv6 unspecified and loopback', ['::', '::1', '0:0:0:0:0:0:0:1'], []],
  ['IPv4-mapped', ['::ffff:8.8.8.8', '::ffff:127.0.0.1', '::ffff:7f00:1'], []],
  ['IPv4-compatible', ['::8.8.8.8', '::127.0.0.1'], []],
  ['what is not given out', ['1fff:ffff::1', '4000::', '100::1', '5f00::1'], ['2600::', '3ffe::1']],
  ['unique local', ['fc00::', 'fdff:ffff:ffff:ffff:ffff:ffff:ffff:ffff'], []],
  ['link-local', ['fe80::1', 'febf::1', 'fec0::1'], []],
  ['IPv6 multicast', ['ff00::', 'ff02::1'], []],
  [
    'protocol assignments, Teredo',
    ['2001::', '2001:0:4136:e378::1', '2001:1ff:ffff::1'],
    ['2001:200::', '2001:4860:4860::8888'],
  ],
  [
    'IPv6 documentation',
    ['2001:db8::', '2001:db8:ffff::1', '3fff::1', '3fff:fff::1'],
    ['2001:db7::1', '2001:db9::', '3fff:1000::'],
  ],
  ['6to4', ['2002::', '2002:7f00:1::1', '2002:808:808::1'], ['2003::1']],
  [
    'NAT64 to a private address',
    ['64:ff9b::127.0.0.1', '64:ff9b::a9fe:a9fe', '64:ff9b::10.0.0.1', '64:ff9b:1::8.8.8.8'],
    ['64:ff9b::8.8.8.8'],
  ],
];

describe.each(BLOCKS)('%s', (_name, inside, outside) => {
  test('is not public', () => {
    expect(inside.filter(isPublicAddress)).toEqual([]);
  });
  test('and its neighbours are', () => {
    expect(outside.filter((address) => !isPublicAddress(address))).toEqual([]);
  });
});

test.each([
  '',
  'localhost',
  '8.8.8',
  '8.8.8.8.8',
  '08.8.8.8',
  '256.1.1.1',
  '0x8.8.8.8',
  '8.8.8.8 ',
  '-1.2.3.4',
  ':',
  ':::',
  '2600:::1',
  '2600::1::2',
  '2600:0:0:0:0:0:0',
  '2600:0:0:0:0:0:0:0:0',
  '2600::0:0:0:0:0:0:0',
  '2600:g::',
  '2600:12345::',
  'fe80::1%eth0',
  '[2600::]',
  '2600::8.8.8',
  '8.8.8.8::',
])('%j is no address, and so not public', (text) => {
  expect(octetsOf(text)).toBeUndefined();
  expect(isPublicAddress(text)).toBe(false);
});

test('every spelling of an IPv6 address means the same', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(0xff_ff), { minLength: 8, maxLength: 8 }), (groups) => {
      const full = groups.map((group) => group.toString(16)).join(':');
      const padded = groups.map((group) => group.toString(16).padStart(4, '0').toUpperCase()).join(':');
      const canonical = new URL(`http://[${full}]/`).hostname.slice(1, -1);
      expect(octetsOf(canonical)).toEqual(octetsOf(full));
      expect(octetsOf(padded)).toEqual(octetsOf(full));
      expect(isPublicAddress(canonical)).toBe(isPublicAddress(padded));
    }),
  );
});

test('nothing of IPv4 that is private is reached through an IPv6 address that embeds it', () => {
  fc.assert(
    fc.property(fc.ipV4(), (address) => {
      if (isPublicAddress(address)) return;
      for (const embedded of [`::ffff:${address}`, `::${address}`, `64:ff9b::${address}`])
        expect(isPublicAddress(embedded)).toBe(false);
    }),
  );
});
