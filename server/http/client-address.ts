import { BlockList, isIP } from 'node:net';

/**
 * The address that a request comes from. Our own server writes it from the connection before anything reads the
 * request; what a client sends under this name is overwritten.
 */
export const CLIENT_ADDRESS_HEADER = 'x-sagascope-client';

/** Where a request comes from, for the journal and for rate limits. */
export const clientAddress = (headers: Headers): string => headers.get(CLIENT_ADDRESS_HEADER) ?? 'unknown';

/**
 * The address of the client: the peer of the connection, unless that is a trusted proxy; then the last address of
 * x-forwarded-for that is none. A header of anybody else is not believed.
 */
export function addressOfClient(
  peer: string | undefined,
  forwardedFor: string | undefined,
  trusted: (address: string) => boolean,
): string {
  let address = plain(peer ?? 'unknown');
  const hops = (forwardedFor ?? '').split(',').map((hop) => plain(hop.trim()));
  while (trusted(address)) {
    const hop = hops.pop();
    if (hop === undefined || isIP(hop) === 0) break;
    address = hop;
  }
  return address;
}

/** Whether an address belongs to one of the networks (`10.0.0.5`, `10.1.0.0/16`). */
export function trustedProxies(networks: readonly string[]): (address: string) => boolean {
  const list = new BlockList();
  for (const network of networks) {
    const [address = '', bits] = network.split('/');
    const family = isIP(address) === 6 ? 'ipv6' : 'ipv4';
    if (bits === undefined) list.addAddress(address, family);
    else list.addSubnet(address, Number(bits), family);
  }
  return (address) => {
    const family = isIP(address);
    return family !== 0 && list.check(address, family === 6 ? 'ipv6' : 'ipv4');
  };
}

// An IPv4 connection to an IPv6 socket.
const plain = (address: string): string => address.replace(/^::ffff:(?=\d+\.)/i, '');

/** Whom a limit is for: an IPv4 address, or the /64 that one subscriber has of IPv6. */
export function networkOf(address: string): string {
  if (isIP(address) !== 6) return address;
  const [before = '', behind] = (address.split('%')[0] ?? '').split('::');
  const head = before.split(':').filter((group) => group !== '');
  const tail = (behind ?? '').split(':').filter((group) => group !== '');
  // An address that ends like IPv4 has two groups in that part.
  const written = head.length + tail.length + (/\.\d+$/.test(address) ? 1 : 0);
  const groups = behind === undefined ? head : [...head, ...Array<string>(8 - written).fill('0'), ...tail];
  const first = groups.slice(0, 4).map((group) => Number.parseInt(group, 16).toString(16));
  return `${first.join(':')}::/64`;
}
