import { readIsisDatabase, type LinkState } from '../../codec/link-state.js';
import { speaksOspf } from '../../plan/ospf-costs.js';
import { protocols } from '../../plan/protocols.js';
import type { Lacking } from '../../protocol/lacking.js';
import type { LabNode } from '../node/lab-node.js';
import { byInterface, countOf, type States } from './ospf.js';
import { shownText } from './quiet/shown-text.js';
import type { Expected, WantedNeighbors } from './wanted-neighbors.js';

/** Both families have one adjacency. */
export function isisNeighbors(node: LabNode, { plan, interior }: Expected): WantedNeighbors {
  const wanted = countOf(interior[plan.families[0] ?? 'ipv4'].get(node.name) ?? []);
  return {
    isLooking: node.plan.interfaces.some(speaksOspf),
    watched: [...wanted],
    lacking: async () => missing(node, await isisStates(node), wanted),
  };
}

export async function isisLinkState(router: LabNode): Promise<LinkState | undefined> {
  const hostnames = await shownText(router, protocols.isis.daemon, 'show isis hostname');
  const database = await shownText(router, protocols.isis.daemon, 'show isis database detail');
  return hostnames === undefined || database === undefined ? undefined : readIsisDatabase(hostnames, database);
}

function missing(node: LabNode, shown: States, wanted: ReadonlyMap<string, number>): readonly Lacking[] {
  return node.plan.interfaces.filter(speaksOspf).flatMap((item): readonly Lacking[] => {
    const where = { node: node.name, family: 'ipv4', by: 'isis', interface: item.name } as const;
    const states = shown.get(item.name) ?? [];
    const count = wanted.get(item.name) ?? 0;
    const up = states.filter((state) => state === 'Up').length;
    if (up < count) return [{ kind: 'adjacency', ...where, wanted: count, states }];
    // A segment that elects routers for itself lists those that are gone until their time has come.
    return item.ospfNetwork !== 'point-to-point' && up > count ? [{ kind: 'gone-neighbor', ...where }] : [];
  });
}

/** In JSON, FRRouting 8.4 shows one neighbor of each interface. */
async function isisStates(node: LabNode): Promise<States> {
  const shown = await shownText(node, protocols.isis.daemon, 'show isis neighbor detail');
  return byInterface(
    [...(shown ?? '').matchAll(/Interface: (\S+), Level: \d+, State: ([^,\n]+)/g)].map(
      ([, device = '', state = '']) => [device, state] as const,
    ),
  );
}
