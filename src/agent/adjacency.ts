import { isLinkUp, type Condition } from '../plan/condition.js';
import type { LabPlan } from '../plan/model.js';
import type { LabNode } from './lab-node.js';

interface Ospf6Neighbors {
  readonly neighbors?: readonly { readonly state: string; readonly interfaceName: string }[];
}

interface OspfNeighbors {
  readonly neighbors?: Readonly<Record<string, readonly { readonly nbrState: string; readonly ifaceName: string }[]>>;
}

/**
 * The adjacencies that a node should have and has not, for people: `router1: OSPFv3 on eth2 is Init`. OSPFv3's are
 * hastened: its next hello is a whole second away at least, but entering an interface's hello interval again, unchanged,
 * makes ospf6d send one at once. Two rounds take two routers from never having met to the database exchange.
 */
export async function lackingAdjacencies(node: LabNode, plan: LabPlan, condition: Condition): Promise<readonly string[]> {
  const usable = new Set(plan.links.filter((link) => isLinkUp(link, condition)).map((link) => link.id));
  const wanted = node.plan.interfaces
    .filter((item) => item.ospfNetwork.startsWith('point') && usable.has(item.link))
    .map((item) => item.name);
  const daemons = node.plan.routing?.daemons ?? [];
  if (!node.isRunning || wanted.length === 0) return [];
  const [ospf, ospf6] = await Promise.all([
    daemons.includes('ospfd') ? ospfStates(node) : undefined,
    daemons.includes('ospf6d') ? ospf6States(node) : undefined,
  ]);
  const asleep = ospf6 === undefined ? [] : wanted.filter((name) => !isExchanging(ospf6.get(name)));
  if (asleep.length > 0) await sendHellos(node, asleep, plan.timers.hello6IntervalS);
  return [...missing(node, 'OSPFv2', ospf, wanted), ...missing(node, 'OSPFv3', ospf6, wanted)];
}

type States = ReadonlyMap<string, string>;

function missing(node: LabNode, protocol: string, states: States | undefined, wanted: readonly string[]): readonly string[] {
  if (states === undefined) return [];
  return wanted
    .filter((name) => states.get(name) !== 'Full')
    .map((name) => `${node.name}: ${protocol} on ${name} is ${states.get(name) ?? 'without a neighbor'}`);
}

async function ospfStates(node: LabNode): Promise<States> {
  const vty = await node.vty('ospfd');
  const seen = await vty.json<OspfNeighbors>('show ip ospf neighbor json');
  // ifaceName is `eth1:10.0.0.0`, nbrState `Full/-`.
  return new Map(
    Object.values(seen?.neighbors ?? {})
      .flat()
      .map(({ ifaceName, nbrState }) => [ifaceName.split(':')[0] ?? '', nbrState.split('/')[0] ?? '']),
  );
}

async function ospf6States(node: LabNode): Promise<States> {
  const vty = await node.vty('ospf6d');
  const seen = await vty.json<Ospf6Neighbors>('show ipv6 ospf6 neighbor json');
  return new Map((seen?.neighbors ?? []).map(({ interfaceName, state }) => [interfaceName, state]));
}

/** Past the stage where only a hello can help (RFC 2328 section 10.1). */
function isExchanging(state: string | undefined): boolean {
  return state !== undefined && !['Down', 'Attempt', 'Init'].includes(state);
}

async function sendHellos(node: LabNode, interfaces: readonly string[], helloIntervalS: number): Promise<void> {
  const vty = await node.vty('ospf6d');
  await vty.configure(
    interfaces.flatMap((name) => [`interface ${name}`, `ipv6 ospf6 hello-interval ${String(helloIntervalS)}`, 'exit']),
  );
}
