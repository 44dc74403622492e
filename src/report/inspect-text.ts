import colors from 'picocolors';
import type { LabState, NodeState } from '../protocol/messages.js';
import { columns } from './format.js';
import { routesText } from './up-text.js';

export function inspectText(state: LabState): string {
  const nodes = columns(
    ['NODE', 'KIND', 'STATE', 'INTERFACES', 'PROCESSES', 'MEMORY'],
    state.nodes.map((node) => [
      node.name,
      node.role === 'transit' ? node.kind : node.role,
      stateText(node),
      node.interfaces
        .map(({ name, up, addresses }) => `${up ? name : colors.red(`${name} down`)} ${addresses.join(' ')}`.trim())
        .join('\n'),
      String(node.processes),
      `${String(node.residentMb)} MB`,
    ]),
  );
  const announcements = columns(
    ['SERVICE', 'INSTANCE', 'ANSWERS', 'ANNOUNCED'],
    state.announcements.map(({ service, instance, serving, announced }) => [service, instance, yesNo(serving), yesNo(announced)]),
  );
  const faults = state.faults.map(({ target, how }) => `${colors.red('✗')} ${target} (${how})`);
  return [
    nodes,
    ...(state.announcements.length === 0 ? [] : [announcements]),
    ...(state.routes.length === 0 ? [] : [routesText(state.routes)]),
    ...(faults.length === 0 ? [] : [`what has failed:\n${faults.join('\n')}`]),
  ].join('\n\n');
}

function stateText({ state, endedDaemons }: NodeState): string {
  if (state === 'crashed') return colors.red('crashed');
  return endedDaemons.length === 0 ? colors.green('up') : colors.red(`${endedDaemons.join(', ')} ended`);
}

function yesNo(value: boolean): string {
  return value ? colors.green('yes') : colors.red('no');
}
