import { LabError } from '../../errors.js';
import type { LabPlan, PlanInterface } from '../../plan/model.js';
import type { Part } from '../../protocol/part.js';
import { renderLab, type RenderedFiles } from '../../render/render.js';
import { TUNNEL_BYTES } from '../../topology/model/graph.js';
import type { Agent, DeployRequest } from '../runtime.js';

const USUAL_MTU = 1500;
/** Ethernet, VXLAN, UDP, and IP of either family (RFC 7348). */
const HEADERS = { ipv4: 14 + 8 + 8 + 20, ipv6: 14 + 8 + 8 + 40 };

/**
 * The plan with packets that fit between its machines: a link between two of them carries its packets within others. All
 * links of a network get the MTU of the least one, because OSPF asks for the same at both ends; where routers choose among instances, all
 * others get what fits into a tunnel. LabError RUNTIME_UNFIT where the file asks for more.
 */
export async function fitMtu(
  { plan, files }: Pick<DeployRequest, 'plan' | 'files'>,
  agents: readonly { readonly agent: Agent }[],
  parts: readonly Part[],
): Promise<{ readonly plan: LabPlan; readonly files: RenderedFiles }> {
  const room = await Promise.all(
    agents.map(async ({ agent }, index) => {
      const part = parts[index];
      const far = [...new Set(Object.values(part?.trunks ?? {}))].map((machine) => part?.machines[machine] ?? '');
      const reach = await agent.call('reach', { addresses: far });
      return far.map((address) => [`${part?.address ?? ''} ${address}`, reach[address] ?? USUAL_MTU] as const);
    }),
  );
  const fitting = lowerMtu(plan, parts, new Map(room.flat()));
  return fitting === plan ? { plan, files } : { plan: fitting, files: renderLab(fitting) };
}

/** The same plan where everything fits. `room`: the greatest packets from one machine's address to another's. */
export function lowerMtu(plan: LabPlan, parts: readonly Part[], room: ReadonlyMap<string, number>): LabPlan {
  const most = new Map<number, number>();
  const segmentOf = new Map(
    plan.nodes.flatMap(({ interfaces }) => interfaces.map(({ link, segment }) => [link, segment] as const)),
  );
  for (const part of parts) {
    for (const [link, machine] of Object.entries(part.trunks)) {
      const far = part.machines[machine] ?? '';
      const headers = far.includes(':') ? HEADERS.ipv6 : HEADERS.ipv4;
      const segment = segmentOf.get(plan.links[Number(link)]?.id ?? '') ?? -1;
      const fits = (room.get(`${part.address} ${far}`) ?? USUAL_MTU) - headers;
      most.set(segment, Math.min(most.get(segment) ?? Infinity, fits));
    }
  }
  const tunnelMtu = plannedTunnelMtu(plan);
  const tunnelsFit = Math.min(...most.values());
  // A packet that a host sends has to fit into a tunnel, wherever that leads.
  const usual = tunnelMtu !== undefined && tunnelsFit < tunnelMtu ? tunnelsFit - TUNNEL_BYTES : USUAL_MTU;
  const fits = ({ segment, mtu }: PlanInterface): number =>
    Math.min(most.get(segment) ?? Infinity, mtu === tunnelMtu ? Infinity : usual < USUAL_MTU ? usual : Infinity);
  const tooLarge = plan.nodes
    .flatMap(({ interfaces }) => interfaces)
    .find((item) => item.mtu !== undefined && item.mtu !== tunnelMtu && item.mtu > fits(item));
  if (tooLarge !== undefined)
    throw new LabError(
      'RUNTIME_UNFIT',
      `the link ${tooLarge.link} is to carry packets of ${String(tooLarge.mtu)} bytes, and between its machines ${String(fits(tooLarge))} fit`,
      { hint: `write "mtu: ${String(fits(tooLarge))}", or raise the MTU of the network of the machines` },
    );
  const lowered = (item: PlanInterface): boolean => fits(item) < (item.mtu ?? USUAL_MTU);
  if (!plan.nodes.some(({ interfaces }) => interfaces.some(lowered))) return plan;
  return {
    ...plan,
    nodes: plan.nodes.map((node) => ({
      ...node,
      interfaces: node.interfaces.map((item) => (lowered(item) ? { ...item, mtu: fits(item) } : item)),
    })),
  };
}

/** What the plan gives links between routers, where they choose among instances, and the file says nothing. */
function plannedTunnelMtu({ steering, nodes }: LabPlan): number | undefined {
  if (steering === undefined) return undefined;
  const atHosts = nodes.filter(({ kind }) => kind === 'host').flatMap(({ interfaces }) => interfaces);
  return Math.max(...atHosts.map(({ mtu }) => mtu ?? USUAL_MTU), 0) + TUNNEL_BYTES;
}

/** The links that `fitting` gave less room than `plan`, with what they carry now, in bytes. */
export function loweredLinks(plan: LabPlan, fitting: LabPlan): ReadonlyMap<string, number> {
  const before = new Map(plan.nodes.map(({ name, interfaces }) => [name, interfaces]));
  return new Map(
    fitting.nodes.flatMap(({ name, interfaces }) =>
      interfaces.flatMap(({ link, mtu }, index): readonly (readonly [string, number])[] =>
        mtu === undefined || before.get(name)?.[index]?.mtu === mtu ? [] : [[link, mtu]],
      ),
    ),
  );
}
