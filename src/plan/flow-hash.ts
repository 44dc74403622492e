import { hashOfText } from '../topology/model/text-hash.js';
import type { Node } from '../topology/model/topology.js';
import type { Family, PlanHashSetting } from './model.js';

/**
 * Source and destination address, protocol, source and destination port (Linux: ip-sysctl, fib_multipath_hash_fields).
 */
const FIELDS = 0x01 | 0x02 | 0x04 | 0x10 | 0x20;
const CHOSEN_FIELDS = '3';

/**
 * How a node's kernel spreads flows over equal-cost paths, as sysctls in the order to set them. It computes a hash of
 * its own only if the fields are chosen. Else it takes the hash that the sender left with the packet, which is the same
 * for all nodes of one machine. The seed makes the hash differ between nodes, and the same for the same file. What the
 * file sets itself is left out.
 */
export function flowHashOf(topology: string, node: Node, families: readonly Family[]): readonly PlanHashSetting[] {
  const settings: readonly PlanHashSetting[] = [
    ...families.flatMap((family): readonly PlanHashSetting[] => [
      { key: `net.${family}.fib_multipath_hash_fields`, value: String(FIELDS), since: '5.14' },
      { key: `net.${family}.fib_multipath_hash_policy`, value: CHOSEN_FIELDS, since: '5.14' },
    ]),
    // Of both families, whatever its name says.
    { key: 'net.ipv4.fib_multipath_hash_seed', value: String(hashOfText(`${topology}/${node.name}`)), since: '6.11' },
  ];
  return settings.filter(({ key }) => !node.sysctls.has(key));
}

/** Whether a kernel, by its release such as `6.1.0-18-amd64`, is of a version or later. */
export function isKernelSince(release: string, since: string): boolean {
  const [major = 0, minor = 0] = release.split(/[.-]/).map(Number);
  const [leastMajor = 0, leastMinor = 0] = since.split('.').map(Number);
  return major > leastMajor || (major === leastMajor && minor >= leastMinor);
}
