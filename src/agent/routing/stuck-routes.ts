import { protocols } from '../../plan/protocols.js';
import type { LabPlan } from '../../plan/model.js';
import type { Lacking } from '../../protocol/lacking.js';
import { familyOf } from '../../support/family.js';

/** Longer than OSPF waits for anything here: an LSA is sent again after 1 s, SPF is held for 0.4 s at most. */
const STUCK_MS = 3000;

/**
 * Routers whose IPv6 routes are wrong while nothing else of the lab is lacking: ospf6d of FRR 8.4 may keep a worse route
 * to a prefix that several instances announce, with all link states and the shortest paths right (0150). None where
 * anything else is on its way, BGP among it.
 */
export function wrongByOspf6(plan: LabPlan, lacking: readonly Lacking[]): readonly string[] {
  const routers = new Set<string>();
  for (const each of lacking) {
    if (each.kind !== 'route' || familyOf(each.destination) !== 'ipv6') return [];
    const routing = plan.nodes.find(({ name }) => name === each.node)?.routing;
    if (routing?.daemons.includes(protocols.ospfv3.daemon) !== true || routing.bgp !== undefined) return [];
    routers.add(each.node);
  }
  return [...routers];
}

/** Notices when the same routers have been wrong for longer than OSPF needs. */
export class StuckRoutes {
  #routers = '';
  #sinceMs = -Infinity;

  constructor(readonly plan: LabPlan) {}

  /** Those that are stuck at this time, each time they have been for so long. */
  look(lacking: readonly Lacking[], nowMs: number): readonly string[] {
    const routers = wrongByOspf6(this.plan, lacking);
    const seen = routers.join(' ');
    if (seen !== this.#routers) {
      this.#routers = seen;
      this.#sinceMs = nowMs;
    }
    if (routers.length === 0 || nowMs - this.#sinceMs < STUCK_MS) return [];
    this.#sinceMs = nowMs;
    return routers;
  }
}
