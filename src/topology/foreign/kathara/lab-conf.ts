import { join } from 'node:path';
import { shortened } from '../../../support/printable.js';
import { quote } from '../../model/finding.js';
import type { YamlMap } from '../../file/yaml.js';
import { commandsOf, isPossible, runnable, withoutUseless, type CommandContext } from '../commands.js';
import {
  bareNode,
  type ForeignEnd,
  type ForeignFrr,
  type ForeignLink,
  type ForeignNode,
  type ForeignReading,
  type Placed,
  type Surroundings,
} from '../foreign-lab.js';
import { hasRouting, quaggaInFolder } from '../frr-folder.js';
import { PlacedReader } from '../placed-reader.js';
import { shellWords } from '../shell-words.js';
import { broughtUp, filesInContainer, noteFilesBeside, noteUnusedFiles, pathsIn } from './device-files.js';
import { withoutNetworkStarts } from './interfaces-file.js';
import { deviceKeys, labKeys } from './keys.js';

/** What the lines of a lab.conf say of one device: options may be repeated. */
interface Device {
  readonly offset: number;
  /** By the number of the interface. */
  readonly domains: Map<number, Placed<string>>;
  readonly options: Map<string, Placed<string>[]>;
}

const assignment = /^([a-z0-9_]{1,30})\[(\w+)\]=(["']?)([^"']+)\3(?:\s+#.*)?$/;
const description = /^(LAB_[A-Z]+)=(.*)$/;
const LONGEST_TITLE = 200;
const frrFolder = 'etc/frr';
/** Where Quagga has its files, and its forerunner. */
const quaggaFolders = ['etc/quagga', 'etc/zebra'];

/**
 * Reads the lab.conf of a network scenario of Kathara, with the files beside it: `shared.startup`, `<device>.startup`, and what
 * configures routing in the folder of a device.
 */
export function readKathara(text: string, around: Surroundings): ForeignReading {
  const reader = new PlacedReader();
  const { devices, said } = linesOf(text, reader);
  const { links, switches } = linksOf(devices);
  noteFilesBeside([...devices.keys()], around, reader);
  const allScripts = ['shared', ...devices.keys()].map((name) => around.fileAt(`${name}.startup`) ?? '').join('\n');
  const paths = pathsIn(allScripts, 'shared', around);
  if (!around.containers) noteUnusedFiles('shared', { offset: 0, paths, frr: undefined }, around, reader);
  const nodes = Array.from(devices, ([name, device]) => nodeOf(name, device, { around, reader }));
  const offset = 0;
  return {
    lab: {
      name: said.get('LAB_NAME') ?? { value: around.folder.split(/[/\\]/).at(-1) ?? 'lab', offset },
      title: titleOf(said.get('LAB_DESCRIPTION'), reader),
      nodes: [...nodes, ...switches],
      links,
    },
    findings: reader.findings,
    notes: reader.notes,
  };
}

/** A description may be a whole text there. */
function titleOf(described: Placed<string> | undefined, reader: PlacedReader): Placed<string> | undefined {
  if (described === undefined || described.value.length <= LONGEST_TITLE) return described;
  reader.ignore(described.offset, 'the end of "LAB_DESCRIPTION"', `a title has up to ${String(LONGEST_TITLE)} letters`);
  return { ...described, value: shortened(described.value, LONGEST_TITLE) };
}

function linesOf(
  text: string,
  reader: PlacedReader,
): { readonly devices: ReadonlyMap<string, Device>; readonly said: ReadonlyMap<string, Placed<string>> } {
  const devices = new Map<string, Device>();
  const said = new Map<string, Placed<string>>();
  for (const { 0: written, index } of text.matchAll(/[^\r\n]+/g)) {
    const line = written.trim();
    const offset = index + written.indexOf(line);
    if (line === '' || line.startsWith('#')) continue;
    const [, name, argument = '', , value = ''] = assignment.exec(line) ?? [];
    const [, key, words = ''] = description.exec(line) ?? [];
    if (name !== undefined) {
      const device = devices.get(name) ?? { offset, domains: new Map(), options: new Map() };
      devices.set(name, device);
      takeOption(device, argument, { value: value.trim(), offset }, reader);
    } else if (key !== undefined) {
      reader.map(keyAlone(key, offset), 'the file', labKeys);
      said.set(key, { value: words.replaceAll(/["']/g, '').trim(), offset });
    } else {
      reader.findings.push({
        offset,
        code: 'BAD_VALUE',
        message: `${quote(line)} is no line of a lab.conf`,
        hint: 'write  device[0]="A"  for an interface, or  device[option]="value"',
      });
    }
  }
  return { devices, said };
}

function takeOption(device: Device, argument: string, value: Placed<string>, reader: PlacedReader): void {
  if (/^\d+$/.test(argument)) {
    const [domain = '', mac] = value.value.split('/');
    if (mac !== undefined) reader.ignore(value.offset, quote(mac), 'Ethernet addresses follow from the file');
    device.domains.set(Number(argument), { ...value, value: domain });
    return;
  }
  reader.map(keyAlone(argument, value.offset), 'a device', deviceKeys);
  device.options.set(argument, [...(device.options.get(argument) ?? []), value]);
}

/** One key, to be looked up in a table. */
function keyAlone(key: string, offset: number): YamlMap {
  return {
    kind: 'map',
    offset,
    entries: new Map([[key, { keyOffset: offset, value: { kind: 'scalar', offset, value: '' } }]]),
  };
}

/** A collision domain of two interfaces is a link; every other is a switch with a link to each. */
function linksOf(devices: ReadonlyMap<string, Device>): {
  readonly links: readonly ForeignLink[];
  readonly switches: readonly ForeignNode[];
} {
  const byDomain = new Map<string, ForeignEnd[]>();
  for (const [node, { domains }] of devices) {
    for (const [number, { value, offset }] of [...domains].sort(([a], [b]) => a - b)) {
      const end = { offset, node, interface: `eth${String(number)}` };
      byDomain.set(value, [...(byDomain.get(value) ?? []), end]);
    }
  }
  const links: ForeignLink[] = [];
  const switches: ForeignNode[] = [];
  for (const [domain, ends] of byDomain) {
    const [a, b, ...more] = ends;
    if (a === undefined) continue;
    if (b !== undefined && more.length === 0) {
      links.push({ offset: a.offset, ends: [a, b], mtu: undefined });
      continue;
    }
    const name = devices.has(domain) ? `segment_${domain}` : domain;
    switches.push(bareNode({ value: name, offset: a.offset }, 'switch'));
    for (const end of ends)
      links.push({
        offset: end.offset,
        ends: [end, { offset: end.offset, node: name, interface: undefined }],
        mtu: undefined,
      });
  }
  return { links, switches };
}

function nodeOf(
  name: string,
  { offset, domains, options }: Device,
  { around, reader }: { readonly around: Surroundings; readonly reader: PlacedReader },
): ForeignNode {
  const placed = { value: name, offset };
  const [image] = options.get('image') ?? [];
  const frr = frrOf(name, { offset, image }, around, reader);
  const written = ['shared', name].map((file) => around.fileAt(`${file}.startup`) ?? '');
  const interfaces = new Set(Array.from(domains.keys(), (number) => `eth${String(number)}`));
  const brought = broughtUp(name, { written, offset, interfaces }, around, reader);
  const scripts = brought === undefined ? written : written.map(withoutNetworkStarts);
  const paths = pathsIn([...scripts, ...(brought ?? [])].join('\n'), name, around);
  const known = { offset, paths, frr: frr?.at?.value };
  if (!around.containers) noteUnusedFiles(name, known, around, reader);
  const inContainer = around.containers ? filesInContainer(name, known, around) : undefined;
  const env = (options.get('env') ?? []).map((each) => each.value);
  const context = {
    interfaces,
    runsFrr: frr !== undefined,
    containers: around.containers,
    paths,
    env,
    shell: true,
  };
  const commands = [
    ...(inContainer?.commands ?? []),
    ...(brought ?? []).map((value) => ({ value, offset })),
    ...scripts.flatMap((script) => commandsIn(script, offset, context, reader)),
    ...(options.get('exec') ?? []),
  ];
  const { exec, sysctls, addresses } = commandsOf(commands, context, reader);
  const entry = [...(options.get('entrypoint') ?? []), ...(options.get('args') ?? [])];
  const program = shellWords(entry.map(({ value }) => value).join(' ')) ?? [];
  if (image !== undefined && frr === undefined && !around.containers)
    reader.ignore(
      image.offset,
      `image ${quote(image.value)}`,
      'nodes run the programs of this machine; --runtime docker runs images',
    );
  return {
    ...bareNode(placed, frr === undefined ? 'host' : 'router'),
    addresses,
    frr,
    exec,
    run:
      program.length === 0 || frr !== undefined
        ? []
        : [{ value: { name: 'entrypoint', command: runnable(program, context) }, offset: entry[0]?.offset ?? offset }],
    sysctls: new Map([...settingsOf(options, frr === undefined && domains.size > 1, reader), ...sysctls]),
    container: inContainer && {
      image,
      binds: inContainer.binds,
      env: new Map(env.map((each) => each.split('=', 2)).map(([key = '', value = '']) => [key, { value, offset }])),
      cmd: undefined,
    },
  };
}

/** The commands of a start-up script: its lines, or all of it where a command is longer than a line. */
function commandsIn(
  script: string,
  offset: number,
  context: CommandContext,
  reader: PlacedReader,
): readonly Placed<string>[] {
  const lines = script
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '' && line !== ':' && !line.startsWith('#'));
  const isLonger = lines.some((line) => /^(?:for|if|while|until|case|function)\b|\\$|<<|^\w+\s*\(\)/.test(line));
  if (!isLonger) return lines.map((value) => ({ value, offset }));
  return [{ value: withoutUseless({ value: script, offset }, context, reader), offset }];
}

/** Machines of Kathara forward, as those of an engine do. */
function settingsOf(
  options: Device['options'],
  forwards: boolean,
  reader: PlacedReader,
): ReadonlyMap<string, Placed<string>> {
  const settings = (options.get('sysctl') ?? []).map(({ value, offset }): [string, Placed<string>] => {
    const [key = '', setting = ''] = value.split('=', 2);
    return [key, { value: setting, offset }];
  });
  const possible = settings.filter(([key, { value, offset }]) => isPossible(key, value, offset, reader));
  return new Map([...(forwards ? [['net.ipv4.ip_forward', { value: '1', offset: 0 }] as const] : []), ...possible]);
}

function frrOf(
  name: string,
  { offset, image }: { readonly offset: number; readonly image: Placed<string> | undefined },
  around: Surroundings,
  reader: PlacedReader,
): ForeignFrr | undefined {
  const own = join(name, frrFolder);
  if (hasRouting(own, around)) return { offset, at: { kind: 'folder', value: own, offset }, daemons: undefined };
  const quagga = quaggaFolders.map((folder) => join(name, folder)).find((folder) => hasRouting(folder, around));
  if (quagga !== undefined) return quaggaInFolder({ value: quagga, offset }, around, reader);
  return /frr|quagga/i.test(image?.value ?? '') ? { offset, at: undefined, daemons: undefined } : undefined;
}

/** Whether this is the path of a lab.conf. */
export function isKathara(path: string): boolean {
  return /(?:^|[/\\])lab\.conf$/.test(path);
}
