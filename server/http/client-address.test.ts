import { describe, expect, it } from 'vitest';
import { addressOfClient, networkOf, trustedProxies } from './client-address';

describe('the address of a client', () => {
  const nobody = trustedProxies([]);
  const proxies = trustedProxies(['10.0.0.5', '10.1.0.0/16', 'fd00::/8']);

  it.each([
    ['nobody is trusted', '203.0.113.9', '1.2.3.4', nobody, '203.0.113.9'],
    ['a stranger forwards', '203.0.113.9', '1.2.3.4', proxies, '203.0.113.9'],
    ['a proxy forwards', '10.0.0.5', '1.2.3.4', proxies, '1.2.3.4'],
    ['a client prefixes its own', '10.0.0.5', '6.6.6.6, 1.2.3.4', proxies, '1.2.3.4'],
    ['two proxies', '10.0.0.5', '1.2.3.4, 10.1.7.7', proxies, '1.2.3.4'],
    ['only proxies', '10.0.0.5', '10.1.7.7', proxies, '10.1.7.7'],
    ['no header', '10.0.0.5', undefined, proxies, '10.0.0.5'],
    ['no address in the header', '10.0.0.5', 'unknown', proxies, '10.0.0.5'],
    ['IPv4 in IPv6', '::ffff:10.0.0.5', '::ffff:1.2.3.4', proxies, '1.2.3.4'],
    ['IPv6', 'fd00::1', '2001:db8::7', proxies, '2001:db8::7'],
  ])('%s', (_, peer, forwarded, trusted, expected) => {
    expect(addressOfClient(peer, forwarded, trusted)).toBe(expected);
  });
});

describe('the network that a limit is for', () => {
  it.each([
    ['203.0.113.9', '203.0.113.9'],
    ['unknown', 'unknown'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
    ['2001:0DB8:0001:0002:ffff::', '2001:db8:1:2::/64'],
    ['2001:db8::7', '2001:db8:0:0::/64'],
    ['::1', '0:0:0:0::/64'],
    ['fe80::1%eth0', 'fe80:0:0:0::/64'],
    ['64:ff9b::192.0.2.1', '64:ff9b:0:0::/64'],
  ])('of %s is %s', (address, network) => {
    expect(networkOf(address)).toBe(network);
  });
});
