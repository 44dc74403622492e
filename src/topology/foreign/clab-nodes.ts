import { join } from 'node:path';
import { alternatives } from '../../support/suggest.js';
import { quote } from '../model/finding.js';
import type { WholeDefinition } from './clab-definitions.js';
import { kindsHere, networkModes } from './clab-keys.js';
import { commandsOf, isPossible, runnable } from './commands.js';
import {
  bareNode,
  type ForeignContainer,
  type ForeignFrr,
  type ForeignNode,
  type Placed,
  type Surroundings,
} from './foreign-lab.js';
import type { PlacedReader } from './placed-reader.js';
import { shellWords } from './shell-words.js';

const frrFolder = '/etc/frr';
/** What keeps a container alive, and does nothing. */
const idle =
  /^(?:(?:\/\S*\/)?(?:sleep\s+\S+|bash|sh|ash|tail\s+-f\s+\/dev\/null)|(?:ba)?sh\s+-c\s+.*sleep\s+inf\w*)\s*$/;

interface Bind extends Placed<string> {
  readonly source: string;
  readonly target: string;
  readonly mode: string;
}

export interface NodeContext {
  readonly lab: string;
  readonly interfaces: ReadonlySet<string>;
  readonly around: Surroundings;
  readonly reader: PlacedReader;
}

/** What a node of a topology definition file becomes; undefined where it cannot be had. */
export function nodeOf(definition: WholeDefinition, context: NodeContext): ForeignNode | undefined {
  const { name, kind, image, networkMode } = definition;
  const { reader, around } = context;
  if (kind === undefined) {
    reader.findings.push({
      offset: name.offset,
      code: 'MISSING_KEY',
      message: `node ${quote(name.value)} has no "kind"`,
      hint: `write  kind: linux  (here are ${alternatives(Object.keys(kindsHere), 'and')})`,
    });
    return undefined;
  }
  const becomes = Object.hasOwn(kindsHere, kind.value) ? kindsHere[kind.value] : undefined;
  if (becomes === undefined) {
    const what = kind.value === 'host' ? "is the machine's own network" : 'is software that does not run here';
    const hint = `here are ${alternatives(Object.keys(kindsHere), 'and')}; a router is  kind: linux  with an image of FRRouting`;
    reader.refuse(kind.offset, `kind ${quote(kind.value)} of node ${quote(name.value)} ${what}`, hint);
    return undefined;
  }
  const mode = networkModes[networkMode?.value.split(':')[0] ?? 'none'];
  if (networkMode !== undefined && typeof mode === 'object' && 'refused' in mode)
    reader.refuse(networkMode.offset, `network-mode ${quote(networkMode.value)} cannot be had here`, mode.refused);
  if (becomes === 'switch') return bareNode(name, 'switch');

  const binds = bindsOf(definition, context);
  const frr = frrOf(binds, image, name, context);
  const files = binds.filter(({ target }) => !isOfFrr(target));
  const env = environmentOf(definition, context);
  const commandContext = {
    interfaces: context.interfaces,
    runsFrr: frr !== undefined,
    containers: around.containers,
    paths: files.map(({ source, target }) => [target, here(source, around)] as const),
    env: Array.from(env, ([key, { value }]) => `${key}=${value}`),
  };
  const { exec, sysctls, addresses } = commandsOf(
    definition.exec.map(({ value, offset }) => ({ value: magic(value, name.value, context.lab), offset })),
    commandContext,
    reader,
  );
  const command = commandOf(definition, reader);
  const runs = frr === undefined && !around.containers ? command : undefined;
  if (!around.containers) noteFiles(files, image, reader);
  return {
    name,
    kind: frr === undefined ? 'host' : 'router',
    addresses,
    exec,
    run:
      runs === undefined
        ? []
        : [{ value: { name: 'cmd', command: runnable(runs.value, commandContext) }, offset: runs.offset }],
    sysctls: new Map([...kernelSettings(definition, frr === undefined, context), ...sysctls]),
    frr,
    container: around.containers
      ? containerOf({ image, files, env, cmd: frr ? undefined : command }, around)
      : undefined,
  };
}

/** Words that containerlab puts values in for. */
function magic(text: string, node: string, lab: string): string {
  return text
    .replaceAll('__clabNodeName__', node)
    .replaceAll('__clabLabName__', `clab-${lab}`)
    .replaceAll('__clabNodeDir__', `clab-${lab}/${node}`)
    .replaceAll('__clabDir__', `clab-${lab}`);
}

function bindsOf({ binds, name }: WholeDefinition, { lab, reader }: NodeContext): readonly Bind[] {
  return binds.flatMap(({ value, offset }) => {
    const [source = '', target, mode = ''] = magic(value, name.value, lab).split(':');
    if (target?.startsWith('/') === true)
      return [{ value, offset, source, target: target.replace(/(?<=.)\/+$/, ''), mode }];
    reader.ignore(offset, `bind ${quote(value)}`, 'there are no volumes of an engine');
    return [];
  });
}

function isOfFrr(target: string): boolean {
  return target === frrFolder || target.startsWith(`${frrFolder}/`);
}

function frrOf(
  binds: readonly Bind[],
  image: Placed<string> | undefined,
  name: Placed<string>,
  { reader }: NodeContext,
): ForeignFrr | undefined {
  const own = binds.filter(({ target }) => isOfFrr(target));
  if (own.length === 0 && !/frr/i.test(image?.value ?? '')) return undefined;
  const pathOf = (file: string): Placed<string> | undefined => {
    const bind =
      own.find(({ target }) => target === `${frrFolder}/${file}`) ?? own.find(({ target }) => target === frrFolder);
    if (bind === undefined) return undefined;
    const path = bind.target === frrFolder ? join(bind.source, file) : bind.source;
    return { value: path, offset: bind.offset };
  };
  for (const { target, offset } of own) {
    if ([frrFolder, `${frrFolder}/frr.conf`, `${frrFolder}/daemons`, `${frrFolder}/vtysh.conf`].includes(target))
      continue;
    reader.refuse(
      offset,
      `${quote(target)} cannot be had here: FRRouting has one configuration, frr.conf`,
      'join the files of the daemons into one, and bind it to /etc/frr/frr.conf',
    );
  }
  const file = pathOf('frr.conf');
  const daemons = pathOf('daemons');
  const whole = own.find(({ target }) => target === frrFolder);
  const isFolder = whole !== undefined && own.every(({ target }) => target === frrFolder);
  const offset = file?.offset ?? daemons?.offset ?? image?.offset ?? name.offset;
  if (isFolder)
    return { offset, at: { kind: 'folder', value: whole.source, offset: whole.offset }, daemons: undefined };
  return { offset, at: file && { kind: 'file', ...file }, daemons };
}

/** What the container runs: its entry point, then its command. */
function commandOf({ entrypoint, cmd }: WholeDefinition, reader: PlacedReader): Placed<readonly string[]> | undefined {
  const line = [entrypoint?.value ?? '', cmd?.value ?? ''].join(' ').trim();
  const offset = entrypoint?.offset ?? cmd?.offset ?? 0;
  if (line === '' || idle.test(line)) return undefined;
  const words = shellWords(line);
  if (words !== undefined) return { value: words, offset };
  reader.findings.push({
    offset,
    code: 'BAD_VALUE',
    message: `a quote is open in ${quote(line)}`,
    hint: 'close it, or write a backslash before it',
  });
  return undefined;
}

function environmentOf(
  { env, envFiles }: WholeDefinition,
  { around, reader }: NodeContext,
): ReadonlyMap<string, Placed<string>> {
  const fromFiles = envFiles.flatMap(({ value, offset }) => {
    const text = around.fileAt(value);
    if (text === undefined) reader.ignore(offset, `env-file ${quote(value)}`, 'there is no such file');
    return Array.from(
      (text ?? '').matchAll(/^\s*(?:export\s+)?([A-Za-z_]\w*)=(.*)$/gm),
      ([, key = '', written = '']) => [key, { value: written.trim(), offset }] as const,
    );
  });
  return new Map([...fromFiles, ...env]);
}

/** Settings of the kernel that are a network's own. A machine between two links forwards, as the machine of an engine does. */
function kernelSettings(
  { sysctls }: WholeDefinition,
  isHost: boolean,
  { interfaces, reader }: NodeContext,
): readonly (readonly [string, Placed<string>])[] {
  const own = [...sysctls].filter(([key, { value, offset }]) => isPossible(key, value, offset, reader));
  const forwards = isHost && interfaces.size > 1;
  const first = { value: '1', offset: 0 };
  return forwards ? [['net.ipv4.ip_forward', first], ...own] : own;
}

function noteFiles(files: readonly Bind[], image: Placed<string> | undefined, reader: PlacedReader): void {
  if (image !== undefined && !/frr/i.test(image.value))
    reader.ignore(
      image.offset,
      `image ${quote(image.value)}`,
      'nodes run the programs of this machine; --runtime docker runs images',
    );
  for (const { offset, target } of files)
    reader.ignore(
      offset,
      `bind of ${quote(target)}`,
      'commands find the file where it is on this machine; --runtime docker binds it',
    );
}

function containerOf(
  said: {
    readonly image: Placed<string> | undefined;
    readonly files: readonly Bind[];
    readonly env: ReadonlyMap<string, Placed<string>>;
    readonly cmd: Placed<readonly string[]> | undefined;
  },
  around: Surroundings,
): ForeignContainer {
  return {
    image: said.image,
    binds: said.files.map(({ source, target, mode, offset }) => ({
      value: `${here(source, around)}:${target}${mode.includes('ro') ? ':ro' : ''}`,
      offset,
    })),
    env: said.env,
    cmd: said.cmd,
  };
}

/** Where a file of the lab is on this machine. */
function here(source: string, { folder, variables }: Surroundings): string {
  const home = variables['HOME'];
  const path = home === undefined ? source : source.replace(/^~(?=\/|$)/, home);
  return path.startsWith('/') ? path : join(folder, path);
}
