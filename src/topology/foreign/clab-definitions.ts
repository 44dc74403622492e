import { quote } from '../model/finding.js';
import type { YamlMap, YamlNode } from '../file/yaml.js';
import { nodeKeys, stageKeys, stages } from './clab-keys.js';
import type { Placed } from './foreign-lab.js';
import type { PlacedReader } from './placed-reader.js';

/** What a node, a group, a kind or the defaults say; everything may be missing. */
interface Definition {
  readonly kind: Placed<string> | undefined;
  readonly group: Placed<string> | undefined;
  readonly image: Placed<string> | undefined;
  readonly entrypoint: Placed<string> | undefined;
  readonly cmd: Placed<string> | undefined;
  readonly networkMode: Placed<string> | undefined;
  readonly exec: readonly Placed<string>[];
  readonly binds: readonly Placed<string>[];
  readonly envFiles: readonly Placed<string>[];
  readonly env: ReadonlyMap<string, Placed<string>>;
  readonly sysctls: ReadonlyMap<string, Placed<string>>;
}

/** A node with all that it inherits. */
export interface WholeDefinition extends Definition {
  readonly name: Placed<string>;
}

const nothing: Definition = {
  kind: undefined,
  group: undefined,
  image: undefined,
  entrypoint: undefined,
  cmd: undefined,
  networkMode: undefined,
  exec: [],
  binds: [],
  envFiles: [],
  env: new Map(),
  sysctls: new Map(),
};

/** All nodes of a topology, each with what it inherits: from its group, then its kind, then the defaults. */
export function definitionsOf(topology: YamlMap, reader: PlacedReader): readonly WholeDefinition[] {
  const section = (name: string): ReadonlyMap<string, Definition> =>
    new Map(
      Array.from(reader.map(topology.entries.get(name)?.value, quote(name))?.entries ?? [], ([key, { value }]) => [
        key,
        definitionOf(value, `${name} ${quote(key)}`, reader),
      ]),
    );
  const groups = section('groups');
  const kinds = section('kinds');
  const defaults = definitionOf(topology.entries.get('defaults')?.value, '"defaults"', reader);
  const nodes = reader.map(topology.entries.get('nodes')?.value, '"nodes"');
  return Array.from(nodes?.entries ?? [], ([name, { keyOffset, value }]) => {
    const own = definitionOf(value, `node ${quote(name)}`, reader);
    const groupName = own.group ?? (own.kind && kinds.get(own.kind.value)?.group) ?? defaults.group;
    const group = groupName === undefined ? nothing : groups.get(groupName.value);
    if (group === undefined && groupName !== undefined)
      reader.ignore(groupName.offset, `group ${quote(groupName.value)}`, 'no group of this name says anything');
    const kind = own.kind ?? group?.kind ?? defaults.kind;
    const levels = [defaults, (kind && kinds.get(kind.value)) ?? nothing, group ?? nothing, own];
    return { ...inherited(levels), kind, group: groupName, name: { value: name, offset: keyOffset } };
  });
}

/** Later levels win; lists are joined, each item once. */
function inherited(levels: readonly Definition[]): Definition {
  const last = <Key extends keyof Definition>(key: Key): Definition[Key] =>
    levels.findLast((level) => level[key] !== undefined)?.[key] as Definition[Key];
  const joined = (key: 'exec' | 'binds' | 'envFiles'): readonly Placed<string>[] => [
    ...new Map(levels.flatMap((level) => level[key]).map((item) => [item.value, item])).values(),
  ];
  return {
    kind: last('kind'),
    group: last('group'),
    image: last('image'),
    entrypoint: last('entrypoint'),
    cmd: last('cmd'),
    networkMode: last('networkMode'),
    exec: joined('exec'),
    binds: joined('binds'),
    envFiles: joined('envFiles'),
    env: new Map(levels.flatMap(({ env }) => [...env])),
    sysctls: new Map(levels.flatMap(({ sysctls }) => [...sysctls])),
  };
}

function definitionOf(node: YamlNode | undefined, what: string, reader: PlacedReader): Definition {
  const map = reader.map(node, what, nodeKeys);
  if (map === undefined) return nothing;
  const at = (key: string): YamlNode | undefined => map.entries.get(key)?.value;
  const text = (key: string): Placed<string> | undefined => reader.text(at(key), quote(key));
  return {
    kind: text('kind'),
    group: text('group'),
    image: text('image'),
    entrypoint: text('entrypoint'),
    cmd: text('cmd'),
    networkMode: text('network-mode'),
    exec: [...reader.texts(at('exec'), '"exec"'), ...stageCommands(at('stages'), reader)],
    binds: reader.texts(at('binds'), '"binds"'),
    envFiles: reader.texts(at('env-files'), '"env-files"'),
    env: reader.textMap(at('env'), '"env"'),
    sysctls: reader.textMap(at('sysctls'), '"sysctls"'),
  };
}

/** The commands that run inside a node, in the order of its stages. */
function stageCommands(node: YamlNode | undefined, reader: PlacedReader): readonly Placed<string>[] {
  const fates = Object.fromEntries(stages.map((stage) => [stage, 'used' as const]));
  const map = reader.map(node, '"stages"', fates);
  return stages.flatMap((stage) => {
    const entry = reader.map(map?.entries.get(stage)?.value, `stage ${quote(stage)}`, stageKeys);
    const exec = entry?.entries.get('exec')?.value;
    if (exec?.kind === 'list') return exec.items.flatMap((item) => placedStageCommand(item, reader));
    const phases = reader.map(exec, '"exec"', { 'on-enter': 'used', 'on-exit': 'used' });
    return ['on-enter', 'on-exit'].flatMap((phase) => reader.texts(phases?.entries.get(phase)?.value, quote(phase)));
  });
}

function placedStageCommand(item: YamlNode, reader: PlacedReader): readonly Placed<string>[] {
  const map = reader.map(item, 'a command of a stage', { command: 'used', target: 'used', phase: 'used' });
  const target = reader.text(map?.entries.get('target')?.value, '"target"');
  const command = reader.text(map?.entries.get('command')?.value, '"command"');
  if (command === undefined) return [];
  if (target?.value !== 'host') return [command];
  reader.refuse(command.offset, 'a command cannot run on the machine', 'run it yourself, before the lab is made');
  return [];
}
