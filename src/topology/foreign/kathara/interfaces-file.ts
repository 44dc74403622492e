import { lengthOfMask } from '../interface-addresses.js';

/** What the start-up scripts of a machine bring up: all interfaces that are marked for it, or some by name. */
export interface BroughtUp {
  readonly all: boolean;
  readonly named: ReadonlySet<string>;
}

/** What ifupdown's file of a machine, interfaces(5), comes to. */
export interface InterfacesReading {
  /** The commands by which its interfaces come up, as ifup(8) runs them. */
  readonly commands: readonly string[];
  /** What of it has no meaning here, and why: the words as they stand in lines of the file, counted from 1. */
  readonly ignored: readonly { readonly line: number; readonly words: string; readonly why: string }[];
}

interface Line {
  readonly line: number;
  readonly words: string;
  readonly key: string;
  readonly rest: string;
}

interface Stanza extends Line {
  readonly device: string;
  readonly family: string;
  readonly method: string;
  readonly options: Line[];
}

const methods: ReadonlySet<string> = new Set(['static', 'manual', 'loopback']);
const startsStanza = /^(?:auto|allow-[\w-]+|iface|mapping|source|source-directory|no-auto-down|no-scripts|template)$/;

/** What a key of a stanza becomes, where no command comes of it. */
const why: Readonly<Record<string, string>> = {
  network: 'it follows from the address',
  broadcast: 'it follows from the address',
  hwaddress: 'Ethernet addresses follow from the file',
  ...Object.fromEntries(['down', 'pre-down', 'post-down'].map((key) => [key, 'a lab leaves nothing behind'])),
  ...Object.fromEntries(
    ['dns-nameservers', 'dns-nameserver', 'dns-search', 'dns-domain'].map((key) => [
      key,
      '/etc/hosts of every node has the names of all nodes',
    ]),
  ),
};

/** One command that brings interfaces up or down by their file. */
const starter =
  /^(?:(?:service networking|(?:\/etc\/init\.d\/)?networking) (?:re)?(?:start|stop|load|force-reload)|systemctl (?:re)?(?:start|stop|load) networking(?:\.service)?|if(?:up|down)( [\w. -]+))$/;

/** Whether a line of a script does nothing but that. */
function isNetworkStart(line: string): boolean {
  const commands = commandsIn(line);
  return commands.length > 0 && commands.every((command) => starter.test(command));
}

/** A script without the lines that bring up interfaces by their file: each does nothing in its place. */
export function withoutNetworkStarts(script: string): string {
  return script
    .split('\n')
    .map((line) => (isNetworkStart(line) ? ':' : line))
    .join('\n');
}

/** What the lines of scripts bring up. */
export function broughtUpBy(lines: readonly string[]): BroughtUp {
  const commands = lines.filter(isNetworkStart).flatMap(commandsIn);
  const ups = commands.map((command) => starter.exec(command)).filter((found) => found !== null);
  const words = ups.flatMap(([command, devices]) =>
    devices === undefined || command.startsWith('ifdown') ? [] : devices.trim().split(' '),
  );
  return {
    all: ups.some(([, devices]) => devices === undefined) || words.some((word) => /^(?:-a|--all)$/.test(word)),
    named: new Set(words.filter((word) => !word.startsWith('-'))),
  };
}

/** The commands of a line, without what they do with their output. */
function commandsIn(line: string): readonly string[] {
  const commands = line.replaceAll(/\s[\d&]?>+\s?\S+/g, '').split(/;|&&/);
  return commands.map((command) => command.trim().replaceAll(/\s+/g, ' ')).filter((command) => command !== '');
}

/**
 * Reads a file /etc/network/interfaces for the interfaces that start-up scripts bring up, of those that the machine has. ifup(8)
 * tells of one that is not there, and goes on.
 */
export function readInterfaces(
  text: string,
  { all, named }: BroughtUp,
  interfaces: ReadonlySet<string>,
): InterfacesReading {
  const { stanzas, marked, unread } = stanzasOf(text);
  const ignored: InterfacesReading['ignored'][number][] = [...unread];
  const commands = stanzas.flatMap((stanza) => {
    const { device, method, options } = stanza;
    const refuse = ({ line, words }: Line, reason: string): undefined => {
      ignored.push({ line, words, why: reason });
    };
    const isUp = method === 'loopback' || named.has(device) || (all && marked.has(device));
    if (!isUp) refuse(stanza, all || named.size > 0 ? noMark(device) : 'no start-up script brings its interface up');
    else if (!isThere(stanza, interfaces)) refuse(stanza, 'the machine has no such interface');
    else if (!methods.has(stanza.method)) refuse(stanza, 'a lab must know its addresses: write them with "static"');
    else return commandsOf(stanza, options, refuse);
    return [];
  });
  return { commands, ignored: ignored.sort((a, b) => a.line - b.line) };
}

/** Commands may make one before it comes up. */
function isThere({ device, options }: Stanza, interfaces: ReadonlySet<string>): boolean {
  const isMade = options.some(({ key }) => key === 'pre-up');
  return device === 'lo' || isMade || interfaces.has(withoutAlias(device));
}

/** A second address of an interface may stand under a name such as eth0:1. */
function withoutAlias(device: string): string {
  return device.replace(/:.*$/, '');
}

function noMark(device: string): string {
  return `it has no line "auto ${device}", and no start-up script brings it up by its name`;
}

function stanzasOf(text: string): {
  readonly stanzas: readonly Stanza[];
  readonly marked: ReadonlySet<string>;
  readonly unread: InterfacesReading['ignored'];
} {
  const stanzas: Stanza[] = [];
  const marked = new Set<string>();
  const unread: InterfacesReading['ignored'][number][] = [];
  let options: Line[] | undefined;
  for (const line of linesOf(text)) {
    const { key, rest } = line;
    const isOption = !startsStanza.test(key);
    if (isOption && options !== undefined) options.push(line);
    else if (key === 'iface') {
      const [device = '', family = 'inet', method = ''] = rest.split(/\s+/);
      options = [];
      stanzas.push({ ...line, device, family, method, options });
    } else {
      if (key === 'auto' || key.startsWith('allow-')) for (const device of rest.split(/\s+/)) marked.add(device);
      else unread.push({ line: line.line, words: line.words, why: 'a lab reads addresses and commands in this file' });
      options = undefined;
    }
  }
  return { stanzas, marked, unread };
}

/** The lines that say something; one that ends in a backslash goes on in the next. */
function linesOf(text: string): readonly Line[] {
  const lines: Line[] = [];
  let begun: { readonly line: number; readonly words: string } | undefined;
  for (const [index, written] of text.split(/\r?\n/).entries()) {
    const isLonger = written.endsWith('\\');
    const part = isLonger ? written.slice(0, -1) : written;
    begun = begun === undefined ? { line: index + 1, words: part } : { ...begun, words: `${begun.words} ${part}` };
    if (isLonger) continue;
    const words = begun.words.trim();
    const [, key = '', rest = ''] = /^(\S+)\s*(.*)$/.exec(words) ?? [];
    if (words !== '' && !words.startsWith('#')) lines.push({ line: begun.line, words, key, rest });
    begun = undefined;
  }
  return lines;
}

function commandsOf(
  stanza: Stanza,
  options: readonly Line[],
  refuse: (line: Line, reason: string) => undefined,
): readonly string[] {
  const { family, method } = stanza;
  const device = withoutAlias(stanza.device);
  const valueOf = (key: string): string | undefined => options.find((line) => line.key === key)?.rest;
  const ip = family === 'inet6' ? 'ip -6' : 'ip';
  const isStatic = method === 'static';
  const before: string[] = [];
  const after: string[] = [];
  const address = isStatic ? addressOf(family, valueOf('address'), valueOf('netmask')) : undefined;
  if (isStatic && address === undefined) refuse(stanza, 'it has no address');
  for (const line of options) {
    const { key, rest } = line;
    const command = rest.replaceAll(/\$(?:IFACE\b|\{IFACE\})/g, device);
    if (key === 'pre-up') before.push(command);
    else if (key === 'up' || key === 'post-up') after.push(command);
    else if (key === 'mtu' && /^\d+$/.test(rest)) before.push(`ip link set dev ${device} mtu ${rest}`);
    else if (!isStatic || !['address', 'netmask', 'gateway', 'metric'].includes(key))
      refuse(line, why[key] ?? `no command comes of ${JSON.stringify(key)} here`);
  }
  const gateway = isStatic ? valueOf('gateway') : undefined;
  const metric = valueOf('metric');
  return [
    ...before,
    ...(address === undefined ? [] : [`${ip} address add ${address} dev ${device}`]),
    ...(gateway === undefined
      ? []
      : [`${ip} route replace default via ${gateway} dev ${device}${metric === undefined ? '' : ` metric ${metric}`}`]),
    ...after,
  ];
}

/** An address with the length of its network. For IPv4 without one, ifup takes that of the address's class. */
function addressOf(family: string, written: string | undefined, netmask: string | undefined): string | undefined {
  const [address = '', inIt] = (written ?? '').split('/');
  if (address === '') return undefined;
  const mask = inIt ?? netmask;
  if (mask === undefined) return `${address}/${String(family === 'inet6' ? 128 : classLength(address))}`;
  const length = mask.includes('.') ? lengthOfMask(mask) : NaN;
  return `${address}/${Number.isNaN(length) ? mask : String(length)}`;
}

function classLength(address: string): number {
  const first = Number(address.split('.')[0]);
  if (first < 128) return 8;
  if (first < 192) return 16;
  return first < 224 ? 24 : 32;
}
