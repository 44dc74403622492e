import type { Summary } from '../../../codec/bgp-neighbor.js';
import type { LackingSession } from '../../../protocol/lacking.js';
import { familyOf } from '../../../support/family.js';
import type { NodeNames } from '../../node/node-names.js';

/** The sessions that each node's bgpd has been told of, by node. */
export type Summaries = ReadonlyMap<string, Summary>;

/** Sessions between nodes that speak BGP, and are not up: nobody can say whether they will be. */
export function bgpUnheard(summaries: Summaries, { ownerOf, neighborOf }: NodeNames): readonly LackingSession[] {
  return [...summaries].flatMap(([node, summary]) => {
    const told = new Set<string>();
    return Object.values(summary).flatMap((family) =>
      Object.entries(family?.peers ?? {}).flatMap(([peer, shown]): readonly LackingSession[] => {
        const state = shown?.state ?? '';
        // A peer without an address is named by its interface.
        const neighbor = ownerOf(peer) ?? neighborOf(node, peer, undefined);
        if (['Established', 'Idle (Admin)'].includes(state) || told.has(peer)) return [];
        if (neighbor === undefined || !hasPeers(summaries.get(neighbor))) return [];
        told.add(peer);
        const trouble = { cause: 'not-established', state, reason: null } as const;
        const neighborAsn = shown?.remoteAs ?? 0;
        return [
          { kind: 'session', node, neighbor, neighborAddress: peer, neighborAsn, family: familyOf(peer), trouble },
        ];
      }),
    );
  });
}

function hasPeers(summary: Summary | undefined): boolean {
  return Object.values(summary ?? {}).some((family) => Object.keys(family?.peers ?? {}).length > 0);
}
