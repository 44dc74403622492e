import { parsePrefix } from '../../support/ip.js';

/** An address that a command gives to an interface, with the length of its network. */
export interface GivenAddress {
  readonly interface: string;
  readonly address: string;
}

/** What `ip address add` or `ifconfig` gives to an interface, if that is all that a command does. */
export function addressGivenBy(words: readonly string[]): GivenAddress | undefined {
  const [program, ...rest] = words;
  if (program === 'ip') return givenByIp(rest.filter((word) => !/^-(?:4|6|f)$/.test(word)));
  return program === 'ifconfig' ? givenByIfconfig(rest) : undefined;
}

/** Options of `ip address add` that change nothing here, and how many words follow. */
const plainOptions: Readonly<Record<string, number>> = { brd: 1, broadcast: 1, scope: 1, nodad: 0, noprefixroute: 0 };

function givenByIp([object = '', verb = '', ...rest]: readonly string[]): GivenAddress | undefined {
  if (!isShort(object, 'address') || !['add', 'replace'].some((each) => isShort(verb, each))) return undefined;
  const said: Record<string, string> = {};
  for (let at = 0; at < rest.length; at += 1) {
    const word = rest[at] ?? '';
    const following = Object.hasOwn(plainOptions, word) ? plainOptions[word] : undefined;
    if (following !== undefined) {
      if (word === 'scope' && !['global', 'link'].includes(rest[at + 1] ?? '')) return undefined;
      at += following;
    } else {
      const isNamed = word === 'dev' || word === 'local';
      const key = word === 'dev' ? 'interface' : 'address';
      if (said[key] !== undefined) return undefined;
      said[key] = isNamed ? (rest[(at += 1)] ?? '') : word;
    }
  }
  const { interface: device, address = '' } = said;
  return device === undefined ? undefined : whole(device, address);
}

function isShort(word: string, meant: string): boolean {
  return word !== '' && meant.startsWith(word);
}

function givenByIfconfig([device = '', ...rest]: readonly string[]): GivenAddress | undefined {
  const line = rest.filter((word) => word !== 'up' && word !== 'inet').join(' ');
  const [, address = '', mask] =
    /^([\d.]+(?:\/\d+)?)(?: netmask ([\d.]+))?$/.exec(line.replace(/ broadcast \S+/, '')) ?? [];
  const length = mask === undefined ? '' : `/${String(lengthOfMask(mask))}`;
  return whole(device, `${address}${length}`);
}

function whole(device: string, address: string): GivenAddress | undefined {
  return address.includes('/') && parsePrefix(address) !== undefined ? { interface: device, address } : undefined;
}

/** How many bits a mask such as 255.255.255.0 has; NaN where it is none. */
export function lengthOfMask(mask: string): number {
  const bits = mask.split('.').reduce((all, part) => all + Number(part).toString(2).padStart(8, '0'), '');
  return /^1*0*$/.test(bits) ? (bits.indexOf('0') === -1 ? 32 : bits.indexOf('0')) : NaN;
}
