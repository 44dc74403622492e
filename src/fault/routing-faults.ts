import { LabError } from '../errors.js';
import { covers, hostPrefix } from '../plan/addressing.js';
import type { LabPlan, PlanLinkEnd, PlanNode, PlanRouting } from '../plan/model.js';
import { parsePrefix } from '../support/ip.js';
import { listWords } from '../support/suggest.js';
import { entryOf, type FaultKind } from '../topology/model/fault.js';
import type { FaultEffect, Place } from './fault-effect.js';

/** Refuses what only a node that speaks a routing protocol, or BGP, can do. Throws FAULT_UNSUPPORTED. */
export function refuseSpeechless(plan: LabPlan, name: string, how: FaultKind): void {
  const { needs } = entryOf(how);
  const node = nodeNamed(plan, name);
  if (needs === 'BGP') bgpOf(node, how);
  if (needs !== 'routing' || node?.routing !== undefined) return;
  const router = plan.nodes.find(
    ({ routing }) => routing?.announcesFor.some(({ instance }) => instance === name) === true,
  )?.name;
  throw new LabError('FAULT_UNSUPPORTED', `${name} speaks no routing protocol, so it cannot ask to be avoided`, {
    hint:
      router === undefined
        ? 'routers can be drained, and hosts that announce'
        : `its router announces for it: nearcast fail ${router} --how ${how}`,
  });
}

/** Where a policy of BGP counts: at an end, or at all ends of a node that lead to other systems. */
export function policyEnds(plan: LabPlan, place: Place<'node' | 'interface'>, how: FaultKind): readonly PlanLinkEnd[] {
  const name = 'node' in place ? place.node : (place.ends[0]?.node ?? '');
  const device = 'node' in place ? undefined : place.ends[0]?.interface;
  const sessions = bgpOf(nodeNamed(plan, name), how).sessions.filter(({ kind }) => kind === 'external');
  const devices = [...new Set(sessions.flatMap((session) => session.interface ?? []))];
  const chosen = device === undefined ? devices : devices.filter((each) => each === device);
  if (chosen.length > 0) return chosen.map((each) => ({ node: name, interface: each }));
  throw new LabError(
    'FAULT_UNSUPPORTED',
    `${device === undefined ? name : `${name}:${device}`} leads to no other autonomous system, where ${how} would count`,
    {
      hint:
        devices.length === 0
          ? 'name a node at the border of its system'
          : `these do: ${listWords(devices.map((each) => `${name}:${each}`))}`,
    },
  );
}

/** Who hijacks announces the addresses of the service, or a prefix around one of them. Throws FAULT_UNSUPPORTED. */
export function hijackOf(
  plan: LabPlan,
  service: string,
  node: string,
  prefix: string | undefined,
): FaultEffect<'hijack'> {
  const addresses = plan.services.find(({ name }) => name === service)?.addresses ?? [];
  if (prefix === undefined) return { kind: 'hijack', service, node, prefixes: addresses.map(hostPrefix) };
  const parsed = parsePrefix(prefix);
  if (parsed?.kind !== 'network' || !addresses.some((text) => covers(parsed.prefix.text, text))) {
    throw new LabError('FAULT_UNSUPPORTED', `${prefix} does not contain an address of ${service}`, {
      hint: `its addresses: ${listWords(addresses)}`,
    });
  }
  if (
    nodeNamed(plan, node)?.routing?.bgp === undefined &&
    parsed.prefix.length < (parsed.prefix.family === 'ipv4' ? 32 : 128)
  ) {
    throw new LabError(
      'FAULT_UNSUPPORTED',
      `${node} speaks no BGP: without it, a loopback is announced by its address alone`,
      {
        hint: 'leave the prefix out',
      },
    );
  }
  return { kind: 'hijack', service, node, prefixes: [parsed.prefix.text] };
}

function nodeNamed(plan: LabPlan, name: string): PlanNode | undefined {
  return plan.nodes.find((node) => node.name === name);
}

function bgpOf(node: PlanNode | undefined, how: string): NonNullable<PlanRouting['bgp']> {
  const bgp = node?.routing?.bgp;
  if (bgp !== undefined) return bgp;
  throw new LabError('FAULT_UNSUPPORTED', `${node?.name ?? 'this node'} speaks no BGP, so it cannot fail by "${how}"`, {
    hint: 'give it an "asn" in the topology file',
  });
}
