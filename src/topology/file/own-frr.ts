import { parsePrefix } from '../../support/ip.js';
import { didYouMean } from '../../support/suggest.js';
import { daemonNames, type DaemonName } from '../model/fault-target.js';
import type { OwnFrr } from '../model/topology.js';
import type { FileNode, TopologyFile } from './schema.js';
import type { Path } from './tree.js';

/** A file that a topology names, by its path from there: its text and its whole path, or why it cannot be read. */
export type Attached =
  | { readonly path: string; readonly text: string }
  | { readonly path: string; readonly isMissing: boolean; readonly message: string; readonly hint: string };

/** Reads what a topology names beside itself. */
export type Attach = (name: string) => Attached;

/** For texts that are no files: nothing is beside them. */
export const nothingAttached: Attach = (path) => ({
  path,
  isMissing: false,
  message: `${path} cannot be read: this topology is a text, not a file`,
  hint: 'load the topology from its file, or give the reader what it names',
});

export interface OwnFrrReading {
  readonly byNode: ReadonlyMap<string, OwnFrr>;
  readonly problems: readonly {
    readonly path: Path;
    readonly message: string;
    readonly hint: string | (() => string);
  }[];
}

/** In a folder of FRRouting, as it is installed: which daemons run. */
const DAEMONS = 'daemons';
/** What runs at a router that is left to its user, unless the file says otherwise. */
const USUAL_DAEMONS: readonly DaemonName[] = ['ospfd', 'ospf6d', 'bgpd', 'staticd'];
/** FRRouting runs these for itself. */
const OTHER_PROGRAMS: ReadonlySet<string> = new Set(['mgmtd', 'watchfrr', 'vtysh', 'snmpd', 'sharpd']);
/**
 * Lines about the machine of the router, and not about its routing: a lab names its nodes, keeps what daemons log, and asks for
 * no password. What is behind `end` in the middle of a file would be commands, not configuration.
 */
const ofTheMachine =
  /^(?:no )?(?:log |password |enable password |service (?:password-encryption|advanced-vty|terminal-length)|line vty|banner |exec-timeout|username |hostname |agentx|end$)/;
/** FRRouting would write these into its kernel, which it may not in a container: the node has them as kernel settings. */
const forwardingLine = /^(no )?(ip|ipv6) forwarding$/;
const forwardingSettings = {
  ip: ['net.ipv4.ip_forward'],
  // The kernel changes both with the first; an engine sets them in an order of its own.
  ipv6: ['net.ipv6.conf.all.forwarding', 'net.ipv6.conf.default.forwarding'],
} as const;

/** The configurations of nodes that are the user's own, whole: from a file, a folder, or from nothing. */
export function readOwnFrr({ nodes, routing }: TopologyFile, attach: Attach): OwnFrrReading {
  const byNode = new Map<string, OwnFrr>();
  const problems: OwnFrrReading['problems'][number][] = [];
  for (const [name, node] of Object.entries(nodes)) {
    const written = ownOf(node, routing);
    if (written === undefined) continue;
    const refuse = (key: string, message: string, hint: string | (() => string)): void => {
      problems.push({ path: ['nodes', name, 'frr', ...(key === '' ? [] : [key])], message, hint });
    };
    const { file, folder } = written;
    if (file !== undefined && folder !== undefined)
      refuse('folder', 'both "file" and "folder" are given', 'write one of them: a folder has frr.conf in it');
    const daemons = readDaemons(written, attach, refuse);
    const conf = configurationOf(written, daemons, attach);
    // Whoever begins with an empty folder has no configuration yet.
    if (conf !== undefined && 'message' in conf && !(conf.isMissing && folder !== undefined))
      refuse(file === undefined ? 'folder' : 'file', conf.message, conf.hint);
    const found = conf !== undefined && 'text' in conf ? conf.text : '';
    const text = written.quagga === true ? asQuaggaMeans(found) : found;
    byNode.set(name, {
      lines: loadedLines(text),
      daemons: daemons ?? (text === '' ? USUAL_DAEMONS : undefined),
      file: conf?.path,
      numberedAs: lineCount(text) === lineCount(found) ? conf?.numberedAs : undefined,
      asn: systemIn(text),
      addresses: addressesIn(text),
      sysctls: forwardingIn(text),
    });
  }
  return { byNode, problems };
}

/** The whole configuration, in a folder of FRRouting and in one of Quagga. */
const whole = ['frr.conf', 'Quagga.conf'];
/** These run without being named. */
const always: ReadonlySet<DaemonName> = new Set(['zebra', 'staticd']);

/**
 * The configuration in a folder: that of all daemons, or else those of the daemons that run, one after the other. It is saved
 * as `frr.conf`, which then counts.
 */
function configurationIn(folder: string, running: readonly DaemonName[] | undefined, attach: Attach): Configuration {
  const [first, other] = whole.map((name) => readWhole(attach(`${folder}/${name}`)));
  if (first === undefined || isThere(first)) return first ?? attach(folder);
  if (other !== undefined && isThere(other)) return { ...other, path: first.path };
  const parts = daemonNames
    .filter((name) => always.has(name) || running === undefined || running.includes(name))
    .map((name) => attach(`${folder}/${name}.conf`))
    .filter(isThere);
  const unreadable = parts.find((part) => 'message' in part);
  if (unreadable !== undefined) return unreadable;
  const texts = parts.flatMap((part) => ('text' in part ? [part.text] : []));
  if (texts.length === 0) return first;
  return { path: first.path, text: texts.join('\n!\n'), numberedAs: parts.length === 1 ? parts[0]?.path : undefined };
}

function readWhole(read: Attached): Configuration {
  return { ...read, numberedAs: read.path };
}

function lineCount(text: string): number {
  return text.split('\n').length;
}

function isThere(read: Attached): boolean {
  return 'text' in read || !read.isMissing;
}

/**
 * A configuration of Quagga in the words of FRRouting: towards other systems BGP needs no policies, and it announces
 * networks that no route leads to. What Quagga logs for debugging has other names in FRRouting, and changes no route.
 */
function asQuaggaMeans(text: string): string {
  return text
    .split(/\r?\n/)
    .flatMap((line) => {
      if (/^\s*(?:no )?debug\s/.test(line)) return ['!'];
      return /^router bgp \d+\s*$/.test(line)
        ? [line, ' no bgp ebgp-requires-policy', ' no bgp network import-check']
        : [line];
    })
    .join('\n');
}

interface WrittenOwn {
  readonly file?: string | undefined;
  readonly folder?: string | undefined;
  readonly daemons?: string | readonly string[] | undefined;
  readonly quagga?: boolean | undefined;
}

/** What is loaded, and the file whose lines have the same numbers; undefined where it is of several. */
type Configuration = Attached & { readonly numberedAs?: string | undefined };

function configurationOf(
  { file, folder }: WrittenOwn,
  running: readonly DaemonName[] | undefined,
  attach: Attach,
): Configuration | undefined {
  if (file !== undefined) return readWhole(attach(file));
  return folder === undefined ? undefined : configurationIn(withoutSlash(folder), running, attach);
}

function ownOf({ kind, frr }: FileNode, routing: TopologyFile['routing']): WrittenOwn | undefined {
  if (typeof frr === 'object') return frr;
  return routing === 'none' && kind === 'router' && frr === undefined ? {} : undefined;
}

/** Those of a list, or of a file as FRRouting has it (`bgpd=yes`); undefined where nothing is said. */
function readDaemons(
  { daemons, folder }: WrittenOwn,
  attach: Attach,
  refuse: (key: string, message: string, hint: string | (() => string)) => void,
): readonly DaemonName[] | undefined {
  const check = (name: string, key: string): readonly DaemonName[] => {
    const known = daemonNames.find((each) => each === name);
    if (known !== undefined) return known === 'zebra' ? [] : [known];
    if (!OTHER_PROGRAMS.has(name))
      refuse(key, `FRRouting has no daemon "${name}"`, () => didYouMean(name, daemonNames, 'daemons'));
    return [];
  };
  if (typeof daemons === 'object') return [...new Set(daemons.flatMap((name) => check(name, 'daemons')))];
  const at = daemons ?? (folder === undefined ? undefined : `${withoutSlash(folder)}/${DAEMONS}`);
  if (at === undefined) return undefined;
  const read = attach(at);
  if ('message' in read) {
    if (daemons !== undefined || !read.isMissing)
      refuse(daemons === undefined ? 'folder' : 'daemons', read.message, read.hint);
    return undefined;
  }
  // As the start-up scripts of FRRouting and Quagga read it: a number is a priority.
  const says = /^\s*(\w+)\s*=\s*"?(?:yes|[1-9]\d*)"?\s*(?:#.*)?$/;
  const running = read.text.split(/\r?\n/).flatMap((line) => says.exec(line)?.[1] ?? []);
  const named = running.filter((name) => !name.includes('_'));
  return [...new Set(named.flatMap((name) => check(name, daemons === undefined ? 'folder' : 'daemons')))];
}

/** The lines that FRRouting gets, each at the place that it has in the file, so that refusals name it. */
function loadedLines(text: string): string {
  const isLeftAway = (line: string): boolean => ofTheMachine.test(line) || forwardingLine.test(line);
  return text
    .split(/\r?\n/)
    .map((line) => (isLeftAway(inOneSpacing(line)) ? '!' : line))
    .join('\n');
}

/** Whether the kernel is to forward, where the lines say it: the last one counts. */
function forwardingIn(text: string): OwnFrr['sysctls'] {
  const settings = new Map<string, string>();
  for (const line of text.split(/\r?\n/)) {
    const [, no, family] = forwardingLine.exec(inOneSpacing(line)) ?? [];
    if (family !== 'ip' && family !== 'ipv6') continue;
    for (const key of forwardingSettings[family]) settings.set(key, no === undefined ? '1' : '0');
  }
  return settings;
}

function inOneSpacing(line: string): string {
  return line.trim().replaceAll(/\s+/g, ' ');
}

/** As `router bgp 65001` says it; of several, as there are with VRFs, the first. */
function systemIn(text: string): number | undefined {
  const number = /^router bgp (\d{1,10})\s*$/m.exec(text)?.[1];
  return number === undefined ? undefined : Number(number);
}

/** The addresses that a configuration gives to each interface. */
function addressesIn(text: string): ReadonlyMap<string, readonly string[]> {
  const addresses = new Map<string, readonly string[]>();
  let device: string | undefined;
  for (const line of text.split(/\r?\n/)) {
    const [first, second, third] = line.trim().split(/\s+/);
    if (first === 'interface') device = second;
    else if (/^\S/.test(line) && first !== '!' && first !== 'ip' && first !== 'ipv6') device = undefined;
    else if (device !== undefined && /^ipv?6?$/.test(first ?? '') && second === 'address' && third !== undefined) {
      if (parsePrefix(third) !== undefined) addresses.set(device, [...(addresses.get(device) ?? []), third]);
    }
  }
  return addresses;
}

function withoutSlash(folder: string): string {
  return folder.replace(/\/+$/, '');
}
