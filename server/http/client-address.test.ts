import { describe, expect, it } from 'vitest';
import { addressOfClient, trustedProxies } from './client-address';

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
