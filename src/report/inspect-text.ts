import colors from 'picocolors';
import type { FaultState, LabState, NodeState, SinkholeState, SunkIngress } from '../protocol/lab-state.js';
import { columns, milliseconds } from './format.js';
import { entryOf } from '../topology/model/fault.js';
import { brokenSign } from './step-text.js';
import { routesTable } from './up-text.js';

const MOST_LINES = 5;

/** A lab's state for people; `width` is that of their terminal, if there is one. */
export function inspectText(state: LabState, width = Infinity): string {
  const nodes = columns(
    ['NODE', 'KIND', 'STATE', 'FRR', 'INTERFACES', 'PROCESSES', 'MEMORY'],
    state.nodes.map((node) => [
      node.name,
      node.role === 'transit' ? node.kind : node.role,
      stateText(node),
      node.frrVersion ?? '',
      node.interfaces
        .map(({ name, up, addresses }) => `${up ? name : colors.red(`${name} down`)} ${addresses.join(' ')}`.trim())
        .join('\n'),
      String(node.processes),
      `${String(node.residentMb)} MB`,
    ]),
    width,
  );
  const announcements = columns(
    ['SERVICE', 'INSTANCE', 'ANSWERS', 'ANNOUNCED'],
    state.announcements.map(({ service, instance, serving, announced }) => [
      service,
      instance,
      yesNo(serving),
      yesNo(announced),
    ]),
    width,
  );
  const maintained = state.faults.filter(({ how }) => entryOf(how).isMaintenance === true);
  const faults = state.faults.filter((fault) => !maintained.includes(fault));
  const ended = state.nodes.flatMap(({ name, endedPrograms }) =>
    endedPrograms.map(({ name: program, how, output }) =>
      [
        `${colors.red('✗')} ${program}@${name} ended with ${how}`,
        ...output
          .split('\n')
          .filter((line) => line !== '')
          .slice(-MOST_LINES),
      ].join('\n    '),
    ),
  );
  const redirects = state.nodes.flatMap(({ name, redirects: does }) =>
    does.length === 0 ? [] : [`${name} ${does.join(' and ')} ICMP redirects`],
  );
  return [
    nodes,
    ...(state.announcements.length === 0 ? [] : [announcements]),
    ...(state.routes.length === 0 ? [] : [routesTable(state.routes, width)]),
    ...(ended.length === 0 ? [] : [`programs that ended:\n${ended.join('\n')}`]),
    ...(redirects.length === 0 ? [] : [redirects.join('\n')]),
    ...(state.sinkholes === undefined ? [] : [sinkholesText(state.sinkholes, width)]),
    ...(maintained.length === 0 ? [] : [`in maintenance:\n${maintained.map(faultText).join('\n')}`]),
    ...(faults.length === 0 ? [] : [`active faults:\n${faults.map(faultText).join('\n')}`]),
  ].join('\n\n');
}

/** A sinkhole that has sunk nothing has a row as well; many sources by one way share one. */
function sinkholesText(sinkholes: readonly SinkholeState[], width: number): string {
  return columns(
    ['SINKHOLE', 'ADDRESS', 'SOURCE', 'INGRESS', 'PACKETS', 'TCP'],
    sinkholes.flatMap(({ node, address, sources, ingresses }) => {
      if (sources.length === 0) return [[node, address, '-', '-', '0', '0']];
      return ingresses.flatMap((way) => {
        const own = sources.filter(({ ingress }) => ingress === way.ingress);
        return own.length > MOST_LINES
          ? [[node, address, `${String(way.sources)} addresses`, ...countsOf(way)]]
          : own.map((source) => [
              node,
              address,
              source.node === null ? source.address : `${source.address} (${source.node})`,
              ...countsOf(source),
            ]);
      });
    }),
    width,
  );
}

function countsOf(way: Omit<SunkIngress, 'sources'>): readonly string[] {
  const { ingress, packets, perSecond, connections, held, longestHoldMs } = way;
  return [
    ingress,
    `${String(packets)}, ${String(perSecond)}/s`,
    connections === 0 ? '0' : `${String(connections)}, ${String(held)} held, longest ${milliseconds(longestHoldMs)}`,
  ];
}

function faultText({ target, how, cause, by, sent, endsInMs }: FaultState): string {
  const notes = [
    how,
    ...(cause === undefined ? [] : [cause === 'lost' ? 'it is not reached' : `for as long as the ${cause} lasts`]),
    ...(by === undefined || by.length === 0 ? [] : [`by ${by.join(' and ')}`]),
    ...(sent === undefined ? [] : [`${String(sent)} sent`]),
    ...(endsInMs === undefined ? [] : [`ends by itself in ${milliseconds(endsInMs)}`]),
  ];
  return `${brokenSign(how)} ${target} (${notes.join(', ')})`;
}

function stateText({ state, endedDaemons }: NodeState): string {
  if (state !== 'up') return colors.red(state);
  return endedDaemons.length === 0 ? colors.green('up') : colors.red(`${endedDaemons.join(', ')} ended`);
}

function yesNo(value: boolean): string {
  return value ? colors.green('yes') : colors.red('no');
}
