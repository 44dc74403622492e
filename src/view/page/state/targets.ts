import { entryOf, howsOf, type FaultKind } from '../../../topology/model/fault.js';
import type { TargetKind } from '../../../topology/model/fault-target.js';
import { lookOf } from '../../../picture/network.js';
import type { Opening } from '../../opening.js';
import type { Selection } from './model.js';

/** Something that can fail, as it is typed, and the ways in which it can. */
export interface TargetChoice {
  readonly target: string;
  readonly hows: readonly FaultKind[];
}

/** All that can fail at what is chosen. */
export function targetsAt(selection: Selection, opening: Opening): readonly TargetChoice[] {
  const choices =
    selection === undefined
      ? []
      : selection.kind === 'node'
        ? atNode(selection.name, opening)
        : atLink(selection.nth, opening);
  return choices.filter(({ hows }) => hows.length > 0);
}

function atNode(name: string, { nodes, layout, services }: Opening): readonly TargetChoice[] {
  const facts = nodes[name];
  const node = layout.nodes.find((each) => each.name === name);
  if (facts === undefined || node === undefined || lookOf(node) === 'switch') return [];
  const can = (kind: TargetKind, isClaim = false): readonly FaultKind[] =>
    howsOf(kind).filter((how) => {
      const { needs, byRouter } = entryOf(how);
      if ((byRouter === true) !== isClaim) return false;
      return needs === undefined || (needs === 'BGP' ? facts.bgp : facts.routing);
    });
  return [
    { target: name, hows: can('node') },
    ...facts.services.map((service) => ({ target: `${service}@${name}`, hows: can('service') })),
    ...(lookOf(node) === 'router'
      ? services.map((service) => ({ target: `${service.name}@${name}`, hows: can('service', true) }))
      : []),
    ...facts.daemons.map((daemon) => ({ target: `${daemon}@${name}`, hows: can('daemon') })),
  ];
}

function atLink(nth: number, { links, nodes }: Opening): readonly TargetChoice[] {
  const link = links[nth];
  if (link === undefined) return [];
  const hows = (kind: TargetKind, node?: string): readonly FaultKind[] =>
    howsOf(kind).filter((how) => {
      const { needs } = entryOf(how);
      return needs === undefined || (node !== undefined && nodes[node]?.bgp === true);
    });
  return [
    { target: link.id, hows: hows('link') },
    ...link.ends.map((end) => ({ target: end, hows: hows('interface', end.slice(0, end.lastIndexOf(':'))) })),
  ];
}
