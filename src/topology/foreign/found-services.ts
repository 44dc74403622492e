import { join } from 'node:path';
import type { Finding } from '../model/finding.js';
import { familyOf } from '../../support/family.js';
import { addressBits, parseAddress } from '../../support/ip.js';
import { alternatives } from '../../support/suggest.js';
import { addressGivenBy } from './interface-addresses.js';
import type { ForeignLab, ForeignNode, Surroundings } from './foreign-lab.js';

/** Addresses that several nodes have: an anycast service, perhaps. */
export interface FoundService {
  readonly offset: number;
  readonly addresses: readonly string[];
  readonly nodes: readonly string[];
}

/** What looks like an anycast service: the same /32 or /128 on the loopback interfaces of several nodes. */
export function foundServices(
  { nodes }: ForeignLab,
  { fileAt }: Pick<Surroundings, 'fileAt'>,
): readonly FoundService[] {
  const owners = new Map<string, ForeignNode[]>();
  for (const node of nodes) {
    for (const address of new Set([...inConfiguration(node, fileAt), ...inCommands(node)]))
      owners.set(address, [...(owners.get(address) ?? []), node]);
  }
  // Addresses of the same nodes are of the same service.
  const services = new Map<string, FoundService>();
  for (const [address, theirs] of owners) {
    if (theirs.length < 2) continue;
    const names = theirs.map(({ name }) => name.value);
    const known = services.get(names.join());
    services.set(names.join(), {
      offset: theirs[0]?.name.offset ?? 0,
      addresses: [...(known?.addresses ?? []), address],
      nodes: names,
    });
  }
  return [...services.values()];
}

/** What is said of them where a file is read. */
export function proposals(found: readonly FoundService[]): readonly Finding[] {
  return found.map(({ offset, addresses, nodes }) => ({
    offset,
    code: 'PROPOSED',
    message: `${alternatives(addresses, 'and')} ${addresses.length === 1 ? 'is' : 'are'} on ${alternatives(nodes, 'and')}: an anycast service, perhaps`,
    hint: '"nearcast import" writes it down as a proposal',
  }));
}

function inConfiguration({ frr }: ForeignNode, fileAt: Surroundings['fileAt']): readonly string[] {
  if (frr?.at === undefined) return [];
  const text = fileAt(frr.at.kind === 'folder' ? join(frr.at.value, 'frr.conf') : frr.at.value) ?? '';
  let device = '';
  return text.split('\n').flatMap((line) => {
    const words = line.trim().split(/\s+/);
    if (!line.startsWith(' ') && !line.startsWith('\t')) device = words[0] === 'interface' ? (words[1] ?? '') : '';
    const isAddress = (words[0] === 'ip' || words[0] === 'ipv6') && words[1] === 'address';
    return isAddress && isLoopback(device) ? hostAddress(words[2]) : [];
  });
}

/** Commands in other commands count too: lines of a script, and what `sh -c` runs. */
function inCommands({ exec }: ForeignNode): readonly string[] {
  return exec.flatMap(({ value }) => {
    const text = typeof value === 'string' ? value : value.join(' ');
    return Array.from(text.matchAll(/\b(?:ip|ifconfig)\s[^;&|#()'"\n]+/g)).flatMap(([command]) => {
      // `ip` takes an address without a length for that address alone.
      const words = command
        .trim()
        .split(/\s+/)
        .map((word) => (command.startsWith('ip ') && parseAddress(word) !== undefined ? alone(word) : word));
      const label = words.indexOf('label');
      const given = addressGivenBy(label < 0 ? words : words.toSpliced(label, 2));
      return given !== undefined && isLoopback(given.interface) ? hostAddress(given.address) : [];
    });
  });
}

function isLoopback(device: string): boolean {
  return /^(?:lo|dummy|dum|anycast)[\w.:-]*$/.test(device);
}

function alone(address: string): string {
  return `${address}/${String(addressBits(familyOf(address)))}`;
}

/** The address of a prefix that has no other. */
function hostAddress(prefix = ''): readonly string[] {
  const [address = '', length] = prefix.split('/');
  return length !== undefined && prefix === alone(address) ? [address] : [];
}
