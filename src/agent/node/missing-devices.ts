import { alternatives } from '../../support/suggest.js';

/** The kernel's module for each kind of device that not every kernel has, and the option that it is built with. */
const modules = new Map<string, readonly [module: string, option: string]>([
  ['bareudp', ['bareudp', 'BAREUDP']],
  ['bond', ['bonding', 'BONDING']],
  ['dummy', ['dummy', 'DUMMY']],
  ['geneve', ['geneve', 'GENEVE']],
  ['gre', ['ip_gre', 'NET_IPGRE']],
  ['gretap', ['ip_gre', 'NET_IPGRE']],
  ['ip6gre', ['ip6_gre', 'IPV6_GRE']],
  ['ip6gretap', ['ip6_gre', 'IPV6_GRE']],
  ['ip6tnl', ['ip6_tunnel', 'IPV6_TUNNEL']],
  ['ipip', ['ipip', 'NET_IPIP']],
  ['ipvlan', ['ipvlan', 'IPVLAN']],
  ['macsec', ['macsec', 'MACSEC']],
  ['macvlan', ['macvlan', 'MACVLAN']],
  ['sit', ['sit', 'IPV6_SIT']],
  ['vlan', ['8021q', 'VLAN_8021Q']],
  ['vrf', ['vrf', 'NET_VRF']],
  ['vti', ['ip_vti', 'NET_IPVTI']],
  ['vti6', ['ip6_vti', 'IPV6_VTI']],
  ['vxlan', ['vxlan', 'VXLAN']],
  ['wireguard', ['wireguard', 'WIREGUARD']],
  ['xfrm', ['xfrm_interface', 'XFRM_INTERFACE']],
]);

/** What `ip link add` says of a kind of device that the kernel does not have (`EOPNOTSUPP`, by old kernels without words). */
const unknownKind = /Unknown device type|RTNETLINK answers: Operation not supported/;

/**
 * Which devices a start-up command wanted that the kernel of this machine does not have, and what would bring them; undefined
 * where it failed for another reason.
 */
export function missingDevices(command: string, printed: string): string | undefined {
  if (!unknownKind.test(printed)) return undefined;
  const added = command.matchAll(/\blink\s+add\b[^;&|\n]*?\btype\s+([a-z]\w*)/g);
  const kinds = [...new Set(Array.from(added, ([, kind = '']) => kind))];
  if (kinds.length === 0) return undefined;
  const known = kinds.map((kind) => modules.get(kind)).filter((each) => each !== undefined);
  const loaded = [...new Set(known.map(([module]) => module))];
  const options = [...new Set(known.map(([, option]) => `CONFIG_${option}`))];
  const what = `this kernel has no devices of type ${alternatives(kinds)}`;
  return known.length === 0
    ? what
    : `${what}: ask root for  modprobe ${loaded.join(' ')},  or for a kernel with ${options.join(' and ')}`;
}
