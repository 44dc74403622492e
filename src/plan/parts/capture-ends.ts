import { LabError } from '../../errors.js';
import { didYouMean } from '../../support/suggest.js';
import type { LabPlan, PlanLinkEnd } from '../model.js';

/** What is captured: these interfaces, and all interfaces of these nodes; of every node where neither is named. */
export interface CaptureWhere {
  readonly nodes?: readonly string[] | undefined;
  readonly ends?: readonly PlanLinkEnd[] | undefined;
}

/**
 * What to listen at, each interface once; all there is where nothing is named. LabError NODE_UNKNOWN, TARGET_UNKNOWN.
 */
export function captureEnds(plan: LabPlan, { nodes, ends }: CaptureWhere): readonly PlanLinkEnd[] {
  const all = plan.nodes.map(({ name }) => name);
  const interfacesOf = (name: string): readonly string[] => {
    const node = plan.nodes.find((each) => each.name === name);
    if (node !== undefined) return node.interfaces.map((item) => item.name);
    throw new LabError('NODE_UNKNOWN', `there is no node "${name}" in this lab`, {
      hint: didYouMean(name, all, 'nodes'),
    });
  };
  for (const end of ends ?? []) {
    const own = interfacesOf(end.node);
    if (own.includes(end.interface)) continue;
    throw new LabError('TARGET_UNKNOWN', `"${end.node}" has no interface "${end.interface}"`, {
      hint: didYouMean(end.interface, own, 'interfaces'),
    });
  }
  const named = nodes ?? (ends === undefined ? all : []);
  const whole = named.flatMap((node) => interfacesOf(node).map((name) => ({ node, interface: name })));
  return [...new Map([...whole, ...(ends ?? [])].map((end) => [`${end.node}:${end.interface}`, end])).values()];
}
