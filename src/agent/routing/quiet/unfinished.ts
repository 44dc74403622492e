import type { Summary } from '../../../codec/bgp-neighbor.js';
import { protocols } from '../../../plan/protocols.js';
import type { Lacking } from '../../../protocol/lacking.js';
import { inParallel } from '../../../support/in-parallel.js';
import type { RunningLab } from '../../lab/running-lab.js';
import type { LabNode } from '../../node/lab-node.js';
import { nodeNames } from '../../node/node-names.js';
import { bgpUnheard } from './shown-bgp.js';
import { isisUnderWay } from './shown-isis.js';
import { ospfUnderWay, ospfUnheard, ospfInterfaces, type OspfInterface } from './shown-ospf.js';
import { shownText } from './shown-text.js';

const LOOK_EVERY_MS = 500;
const VTYS_AT_ONCE = 16;

interface Told {
  readonly ospf: readonly OspfInterface[];
  readonly changedAtMs: number;
  readonly isis: readonly Lacking[];
  readonly bgp: Summary | undefined;
}

/** What daemons still have before them while nothing is reported. */
export class Unfinished {
  #last: readonly Lacking[] = [];
  #again = -Infinity;
  #changedAtMs = -Infinity;

  constructor(
    readonly lab: RunningLab,
    /** Whether neighbors count that have never been heard: not where a fault may be why. */
    readonly withUnheard: boolean,
  ) {}

  /** When a neighbor of OSPF last came further, by the last look: not every configuration has its daemons log that. */
  get changedAtMs(): number {
    return this.#changedAtMs;
  }

  /** Asks all daemons, at most twice a second. */
  async look(): Promise<readonly Lacking[]> {
    const startedAt = performance.now();
    if (startedAt < this.#again) return this.#last;
    const nodes = [...this.lab.nodes.values()].filter(
      ({ plan, isResponsive }) => plan.routing !== undefined && isResponsive,
    );
    const told = await inParallel(nodes, VTYS_AT_ONCE, async (node) => [node.name, await ask(node)] as const);
    this.#last = this.#lacking(new Map(told));
    this.#changedAtMs = Math.max(this.#changedAtMs, ...told.map(([, { changedAtMs }]) => changedAtMs));
    this.#again = performance.now() + Math.max(LOOK_EVERY_MS, performance.now() - startedAt);
    return this.#last;
  }

  #lacking(told: ReadonlyMap<string, Told>): readonly Lacking[] {
    const ospf = [...told.values()].flatMap((each) => each.ospf);
    const underWay = [...ospfUnderWay(ospf), ...[...told.values()].flatMap((each) => each.isis)];
    if (!this.withUnheard) return underWay;
    const sessions = new Map([...told].flatMap(([name, { bgp }]) => (bgp === undefined ? [] : [[name, bgp] as const])));
    return [...underWay, ...ospfUnheard(ospf), ...bgpUnheard(sessions, nodeNames(this.lab.plan))];
  }
}

async function ask(node: LabNode): Promise<Told> {
  const { names } = node.daemons;
  const isisd = protocols.isis.daemon;
  const { interfaces: ospf, unchangedMs } = await ospfInterfaces(node);
  const changedAtMs = performance.now() - unchangedMs;
  const neighbors = names.includes(isisd) ? await shownText(node, isisd, 'show isis neighbor detail') : undefined;
  const database = neighbors === undefined ? undefined : await shownText(node, isisd, 'show isis database detail');
  const isis = neighbors === undefined || database === undefined ? [] : isisUnderWay(node.name, neighbors, database);
  const bgp = names.includes('bgpd')
    ? await node.daemons.show<Summary>(protocols.bgp.daemon, 'show bgp summary json')
    : undefined;
  return { ospf, changedAtMs, isis, bgp };
}
