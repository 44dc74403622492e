import { protocols } from '../../plan/protocols.js';
import type { LabPlan } from '../../plan/model.js';
import type { Lacking, LackingAdjacency } from '../../protocol/lacking.js';
import { familyOf } from '../../support/family.js';

/**
 * Longer than OSPF waits for anything in all but large labs: an LSA is sent again after 1 s, SPF is held for 0.4 s at most.
 * And longer than an end of an adjacency that is Full is ahead of the other.
 */
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

/**
 * Notices adjacencies that one end has and the other will never have. An ospf6d that finds the last database description
 * twice in its socket drops its answer, with which it would have been done, for a copy of the answer before; to its
 * neighbor that is enough, and nothing is said any more (0134).
 */
export class StuckExchanges {
  readonly #segments: ReadonlyMap<string, number>;
  #sinceMs: ReadonlyMap<string, number> = new Map();

  constructor({ nodes }: LabPlan) {
    this.#segments = new Map(
      nodes.flatMap(({ name, interfaces }) =>
        interfaces.map((item) => [`${name}/${item.name}`, item.segment] as const),
      ),
    );
  }

  /** The ends that are stuck at this time, each time they have been for so long. */
  look(lacking: readonly Lacking[], nowMs: number): readonly LackingAdjacency[] {
    const adjacencies = lacking.filter((each) => each.kind === 'adjacency').filter(({ family }) => family === 'ipv6');
    const ends = new Map<number | undefined, number>();
    for (const each of adjacencies) {
      const segment = this.#segments.get(keyOf(each));
      ends.set(segment, (ends.get(segment) ?? 0) + 1);
    }
    const alone = adjacencies.filter(
      (each) => each.states.includes('ExChange') && ends.get(this.#segments.get(keyOf(each))) === 1,
    );
    const since = alone.map((each) => ({ each, sinceMs: this.#sinceMs.get(keyOf(each)) ?? nowMs }));
    const stuck = since.filter(({ sinceMs }) => nowMs - sinceMs >= STUCK_MS).map(({ each }) => each);
    this.#sinceMs = new Map(since.map(({ each, sinceMs }) => [keyOf(each), stuck.includes(each) ? nowMs : sinceMs]));
    return stuck;
  }
}

function keyOf({ node, interface: device }: LackingAdjacency): string {
  return `${node}/${device}`;
}
