import { didYouMean } from '../../support/suggest.js';
import { quote } from '../model/finding.js';
import type { Finding } from '../model/finding.js';
import { daemonNames } from '../model/fault-target.js';
import { Groups } from '../model/graph.js';
import { nameProblem } from '../model/names.js';
import type { Topology } from '../model/topology.js';
import { detectionProblems, healthProblems } from '../file/detection.js';
import { impairmentProblems } from '../file/impairment.js';
import type { Check } from './checked.js';

/** Under these the output of a node's other programs is kept: start-up commands, and FRRouting's daemons. */
const outputNames: ReadonlySet<string> = new Set(['exec', ...daemonNames]);

/** Links join two different nodes that exist, and switches without a loop. */
export const checkLinks: Check = ({ topology, declaredNodes, nodes, at, atEnd }) => {
  const findings: Finding[] = [];
  const switches = new Groups<string>();
  const isSwitch = (name: string): boolean => nodes.get(name)?.kind === 'switch';
  topology.links.forEach(({ ends }, link) => {
    const [a, b] = ends;
    ends.forEach(({ node }, i) => {
      if (declaredNodes.has(node)) return;
      findings.push({
        offset: atEnd(link, i === 0 ? 0 : 1),
        code: 'UNKNOWN_NODE',
        message: `there is no node ${quote(node)}`,
        hint: () => didYouMean(node, declaredNodes, 'nodes'),
      });
    });
    if (a.node === b.node) {
      findings.push({
        offset: atEnd(link, 1),
        code: 'SELF_LINK',
        message: `${quote(a.node)} is linked to itself`,
        hint: 'a link joins two different nodes',
      });
    } else if (isSwitch(a.node) && isSwitch(b.node) && !switches.join(a.node, b.node)) {
      findings.push({
        offset: at('links', link),
        code: 'SWITCH_LOOP',
        message: `this link closes a loop of switches between ${quote(a.node)} and ${quote(b.node)}`,
        hint: 'switches here have no spanning tree, so a broadcast would loop forever: remove one link',
      });
    }
  });
  return findings;
};

/** What packets meet on a link can be read, and can be had. */
export const checkLinkImpairments: Check = ({ file, at }) =>
  (file.links ?? []).flatMap((link, index) =>
    Array.isArray(link)
      ? []
      : impairmentProblems(link).map(({ key, message, hint }): Finding => ({
          offset: at('links', index, key),
          code: 'BAD_VALUE',
          message,
          hint,
        })),
  );

/** There is at least one node, and no switch that joins nothing. */
export const checkNodes: Check = ({ topology, declaredNodes, whole, wired, at, atKey }) => {
  if (declaredNodes.size === 0 && whole) {
    return [
      {
        offset: at('nodes'),
        code: 'BAD_VALUE',
        message: 'a topology needs at least one node',
        hint: 'write one line for each node, such as  router1: {kind: router}',
      },
    ];
  }
  if (!wired) return [];
  const linked = new Set(topology.links.flatMap(({ ends }) => ends.map(({ node }) => node)));
  return topology.nodes
    .filter(({ name, kind }) => kind === 'switch' && !linked.has(name))
    .map(({ name }): Finding => ({
      offset: atKey('nodes', name),
      code: 'BAD_VALUE',
      message: `switch ${quote(name)} has no links`,
      hint: 'link the nodes of its segment to it, or remove it',
    }));
};

/** What a node adds of its own: FRR lines where FRR runs, kernel settings of its network, commands that can be run. */
export const checkNodeSettings: Check = ({ topology, whole, at, atKey }) => {
  const findings: Finding[] = [];
  const announcing = new Set(
    topology.services.flatMap(({ announce, instances }) => (announce === 'host' ? instances : [])),
  );
  for (const node of topology.nodes) {
    const { name, kind, frr, ownFrr, frrVersion, sysctls, exec, run } = node;
    const isWithout = whole && kind !== 'router' && !(kind === 'host' && announcing.has(name));
    const written = { frr: frr ?? ownFrr, frrVersion };
    for (const key of (['frr', 'frrVersion'] as const).filter((each) => isWithout && written[each] !== undefined)) {
      findings.push({
        offset: atKey('nodes', name, key),
        code: 'BAD_VALUE',
        message: `${kind} ${quote(name)} does not run FRRouting, so "${key}" has no effect`,
        hint: 'only routers run it, and hosts that announce an anycast address themselves',
      });
    }
    exec.forEach((command, i) => findings.push(...commandFindings(command, at('nodes', name, 'exec', i))));
    for (const [program, command] of run) {
      findings.push(
        ...programFindings(program, name, topology, atKey('nodes', name, 'run', program)),
        ...commandFindings(command, at('nodes', name, 'run', program)),
      );
    }
    for (const [key, value] of sysctls) {
      if (!/^net(?:\.[a-zA-Z0-9_-]+){2,}$/.test(key)) {
        findings.push({
          offset: atKey('nodes', name, 'sysctls', key),
          code: 'BAD_NAME',
          message: `${quote(key)} is not a network setting of a node`,
          hint: 'a setting is written with dots and begins with net., such as net.ipv4.tcp_syncookies',
        });
      }
      if (!/^[\t -~]*$/.test(value))
        findings.push({
          offset: at('nodes', name, 'sysctls', key),
          code: 'BAD_VALUE',
          message: `${quote(value)} is not a value of a kernel setting`,
          hint: 'write a number, or several in one line',
        });
    }
  }
  return findings;
};

/** What a configuration of the user's comes to is known to nobody. */
export const checkForecast: Check = ({ file, topology, at }) => {
  const own = topology.nodes.find(({ ownFrr }) => ownFrr !== undefined);
  if (file.forecast !== 'on' || own === undefined) return [];
  return [
    {
      offset: at('forecast'),
      code: 'BAD_VALUE',
      message: `there is no forecast: the configuration of ${quote(own.name)} is not nearcast's`,
      hint: 'leave the key out: the lab waits until routing is quiet',
    },
  ];
};

/** The title is one line that a terminal can show. */
export const checkTitle: Check = ({ topology: { title }, at }) =>
  title === undefined || /^[^\p{Cc}\p{Zl}\p{Zp}]{1,200}$/u.test(title)
    ? []
    : [
        {
          offset: at('title'),
          code: 'BAD_VALUE',
          message: `the title ${quote(title)} is not one line of text`,
          hint: 'write up to 200 characters, without line breaks',
        },
      ];

function nullByte(offset: number): Finding {
  return {
    offset,
    code: 'BAD_VALUE',
    message: 'the text contains a null character',
    hint: 'remove it: neither programs nor configuration files can contain it',
  };
}

/** vtysh reads 4,095 bytes at a time: what is behind them in a longer line would be a line of its own. */
const MOST_BYTES = 4000;

/** Each FRRouting line is one to vtysh too: short enough to be read at once, and of characters that can be seen. */
export const checkFrrLines: Check = ({ topology, at }) =>
  topology.nodes.flatMap(({ name, ownFrr, frr = ownFrr?.lines ?? '' }) =>
    frr.split(/\r?\n/).flatMap((line): readonly Finding[] => {
      const offset = at('nodes', name, 'frr');
      if (/[^\P{Cc}\t]/u.test(line))
        return [
          {
            offset,
            code: 'BAD_VALUE',
            message: `the FRRouting line ${quote(line.trim())} contains a control character`,
            hint: 'remove it: write one command in each line, of visible characters only',
          },
        ];
      if (new TextEncoder().encode(line).length < MOST_BYTES) return [];
      return [
        {
          offset,
          code: 'BAD_VALUE',
          message: `the FRRouting line ${quote(line.trim())} is as long as 4,000 bytes or longer`,
          hint: 'FRRouting reads at most 4,095 bytes of a line, and takes the rest for another line: write several lines',
        },
      ];
    }),
  );

function commandFindings(command: string | readonly string[], offset: number): readonly Finding[] {
  if ([command].flat().some((word) => word.includes('\0'))) return [nullByte(offset)];
  if ((typeof command === 'string' ? command : command[0])?.trim() !== '') return [];
  return [{ offset, code: 'BAD_VALUE', message: 'a command is empty', hint: 'write what to run, or remove the item' }];
}

/** A program has a name of its own among those under which a node's output is kept. */
function programFindings(program: string, node: string, { services }: Topology, offset: number): readonly Finding[] {
  const problem = nameProblem(program);
  if (problem !== undefined) return [{ offset, code: 'BAD_NAME', ...problem }];
  const isService = services.some(({ name, instances }) => name === program && instances.includes(node));
  if (!isService && !outputNames.has(program)) return [];
  return [
    {
      offset,
      code: 'BAD_NAME',
      message: `${quote(program)} is the name under which the output of ${isService ? 'a service' : 'another program'} of ${quote(node)} is kept`,
      hint: 'choose another name',
    },
  ];
}

/** Detectors that routers can have: of links, of all links of a node, and of the instances of a service. */
export const checkDetection: Check = ({ file, topology, at }) => {
  const usesOspf = topology.interior === 'ospf';
  const findings: Finding[] = [];
  const take = (problems: ReturnType<typeof detectionProblems>, ...below: readonly (string | number)[]): void => {
    for (const { path, message, hint } of problems)
      findings.push({ offset: at(...below, ...path), code: 'BAD_VALUE', message, hint });
  };
  for (const [name, node] of Object.entries(file.nodes)) take(detectionProblems(node, usesOspf), 'nodes', name);
  (file.links ?? []).forEach((link, index) => {
    if (!Array.isArray(link)) take(detectionProblems(link, usesOspf), 'links', index);
  });
  const anycast = Object.values(file.anycast ?? {}).flatMap(({ addresses }) => addresses);
  for (const [name, service] of Object.entries(file.anycast ?? {})) {
    take(healthProblems(service.health ?? {}, service.instances, anycast), 'anycast', name);
  }
  return findings;
};
