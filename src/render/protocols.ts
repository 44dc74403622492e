import type { LabPlan, PlanNode, PlanRouting } from '../plan/model.js';
import type { RoutingProtocol } from '../plan/protocols.js';
import { bgpdConf } from './bgpd.js';
import { drainBgp, drainIsis, drainOspf, drainOspf6 } from './drain.js';
import { isisdConf } from './isisd.js';
import { ospf6dConf } from './ospf6d.js';
import { ospfdConf } from './ospfd.js';

interface RenderedProtocol {
  /** The file that its daemon starts from. */
  readonly configuration: (plan: LabPlan, node: PlanNode, routing: PlanRouting) => string;
  /** The commands by which a node asks its neighbors to avoid it where there is another way, or to be used as before. */
  readonly drain: (node: PlanNode, routing: PlanRouting, isDrained: boolean) => readonly string[];
}

/** What each routing protocol makes of a plan. */
export const renderedProtocols: Readonly<Record<RoutingProtocol, RenderedProtocol>> = {
  ospfv2: { configuration: ospfdConf, drain: drainOspf },
  ospfv3: { configuration: ospf6dConf, drain: drainOspf6 },
  isis: { configuration: isisdConf, drain: drainIsis },
  bgp: { configuration: bgpdConf, drain: drainBgp },
};
