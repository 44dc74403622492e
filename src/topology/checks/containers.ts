import { didYouMean, listWords } from '../../support/suggest.js';
import { quote } from '../model/finding.js';
import type { Finding } from '../model/finding.js';
import { isPlaced, readLabel, readPlacedNodes } from '../model/place/place-rule.js';
import type { Check, Checked } from './checked.js';

/** What an engine takes as the name of an image: a repository, perhaps of a registry, a tag, a digest. */
const imagePattern =
  /^(?:[a-zA-Z0-9][a-zA-Z0-9.-]*(?::\d+)?\/)?[a-z0-9]+(?:[._-]+[a-z0-9]+)*(?:\/[a-z0-9]+(?:[._-]+[a-z0-9]+)*)*(?::\w[\w.-]{0,127})?(?:@sha256:[a-f0-9]{64})?$/;
const bindPattern = /^\/[^:\0]*:\/[^:\0]*(?::(?:ro|rw))?$/;
const variablePattern = /^[a-zA-Z_][a-zA-Z0-9_]*$/;

/** How the nodes' containers are to be: names of images, binds and variables that an engine can take. */
export const checkContainers: Check = ({ topology, at, atKey }) => {
  const findings: Finding[] = [];
  for (const { name, container, frrVersion } of topology.nodes) {
    if (container === undefined) continue;
    const { image, binds, env, cmd } = container;
    if (image !== undefined && frrVersion !== undefined) {
      findings.push({
        offset: atKey('nodes', name, 'frrVersion'),
        code: 'BAD_VALUE',
        message: `node ${quote(name)} has both an image, which has its own FRRouting, and a version of it`,
        hint: 'remove one of them',
      });
    }
    if (image !== undefined && !imagePattern.test(image)) {
      findings.push({
        offset: at('nodes', name, 'image'),
        code: 'BAD_VALUE',
        message: `${quote(image)} is not the name of an image`,
        hint: 'write it as docker run takes it, such as nginx:1.27 or registry.example.org/team/dns:2',
      });
    }
    binds.forEach((bind, index) => {
      if (bindPattern.test(bind)) return;
      findings.push({
        offset: at('nodes', name, 'binds', index),
        code: 'BAD_VALUE',
        message: `${quote(bind)} is not a bind`,
        hint: 'write /on/the/engine:/in/the/container, two absolute paths, and :ro after them for read-only',
      });
    });
    for (const [variable, value] of env) {
      if (variablePattern.test(variable) && !value.includes('\0')) continue;
      findings.push({
        offset: atKey('nodes', name, 'env', variable),
        code: 'BAD_NAME',
        message: `${quote(variable)} is not a valid environment variable`,
        hint: 'a name is letters, digits and _, and does not begin with a digit; a value has no null character',
      });
    }
    const words = cmd === undefined ? ['-'] : typeof cmd === 'string' ? [cmd] : cmd;
    if ((words[0] ?? '').trim() !== '' && !words.some((word) => word.includes('\0'))) continue;
    findings.push({
      offset: at('nodes', name, 'cmd'),
      code: 'BAD_VALUE',
      message: 'a command is empty, or contains a null character',
      hint: 'write what the container is to run, or remove the key',
    });
  }
  return findings;
};

/** A host name, as a cluster has it of each machine (RFC 1123 section 2.1). */
const machinePattern = /^[a-zA-Z0-9](?:[a-zA-Z0-9.-]{0,251}[a-zA-Z0-9])?$/;

/** Where nodes are to run: names that are there, and what a machine can have. */
export const checkPlaces: Check = (checked) => {
  const { file, whole, at, atKey } = checked;
  return Object.entries(file.place ?? {}).flatMap(([of, { machine, label }]): readonly Finding[] => {
    const findings: Finding[] = [];
    const wrong = (offset: number, message: string, hint: string): void => {
      findings.push({ offset, code: 'BAD_VALUE', message, hint });
    };
    const unknown = problemOfPlaced(checked, of);
    if (unknown !== undefined) findings.push(unknown);
    if (whole && machine === undefined && label === undefined)
      wrong(
        atKey('place', of),
        `"place" of ${quote(of)} says no machine`,
        'write  {machine: worker1}  or  {label: rack=1}',
      );
    [machine ?? []].flat().forEach((name, index) => {
      if (machinePattern.test(name)) return;
      const offset = typeof machine === 'string' ? at('place', of, 'machine') : at('place', of, 'machine', index);
      wrong(offset, `${quote(name)} is not the name of a machine`, 'write its host name, as  docker node ls  shows it');
    });
    if (label !== undefined && readLabel(label) === undefined)
      wrong(at('place', of, 'label'), `${quote(label)} is not a label`, 'write a name and a value, such as  rack=1');
    return findings;
  });
};

function problemOfPlaced({ topology, declaredNodes, whole, atKey }: Checked, of: string): Finding | undefined {
  const offset = atKey('place', of);
  const placed = readPlacedNodes(of);
  switch (placed.kind) {
    case 'node': {
      if (declaredNodes.has(of)) return undefined;
      const hint = (): string => didYouMean(of, declaredNodes, 'nodes');
      return { offset, code: 'UNKNOWN_NODE', message: `there is no node ${quote(of)}`, hint };
    }
    case 'pattern': {
      if ([...declaredNodes].some((name) => isPlaced(placed, name, undefined))) return undefined;
      const hint = (): string => `the nodes are: ${listWords([...declaredNodes])}`;
      return { offset, code: 'UNKNOWN_NODE', message: `no node has a name like ${quote(of)}`, hint };
    }
    case 'system': {
      const asns = [...new Set(topology.nodes.flatMap(({ asn }) => (asn === undefined ? [] : [String(asn)])))];
      if (!whole || asns.includes(String(placed.asn))) return undefined;
      const hint = (): string =>
        asns.length === 0 ? 'no node has an "asn" here: place nodes by their names' : didYouMean(of, asns, 'systems');
      return { offset, code: 'UNKNOWN_NODE', message: `no node belongs to the autonomous system ${of}`, hint };
    }
  }
}
