import { quote } from '../model/finding.js';
import type { Placed } from './foreign-lab.js';
import type { PlacedReader } from './placed-reader.js';
import { addressGivenBy } from './interface-addresses.js';
import { shellWords } from './shell-words.js';

/** What the commands of a node become: those that run, and the kernel settings and addresses among them. */
interface ReadCommands {
  /** By interface. */
  readonly addresses: ReadonlyMap<string, readonly Placed<string>[]>;
  readonly exec: readonly Placed<string | readonly string[]>[];
  readonly sysctls: ReadonlyMap<string, Placed<string>>;
}

export interface CommandContext {
  /** Whether a shell reads the commands; otherwise they are parted into words, and nothing else in them has a meaning. */
  readonly shell?: boolean;
  /** Names of interfaces that the node has. */
  readonly interfaces: ReadonlySet<string>;
  readonly runsFrr: boolean;
  readonly containers: boolean;
  /** Where files of the node are on this machine: path in the node, path here. */
  readonly paths: readonly (readonly [inside: string, here: string])[];
  /** `NAME=value`, for what runs outside of a container. */
  readonly env: readonly string[];
}

const installers = /^(?:apk|apt|apt-get|dnf|yum|pip|pip3)$/;
const shellLetters = /[|&;<>$`(){}*?~]/;
const initPrograms = /^(?:systemctl|service|rc-service|\/etc\/init\.d\/)/;
const startsFrr =
  /(?:^|[\s/])(?:frrinit\.sh|watchfrr(?:\.sh)?)\b|\b(?:service|rc-service|systemctl)\b.*\b(?:frr|quagga|zebra)\b|init\.d\/(?:frr|quagga|zebra)\b|\/etc\/(?:frr|quagga|zebra)\b/;

/** Reads the start-up commands of a node: what has no sense here is left out by name. */
export function commandsOf(
  commands: readonly Placed<string>[],
  context: CommandContext,
  reader: PlacedReader,
): ReadCommands {
  const exec: Placed<string | readonly string[]>[] = [];
  const sysctls = new Map<string, Placed<string>>();
  const addresses = new Map<string, readonly Placed<string>[]>();
  for (const { value: line, offset } of commands) {
    const why = uselessHere(line, context);
    const words = shellWords(line);
    if (words?.length === 0) continue;
    if (why !== undefined) reader.ignore(offset, quote(line), why);
    else if (words === undefined || (context.shell === true && shellLetters.test(line)))
      exec.push({ value: withPaths(line, context), offset });
    else {
      const settings = settingsOf(words);
      const given = addressGivenBy(words);
      for (const [key, value] of settings ?? [])
        if (isPossible(key, value, offset, reader)) sysctls.set(key, { value, offset });
      if (given !== undefined && context.interfaces.has(given.interface))
        addresses.set(given.interface, [...(addresses.get(given.interface) ?? []), { value: given.address, offset }]);
      else if (settings === undefined) exec.push({ value: runnable(words, context), offset });
    }
  }
  return { exec, sysctls, addresses };
}

/** Words that run a program of a node, in or outside of a container. */
export function runnable(words: readonly string[], context: CommandContext): readonly string[] {
  if (context.containers) return words;
  const moved = repeatable(words).map((word) => withPaths(word, context));
  return context.env.length === 0 ? moved : ['env', ...context.env, ...moved];
}

/** A script without the lines that have no sense here: each is left out by name, and does nothing in its place. */
export function withoutUseless(
  { value: script, offset }: Placed<string>,
  context: CommandContext,
  reader: PlacedReader,
): string {
  return script
    .split('\n')
    .map((line) => {
      const why = uselessHere(line.trim(), context);
      if (why === undefined) return line;
      reader.ignore(offset, quote(line.trim()), why);
      return ':';
    })
    .join('\n');
}

/**
 * An address or a route that is there already is no failure for containerlab, which only reports it. `route add` becomes
 * `ip route`, which every machine has.
 */
function repeatable(written: readonly string[]): readonly string[] {
  const words = asIpRoute(written) ?? written;
  const at = words.findIndex((word, index) => index > 0 && !word.startsWith('-'));
  const isAdding =
    words[0] === 'ip' && /^(?:a|addr|address|r|ro|route)$/.test(words[at] ?? '') && words[at + 1] === 'add';
  return isAdding ? words.map((word, index) => (index === at + 1 ? 'replace' : word)) : words;
}

function asIpRoute(words: readonly string[]): readonly string[] | undefined {
  const line = words.filter((word) => !/^-(?:net|host|4|inet)$/.test(word)).join(' ');
  const [, to, mask, via, device] =
    /^route add (default|[\d.]+(?:\/\d+)?)(?: netmask ([\d.]+))?(?: gw ([\d.]+))?(?: (?:dev )?([\w.-]+))?$/.exec(
      line,
    ) ?? [];
  if (to === undefined || (via === undefined && device === undefined)) return undefined;
  return [
    ...['ip', 'route', 'add', mask === undefined ? to : `${to}/${mask}`],
    ...(via === undefined ? [] : ['via', via]),
    ...(device === undefined ? [] : ['dev', device]),
  ];
}

function uselessHere(line: string, { interfaces, runsFrr, containers }: CommandContext): string | undefined {
  if (/(?:^|\s)eth0(?:\s|$)/.test(line) && !interfaces.has('eth0')) return 'there is no management network';
  if (runsFrr && startsFrr.test(line)) return 'FRRouting starts by itself, with its files';
  if (!containers && initPrograms.test(line))
    return 'no init system runs in a node; "run" has programs that run for long';
  const [program = ''] = shellWords(line) ?? [];
  return !containers && installers.test(program)
    ? 'nothing is installed: nodes run the programs of this machine'
    : undefined;
}

/** What `sysctl -w key=value` sets, where that is all that a command does. */
function settingsOf([program, ...rest]: readonly string[]): readonly (readonly [string, string])[] | undefined {
  if (program !== 'sysctl') return undefined;
  const settings = rest.filter((word) => !/^-[wq]+$/.test(word));
  const pairs = settings.map((word) => /^(net[./][\w./-]+)=(.+)$/.exec(word));
  // Settings of a node are made before it has any interface.
  const isLater = settings.some((word) => /[./](?:conf|neigh)[./](?!(?:all|default)[./])/.test(word));
  return settings.length > 0 && !isLater && pairs.every((pair) => pair !== null)
    ? pairs.map(([, key = '', value = '']) => [key.replaceAll('/', '.'), value.trim()])
    : undefined;
}

/** Whether a node can have a kernel setting: what is of the whole machine, or takes IPv6 away, is left out by name. */
export function isPossible(key: string, value: string, offset: number, reader: PlacedReader): boolean {
  if (!key.startsWith('net.')) reader.ignore(offset, quote(key), 'it is a setting of the whole machine');
  else if (/^net\.ipv6\..*\.disable_ipv6$/.test(key) && value === '1')
    reader.ignore(offset, quote(key), 'the links of a lab have IPv6 addresses too');
  else return true;
  return false;
}

/** A text in which the files of the node have the paths that they have here. */
function withPaths(text: string, { paths, containers }: CommandContext): string {
  if (containers) return text;
  return paths.reduce((moved, [inside, here]) => {
    const pattern = new RegExp(
      `(?<![\\w./-])${inside.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`)}(?![\\w.-])`,
      'g',
    );
    return moved.replaceAll(pattern, () => here);
  }, text);
}
